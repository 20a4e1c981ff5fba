"""``kill -9`` under load, again and again: nothing that was acknowledged is lost, nothing is counted twice."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.voting.running import Crowd, Running, busy_project

ROUNDS = 12
STARTING = 0.4
"""Seconds, about, in which an arena starts."""


def test_kill_9_of_a_busy_arena_loses_and_doubles_no_acknowledged_vote(tmp_path: Path) -> None:
    moments = random.Random(2026)
    arena = Running(busy_project(tmp_path))
    with Crowd(arena.url) as crowd:
        for number in range(ROUNDS):
            arena.start()
            if number % 3:
                crowd.wait_for_votes(1)
                time.sleep(moments.uniform(0, 0.1))
            else:
                time.sleep(moments.uniform(0, STARTING))
            arena.kill()
        arena.start()
        crowd.wait_for_votes(20)
    arena.kill()

    assert not crowd.surprises
    assert len(crowd.acknowledged) > ROUNDS
    with closing(sqlite3.connect(tmp_path / "data" / "arena.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        kept = file.execute("SELECT battle, outcome FROM votes").fetchall()
    assert len(kept) == len(dict(kept)), "a vote was counted twice"
    told = crowd.acknowledged | crowd.found_again
    assert told.items() <= dict(kept).items(), "a vote was lost or changed"
    assert len(kept) - len(told) <= crowd.voters, "all others are the votes that nobody could ask about any more"
    assert "Traceback" not in arena.log.read_text()

"""A clock that is put back or forward while people vote: what was acknowledged stays, and voting goes on at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from arena.catalogue.settings import VotingSettings
from arena.votes.log import open_log
from arena.votes.sealing import seal
from tests.voting.api_calls import draw, stored, vote
from tests.voting.arenas import NO_LIMITS, Arena, open_arena

JUMPS = {"a day back": -timedelta(days=1), "an hour back": -timedelta(hours=1), "a year on": timedelta(days=366)}


def vote_on_a_new_battle(arena: Arena) -> None:
    """As somebody does who is told to wait: for some seconds, and not for as long as the clock jumped."""
    drawn = after_waiting(arena, lambda: arena.client.get("/api/battle"))
    assert after_waiting(arena, lambda: vote(arena.client, drawn.json()["token"])).status_code == 201


def after_waiting(arena: Arena, ask: Callable[[], Any]) -> Any:
    answer = ask()
    if answer.status_code == 429:
        seconds = int(answer.headers["Retry-After"])
        assert seconds < 60
        arena.clock.forward(seconds=seconds)
        answer = ask()
    return answer


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


@pytest.mark.parametrize("jump", JUMPS)
def test_open_battles_end_and_new_ones_can_be_voted_on(arena: Arena, jump: str) -> None:
    client = arena.client
    kept, still_open = draw(client), draw(client)
    assert vote(client, kept["token"]).status_code == 201
    arena.clock.time += JUMPS[jump]
    assert code(vote(client, still_open["token"])) == "expired", "it says no time at which it could be voted on"
    # The vote on it is not forgotten, and its page still shows it to who cast it.
    assert code(vote(client, kept["token"])) in ("expired", "already_voted")
    assert client.get(f"/votes/{kept['token']}").status_code == 200
    vote_on_a_new_battle(arena)
    assert stored(client) == 2
    arena.clock.time -= JUMPS[jump]
    arena.store.forget_expired(arena.clock())
    vote_on_a_new_battle(arena)
    assert stored(client) == 3


def test_limits_of_before_lock_nobody_out(tmp_path: Path) -> None:
    with open_arena(tmp_path, VotingSettings()) as arena:
        tokens = [draw(arena.client)["token"] for _ in range(7)]
        answers = [vote(arena.client, token) for token in tokens]
        assert [answer.status_code for answer in answers] == [201] * 6 + [429]
        arena.clock.forward(days=-1)
        vote_on_a_new_battle(arena)


def test_estimates_are_worked_out_again(arena: Arena) -> None:
    estimates = arena.current.handlers.battles.estimates
    first = estimates.current("text-to-image", arena.clock())
    assert estimates.current("text-to-image", arena.clock()) is first
    arena.clock.forward(days=-1)
    assert estimates.current("text-to-image", arena.clock()) is not first


def test_votes_of_a_time_that_is_to_come_wait_for_it_and_are_sealed_once(tmp_path: Path) -> None:
    with open_arena(tmp_path, NO_LIMITS) as arena:
        vote_on_a_new_battle(arena)
        arena.clock.forward(days=30)
        vote_on_a_new_battle(arena)
        arena.clock.forward(days=-29)
        assert sealed(arena, tmp_path) == 1
        vote_on_a_new_battle(arena)
        arena.clock.forward(days=60)
        assert sealed(arena, tmp_path) == 2
        assert len(open_log(tmp_path / "log").votes().to_pyarrow()) == 3


def sealed(arena: Arena, folder: Path) -> int:
    now = arena.clock()
    return seal(arena.store, folder / "log", until=now, now=now, rng=random.Random(5)).votes

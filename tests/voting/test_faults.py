"""A busy arena whose disk fills up, whose store is locked, whose server goes away: clear answers, then on it goes."""

from __future__ import annotations

import resource
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from tests.postgres_server import PostgresServer
from tests.small_disk import fill, small_disk
from tests.voting.running import Crowd, Running, busy_project, running
from tests.waiting import wait_until

LITTLE = 16 * 1024 * 1024
"""Bytes of the small disk; the store's log alone may have 4 MiB before it is written back."""


def check_nothing_is_lost(crowd: Crowd, kept: list[tuple[str, str]]) -> None:
    """Compare what voters were told with the (battle, outcome) rows of the store."""
    assert not crowd.surprises
    assert len(kept) == len(dict(kept)), "a vote was counted twice"
    assert (crowd.acknowledged | crowd.found_again).items() <= dict(kept).items(), "a vote was lost or changed"
    assert {answer.headers["retry-after"] for answer in crowd.refused} == {"5"}
    assert {answer.json()["error"]["code"] for answer in crowd.refused} == {"unavailable"}


def stored(file: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return store.execute("SELECT battle, outcome FROM votes").fetchall()


def locks(other: sqlite3.Connection) -> bool:
    """Whether this connection has the store for itself now. SQLite's own waiting would starve beside a busy writer."""
    with suppress(sqlite3.OperationalError):
        other.execute("BEGIN EXCLUSIVE")
        return True
    return False


def recovers(arena: Running, crowd: Crowd) -> None:
    """It takes votes again, without having been started again."""
    wait_until(lambda: arena.health() == 200, "/healthz says ok")
    crowd.wait_for_votes(10)
    assert "Traceback" not in arena.log.read_text()


def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", LITTLE) as disk:
        fills_up(tmp_path, disk / "arena.sqlite", disk / "ballast")


def fills_up(folder: Path, file: Path, ballast: Path) -> None:
    with running(busy_project(folder), f"sqlite:///{file}") as arena:
        with Crowd(arena.url) as crowd:
            crowd.wait_for_votes(10)
            fill(ballast)
            crowd.wait_for_refusals(6)
            wait_until(lambda: arena.health() == 503, "/healthz says that nothing can be stored")
            ballast.unlink()
            recovers(arena, crowd)
        check_nothing_is_lost(crowd, stored(file))


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """As on a disk with quotas; for this nobody needs to be root."""
    file = tmp_path / "data" / "arena.sqlite"
    with running(busy_project(tmp_path)) as arena:
        with Crowd(arena.url) as crowd:
            crowd.wait_for_votes(10)
            before = resource.prlimit(arena.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            crowd.wait_for_refusals(6)
            assert arena.health() == 503
            resource.prlimit(arena.pid, resource.RLIMIT_FSIZE, before)
            recovers(arena, crowd)
        check_nothing_is_lost(crowd, stored(file))


def test_a_store_that_another_process_locks(tmp_path: Path) -> None:
    file = tmp_path / "data" / "arena.sqlite"
    with running(busy_project(tmp_path)) as arena:
        with Crowd(arena.url) as crowd:
            crowd.wait_for_votes(10)
            with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
                wait_until(lambda: locks(other), "the other process has the lock")
                crowd.wait_for_refusals(1)
                other.execute("ROLLBACK")
            recovers(arena, crowd)
        check_nothing_is_lost(crowd, stored(file))


def test_a_server_that_stops_and_crashes_and_comes_back(tmp_path: Path, own_server: PostgresServer) -> None:
    url = own_server.new_database()
    with running(busy_project(tmp_path), url) as arena:
        with Crowd(arena.url) as crowd:
            for how in (signal.SIGINT, signal.SIGQUIT):
                crowd.wait_for_votes(10)
                own_server.stop(how)
                crowd.wait_for_refusals(6)
                assert arena.health() == 503
                own_server.start()
                recovers(arena, crowd)
        with psycopg.connect(url) as connection:
            kept = connection.execute("SELECT battle, outcome FROM votes").fetchall()
        check_nothing_is_lost(crowd, kept)

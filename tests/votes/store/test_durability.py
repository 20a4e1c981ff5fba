"""What a store loses when the worst happens: nothing that it acknowledged."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import text

from arena.errors import StoreError
from arena.votes.store import AlreadyVoted, Store, StoreUnavailable, open_store
from tests.forks import FORKS
from tests.postgres_server import PostgresServer
from tests.votes.store.voting_child import AT_ONCE, vote_until_killed
from tests.votes.store.worlds import (
    NOW,
    a_battle,
    a_vote,
    add_battle,
    add_vote,
    know_outputs,
    some_operations,
    sqlite_store,
)
from tests.waiting import wait_until

ROUNDS = 15


def test_kill_9_under_load_loses_and_doubles_no_acknowledged_vote(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/arena.sqlite"
    with open_store(url) as store:
        know_outputs(store)
    moments = random.Random(2026)
    acknowledged: list[str] = []
    for number in range(ROUNDS):
        reader, writer = FORKS.Pipe(duplex=False)
        child = FORKS.Process(target=vote_until_killed, args=(url, f"r{number}", writer), daemon=True)
        child.start()
        writer.close()
        for _ in range(moments.randrange(1, 12)):
            acknowledged += reader.recv()
        time.sleep(moments.uniform(0, 0.02))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        acknowledged += _drain(reader)
        with open_store(url) as store, store.reading() as connection:
            kept = [row[0] for row in connection.execute(text("SELECT battle FROM votes"))]
            assert set(acknowledged) <= set(kept)
            assert len(kept) == len(set(kept))
    assert len(acknowledged) == len(set(acknowledged)) > ROUNDS * AT_ONCE * 2
    with closing(sqlite3.connect(tmp_path / "arena.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def _drain(reader: Connection) -> list[str]:
    """What was sent before the sender was killed; its last message may be torn."""
    received: list[str] = []
    try:
        while True:
            received += reader.recv()
    except (EOFError, OSError):
        return received


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(sqlite_store(tmp_path), timeout=0.2) as store:
        know_outputs(store)
        yield store


def test_a_full_disk_is_said_and_costs_nothing(file_store: Store) -> None:
    file_store.write(some_operations(50))
    with file_store.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    _allow_pages(file_store, pages)
    with pytest.raises(StoreUnavailable, match=r"arena.sqlite: the disk is full"):
        file_store.write(some_operations(1000, first=50))
    assert file_store.votes_stored() == 50
    _allow_pages(file_store, 1 << 30)
    file_store.write(some_operations(1000, first=50))
    assert file_store.votes_stored() == 1050


def _allow_pages(store: Store, pages: int) -> None:
    """Set how large the file may grow, on the connection that the store will write with next."""
    store.close()
    with store.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_file_system_without_room_is_said_and_costs_nothing(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only a user who may mount can make a small file system")
    try:
        with open_store(f"sqlite:///{tmp_path}/arena.sqlite", timeout=0.2) as store:
            know_outputs(store)
            kept = 0
            with pytest.raises(StoreUnavailable, match="disk"):
                for first in range(0, 20_000, 100):
                    store.write(some_operations(100, first))
                    kept += 100
            assert store.votes_stored() == kept > 0
        with open_store(f"sqlite:///{tmp_path}/arena.sqlite", timeout=0.2) as store:
            assert store.votes_stored() == kept
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_locked_store_is_said_and_goes_on_when_it_is_free(file_store: Store, tmp_path: Path) -> None:
    add_battle(file_store, a_battle())
    with closing(sqlite3.connect(tmp_path / "arena.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            add_vote(file_store, a_vote())
        assert file_store.votes_stored() == 0
        other.execute("COMMIT")
    add_vote(file_store, a_vote())


def test_a_locked_table_is_said_and_goes_on_when_it_is_free(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    with open_store(url, timeout=0.2) as store, open_store(url) as other:
        know_outputs(store)
        add_battle(store, a_battle())
        with other.writing() as connection:
            connection.execute(text("LOCK TABLE votes"))
            with pytest.raises(StoreUnavailable, match="locked"):
                add_vote(store, a_vote())
        add_vote(store, a_vote())


def test_a_store_without_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/missing/arena.sqlite")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "arena.sqlite"
    file.write_bytes(b"battle,at,arena\n" * 400)
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == b"battle,at,arena\n" * 400


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        open_store("postgresql://arena:geheim@127.0.0.1:1/arena")
    assert "geheim" not in str(caught.value) and "127.0.0.1" in str(caught.value)


def test_a_database_that_is_not_there_is_said(postgres: PostgresServer) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        open_store(postgres.new_database() + "0")


def test_a_read_only_server_is_said(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    with open_store(url) as store:
        know_outputs(store)
        add_battle(store, a_battle())
        with store.writing() as connection:
            name = url.rpartition("/")[2]
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        store.close()
        with pytest.raises(StoreUnavailable, match="read-only"):
            add_vote(store, a_vote())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_restart_under_load_loses_nothing_and_needs_no_restart_of_ours(
    own_server: PostgresServer, how: signal.Signals
) -> None:
    with open_store(own_server.new_database(), timeout=2) as store:
        know_outputs(store)
        load = _Load(store)
        load.wait_for_votes(50)
        own_server.stop(how)
        load.wait_for_errors(3)
        with pytest.raises(StoreUnavailable):
            store.votes_stored()
        own_server.start()
        load.wait_for_votes(50)
        acknowledged, errors = load.end()
        with store.reading() as connection:
            kept = [row[0] for row in connection.execute(text("SELECT battle FROM votes"))]
        assert set(acknowledged) <= set(kept)
        assert len(kept) == len(set(kept))
        assert {type(error) for error in errors} == {StoreUnavailable}


class _Load:
    """Threads that vote until they are told to end, and go on after an error with the same battle."""

    def __init__(self, store: Store) -> None:
        self._store, self._ended = store, threading.Event()
        self.acknowledged: list[str] = []
        self.errors: list[StoreError] = []
        self._threads = [threading.Thread(target=self._vote, args=(number,), daemon=True) for number in range(4)]
        for thread in self._threads:
            thread.start()

    def _vote(self, thread: int) -> None:
        number = 0
        while not self._ended.is_set():
            battle = f"{thread}-{number}"
            try:
                if self._store.battle(battle) is None:
                    add_battle(self._store, a_battle(battle, f"v{thread}"))
                add_vote(self._store, a_vote(battle, f"v{thread}", NOW))
            except AlreadyVoted:  # the commit got through, only its acknowledgement was lost
                number += 1
            except StoreError as error:
                self.errors.append(error)
                time.sleep(0.02)
            else:
                self.acknowledged.append(battle)
                number += 1

    def wait_for_votes(self, more: int) -> None:
        self._wait(self.acknowledged, more)

    def wait_for_errors(self, more: int) -> None:
        self._wait(self.errors, more)

    def _wait(self, grows: list[str] | list[StoreError], more: int) -> None:
        wanted = len(grows) + more
        wait_until(lambda: len(grows) >= wanted, f"{more} more")

    def end(self) -> tuple[list[str], list[StoreError]]:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        return self.acknowledged, self.errors

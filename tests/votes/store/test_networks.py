"""Networks are keyed with a secret of the period, which sealing erases."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from arena.votes.sealing import seal
from arena.votes.store import (
    AddBattle,
    AddVote,
    Allowed,
    LimitedRequest,
    RetryAfter,
    Store,
    network_key,
    open_store,
)
from arena.votes.store.schema import votes
from tests.votes.sealing_child import LATER
from tests.votes.store.worlds import (
    NOW,
    PERIOD,
    Rate,
    a_battle,
    a_vote,
    know_outputs,
    retract_vote,
    some_operations,
    sqlite_store,
    write_one,
)
from tests.waiting import PATIENCE


def test_a_network_has_one_key_until_the_period_is_sealed(store: Store, tmp_path: Path) -> None:
    add_all(store, ("b0", NOW), ("b1", NOW + timedelta(days=12)), ("b2", NOW + timedelta(days=12)))
    retract_vote(store, "b2", NOW + timedelta(days=12))
    first = networks_of(store)
    assert first == dict.fromkeys(("b0", "b1", "b2"), network_key(PERIOD, "192.0.2.1"))
    late = NOW + timedelta(days=14)
    add_all(store, ("late", late))
    report = seal(store, tmp_path / "votes", until=NOW + timedelta(days=13), now=late, rng=random.Random(5))
    assert report.votes == 2
    add_all(store, ("b3", late + timedelta(minutes=1)))
    after = networks_of(store)
    assert after["b0"] == after["b1"] == after["b2"] == "", "sealed, sealed, and retracted in that time"
    assert after["late"] == first["b0"], "it waits for the next seal, and nobody can tell the address any more"
    assert after["b3"] not in (first["b0"], "")


def test_an_erased_secret_is_nowhere_in_the_files(tmp_path: Path) -> None:
    with open_store(sqlite_store(tmp_path)) as store:
        know_outputs(store)
        store.write(some_operations(20))
        assert PERIOD in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        seed = random.Random(1)
        seed.randbytes(6)
        seal(store, tmp_path / "votes", until=LATER, now=LATER, rng=random.Random(1))
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert PERIOD not in written, "neither in the file nor in its write-ahead log"
        assert seed.randbytes(32) not in written


def add_all(store: Store, *some: tuple[str, datetime]) -> None:
    for battle, at in some:
        write_one(store, AddBattle(a_battle(battle, "v1", created=at)))
        write_one(store, AddVote(a_vote(battle, "v1", at, network="192.0.2.1")))


def networks_of(store: Store) -> dict[str, str]:
    with store.reading() as connection:
        return {row.battle: row.network for row in connection.execute(select(votes.c.battle, votes.c.network))}


def test_limits_of_networks_begin_anew_with_a_period_and_others_go_on(store: Store, tmp_path: Path) -> None:
    requests = [LimitedRequest("k", [Rate(1, 10**9)], NOW, "192.0.2.1"), LimitedRequest("k", [Rate(1, 10**9)], NOW)]
    assert store.write(requests) == [Allowed(), Allowed()]
    assert [type(answer) for answer in store.write(requests)] == [RetryAfter, RetryAfter]
    store.write(some_operations(20))
    seal(store, tmp_path / "votes", until=LATER, now=LATER, rng=random.Random(1))
    assert [type(answer) for answer in store.write(requests)] == [Allowed, RetryAfter]


def test_no_vote_is_keyed_with_a_secret_that_was_erased(store: Store, url: str, tmp_path: Path) -> None:
    """Votes are written while a period is sealed, by another process: each has the key of its moment."""
    store.write(some_operations(40))
    sealed = threading.Event()

    def vote_on() -> list[str]:
        with open_store(url, timeout=PATIENCE) as worker:
            battles = [f"w{number:03d}" for number in range(200)]
            for battle in battles:
                write_one(worker, AddBattle(a_battle(battle, f"of {battle}", created=LATER)))
                write_one(worker, AddVote(a_vote(battle, f"of {battle}", LATER, network="192.0.2.1")))
                if sealed.is_set():
                    break
        return battles

    with ThreadPoolExecutor(1) as pool, open_store(url, timeout=PATIENCE) as sealing_store:
        voting = pool.submit(vote_on)
        seal(sealing_store, tmp_path / "votes", until=LATER, now=LATER, rng=random.Random(3))
        write_one(store, AddBattle(a_battle("end", "end", created=LATER)))
        write_one(store, AddVote(a_vote("end", "end", LATER, network="192.0.2.1")))
        sealed.set()
        voting.result()
    kept = networks_of(store)
    new = kept["end"]
    keys = [kept[battle] for battle in sorted(kept) if battle.startswith("w")]
    old = network_key(PERIOD, "192.0.2.1")
    assert new != old
    assert keys == sorted(keys, key=[old, new].index), "first all under the old secret, then all under the new one"


def test_workers_and_restarts_share_the_secret_of_a_period(store: Store, url: str) -> None:
    add_all(store, ("b0", NOW))
    with open_store(url) as worker:
        worker.start_periods(b"what another worker drew")
        add_all(worker, ("b1", NOW + timedelta(minutes=1)))
    assert len(set(networks_of(store).values())) == 1

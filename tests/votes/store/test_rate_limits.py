"""Limits: a burst, then a rate, the same for all workers; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import count as numbers

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.votes.store import (
    AddBattle,
    AddVote,
    Allowed,
    AlreadyVoted,
    LimitedRequest,
    Operation,
    RetryAfter,
    Store,
    open_store,
)
from tests.votes.store.worlds import NOW, Rate, a_battle, a_vote, seconds_to_wait, sqlite_store
from tests.waiting import PATIENCE

SECOND = timedelta(seconds=1)
KEYS = numbers()


def test_limits_allow_a_burst_and_then_a_rate(store: Store) -> None:
    rates = [Rate(3, 30), Rate(4, 3600)]
    assert [seconds_to_wait(store, "k", rates, NOW) for _ in range(3)] == [0, 0, 0]
    assert seconds_to_wait(store, "k", rates, NOW) == pytest.approx(10)
    assert seconds_to_wait(store, "other", rates, NOW) == 0
    assert seconds_to_wait(store, "k", rates, NOW + 9 * SECOND) == pytest.approx(1)
    assert seconds_to_wait(store, "k", rates, NOW + 10 * SECOND) == 0
    assert seconds_to_wait(store, "k", rates, NOW + 20 * SECOND) == pytest.approx(900 - 20)
    assert seconds_to_wait(store, "k", [], NOW) == 0


def test_a_clock_that_is_put_back_locks_nobody_out(store: Store) -> None:
    """By a day: the time that is stored lies a day ahead, and nobody could do anything until then."""
    rates = [Rate(3, 30)]
    assert [seconds_to_wait(store, "k", rates, NOW) for _ in range(3)] == [0, 0, 0]
    earlier = NOW - timedelta(days=1)
    assert seconds_to_wait(store, "k", rates, earlier) == pytest.approx(10)
    assert seconds_to_wait(store, "k", rates, earlier + 9 * SECOND) == pytest.approx(1)
    assert seconds_to_wait(store, "k", rates, earlier + 10 * SECOND) == 0
    assert seconds_to_wait(store, "k", rates, NOW + timedelta(days=400)) == 0
    assert seconds_to_wait(store, "k", rates, NOW) == pytest.approx(10), "and back from a year that was a mistake"


def test_what_a_limit_refuses_counts_against_no_limit(store: Store) -> None:
    wide, narrow = Rate(2, 10), Rate(1, 3600)
    assert seconds_to_wait(store, "k", [wide, narrow], NOW) == 0
    assert all(seconds_to_wait(store, "k", [wide, narrow], NOW) > 0 for _ in range(5))
    assert seconds_to_wait(store, "k", [wide], NOW) == 0
    assert seconds_to_wait(store, "k", [wide], NOW) > 0


def test_a_voter_counts_as_new_until_there_is_a_vote(store: Store) -> None:
    rate = [Rate(2, 3600)]

    def new_voter(voter: str) -> LimitedRequest:
        return LimitedRequest("new", rate, NOW, "192.0.2.1", first_vote_of=voter)

    for voter in ("v1", "v2"):
        vote = AddVote(a_vote(f"of {voter}", voter))
        assert store.write([AddBattle(a_battle(f"of {voter}", voter)), vote], [[], [new_voter(voter)]]) == [None, None]
    assert [type(answer) for answer in store.write([new_voter("v1"), new_voter("v3")])] == [Allowed, RetryAfter]
    others = [replace(new_voter("v3"), network="192.0.2.2"), replace(new_voter("v3"), key="other")]
    assert store.write(others) == [Allowed(), Allowed()], "another network, another limit"


def test_what_was_done_gives_back_and_what_was_refused_does_not(store: Store) -> None:
    rate = [Rate(3, 3600)]
    draw, vote = (LimitedRequest("skips", rate, NOW, "192.0.2.1", weight=weight) for weight in (1, -2))
    battles: list[Operation] = [AddBattle(a_battle(f"b{number}")) for number in range(5)]
    answers = store.write(battles, [[draw]] * 5)
    assert [type(answer) for answer in answers] == [type(None)] * 3 + [RetryAfter] * 2
    assert store.write([AddVote(a_vote("b0"))], [[vote]]) == [None]
    assert [type(answer) for answer in store.write([AddVote(a_vote("b0"))] * 3, [[vote]] * 3)] == [AlreadyVoted] * 3
    answers = store.write([draw, draw, draw])
    assert [type(answer) for answer in answers] == [Allowed, Allowed, RetryAfter]
    store.write([AddVote(a_vote("b1")), AddVote(a_vote("b2"))], [[vote]] * 2)
    answers = store.write([draw] * 5)
    assert [isinstance(answer, Allowed) for answer in answers] == [True] * 3 + [False] * 2, "nothing is saved up"


def test_limits_hold_over_several_workers(store: Store, url: str) -> None:
    workers = [store, open_store(url)]
    barrier = threading.Barrier(8)

    def ask(number: int) -> list[object]:
        barrier.wait()
        keys = ["k", "l"] if number % 2 else ["l", "k"]
        requests = [LimitedRequest(key, [Rate(9, 9000)], NOW) for key in keys]
        return [answer for _ in range(5) for answer in workers[number % 2].write(requests)]

    with ThreadPoolExecutor(8) as pool:
        answers = [answer for of_thread in pool.map(ask, range(8)) for answer in of_thread]
    assert len(answers) == 80
    assert answers.count(Allowed()) == 18
    workers[1].close()


def test_counting_goes_on_while_limits_that_are_whole_again_are_forgotten(url: str) -> None:
    stop = threading.Event()

    def forget(other: Store) -> None:
        while not stop.wait(0.001):  # SQLite lets nobody in who waits while another writes without a pause
            other.forget_expired(NOW)

    with (
        open_store(url, timeout=PATIENCE) as other,
        open_store(url, timeout=PATIENCE) as counting,
        ThreadPoolExecutor(1) as pool,
    ):
        forgetting = pool.submit(forget, other)
        try:
            for _ in range(300):
                assert seconds_to_wait(counting, "k", [Rate(1_000_000, 1)], NOW - SECOND) == 0
        finally:
            stop.set()
        forgetting.result()


@pytest.fixture(scope="module")
def limits_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(sqlite_store(tmp_path_factory.mktemp("limits"))) as opened:
        yield opened


@given(
    st.sampled_from([1, 2, 5, 10]),
    st.sampled_from([1, 10, 60]),
    st.lists(st.sampled_from([0.0, 0.001, 0.3, 0.5, 1.0, 1.7, 12.0]), min_size=1, max_size=25),
)
def test_requests_are_allowed_as_by_a_bucket_that_is_refilled_evenly(
    limits_store: Store, count: int, seconds: int, pauses: list[float]
) -> None:
    """The same said in another way: ``count`` tokens, ``count / seconds`` more a second, and a request takes one."""
    interval = Fraction(seconds, count)
    requests, expected = [], []
    now, tokens = NOW, Fraction(count)
    key = f"bucket {next(KEYS)}"
    for pause in pauses:
        elapsed = timedelta(seconds=pause) * seconds / 10
        now += elapsed
        tokens = min(Fraction(count), tokens + Fraction(elapsed // timedelta(microseconds=1), 1_000_000) / interval)
        expected.append(tokens >= 1)
        tokens -= expected[-1]
        requests.append(LimitedRequest(key, [Rate(count, seconds)], now))
    answers = limits_store.write(requests)
    assert [isinstance(answer, Allowed) for answer in answers] == expected

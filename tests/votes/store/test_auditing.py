"""What people decide about votes: it holds for later audits, is counted by reason, and deletes nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from arena.errors import StoreError
from arena.votes.audit import AuditReport, report_from_json, report_json
from arena.votes.decisions import Decision, Ruling
from arena.votes.log import open_log
from arena.votes.sealing import seal
from arena.votes.store import AddBattle, AddVote, Store, network_key
from arena.votes.store.auditing import (
    all_decisions,
    audit_store,
    decide,
    retracted_votes,
    skipped_battles,
    uncounted_votes,
    voter_of,
    waiting_votes,
)
from arena.votes.store.schema import decisions, quarantine, votes
from tests.votes.sealing_child import LATER
from tests.votes.store.worlds import (
    MODELS,
    NOW,
    PERIOD,
    PROMPT,
    a_battle,
    a_vote,
    retract_vote,
    some_operations,
    write_one,
)

MINUTE = timedelta(minutes=1)
RELEASE, EXCLUDE, FORGET = Ruling.RELEASE, Ruling.EXCLUDE, Ruling.FORGET
ELSE = {"disagreement", "linked", "network", "newcomers"}
"""Rules that find what these tests are not about."""


def _decide(store: Store, ruling: Ruling, voter: str, battle: str | None = None, at: datetime = NOW) -> int:
    with store.writing() as connection:
        return decide(connection, Decision(voter, battle, ruling, f"{ruling} by a test", at))


def _with_clicker(store: Store) -> None:
    """400 votes of five voters, and 30 of one who always prefers the left side."""
    store.write(some_operations(400))
    for number in range(30):
        at = NOW + timedelta(minutes=7 * number)
        one, other = random.Random(number).sample(MODELS, 2)
        battle = a_battle(f"c{number}", "clicker", one, other, created=at)
        store.write([AddBattle(battle), AddVote(a_vote(battle.id, "clicker", at))])


def _fates(report: AuditReport) -> tuple[int, int, int]:
    return report.counted, report.quarantined, report.unknown


def _held(store: Store) -> dict[str, tuple[str, ...]]:
    with store.reading() as connection:
        return {vote.battle: vote.reasons for vote in uncounted_votes(connection)}


def test_a_released_voter_counts_in_every_later_audit(store: Store) -> None:
    _with_clicker(store)
    assert _fates(audit_store(store, now=LATER)) == (400, 30, 0)
    assert _held(store) == {f"c{number}": ("disagreement", "one-sided") for number in range(30)}
    assert _decide(store, RELEASE, "clicker") == 30
    for _ in range(2):
        report = audit_store(store, now=LATER)
        assert _fates(report) == (430, 0, 0)
        (taken,) = report.decisions
        assert (taken.ruling, taken.because, taken.on, taken.votes) == (
            "release", "release by a test", "2026-08-01", 30
        )  # fmt: skip
        assert report_from_json(report_json(report)) == report
    assert _held(store) == {}


def test_a_decision_about_a_vote_goes_before_one_about_its_voter_and_the_last_one_holds(store: Store) -> None:
    store.write(some_operations(60))
    _decide(store, EXCLUDE, "v1")
    _decide(store, RELEASE, "v1", "b00001")
    report = audit_store(store, now=LATER)
    assert _fates(report) == (49, 11, 0)
    assert {decision.ruling: decision.votes for decision in report.decisions} == {"exclude": 11, "release": 1}
    assert set(_held(store).values()) == {("by hand",)}
    _decide(store, FORGET, "v1", "b00001")
    assert _fates(audit_store(store, now=LATER)) == (48, 12, 0)
    _decide(store, FORGET, "v1")
    assert _fates(audit_store(store, now=LATER)) == (60, 0, 0)
    with store.reading() as connection:
        assert [taken.ruling for taken in all_decisions(connection)] == [EXCLUDE, RELEASE, FORGET, FORGET]
        assert connection.execute(select(func.count()).select_from(votes)).scalar() == 60


def test_a_release_after_the_seal_lets_the_vote_into_the_next_period(store: Store, tmp_path: Path) -> None:
    _with_clicker(store)
    folder = tmp_path / "votes"
    assert seal(store, folder, until=LATER, now=LATER, rng=random.Random(1)).votes == 400
    assert _decide(store, RELEASE, "clicker", "c7") == 1
    again = seal(store, folder, until=LATER, now=LATER, rng=random.Random(2))
    assert (again.votes, again.number, again.audit.counted) == (1, 2, 1)
    assert len(open_log(folder).votes().to_pyarrow()) == 401
    assert seal(store, folder, until=LATER, now=LATER, rng=random.Random(3)).votes == 0
    with pytest.raises(StoreError, match="is in the log, which only grows"):
        _decide(store, EXCLUDE, "v1", "b00001")
    with store.reading() as connection:
        assert connection.execute(select(func.count(quarantine.c.battle.distinct()))).scalar() == 29
        assert connection.execute(select(func.count()).select_from(decisions)).scalar() == 1


def test_a_rule_that_stopped_goes_on_without_what_was_released(store: Store) -> None:
    store.write(some_operations(60))
    for number in range(30):
        at = NOW + timedelta(minutes=7 * number)
        battle = a_battle(f"c{number}", "clicker", MODELS[number % 4], MODELS[(number + 1) % 4], created=at)
        store.write([AddBattle(battle), AddVote(a_vote(battle.id, "clicker", at))])
    before = audit_store(store, now=LATER)
    assert "one-sided" in {rule.rule for rule in before.stopped} and before.unknown == 30
    assert set(_held(store)) == {f"c{number}" for number in range(30)}
    _decide(store, RELEASE, "clicker")
    after = audit_store(store, now=LATER)
    assert (after.stopped, _fates(after)) == ((), (90, 0, 0))


def test_nothing_is_decided_about_what_is_not_there_or_without_a_reason(store: Store) -> None:
    store.write(some_operations(10))
    with store.reading() as connection:
        assert voter_of(connection, "b00002") == "v2"
        with pytest.raises(StoreError, match="no such vote"):
            voter_of(connection, "b99999")
    for voter, battle in (("nobody", None), ("v1", "b00002")):
        with pytest.raises(StoreError, match="no such vote"):
            _decide(store, RELEASE, voter, battle)
    with pytest.raises((IntegrityError, StoreError)), store.writing() as connection:
        decide(connection, Decision("v1", None, RELEASE, "", NOW))
    with store.reading() as connection:
        assert all_decisions(connection) == []


def test_what_was_drawn_and_not_voted_on_is_there_for_the_audit(store: Store) -> None:
    for number, (voter, network) in enumerate(
        [("v1", "192.0.2.1"), ("v2", "192.0.2.1"), ("v3", ""), ("v1", "192.0.2.2")]
    ):
        battle = replace(a_battle(f"b{number}", voter, created=NOW + number * MINUTE), network=network)
        write_one(store, AddBattle(battle))
    write_one(store, AddVote(a_vote("b3", "v1", NOW + 3 * MINUTE, network="192.0.2.9")))
    with store.reading() as connection:
        assert skipped_battles(connection, LATER).num_rows == 0, "they can still be voted on"
    assert store.forget_expired(LATER) == 3
    with store.reading() as connection:
        skips = skipped_battles(connection, LATER).to_pylist()
        assert skipped_battles(connection, NOW + MINUTE).num_rows == 1
    key = network_key(PERIOD, "192.0.2.1")
    seen = [(row["battle"], row["voter"], row["network"], row["left"], row["right"]) for row in skips]
    assert seen == [("b0", "v1", key, *MODELS[:2]), ("b1", "v2", key, *MODELS[:2])]
    assert (skips[1]["at"], skips[1]["prompt"]) == (NOW + MINUTE, PROMPT)


def test_retracted_votes_are_there_for_the_audit_until_their_period_is_sealed(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(40))
    write_one(store, AddBattle(replace(a_battle("skipped", "v1"), network="n1")))
    retract_vote(store, "b00007", NOW + 7 * MINUTE)
    store.forget_expired(LATER)
    with store.reading() as connection:
        (vote,) = retracted_votes(connection, LATER).to_pylist()
        assert skipped_battles(connection, LATER).num_rows == 1
    assert (vote["battle"], vote["voter"], vote["retracted"]) == ("b00007", "v2", NOW + 7 * MINUTE)
    assert vote["network"] == network_key(PERIOD, "n2")
    seal(store, tmp_path / "votes", until=LATER, now=LATER, rng=random.Random(1))
    with store.reading() as connection:
        assert retracted_votes(connection, LATER).num_rows == skipped_battles(connection, LATER).num_rows == 0


def test_votes_of_one_network_beyond_its_share_wait_with_the_reason_until_a_person_decides(store: Store) -> None:
    store.write(some_operations(200))
    for number in range(40):
        at, voter = NOW + timedelta(hours=number), f"once{number}"
        battle = a_battle(f"p{number}", voter, MODELS[3], MODELS[number % 3], created=at)
        store.write([AddBattle(battle), AddVote(a_vote(battle.id, voter, at, network="one"))])
    without = frozenset(ELSE | {"picked"})
    report = audit_store(store, now=LATER, without=without)
    with store.reading() as connection:
        waits = waiting_votes(connection, "share")
        told = {vote.battle: vote.waits_for for vote in uncounted_votes(connection)}
    assert len(waits) == report.unknown > 20
    assert told == {battle: ("share",) for battle, _ in waits}
    for name, voter in waits:
        _decide(store, RELEASE, voter, name)
    assert audit_store(store, now=LATER, without=without).unknown == 0
    with store.reading() as connection:
        assert waiting_votes(connection, "share") == []
        assert list(uncounted_votes(connection)) == []


def test_a_network_that_left_most_battles_is_found_by_what_it_left(store: Store) -> None:
    store.write(some_operations(200))
    for number in range(60):
        battle = replace(a_battle(f"l{number}", f"w{number}", *MODELS[number % 2 : number % 2 + 2]), network="one")
        store.write([AddBattle(battle)])
    for number in range(20):
        at, voter = NOW + timedelta(hours=number), f"w{number}"
        battle = a_battle(f"p{number}", voter, MODELS[3], MODELS[number % 3], created=at)
        store.write([AddBattle(battle), AddVote(a_vote(battle.id, voter, at, network="one"))])
    report = audit_store(store, now=LATER, without=frozenset(ELSE | {"share"}))
    assert {rule.rule: rule.votes for rule in report.rules if rule.votes} == {"picked": 20}
    with store.reading() as connection:
        assert {battle for battle, _ in waiting_votes(connection, "picked")} == {f"p{number}" for number in range(20)}

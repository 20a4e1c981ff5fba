"""Groups that show together what no single voter shows: who is named, what waits, and what stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa

from arena.records import Outcome, Vote
from arena.votes.audit import Thresholds, Verdict, judge
from arena.votes.decisions import Decision, Ruling
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import HONEST, MODELS, honest_votes, judged, preferring, rules_of, votes_like

TARGET = MODELS[2]


def single_votes(count: int, won: float = 1.0) -> list[Vote]:
    """One vote each of so many voters on the target, spread over ten days; it wins a share of them."""
    votes = [vote for number in range(count) for vote in preferring(votes_like(f"one-{number}", 1), TARGET)]
    lost = np.random.default_rng(3).random(count) >= won
    return [
        replace(vote, at=HONEST[0].at + timedelta(hours=6 * number), outcome=Outcome.RIGHT if lose else vote.outcome)
        for number, (vote, lose) in enumerate(zip(votes, lost.tolist(), strict=True))
    ]


def waiting(verdict: Verdict) -> set[str]:
    """The voters of whom a vote waits."""
    voters = [vote.voter for vote in HONEST]
    return {voter for voter, waits in zip(voters, verdict.unknown[: len(voters)], strict=True) if waits}


def test_single_votes_of_one_network_wait_together_won_or_lost() -> None:
    votes = single_votes(60, won=0.85)
    networks = {vote.voter: "office" for vote in votes} | {f"v{number}": "office" for number in range(30)}
    found, verdict = judged(votes, networks)
    assert not found & {vote.voter for vote in votes}
    assert verdict.unknown[len(HONEST) :].all()
    (alert,) = verdict.report.alerts
    assert (alert.model, alert.group, alert.focused) == (TARGET, "network", True)
    assert verdict.waiting["network"].sum() == alert.waiting < 120
    assert waiting(verdict) <= {f"v{number}" for number in range(30)}


def test_single_votes_of_networks_of_their_own_wait_as_newcomers() -> None:
    votes = single_votes(60)
    found, verdict = judged(votes, {vote.voter: vote.voter for vote in votes})
    assert found == set() and rules_of(verdict) == {"newcomers"}
    assert verdict.waiting["newcomers"][len(HONEST) :].sum() > 40
    assert [alert.model for alert in verdict.report.alerts] == [TARGET]


def test_a_group_that_a_person_released_is_no_alert_any_more() -> None:
    votes = single_votes(60)
    table = votes_table(HONEST + votes)
    released = [Decision(vote.voter, None, Ruling.RELEASE, "a class", HONEST[0].at) for vote in votes]
    assert judge(table).report.unknown >= 60
    verdict = judge(table, decisions=released)
    assert (verdict.report.alerts, verdict.report.unknown) == ((), 0)


def test_a_group_that_differs_little_is_left_alone() -> None:
    assert judged(single_votes(60, won=0.45))[1].report.unknown == 0


def test_an_honest_arena_has_an_alert_less_often_than_promised() -> None:
    quiet = Thresholds(alert_chance=0.25, group_effect=0.0)
    votes = [honest_votes(voters=60, each=12, seed=seed) for seed in range(12)]
    tables = [votes_table(part).append_column("network", networks(part)) for part in votes]
    alerted = [bool(judge(table, thresholds=quiet, without=frozenset({"share"})).report.alerts) for table in tables]
    assert sum(alerted) <= 6


def networks(votes: list[Vote]) -> pa.Array:
    """Five networks of twelve voters."""
    return pa.array([f"net-{int(vote.voter[1:]) % 5}" for vote in votes])

"""The rules of the audit: each finds what it is for, and the bounds they rest on hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.records import Outcome, Vote
from arena.votes.audit import report_from_json, report_json
from arena.votes.audit.consensus import count_bound, successes_bound
from tests.votes.audit.honest_votes import (
    HONEST,
    MODELS,
    START,
    honest_votes,
    judged,
    preferring,
    rules_of,
    votes_like,
)


def test_velocity_sets_aside_the_crowded_minute_alone() -> None:
    calm = votes_like("bot", 20)
    crowd = [
        replace(vote, battle=f"crowd-{n}", at=START + timedelta(days=30, seconds=n))
        for n, vote in enumerate(votes_like("bot", 40))
    ]
    _, verdict = judged(calm + crowd)
    assert rules_of(verdict) == {"velocity"}
    assert verdict.report.quarantined == 40
    _, verdict = judged(crowd[:30])
    assert verdict.report.quarantined == 0


def test_snap_decisions_set_aside_the_voter_and_a_single_one_itself() -> None:
    found, verdict = judged(votes_like("bot", 12, dwell_ms=500))
    assert (found, rules_of(verdict)) == ({"bot"}, {"snap"})
    _, verdict = judged(votes_like("v", 12)[:11] + votes_like("v", 12, dwell_ms=249)[11:])
    assert verdict.report.quarantined == 1
    _, verdict = judged(votes_like("v", 12, dwell_ms=None))
    assert verdict.report.quarantined == 0
    assert next(rule.judged for rule in verdict.report.rules if rule.rule == "snap") == len(HONEST)


@pytest.mark.parametrize("side", [Outcome.LEFT, Outcome.RIGHT])
def test_a_voter_of_one_side_is_set_aside(side: Outcome) -> None:
    found, verdict = judged(votes_like("bot", 20, outcome=side))
    assert found == {"bot"} and "one-sided" in rules_of(verdict)
    assert judged(votes_like("v", 12, outcome=side))[0] == set()
    assert judged(votes_like("v", 40, outcome=Outcome.BOTH_BAD))[0] == set()


def test_a_voter_against_everyone_is_set_aside() -> None:
    turned = {Outcome.LEFT: Outcome.RIGHT, Outcome.RIGHT: Outcome.LEFT, Outcome.TIE: Outcome.TIE}
    contrary = [replace(vote, outcome=turned[vote.outcome]) for vote in votes_like("contrary", 80)]
    found, verdict = judged(contrary)
    assert (found, rules_of(verdict)) == ({"contrary"}, {"disagreement"})


@pytest.mark.parametrize(
    ("rates", "clickers", "each"),
    [((0.25, 0.25, 0.25, 0.25), 4, 60), ((0.45, 0.45, 0.1, 0.0), 1, 300)],
    ids=["any button", "buttons as often as people"],
)
def test_random_clickers_who_wait_as_people_do_are_set_aside(
    rates: tuple[float, ...], clickers: int, each: int
) -> None:
    rng = np.random.default_rng(5)
    votes = [vote for number in range(clickers) for vote in votes_like(f"random{number}", each)]
    buttons = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD]
    clicks = [replace(vote, outcome=buttons[rng.choice(4, p=rates)]) for vote in votes]
    found, verdict = judged(clicks)
    assert (found, rules_of(verdict)) == ({f"random{number}" for number in range(clickers)}, {"disagreement"})


def test_voters_of_one_model_are_set_aside_though_they_made_it_usual() -> None:
    bots = [vote for number in range(20) for vote in preferring(votes_like(f"bot{number}", 10), MODELS[3])]
    found, verdict = judged(bots)
    assert found == {f"bot{number}" for number in range(20)}
    assert "favourite" in rules_of(verdict)
    (target,) = [model for model in verdict.report.models if model.model == MODELS[3]]
    assert (target.quarantined, target.raised, target.sunk) == (200, 200, 0)


def test_voters_of_one_network_who_push_one_model_now_and_then_are_set_aside() -> None:
    bots = [
        replace(vote, outcome=Outcome.LEFT if vote.left == MODELS[2] else Outcome.RIGHT)
        if MODELS[2] in (vote.left, vote.right) else vote
        for number in range(8) for vote in votes_like(f"bot{number}", 40)
    ]  # fmt: skip
    networks = {f"bot{number}": "n1" for number in range(8)} | {f"v{number}": "campus" for number in range(60)}
    found, verdict = judged(bots, networks)
    assert {"linked", "disagreement"} <= rules_of(verdict)
    assert found <= {f"bot{number}" for number in range(8)} and len(found) >= 6
    assert judged(bots)[0] == set()


def test_newcomers_who_lie_about_one_model_now_and_then_raise_an_alert() -> None:
    target, liars = MODELS[2], list[Vote]()
    for vote in honest_votes(30, 8, seed=9):
        late = replace(vote, voter=f"late-{vote.voter}", battle=f"late-{vote.battle}", at=vote.at + timedelta(days=28))
        lie = Outcome.LEFT if vote.left == target else Outcome.RIGHT
        liars.append(replace(late, outcome=lie) if target in (vote.left, vote.right) else late)
    found, verdict = judged(liars)
    assert len(found) <= 1
    assert [alert.model for alert in verdict.report.alerts] == [target]
    (alert,) = verdict.report.alerts
    assert alert.wins == alert.battles > 2 * alert.expected
    assert alert.deviations > 4
    assert alert.since >= "2026-08-31"
    assert report_from_json(report_json(verdict.report)) == verdict.report
    assert judged([])[1].report.alerts == ()


def test_a_farmed_pair_is_set_aside_and_the_rest_of_its_voter_counts() -> None:
    farmed = [
        replace(vote, left=MODELS[0], right=MODELS[1], battle=f"f-{n}")
        for n, vote in enumerate(votes_like("farmer", 12))
    ]
    _, verdict = judged(votes_like("farmer", 30) + farmed)
    assert {rule.rule: rule.votes for rule in verdict.report.rules if rule.votes}.get("farmed", 0) >= 12
    assert verdict.report.quarantined < 20


def test_a_burst_for_one_model_is_set_aside() -> None:
    start = START + timedelta(days=5)
    bots = [
        replace(vote, at=start + timedelta(seconds=40 * number + 3 * place))
        for number in range(40)
        for place, vote in enumerate(preferring(votes_like(f"bot{number}", 2), MODELS[1]))
    ]
    found, verdict = judged(bots)
    assert found == {f"bot{number}" for number in range(40)}
    assert rules_of(verdict) == {"burst"}


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.integers(0, 60))
def test_the_bounds_hold(trials: int, chance: float, successes: int) -> None:
    from math import comb, exp, factorial  # noqa: PLC0415

    least = min(successes, trials)
    tail = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(least, trials + 1))
    bound = float(successes_bound(np.array([float(least)]), np.array([float(trials)]), np.array([trials * chance]))[0])
    assert exp(bound) >= tail * (1 - 1e-9)
    mean = trials * chance
    rest = 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(least))
    assert exp(float(count_bound(np.array([float(least)]), np.array([mean]))[0])) >= rest - 1e-9

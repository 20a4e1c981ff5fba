"""Who leads for sure: evidence that may be looked at as often as one likes, and the claims made from it."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from arena.ratings import compute_ratings, rating_settings
from arena.ratings.boards import Estimate
from arena.ratings.leader import (
    FALSE_CLAIMS,
    LeaderClaim,
    as_normal,
    claims_of,
    leader_since,
    log_evidence,
    proven_leader,
)
from arena.ratings.uncertainty import Uncertainty, independent
from benchmarks.leader import YEARS, looked_at
from tests.ratings.voting import Ballot, table

STEPS = np.linspace(-30.0, 30.0, 12001)
DENSITY = np.exp(-0.5 * STEPS**2) / math.sqrt(2 * math.pi) * (STEPS[1] - STEPS[0])


@pytest.mark.parametrize("error", [0.5, 1.0, 30.0])
def test_evidence_is_1_on_average_while_two_are_equal_and_less_while_the_first_is_weaker(error: float) -> None:
    evidence = np.exp(log_evidence(error * STEPS, np.full(len(STEPS), error), 2.0))
    assert (evidence * DENSITY).sum() == pytest.approx(1.0, abs=1e-4)
    weaker = np.exp(log_evidence(error * (STEPS - 1.0), np.full(len(STEPS), error), 2.0))
    assert (weaker * DENSITY).sum() < 1.0
    assert np.isfinite(log_evidence(np.array([-1e6, 1e3]), np.array([1e-3, 1e-1]), 2.0)).all()


def test_hundreds_of_looks_mislead_as_seldom_as_promised_where_intervals_mislead_often() -> None:
    rng = np.random.default_rng(7)
    looks = np.arange(1, 301)
    means = np.cumsum(rng.standard_normal((600, 300)), axis=1) / looks
    errors = np.broadcast_to(1.0 / np.sqrt(looks), means.shape)
    reached = log_evidence(means.ravel(), errors.ravel(), 0.5).reshape(means.shape) >= math.log(1 / FALSE_CLAIMS)
    assert 0.01 < reached.any(axis=1).mean() <= FALSE_CLAIMS
    assert (means > 1.96 * errors).any(axis=1).mean() > 0.2


def test_errors_from_few_clusters_tell_less_far_out() -> None:
    # Quantiles of Student's t and of the normal distribution for chances of 0.0005 and 0.025, one-sided.
    for freedom, far, near in ((10.0, 4.587, 2.228), (30.0, 3.646, 2.042)):
        found = as_normal(np.array([far, -far]) * 1.96 / near, freedom)
        assert found == pytest.approx([3.2905, -3.2905], rel=0.01)
    assert as_normal(np.array([3.0]), math.inf).tolist() == [3.0]


def estimate(mu: list[float], error: float, freedom: float = math.inf) -> Estimate:
    known = independent(np.full(len(mu), error))
    uncertainty = Uncertainty(known.error, known.correlation, freedom=freedom)
    return Estimate(np.array(mu), known.error, uncertainty)


def test_a_leader_has_to_beat_every_other_model_with_votes_enough() -> None:
    votes, everyone = np.full(3, 500), np.arange(3)
    assert proven_leader(estimate([25, 30, 24], 0.5), everyone, votes, 25 / 6) == 1
    assert proven_leader(estimate([29.5, 30, 24], 0.5), everyone, votes, 25 / 6) is None, "the second is close"
    assert proven_leader(estimate([29.5, 30, 24], 0.5), np.array([1, 2]), votes, 25 / 6) == 1, "it has no rank"
    assert proven_leader(estimate([25, 30, 24], 0.5), everyone, np.array([500, 29, 500]), 25 / 6) is None
    assert proven_leader(estimate([25, 30, 24], 0.5), np.array([1]), votes, 25 / 6) is None, "nobody to lead"
    assert proven_leader(estimate([23, 30, 22], 1.1), everyone, votes, 25 / 6) == 1
    assert proven_leader(estimate([23, 30, 22], 1.1, 3.0), everyone, votes, 25 / 6) is None, "of a handful of voters"


def test_a_claim_is_made_once_and_stands_until_another_model_is_proven() -> None:
    weeks = [date(2026, 3, 1) + timedelta(weeks=number) for number in range(6)]
    claims = claims_of("draw", zip(weeks, [None, "a/x", None, "a/x", "a/y", "a/x"], strict=True))
    assert [(claim.model, claim.week) for claim in claims] == [("a/x", weeks[1]), ("a/y", weeks[4]), ("a/x", weeks[5])]
    assert leader_since(claims, "draw", "a/x") == LeaderClaim("draw", "a/x", weeks[5])
    assert leader_since(claims, "draw", "a/y") is leader_since(claims, "edit", "a/x") is None


def test_votes_prove_a_leader_in_a_week_and_later_votes_do_not_change_that_week() -> None:
    wins = [Ballot("a/1", f"a/{2 + n % 3}", "left", voter=f"v{n % 30}", number=4 * n) for n in range(120)]
    rest = [
        Ballot("a/2", "a/3", "left" if n % 2 else "right", voter=f"v{n % 30}", number=4 * n + 1) for n in range(120)
    ]
    votes = sorted([*wins, *rest], key=lambda ballot: ballot.number)
    step, options = timedelta(hours=3), rating_settings(draw_probability=0.1)
    rated = compute_ratings(table(votes, step), options, history=True)
    (claim,) = rated.leaders
    assert (claim.arena, claim.model) == ("text-to-image", "a/1")
    assert rated.leader_since("text-to-image") == claim
    earlier = compute_ratings(table([vote for vote in votes if vote.number < 420], step), options, history=True)
    assert earlier.leaders == rated.leaders
    assert rated.leader_since("edit") is None


def test_a_simulated_year_finds_a_leader_far_ahead_and_none_among_equals() -> None:
    assert looked_at(YEARS[-1], seed=5, every=60).true is not None
    equal = looked_at(YEARS[0], seed=5, every=60)
    assert (equal.true, equal.false) == (None, False)

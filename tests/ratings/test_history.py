"""Ratings over time and drift."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from arena.ratings import compute_ratings, rating_settings
from arena.ratings.drift import THRESHOLD, ScoredVotes, drift_of
from arena.ratings.probabilities import expected_points
from arena.ratings.results import Ratings
from arena.records import Axis
from benchmarks.drift import CHANGE, MODELS, WEEKS, simulate
from tests.ratings.voting import Ballot, numbered, random_ballots, table


def rate(votes: list[Ballot], step: timedelta, **options: object) -> Ratings:
    return compute_ratings(table(votes, step), rating_settings(**options), history=True)


def test_the_last_week_is_the_board_of_today() -> None:
    votes = random_ballots(400, 6, seed=4)
    ratings = rate(votes, timedelta(hours=2))
    board = ratings.get(Axis("text-to-image"))
    assert board is not None
    last = max(point.week for point in ratings.history)
    today = {point.model: point for point in ratings.history if point.week == last}
    assert {model: (p.mu, p.sigma, p.score, p.votes) for model, p in today.items()} == {
        r.model: (r.mu, r.sigma, r.score, r.votes) for r in board.ratings
    }


def test_a_week_is_rated_from_the_votes_up_to_its_sunday() -> None:
    votes = random_ballots(400, 6, seed=4)
    ratings = rate(votes, timedelta(hours=2), draw_probability=0.1)
    weeks = sorted({point.week for point in ratings.history})
    assert weeks == [date(2026, 1, 11) + timedelta(weeks=number) for number in range(5)]
    first = rate([b for b in votes if b.number < 84], timedelta(hours=2), draw_probability=0.1)
    assert [p for p in ratings.history if p.week == weeks[0]] == [p for p in first.history if p.week == weeks[0]]
    assert {point.week for point in first.history} == {weeks[0]}


def test_a_week_ends_on_sunday_at_midnight_utc() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left")] * 8)
    ratings = rate(votes, timedelta(days=1), min_votes=1)
    assert [(p.week, p.votes) for p in ratings.history if p.model == "a/1"] == [
        (date(2026, 1, 11), 7),
        (date(2026, 1, 18), 8),
    ]


def test_weeks_without_votes_keep_the_rating_and_models_come_in_with_min_votes() -> None:
    votes = numbered([Ballot("a/1", "a/2", "left")] * 3 + [Ballot("a/1", "a/3", "left")] * 3)
    ratings = rate(votes, timedelta(days=10), min_votes=2)
    weeks = {model: [p.week for p in ratings.history if p.model == model] for model in ("a/1", "a/2", "a/3")}
    assert len(weeks["a/1"]) == 7
    assert len(weeks["a/3"]) == 3
    points = [p for p in ratings.history if p.model == "a/2" and p.votes == 3]
    assert len({(p.mu, p.sigma) for p in points if p.week < date(2026, 2, 2)}) == 1
    assert list(ratings.history) == sorted(ratings.history, key=lambda p: (p.arena, p.model, p.week))


def test_both_bad_as_a_tie_reaches_history() -> None:
    votes = numbered([Ballot("a/1", "a/2", "both_bad")] * 3)
    assert rate(votes, timedelta(hours=1)).history == ()
    assert [p.votes for p in rate(votes, timedelta(hours=1), both_bad="tie").history] == [3, 3]


BETA = 25 / 6


def scored(*votes: tuple[int, int, float, int]) -> ScoredVotes:
    """From (first, second, points, week), each by a voter of its own."""
    first, second, points, week = (np.array(column) for column in zip(*votes, strict=True))
    return ScoredVotes(first, second, points.astype(np.float64), np.arange(len(votes)), week)


def test_drift_is_surprise_against_the_models_own_past() -> None:
    mu = np.array([27.0, 25.0, 20.0])
    found = drift_of(scored((0, 1, 1.0, 0), (0, 2, 0.5, 0), (0, 1, 0.0, 1)), mu, BETA, 0.5)
    over_1, over_2 = expected_points(2.0, 0.0, BETA, 0.5), expected_points(7.0, 0.0, BETA, 0.5)
    past = ((1.0 - over_1) + (0.5 - over_2)) / 2
    assert found.drift[0, 1] == pytest.approx((0.0 - over_1) - past, abs=1e-9)
    assert np.isnan(found.drift[:, 0]).all()
    assert np.isnan(found.drift[2]).all()
    assert found.votes.tolist() == [[2, 1], [1, 1], [1, 0]]


def test_the_error_is_that_of_the_chances_of_each_vote() -> None:
    votes = [(0, 1, float(number % 2), number // 50) for number in range(100)]
    found = drift_of(scored(*votes), np.array([25.0, 25.0]), BETA, 0.0)
    assert found.drift[0, 1] == pytest.approx(0.0, abs=1e-9)
    assert found.error[0, 1] == pytest.approx(math.sqrt(0.25 / 50 * 2))


def test_votes_of_one_voter_count_as_one_surprise() -> None:
    votes = scored(*[(0, 1, float(number // 5 % 2), number // 50) for number in range(100)])
    together = ScoredVotes(votes.first, votes.second, votes.points, np.arange(100) // 5, votes.week)
    mu = np.array([25.0, 25.0])
    apart = drift_of(votes, mu, BETA, 0.0).error[0, 1]
    assert drift_of(together, mu, BETA, 0.0).error[0, 1] == pytest.approx(apart * math.sqrt(5))


def test_the_threshold_is_3_errors_corrected_for_a_year_of_looks() -> None:
    chance = math.erfc(THRESHOLD / math.sqrt(2))
    assert chance * 52 == pytest.approx(math.erfc(3 / math.sqrt(2)))


def test_a_model_that_silently_got_worse_is_flagged_within_3_weeks() -> None:
    for seed in range(5):
        flagged = simulate(np.random.default_rng(seed), 0.2).flagged
        assert flagged[0, CHANGE : CHANGE + 3].any()
        assert not flagged[0, :CHANGE].any()


def test_stable_models_are_left_alone() -> None:
    flags = sum(int(simulate(np.random.default_rng(seed), 0.0).flagged.sum()) for seed in range(5))
    assert flags <= 1, f"{flags} flagged weeks in {5 * MODELS * WEEKS} stable model-weeks"


def test_few_votes_are_never_flagged() -> None:
    upsets = scored((0, 1, 1.0, 0), (0, 1, 1.0, 1), *[(0, 1, 0.0, 2)] * 5)
    assert not drift_of(upsets, np.array([50.0, 10.0]), BETA, 0.0).flagged.any()


def test_a_stronger_field_is_not_a_drift_of_the_model() -> None:
    rng = np.random.default_rng(4)
    votes = []
    for number in range(4000):
        opponent = 1 if number < 2000 else 2
        chance = expected_points(0.0 if opponent == 1 else -5.0, 0.0, BETA, 0.0)
        votes.append((0, opponent, float(rng.random() < chance), number // 400))
    found = drift_of(scored(*votes), np.array([25.0, 25.0, 30.0]), BETA, 0.0)
    assert not found.flagged.any()
    assert np.nanmax(np.abs(found.drift[0])) < 0.1


def test_history_carries_drift_and_intervals() -> None:
    ballots = random_ballots(2000, 6, seed=9)
    ratings = compute_ratings(table(ballots, timedelta(minutes=30)), rating_settings(), history=True)
    points = [point for point in ratings.history if point.model == "org/m01"]
    assert [point.week for point in points] == [date(2026, 1, 11) + timedelta(weeks=n) for n in range(6)]
    assert points[0].drift is None
    assert sum(point.week_votes for point in points) == points[-1].votes
    for point in points[1:]:
        assert point.drift is not None
        assert point.drift_low is not None
        assert point.drift_high is not None
        assert point.drift_low < point.drift < point.drift_high
        assert point.score_low < point.score < point.score_high
    board = ratings.boards[-1]
    today = board.get("org/m01")
    assert today is not None
    assert (points[-1].score_low, points[-1].score_high) == (today.score_low, today.score_high)


def test_a_week_without_votes_has_no_drift() -> None:
    ballots = numbered([Ballot("a/1", "a/2", "left")] * 4)
    ratings = compute_ratings(table(ballots, timedelta(days=14)), rating_settings(min_votes=1), history=True)
    silent = [point for point in ratings.history if not point.week_votes]
    assert silent
    assert all(point.drift is None and not point.flagged for point in silent)

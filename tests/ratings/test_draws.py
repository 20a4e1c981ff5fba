"""Boards of many models, whose intervals are drawn: beside the exact ones of boards that have a matrix."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest

from arena.errors import RatingsError
from arena.exports.dataset.tables import iter_covariances
from arena.ratings import compute, compute_ratings, fragility, history, rating_settings, uncertainty
from arena.ratings.boards import rank_intervals
from arena.ratings.cluster_rows import ClusterRows, held_of, power_of_two, pulls_of, rows_of_votes
from arena.ratings.clusters import AxisVotes, Clusters, ClusterSums
from arena.ratings.draws import DRAWS, DrawnCorrelation, DrawnCovariance, noise, spread_of_rows
from arena.ratings.fragility import fragility_of
from arena.ratings.kept import keep_records, read_records
from arena.ratings.results import Ratings
from arena.ratings.solver import Solution, solve
from arena.ratings.system import System
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Uncertainty, axis_votes, system_matrix, uncertainty_of
from arena.records import Axis
from benchmarks.coverage import SETTINGS, World, simulate, tally_votes
from tests.ratings.voting import numbered, random_ballots, table

MODELS = 120
BALLOTS = random_ballots(700, 9, seed=4)
WORLD = World("many", models=MODELS, votes=6000, voters=700, prompts=60, effect=2.0)


@contextmanager
def drawn_from(models: int) -> Generator[None]:
    """Boards of more models than these count as large."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (uncertainty, fragility):
            patch.setattr(module, "DENSE_MODELS", models)
        yield


@dataclass(frozen=True)
class Both:
    """One board by its matrix and by draws."""

    tally: AxisTally
    solution: Solution
    votes: AxisVotes
    exact: Uncertainty
    drawn: Uncertainty


@cache
def both() -> Both:
    votes = simulate(WORLD, np.random.default_rng(5)).votes
    tally = tally_votes(votes, MODELS)
    solution = solve(tally, SETTINGS, 0.1)
    axis = axis_votes(solution, votes, np.arange(len(votes.voter)), np.arange(MODELS))
    with drawn_from(1):
        drawn = uncertainty_of(solution, SETTINGS.sigma, axis)
    return Both(tally, solution, axis, uncertainty_of(solution, SETTINGS.sigma, axis), drawn)


def test_drawn_errors_are_the_exact_ones_within_what_is_promised() -> None:
    ratio = both().drawn.error / both().exact.error
    assert float(ratio.mean()) == pytest.approx(1.0, abs=0.003)
    assert float(ratio.std()) < 0.01
    assert np.abs(ratio - 1.0).max() < 0.04
    assert both().drawn.intervals is both().exact.intervals
    assert both().drawn.prompts == 60
    assert both().exact.variance
    assert both().drawn.variance
    for share in ("votes", "voters", "prompts"):
        assert getattr(both().drawn.variance, share) == pytest.approx(getattr(both().exact.variance, share), abs=0.01)


def test_drawn_differences_are_the_exact_ones() -> None:
    first, second = np.random.default_rng(0).integers(0, MODELS, (2, 500))
    found, known = (each.of_pairs(first, second) for each in (both().drawn, both().exact))
    assert found[first != second] == pytest.approx(known[first != second], rel=0.04)
    assert (found[first == second] < 1e-6).all()
    # One by one and all at once, pairs that met and pairs that never did.
    one_by_one = [both().drawn.of_difference(*pair) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    assert one_by_one == pytest.approx(found.tolist(), abs=1e-6)


def test_drawn_ranks_are_as_wide_as_the_exact_ones() -> None:
    mu = both().solution.mu
    (low, high), (known_low, known_high) = (rank_intervals(mu, each) for each in (both().drawn, both().exact))
    assert np.abs(low - known_low).max() <= 5
    assert np.abs(high - known_high).max() <= 5
    assert float((high - low).mean()) == pytest.approx(float((known_high - known_low).mean()), rel=0.03)


def test_some_models_have_a_matrix_that_is_one_of_correlations() -> None:
    some = np.arange(0, MODELS, 2)
    found, known = both().drawn.of(some).matrix, both().exact.of(some).matrix
    assert np.diag(found) == pytest.approx(np.ones(len(some)))
    assert np.abs(found - known).max() < 0.02
    assert np.linalg.eigvalsh(found)[0] > -1e-9


def test_where_models_met_few_others_more_is_drawn() -> None:
    """A chain of 60 models: the error of a difference is off by what 1,000 draws leave, 2.2% on average."""
    links = np.arange(59)
    counts = np.tile(np.array([[6, 5, 2, 0]], np.int64), (59, 1))
    tally = AxisTally(Axis("chain"), tuple(f"m{n:02d}" for n in range(60)), links, links + 1, counts)
    solution = solve(tally, SETTINGS, 0.1)
    system = System.of(solution, SETTINGS.sigma)
    centre = np.eye(60) - 1 / 60
    exact = centre @ np.linalg.inv(system_matrix(solution, SETTINGS.sigma)) @ centre
    covariance = DrawnCovariance.of(system)
    assert float((covariance.variance / np.diag(exact)).mean()) == pytest.approx(1.0, abs=0.1)
    first, second = np.triu_indices(60, 1)
    found = covariance.variance[first] + covariance.variance[second] - 2.0 * covariance.of_pairs(first, second)
    known = np.diag(exact)[first] + np.diag(exact)[second] - 2.0 * exact[first, second]
    assert found == pytest.approx(known, rel=0.2)


def test_few_clusters_are_exact_and_many_are_drawn() -> None:
    system, rng = System.of(both().solution, SETTINGS.sigma), np.random.default_rng(2)
    # A cluster has one row for each model.
    starts, model = np.arange(0, 4001, 4), np.concatenate([rng.permutation(MODELS)[:4] for _ in range(1000)])
    many = ClusterRows(starts, model.astype(np.int32), rng.normal(size=4000))
    few = ClusterRows(starts[:301], many.model[:1200], many.pull[:1200])
    inverse = system.solve(np.eye(MODELS))
    for rows, near in ((few, 1e-5), (many, 0.1)):
        pulls = rows.columns(0, rows.count, MODELS)
        assert spread_of_rows(system, rows) == pytest.approx(((inverse @ pulls) ** 2).sum(axis=1), rel=near)


def test_rows_of_votes_are_those_of_their_sums() -> None:
    votes, solution = both().votes, both().solution
    (slope, _), held = pulls_of(solution), held_of(solution)
    diagonal = System.of(solution, SETTINGS.sigma).diagonal / power_of_two(solution.precision)
    of_votes = (votes.voters.order, votes.voters.sizes, votes.low, votes.high, votes.site, slope, held, diagonal)
    found = ClusterRows(*rows_of_votes(*of_votes))
    cluster = np.tile(np.repeat(np.arange(len(votes.voters.sizes)), votes.voters.sizes), 2)
    sums = np.zeros((len(votes.voters.sizes), MODELS, 3))
    slopes = np.concatenate([slope[votes.site], -slope[votes.site]])
    terms = np.column_stack([np.ones(len(cluster)), slopes, np.tile(held[votes.site], 2)])
    np.add.at(sums, (cluster, np.concatenate([votes.low, votes.high])), terms)
    known = ClusterSums(sums).rows(diagonal)
    every = (0, found.count, MODELS)
    assert found.columns(*every) == pytest.approx(known.columns(*every), rel=1e-9)
    assert Clusters.single(3).sizes.tolist() == [1, 1, 1]


def test_random_numbers_are_normal_enough_and_never_change() -> None:
    numbers = np.array([noise(key) for key in range(20_000)])
    assert numbers[:6].tolist() == [0.25, 0.75, -2.25, -0.5, -0.5, 0.75]
    assert float(numbers.mean()) == pytest.approx(0.0, abs=0.02)
    assert float(numbers.std()) == pytest.approx(1.0, abs=0.02)
    assert float((numbers**4).mean()) == pytest.approx(3.0, abs=0.15)
    apart = [float(np.mean(numbers[:-lag] * numbers[lag:])) for lag in (1, 2, 3, DRAWS)]
    assert max(map(abs, apart)) < 0.03


def test_nothing_is_drawn_by_name_or_side() -> None:
    tally = both().tally
    order = np.random.default_rng(1).permutation(MODELS)
    first, second = order[tally.first], order[tally.second]
    swapped = first > second
    counts = tally.counts.copy()
    counts[swapped] = counts[swapped][:, (1, 0, 2, 3)]
    renamed = AxisTally(tally.axis, tally.models, np.minimum(first, second), np.maximum(first, second), counts)
    found, known = (
        DrawnCovariance.of(System.of(solved, SETTINGS.sigma)).variance[np.argsort(solved.sites.order)]
        for solved in (solve(renamed, SETTINGS, 0.1), both().solution)
    )
    assert found[order].tolist() == known.tolist()


def test_models_that_nothing_tells_apart_have_one_error() -> None:
    ring = np.arange(12)
    counts = np.tile(np.array([[5, 5, 2, 0]], np.int64), (12, 1))
    first, second = np.minimum(ring, (ring + 1) % 12), np.maximum(ring, (ring + 1) % 12)
    order = np.argsort(first * 12 + second)
    tally = AxisTally(Axis("ring"), tuple(f"m{n:02d}" for n in ring), first[order], second[order], counts)
    solution = solve(tally, SETTINGS, 0.1)
    sites = solution.sites
    low, high = np.minimum(sites.winner, sites.loser), np.maximum(sites.winner, sites.loser)
    alone = np.arange(len(sites.weight))
    votes = AxisVotes.of(low, high, alone, alone, np.full(len(alone), -1))
    with drawn_from(1):
        found = uncertainty_of(solution, SETTINGS.sigma, votes)
    assert len(set(found.error.tolist())) == 1


def test_the_first_place_is_as_fragile_by_conjugate_gradients() -> None:
    tally, solution = both().tally, both().solution
    exact = fragility_of(tally, solution, SETTINGS, 0.1)
    with drawn_from(1):
        assert fragility_of(tally, solution, SETTINGS, 0.1) == exact
    assert exact is not None


@cache
def large_and_small() -> tuple[Ratings, Ratings]:
    votes: ibis.Table = table(numbered(replace(each, voter=f"v{n % 40}") for n, each in enumerate(BALLOTS)))
    with drawn_from(6):
        large = compute_ratings(votes, rating_settings(min_votes=5), history=True)
    return large, compute_ratings(votes, rating_settings(min_votes=5), history=True)


def test_a_large_board_answers_what_a_small_one_does() -> None:
    large, small = large_and_small()
    found, known = large.board(), small.board()
    assert [(each.model, each.rank, each.mu, each.score) for each in found.ratings] == [
        (each.model, each.rank, each.mu, each.score) for each in known.ratings
    ]
    assert [each.error for each in found.ratings] == pytest.approx([each.error for each in known.ratings], rel=0.06)
    assert found.fragility == known.fragility
    assert isinstance(large.strengths[found.axis].estimate.uncertainty.correlation, DrawnCorrelation)
    first, second = (each.model for each in found.ratings[:2])
    assert large.compare(first, second).error == pytest.approx(small.compare(first, second).error, rel=0.06)
    assert sum(large.p_best().values()) == pytest.approx(1.0)
    assert large.p_best()[first] == pytest.approx(small.p_best()[first], abs=0.06)
    assert [each.model for each in large.own_ranking()] == [each.model for each in small.own_ranking()]
    assert [each.model for each in large.history] == [each.model for each in small.history]


def test_a_large_board_has_no_matrix_and_says_so() -> None:
    large, small = large_and_small()
    with pytest.raises(RatingsError, match="no covariance of all 9 models is kept") as raised:
        large.covariance()
    assert "compare" in str(raised.value)
    assert small.covariance()[1].shape == (9, 9)
    assert not list(iter_covariances(large))
    assert list(iter_covariances(small))


def test_the_last_week_is_the_board_of_today_also_where_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is drawn once for both, whatever was said of pairs that no rated vote is on."""
    apart = {BALLOTS[0].left, BALLOTS[0].right}
    ballots = [replace(each, category="photo", language="en") for each in BALLOTS[:300]]
    ballots = [replace(each, outcome="both_bad") if {each.left, each.right} == apart else each for each in ballots]
    estimates = []

    def counted(*arguments: Any) -> Uncertainty:
        estimates.append(arguments)
        return uncertainty_of(*arguments)

    for module in (compute, history):
        monkeypatch.setattr(module, "uncertainty_of", counted)
    with drawn_from(6):
        ratings = compute_ratings(table(numbered(ballots), timedelta(hours=1)), rating_settings(), history=True)
    weeks = sorted({point.week for point in ratings.history})
    drawn = {point.model: (point.score_low, point.score_high) for point in ratings.history if point.week == weeks[-1]}
    assert drawn == {rating.model: (rating.score_low, rating.score_high) for rating in ratings.board().ratings}
    # All four boards have the same votes, and the last week has them, too.
    assert len(estimates) == len(weeks) > 1


def test_large_boards_are_kept_for_the_next_build(tmp_path: Path) -> None:
    large, _ = large_and_small()
    keep_records(tmp_path / "kept", "k" * 64, large)
    again = read_records(tmp_path / "kept", "k" * 64, Ratings)
    assert again is not None
    first, second = (each.model for each in large.board().ratings[:2])
    assert again.compare(first, second) == large.compare(first, second)

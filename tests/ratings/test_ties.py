"""The tie margin: fitted by the likelihood of the votes, and what it looks at besides."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from mpmath import mp

from arena.rating_settings import RatingSettings
from arena.ratings.kernels import moments_of_sites
from arena.ratings.probabilities import draw_margin, expected_points, win_and_draw_probability
from arena.ratings.solver import cavity_precisions, solve
from arena.ratings.tally import AxisTally
from arena.ratings.ties import Cavities, TieLevels, TieModel, fit_draw_probability, fit_levels, tie_model
from arena.ratings.voter_ties import VoterTies
from tests.ratings.voting import axis_tally

SETTINGS = RatingSettings()
UNIT = math.sqrt(2.0) * SETTINGS.beta
"""The noise of a difference, in points."""


def simulated(tie: float, slope: float = 0.0, votes: int = 30_000, models: int = 12, seed: int = 1) -> AxisTally:
    """Votes with a known chance of a tie between equals; its log margin rises by ``slope`` for each UNIT of level."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(0.0, 0.8, models)
    left = rng.integers(models, size=votes)
    right = (left + rng.integers(1, models, votes)) % models
    level = (strength[left] + strength[right]) / 2.0
    margin = draw_margin(tie, SETTINGS.beta) / UNIT * np.exp(slope * (level - level.mean()))
    gap = strength[left] - strength[right] + rng.normal(size=votes)
    outcome = np.where(np.abs(gap) < margin, 2, np.where(gap > 0.0, 0, 1))
    names = tuple(f"m{number:02d}" for number in range(models))
    return AxisTally.count(axis_tally({}).axis, names, left, right, outcome)


@pytest.mark.parametrize("tie", [0.02, 0.3, 0.8])
def test_a_known_margin_is_recovered_where_the_share_of_ties_is_below_it(tie: float) -> None:
    tally = simulated(tie)
    fitted = fit_draw_probability(tally, SETTINGS)
    share = tally.counts[:, 2].sum() / tally.counts.sum()
    assert fitted == pytest.approx(tie, rel=0.1 if tie < 0.1 else 0.03)
    assert share < 0.9 * tie


def log_evidence(counts: tuple[int, int, int], tie: float) -> float:
    """Of the votes on one pair, by adding up over the difference of the two strengths; with the half votes."""
    spread = math.sqrt(2.0) * SETTINGS.sigma
    gaps = np.linspace(-6.0 * spread, 6.0 * spread, 4001)
    margin = draw_margin(tie, SETTINGS.beta)
    chances = [win_and_draw_probability(gap, UNIT, margin) for gap in gaps.tolist()]
    win, draw = np.maximum(np.array(chances).T, 1e-300)
    loss = win[::-1]
    wins, losses, ties = counts
    log_density = wins * np.log(win) + losses * np.log(loss) + ties * np.log(draw) - 0.5 * (gaps / spread) ** 2
    most = float(log_density.max())
    return most + math.log(float(np.exp(log_density - most).sum())) + 0.5 * math.log(tie * (1.0 - tie))


@pytest.mark.parametrize("counts", [(30, 10, 15), (400, 20, 60), (6, 5, 1), (3, 0, 2)])
def test_the_fit_is_the_top_of_the_likelihood_on_a_grid(counts: tuple[int, int, int]) -> None:
    fitted = fit_draw_probability(axis_tally({(0, 1): counts}), SETTINGS)
    near = [fitted * factor for factor in (0.94, 0.97, 1.0, 1.03, 1.06)]
    heights = [log_evidence(counts, tie) for tie in near]
    assert heights.index(max(heights)) in (1, 2, 3)
    assert max(heights) - heights[2] < 0.01, "expectation propagation is an approximation, but not a rough one"


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ({(0, 1): (10, 5, 0)}, 0.01, 0.06),
        ({(0, 1): (500_000, 500_000, 0)}, 1e-7, 1e-5),
        ({(0, 1): (0, 0, 50), (1, 2): (0, 0, 30)}, 0.99, 0.9999),
        ({(0, 1): (0, 0, 1_000_000)}, 0.999999, 1.0 - 1e-9),
        ({(0, 1): (1_000_000, 0, 0)}, 0.01, 0.5),
        ({(0, 1): (1_000_000, 0, 0), (1, 2): (1_000_000, 0, 3)}, 0.01, 0.5),
        ({(0, 1): (1, 0, 0)}, 0.2, 0.5),
        ({(0, 1): (0, 0, 1)}, 0.5, 0.9),
        ({(0, 1): (300_000_000, 300_000_000, 400_000_000)}, 0.3999, 0.4001),
    ],
)
def test_few_lopsided_and_very_many_votes_have_a_margin(
    counts: dict[tuple[int, int], tuple[int, int, int]], low: float, high: float
) -> None:
    tally = axis_tally(counts)
    fitted = fit_draw_probability(tally, SETTINGS)
    assert low < fitted < high
    solution = solve(tally, SETTINGS, fitted)
    assert np.isfinite(solution.mu).all()
    chances = tie_model(solution, SETTINGS, fitted, None).chances(30.0, 20.0, 3.0, SETTINGS.beta)
    assert sum(chances) == pytest.approx(1.0)
    assert min(chances) > 0.0


def test_without_rated_votes_a_tie_is_as_likely_as_not() -> None:
    assert fit_draw_probability(axis_tally({(0, 1): (0, 0, 0)}), SETTINGS) == 0.5


def test_the_fit_has_six_digits_and_knows_neither_names_nor_sides() -> None:
    tally = simulated(0.2, votes=500)
    fitted = fit_draw_probability(tally, SETTINGS)
    assert fitted == round(fitted, 6)
    models = len(tally.models)
    mirrored = AxisTally.of(
        tally.axis,
        tally.models,
        (models - 1 - tally.second) * models + (models - 1 - tally.first),
        tally.counts[:, (1, 0, 2, 3)],
    )
    assert fit_draw_probability(mirrored, SETTINGS) == fitted
    levels, other = (fit_levels(solve(each, SETTINGS, fitted), SETTINGS, fitted) for each in (tally, mirrored))
    assert levels == other


def test_the_unit_of_strengths_changes_nothing() -> None:
    tally = simulated(0.2, votes=500)
    elo = RatingSettings(mu=1500.0, sigma=400.0, beta=200.0)
    assert fit_draw_probability(tally, elo) == pytest.approx(fit_draw_probability(tally, SETTINGS), rel=2e-6)


def test_rating_on_from_another_margin_ends_where_rating_from_the_start_does() -> None:
    tally = simulated(0.2, votes=2000)
    there = solve(tally, SETTINGS, 0.3)
    onward = solve(tally, SETTINGS, 0.3, near=solve(tally, SETTINGS, 0.1))
    assert np.abs(onward.mu - there.mu).max() < 1e-7
    assert np.abs(onward.sigma - there.sigma).max() < 1e-7
    assert solve(tally, SETTINGS, 0.3, near=there).passes < there.passes / 3


def test_cavities_are_what_the_messages_of_a_site_leave() -> None:
    solution = solve(simulated(0.2, votes=300), SETTINGS, 0.2)
    a, b = cavity_precisions(solution, SETTINGS)
    precision = 1.0 / solution.sigma[solution.sites.order] ** 2
    k = solution.precision
    assert a + k * b / (k + b) == pytest.approx(precision[solution.sites.winner], rel=1e-9)
    assert b + k * a / (k + a) == pytest.approx(precision[solution.sites.loser], rel=1e-9)


@pytest.mark.parametrize("gap", [0.0, 1e-9, -0.3, 2.0, -6.0, 30.0, -200.0])
@pytest.mark.parametrize("margin", [1e-6, 0.01, 0.8, 5.0])
def test_slopes_are_derivatives_of_the_log_likelihood(gap: float, margin: float) -> None:
    sites = replace(
        solve(axis_tally({(0, 1): (1, 0, 1)}), SETTINGS, 0.2).sites, draw=np.array([False, True]), weight=np.ones(2)
    )
    won, drawn = Cavities(sites, np.full(2, gap), np.ones(2)).slopes(np.full(2, margin))
    with mp.workdps(80):
        width, at = mp.mpf(margin), mp.mpf(gap)
        win = mp.npdf(at - width) / mp.ncdf(at - width)
        mass = mp.ncdf(width - abs(at)) - mp.ncdf(-width - abs(at))
        draw = (mp.npdf(width - at) + mp.npdf(width + at)) / mass
        assert won == pytest.approx(float(-width * win), rel=1e-9, abs=1e-300)
        assert drawn == pytest.approx(float(width * draw), rel=1e-6)
    assert all(
        np.isfinite(part).all() for part in moments_of_sites(np.array([gap]), np.array([margin]), sites.draw[:1])
    )


@pytest.mark.parametrize("slope", [-0.8, 0.0, 0.6])
def test_weak_models_that_tie_more_are_found_out_and_change_forecasts_only(slope: float) -> None:
    tally = simulated(0.3, slope)
    solution = solve(tally, SETTINGS, 0.3)
    levels = tie_model(solution, SETTINGS, 0.3, None).levels
    assert levels.slope * UNIT == pytest.approx(slope, abs=0.12)
    assert levels.low < levels.centre < levels.high
    alone = RatingSettings(draw_probability=0.3)
    assert tie_model(solution, alone, 0.3, None) == TieModel(0.3, "set")


def test_one_pair_says_nothing_of_levels() -> None:
    tally = axis_tally({(0, 1): (30, 20, 25)})
    assert fit_levels(solve(tally, SETTINGS, 0.3), SETTINGS, 0.3).slope == 0.0


def test_beyond_the_levels_that_have_votes_the_margin_stays_as_at_their_end() -> None:
    ties = TieModel(0.3, "fitted", TieLevels(slope=-0.1, centre=25.0, low=20.0, high=30.0))
    assert ties.levels.factor(-500.0) == ties.levels.factor(20.0) == pytest.approx(math.exp(0.5))
    assert ties.levels.factor(25.0) == 1.0 > ties.levels.factor(30.0) == ties.levels.factor(40.0)
    assert ties.margin(4.0) == draw_margin(0.3, 4.0)
    assert ties.chances(25.0, 25.0, 0.0, 4.0) == pytest.approx((0.35, 0.3, 0.35))


def test_levels_and_voters_change_the_chance_of_a_tie_and_not_the_points() -> None:
    ties = TieModel(0.3, "fitted", TieLevels(slope=-0.1, centre=25.0, low=10.0, high=40.0))
    plain = TieModel(0.3, "set")
    for first, second in ((15.0, 13.0), (38.0, 39.0), (39.0, 11.0), (10.0, 40.0)):
        points = expected_points(first - second, 1.0, 4.0, plain.margin(4.0))
        for model, factor in ((plain, 1.0), (ties, 1.0), (ties, 0.2), (ties, 50.0)):
            win, tie, loss = model.chances(first, second, 1.0, 4.0, voter_factor=factor)
            assert win + tie / 2 == pytest.approx(points, abs=1e-12)
            assert min(win, tie, loss) > 0.0
            assert (loss, tie, win) == pytest.approx(model.chances(second, first, 1.0, 4.0, voter_factor=factor))
    assert ties.chances(15.0, 13.0, 1.0, 4.0)[1] > plain.chances(15.0, 13.0, 1.0, 4.0)[1]
    assert ties.chances(38.0, 39.0, 1.0, 4.0)[1] < plain.chances(38.0, 39.0, 1.0, 4.0)[1]


def test_a_voter_who_ties_often_has_a_wider_margin() -> None:
    ties = TieModel(0.3, "fitted", voters=VoterTies(share=0.2, mean=0.2, spread=0.1))
    assert ties.margin_factor(0, 0) == 1.0
    assert ties.margin_factor(0, 50) < 1.0 < ties.margin_factor(25, 50) < ties.margin_factor(50, 50) < math.inf
    assert TieModel(0.3).margin_factor(50, 50) == 1.0, "where voters do not differ, nobody does"

"""How readily the voters of an arena call two outputs a tie: the margin that fits its votes best, and what moves it.

The margin is the one for which the marginal likelihood of the arena's votes is largest, strengths being integrated out.
At the fixed point of expectation propagation the derivative of its evidence by a parameter of the likelihood is the sum
over votes of the derivative of log Z, Z being the chance of the vote's outcome under the cavity, what all other votes
say of its two models (M. Seeger, "Expectation propagation for exponential families", 2005). So a vote does not vouch
for itself, and only counts are needed: a pair of models has three sites, however many votes it has.

The share of ties is not that margin: it averages over pairs that are not equals, and tie less.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from arena.rating_settings import FoundDrawProbability, RatingSettings
from arena.ratings.arrays import Floats
from arena.ratings.kernels import moments_of_sites
from arena.ratings.probabilities import draw_margin, expected_points, win_and_draw_probability
from arena.ratings.solver import DECIMALS, TRIAL_TOLERANCE, Sites, Solution, cavity_precisions, solve
from arena.ratings.tally import AxisTally
from arena.ratings.voter_ties import VoterTies

PRIOR_VOTES = 0.5
"""The likelihood is that of the votes and of half a tie and half a decided vote between two equals. So the margin is
above 0 where nobody has called a tie yet, and finite where everybody has."""
FIT_TOLERANCE = 1e-5
"""The last step moves the log of the margin, or the slope by level, by less. A secant step leaves far less than it was
long, so that the digits below are right; a million ties tell the margin to 1e-3."""
PROBE = 0.05
"""The change of log margin from which the first step is taken."""
FIT_STEPS = 60
DIGITS = 6
"""Significant digits of what is fitted: fewer than the tolerance answers for, so machines agree, and a site's number,
set by hand, gives the site's ratings again."""
NARROWEST, WIDEST = 1e-9, 5.0
"""Bounds of margin / (2 beta), between which the chance of a tie between equals is told from 0 and from 1."""
LEVEL_PRIOR = 0.5
"""The standard deviation, before any vote, of the change of log margin with sqrt(2) beta of level."""
LEVEL_BOUND = 8 * LEVEL_PRIOR
TINY_LEVEL = 1e-9
"""Levels that differ by less, in units of sqrt(2) beta, are the same."""
MOST_TIES = 0.98
"""Of what the points of a pair leave room for: no outcome is impossible."""
TINY = 1e-300

HowFound = FoundDrawProbability | Literal["set"]


@dataclass(frozen=True, slots=True)
class TieLevels:
    """How the margin of a forecast changes with the level of two models, the mean of their mu.

    It is multiplied by exp(``slope`` x (level - ``centre``)), the level being taken between ``low`` and ``high``, where
    the votes are. In points, and per point.
    """

    slope: float = 0.0
    centre: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def factor(self, level: float) -> float:
        return math.exp(self.slope * (min(max(level, self.low), self.high) - self.centre))


@dataclass(frozen=True, slots=True)
class TieModel:
    """When the voters of an arena call a tie. All its boards share it.

    ``draw_probability`` is the chance of a tie between two equals; the margin of the ratings follows from it. It was
    ``found`` by the likelihood of the votes (fitted), as ties / rated votes (observed), or set by hand.

    Forecasts of ties know one thing more: ``levels``. Weak models tie with each other more often than strong ones do,
    since both fail, and no model of ties says so that looks at the difference alone. It changes no rating, since a tie
    must not make two models weak, and no forecast of points. Where the margin was not fitted it changes nothing.

    ``voters`` says how far they differ. It changes no rating, and no forecast for a voter who is not known.
    """

    draw_probability: float
    found: HowFound = "set"
    levels: TieLevels = field(default_factory=TieLevels)
    voters: VoterTies = field(default_factory=VoterTies)

    def margin(self, beta: float) -> float:
        """The margin of the ratings, in points, ``beta`` being the noise of one output."""
        return draw_margin(self.draw_probability, beta)

    def chances(
        self, first: float, second: float, doubt: float, beta: float, *, voter_factor: float = 1.0
    ) -> tuple[float, float, float]:
        """The chances that the first of two models wins, that they tie, and that the second wins.

        Their mu are ``first`` and ``second``, their difference is known up to a standard deviation of ``doubt``, and
        ``voter_factor`` is the ``margin_factor`` of a voter who is known. The points of the first, a tie counted as
        half a win, are those of ``expected_points`` with the margin of the ratings. The chance of a tie is that of the
        margin of this level and voter, and at most what these points leave room for.
        """
        gap, spread, margin = first - second, math.hypot(math.sqrt(2.0) * beta, doubt), self.margin(beta)
        points = expected_points(gap, doubt, beta, margin)
        wider = margin * self.levels.factor((first + second) / 2.0) * voter_factor
        _, tie = win_and_draw_probability(gap, spread, wider)
        tie = min(tie, MOST_TIES * 2.0 * min(points, 1.0 - points))
        return points - tie / 2.0, tie, 1.0 - points - tie / 2.0

    def margin_factor(self, ties: int, votes: int) -> float:
        """By what the margin is to be multiplied for a voter who has called so many of so many rated votes a tie.

        As if all votes were on equals: the margin for this voter's share of ties, by that for the share of all votes.
        """
        usual, own = self.voters.share, self.voters.share_after(ties, votes)
        return draw_margin(own, 1.0) / draw_margin(usual, 1.0) if self.voters.spread and own < 1.0 else 1.0


def find_draw_probability(tally: AxisTally, settings: RatingSettings, sites: Sites | None = None) -> float:
    """The draw probability of an arena from its overall axis, as ``settings`` say. Raises as ``fit_draw_probability``.

    ``sites`` are those of the axis, where they are known already. The observed one is ties / rated votes. Where all of
    n votes are ties, whose margin would be infinite, n / (n + 1) stands in for it.
    """
    if settings.draw_probability == "fitted":
        return fit_draw_probability(tally, settings, sites)
    if settings.draw_probability == "observed":
        rated, ties = int(tally.counts[:, :3].sum()), int(tally.counts[:, 2].sum())
        return min(ties / max(rated, 1), rated / (rated + 1))
    return settings.draw_probability


def tie_model(
    solution: Solution | None, settings: RatingSettings, draw_probability: float, voters: VoterTies | None
) -> TieModel:
    """The tie model of an arena; ``solution`` are its overall ratings, None where they are not rated in batch."""
    asked = settings.draw_probability
    levels = fit_levels(solution, settings, draw_probability) if solution and asked == "fitted" else TieLevels()
    return TieModel(draw_probability, asked if isinstance(asked, str) else "set", levels, voters or VoterTies())


def fit_draw_probability(tally: AxisTally, settings: RatingSettings, sites: Sites | None = None) -> float:
    """The chance of a tie between equals under which the votes of an axis are likeliest, to six significant digits.

    The derivative of the evidence by the log of the margin is brought to 0 by the secant method, between bounds that
    close in on it; each step rates the axis once. Without rated votes it is 1/2. Raises RatingsError where ratings do
    not converge.
    """
    rated, ties = int(tally.counts[:, :3].sum()), int(tally.counts[:, 2].sum())
    start = (ties + PRIOR_VOTES) / (rated + 2.0 * PRIOR_VOTES)
    if not rated:
        return start

    solution = solve(tally, settings, start, sites=sites, tolerance=TRIAL_TOLERANCE)

    def slope_at(log_x: float) -> float:
        nonlocal solution
        draw = math.erf(math.exp(log_x))
        solution = solve(tally, settings, draw, near=solution, tolerance=TRIAL_TOLERANCE)
        return _evidence_slope(Cavities.of(solution, settings), settings, log_x)

    known, first = Cavities.of(solution, settings), math.log(draw_margin(start, settings.beta) / (2.0 * settings.beta))
    # The first step takes what other votes say as given, so it needs no second rating.
    slope, probed = (_evidence_slope(known, settings, at) for at in (first, first + PROBE))
    log_x = _root(slope_at, (first, slope), probed, (math.log(NARROWEST), math.log(WIDEST)))
    return rounded_probability(math.erf(math.exp(log_x)))


def fit_levels(solution: Solution, settings: RatingSettings, draw_probability: float) -> TieLevels:
    """From the overall ratings of an arena.

    The slope is the likeliest one, with the ratings as they are: it is normal with mean 0 before any vote, and stays 0
    where all votes are on one pair. The centre is the mean level of the votes.
    """
    known, sites = Cavities.of(solution, settings), solution.sites
    if not len(sites.weight):
        return TieLevels()
    mu = solution.mu[sites.order]
    level = (mu[sites.winner] + mu[sites.loser]) / 2.0
    centre, unit = float(np.average(level, weights=sites.weight)), math.sqrt(2.0) * settings.beta
    scaled, margin = (level - centre) / unit, draw_margin(draw_probability, settings.beta)

    def slope_at(slope: float) -> float:
        return float((known.slopes(margin * np.exp(slope * scaled)) * scaled).sum()) - slope / LEVEL_PRIOR**2

    # Votes that are all on one level tell nothing: without this, rounding errors would.
    slope = 0.0
    if margin and float(np.ptp(scaled)) > TINY_LEVEL:
        found = _root(slope_at, (0.0, slope_at(0.0)), slope_at(PROBE), (-LEVEL_BOUND, LEVEL_BOUND))
        slope = round(found, DIGITS) / unit
    low, high = float(level.min()), float(level.max())
    return TieLevels(float(f"{slope:.{DIGITS}g}"), *(round(value, DECIMALS) for value in (centre, low, high)))


@dataclass(frozen=True, slots=True)
class Cavities:
    """Of each of S sites, what all votes but one of its own say: the mean ``gap`` of winner less loser, and its root
    of variances ``spread``, which has the noise of both outputs in it; in points.
    """

    sites: Sites
    gap: Floats
    spread: Floats

    @classmethod
    def of(cls, solution: Solution, settings: RatingSettings) -> Cavities:
        """Those of a fixed point."""
        sites, mu = solution.sites, solution.mu[solution.sites.order]
        of_winner, of_loser = cavity_precisions(solution, settings)
        doubt = 1.0 / of_winner + 1.0 / of_loser
        gap = mu[sites.winner] - mu[sites.loser] - doubt * solution.slope
        return cls(sites, gap, np.sqrt(2.0 * settings.beta**2 + doubt))

    def slopes(self, margin: Floats) -> Floats:
        """The derivative of the log likelihood of each site's votes by the log of its margin (S each)."""
        t, e, draw = self.gap / self.spread, margin / self.spread, self.sites.draw
        v, w = moments_of_sites(t, e, draw)
        # For a draw the densities at both edges of the margin, by its mass: their difference is v, and
        # w = v^2 + (e (near + far) + t v), which loses digits only where far / near = exp(-2 e |t|) is small.
        apart = e * np.abs(t)
        edges = np.where(apart > 0.5, e * np.abs(v) / np.tanh(np.maximum(apart, 0.5)), w - v * v - t * v)
        slopes: Floats = self.sites.weight * np.where(draw, edges, -e * v)
        return slopes


def rounded_probability(probability: float) -> float:
    """Six significant digits of it, or of its distance to 1 where that is smaller."""
    nearest = max(min(probability, 1.0 - probability), TINY)
    return round(probability, DIGITS - 1 - math.floor(math.log10(nearest)))


def _evidence_slope(known: Cavities, settings: RatingSettings, log_x: float) -> float:
    """The derivative of the log evidence by log x, x being margin / (2 beta)."""
    margin = 2.0 * settings.beta * math.exp(log_x)
    return float(known.slopes(np.full(len(known.gap), margin)).sum()) + _prior_slope(math.exp(log_x))


def _prior_slope(x: float) -> float:
    """The derivative by log x of half of log erf(x) and half of log erfc(x)."""
    density = 2.0 / math.sqrt(math.pi) * math.exp(-x * x)
    return PRIOR_VOTES * x * density * (1.0 / math.erf(x) - 1.0 / math.erfc(x))


def _root(
    slope_at: Callable[[float], float], start: tuple[float, float], probed: float, bounds: tuple[float, float]
) -> float:
    """Where a falling function is 0: secants, and halving where one would leave the bounds found so far.

    ``start`` is a point and the value there, ``probed`` the value ``PROBE`` further on, or about that.
    """
    (low, high), (at, slope), bend = bounds, start, (probed - start[1]) / PROBE
    for _ in range(FIT_STEPS):
        low, high = (at, high) if slope > 0.0 else (low, at)
        step = -slope / bend if bend < 0.0 else math.copysign(1.0, slope)
        then = at + max(-1.0, min(1.0, step))
        if not low < then < high:
            then = (low + high) / 2.0
        if abs(then - at) <= FIT_TOLERANCE:
            return then
        value = slope_at(then)
        bend = (value - slope) / (then - at)
        at, slope = then, value
        if slope == 0.0:
            break
    return at

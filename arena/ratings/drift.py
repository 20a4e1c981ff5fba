"""Has a model itself changed? Each week's points against what its own past and its opponents lead to expect.

A vote gives a model 1 point for a win, 1/2 for a tie. Expected points come from the overall ratings; a field that grows
stronger changes opponents, and with them what is expected, but not the difference. The drift of a week is the mean
difference of that week less that of all weeks before it, so that it is the model's own past that it is compared with.

A week is flagged when the drift of the last one, two or three weeks together departs from the past by more than 3
standard errors corrected for the 52 weeks of a year in which each model is looked at (Bonferroni: 4.05). Errors are
those of the outcomes' chances, widened by how much votes of one voter hang together over the whole arena.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from arena.ratings.kernels import win_probability
from arena.ratings.tally import Floats, Ints, sum_by_key

LOOKS = 52
WINDOWS = (1, 2, 3)
THRESHOLD = -NormalDist().inv_cdf(NormalDist().cdf(-3.0) / LOOKS)
LEAST_VARIANCE = 10.0
"""Flags need windows and pasts of that much variance (40 votes at even odds): below, chances are too skewed to tell."""
GRAIN = 2.0**32


@dataclass(frozen=True, slots=True)
class Games:
    """Rated votes of one arena (N): codes of models, points of the first, voters, and weeks from 0."""

    first: Ints
    second: Ints
    points: Floats
    voter: Ints
    week: Ints


@dataclass(frozen=True, slots=True)
class Drift:
    """By model and week (M x W): votes, drift and its standard error (NaN where there is nothing to compare), flags."""

    votes: Ints
    drift: Floats
    error: Floats
    flagged: npt.NDArray[np.bool_]


def drift_of(games: Games, mu: Floats, beta: float, margin: float) -> Drift:
    """The drift of each model (M, rated ``mu`` overall) in each week."""
    expected, variance = _expectations(games, mu, beta, margin)
    surprise = np.round((games.points - expected) * GRAIN) / GRAIN
    variance = np.round(variance * GRAIN) / GRAIN
    shape = (len(mu), int(games.week.max(initial=-1)) + 1)
    cell = np.concatenate([games.first, games.second]) * shape[1] + np.tile(games.week, 2)
    surprise, variance = np.concatenate([surprise, -surprise]), np.tile(variance, 2)
    votes = _sums(cell, np.ones(len(cell)), shape)
    surprises, variances = _sums(cell, surprise, shape), _sums(cell, variance, shape)
    variances *= _design_effect(cell, np.tile(games.voter, 2), surprise, variances)
    drift, error, _ = _contrast(votes, surprises, variances, 1)
    flagged = np.zeros(shape, bool)
    for window in WINDOWS:
        gap, doubt, least = _contrast(votes, surprises, variances, window)
        flagged |= (np.abs(gap) > THRESHOLD * doubt) & (least >= LEAST_VARIANCE)
    return Drift(votes.astype(np.int64), drift, error, flagged)


def _sums(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """The sum of the values of each cell, in a matrix of that shape."""
    return np.asarray(np.bincount(cell, values, shape[0] * shape[1]), np.float64).reshape(shape)


def _expectations(games: Games, mu: Floats, beta: float, margin: float) -> tuple[Floats, Floats]:
    """The expected points of the first of each game, and their variance."""
    pairs, which = np.unique(games.first * len(mu) + games.second, return_inverse=True)
    chances = np.empty((len(pairs), 2))
    for row, pair in enumerate(pairs.tolist()):
        first, second = divmod(pair, len(mu))
        win, draw = win_probability(float(mu[first] - mu[second]), math.sqrt(2.0) * beta, margin)
        points = win + 0.5 * draw
        chances[row] = points, win + 0.25 * draw - points * points
    return chances[which, 0], chances[which, 1]


def _design_effect(cell: Ints, voter: Ints, surprise: Floats, variances: Floats) -> float:
    """How many times more than by chance points vary, one voter's for a model in a week taken together; 1 or more."""
    voters = int(voter.max(initial=0)) + 1
    _, sums = sum_by_key(cell * voters + voter, surprise[:, None])
    expected = float(variances.sum())
    return max(1.0, float((sums**2).sum()) / expected) if expected else 1.0


def _contrast(votes: Floats, surprises: Floats, variances: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """The mean surprise of the last ``window`` weeks less that of all before, its standard error, and the lesser of the
    two sides' variances. NaN where the week, or the past, has no votes.
    """
    until = np.cumsum(np.stack([votes, surprises, variances]), axis=2)
    before = np.pad(until, ((0, 0), (0, 0), (window, 0)))[:, :, : until.shape[2]]
    inside = until - before
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = inside[1] / inside[0] - before[1] / before[0]
        error = np.sqrt(inside[2] / inside[0] ** 2 + before[2] / before[0] ** 2)
    gap[votes == 0] = np.nan
    return gap, error, np.minimum(inside[2], before[2])

"""Batch ratings: expectation propagation to its fixed point over the counts of one axis.

Each distinct (winner, loser, draw) is a site that stands for ``weight`` equal votes. A pass turns every site into a
Gaussian on the difference x_i - x_j, of precision k = w / (c^2 - w (s_i^2 + s_j^2)) and centre y, from the moments of
its cavity (Minka, "A family of algorithms for approximate Bayesian inference", 2001, chapter 3). Variances come from
messages 1 / (1 / k + s_other^2), as in Gaussian belief propagation. Its means are exact, so all of them come at once
from one linear system (Weiss and Freeman, "Correctness of belief propagation in Gaussian graphical models of arbitrary
topology", 2001):

    (1 / sigma^2) m + sum of weight k (e_i - e_j)(e_i - e_j)^T m = sum of weight k y (e_i - e_j)

with means counted from the prior mean. Message by message the common mean would creep home through the weak prior.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.errors import RatingsError
from arena.ratings.canonical import canonical_order
from arena.ratings.kernels import compiled, draw_margin, match_moments
from arena.ratings.tally import AxisTally, Floats, Ints
from arena.records import Axis, RatingSettings

Flags = npt.NDArray[np.bool_]

TOLERANCE = 1e-9
"""The last pass moves no mu or sigma by more than this, for a prior sigma of the size of the default."""
DECIMALS = 9
STAGES = (30, 90, 270, 810, 2430)
"""Passes at full steps, half steps, quarter steps, ...: whole steps overshoot where a pair has a million equal wins."""


@dataclass(frozen=True, slots=True)
class Sites:
    """What the solver works on: S sites over M models in canonical order.

    ``order`` lists the models of the tally in that order, ``classes`` (by model of the tally) those that nothing tells
    apart. The winner of a draw is the earlier model.
    """

    order: Ints
    classes: Ints
    winner: Ints
    loser: Ints
    draw: Flags
    weight: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """The fixed point of one axis; arrays of M in the order of ``AxisTally.models``.

    ``mu`` and ``sigma`` are rounded to 9 decimals, which is what the solver answers for. ``precision`` (S) is k of each
    site and ``slope`` (S) its k (y - m_i + m_j): what one vote of that site pulls its winner up, and its loser down.
    """

    mu: Floats
    sigma: Floats
    passes: int
    sites: Sites
    precision: Floats
    slope: Floats


def axis_sites(tally: AxisTally) -> Sites:
    """The sites of an axis, both models and sites in an order that does not depend on names or sides."""
    order, classes = canonical_order(tally)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    first, second = place[tally.first], place[tally.second]
    counts = tally.counts[:, :3].copy()
    turned = first > second
    counts[turned] = counts[turned][:, (1, 0, 2)]
    low, high = np.minimum(first, second), np.maximum(first, second)
    sort = np.argsort(low * len(order) + high)
    low, high, counts = low[sort], high[sort], counts[sort]
    held = counts.ravel() > 0
    winner = np.column_stack([low, high, low]).ravel()[held]
    loser = np.column_stack([high, low, high]).ravel()[held]
    draw = np.tile([False, False, True], len(low))[held]
    return Sites(order, classes, winner, loser, draw, counts.ravel()[held].astype(np.float64))


def solve(tally: AxisTally, settings: RatingSettings, draw_probability: float) -> Solution:
    """Rate the models of one axis. Raises RatingsError, naming the axis, where EP does not converge."""
    sites = axis_sites(tally)
    size = len(tally.models)
    if not size:
        return Solution(np.empty(0), np.empty(0), 0, sites, np.empty(0), np.empty(0))
    mean, variance = np.zeros(size), np.full(size, settings.sigma**2)
    precision, pull = np.zeros(len(sites.weight)), np.zeros(len(sites.weight))
    passes = propagate(
        sites.winner,
        sites.loser,
        sites.draw,
        sites.weight,
        1.0 / settings.sigma**2,
        2.0 * settings.beta**2,
        draw_margin(draw_probability, settings.beta),
        TOLERANCE * max(1.0, settings.sigma / (25 / 3)),
        STAGES,
        mean,
        variance,
        precision,
        pull,
    )
    if passes < 0 or not (np.isfinite(mean).all() and np.isfinite(variance).all()):
        raise RatingsError(
            f"the ratings did not converge in {sum(STAGES)} passes",
            where=axis_name(tally.axis),
            hint="sigma and beta may be too far apart for these votes",
        )
    slope = pull - precision * (mean[sites.winner] - mean[sites.loser])
    mu, sigma = _settle(settings.mu + mean, sites), _settle(np.sqrt(variance), sites)
    return Solution(mu, sigma, passes, sites, precision, slope)


def axis_name(axis: Axis) -> str:
    """``text-to-image, photo, en``: how an error names an axis."""
    return ", ".join(part for part in (axis.arena, axis.category, axis.language) if part)


def _settle(values: Floats, sites: Sites) -> Floats:
    """From canonical order to that of the tally: one value a class, rounded to what the solver answers for."""
    first = np.unique(sites.classes[sites.order], return_index=True)[1]
    return np.round(values[first][sites.classes], DECIMALS) + 0.0


@compiled(fastmath={"reassoc", "contract"})
def factor(matrix: Floats) -> None:
    """Cholesky factor of a positive definite matrix (M x M), in place in its lower triangle."""
    for column in range(len(matrix)):
        for row in range(column, len(matrix)):
            rest = matrix[row, column]
            for k in range(column):
                rest -= matrix[row, k] * matrix[column, k]
            matrix[row, column] = math.sqrt(rest) if row == column else rest / matrix[column, column]


@compiled(fastmath={"reassoc", "contract"})
def substitute(lower: Floats, vector: Floats) -> None:
    """Solve L L^T x = vector in place, L being a factor from ``factor``."""
    for row in range(len(vector)):
        rest = vector[row]
        for k in range(row):
            rest -= lower[row, k] * vector[k]
        vector[row] = rest / lower[row, row]
    for row in range(len(vector) - 1, -1, -1):
        vector[row] /= lower[row, row]
        for k in range(row):
            vector[k] -= lower[row, k] * vector[row]


@compiled()
def propagate(  # noqa: PLR0917 - compiled code takes arrays, not records
    winner: Ints,
    loser: Ints,
    draw: Flags,
    weight: Floats,
    prior: float,
    noise: float,
    margin: float,
    tolerance: float,
    stages: tuple[int, ...],
    mean: Floats,
    variance: Floats,
    k: Floats,
    ky: Floats,
) -> int:
    """Passes of EP until ``mean`` and the root of ``variance`` (M, updated in place) move by at most ``tolerance``.

    ``k`` and ``ky`` (S, updated in place) start at 0 and end as the precision of each site and that times its centre.
    ``prior`` is the prior precision, ``noise`` the variance of the difference of two performances. Returns the number
    of passes, or -1 when those of all ``stages`` were not enough.
    """
    sites, size = len(winner), len(mean)
    to_winner, to_loser = np.zeros(sites), np.zeros(sites)
    matrix, factored_at, precision = np.empty((size, size)), np.zeros(size), 1.0 / variance
    step_size, stage_end, stage = 1.0, stages[0], 0
    for passes in range(1, sum(stages) + 1):
        if passes > stage_end:
            stage += 1
            stage_end += stages[stage]
            step_size *= 0.5
        held, precision, pull = precision, np.full(size, prior), np.zeros(size)
        for s in range(sites):
            i, j = winner[s], loser[s]
            spare_i, spare_j = 1.0 / (held[i] - to_winner[s]), 1.0 / (held[j] - to_loser[s])
            spread = spare_i + spare_j
            gap = mean[i] - mean[j]
            gap -= spread * (ky[s] - k[s] * gap)
            c = math.sqrt(noise + spread)
            v, w = match_moments(gap / c, margin / c, draw[s])
            rest = 1.0 / (noise + spread * (1.0 - w))
            k[s] += step_size * (w * rest - k[s])
            ky[s] += step_size * ((w * gap + v * c) * rest - ky[s])
            to_winner[s] = k[s] / (1.0 + k[s] * spare_j)
            to_loser[s] = k[s] / (1.0 + k[s] * spare_i)
            precision[i] += weight[s] * to_winner[s]
            precision[j] += weight[s] * to_loser[s]
            slope = weight[s] * (ky[s] - k[s] * (mean[i] - mean[j]))
            pull[i] += slope
            pull[j] -= slope
        if np.max(np.abs(precision / np.maximum(factored_at, prior) - 1.0)) > 0.02 or passes == 1:
            factored_at = precision
            matrix[:] = 0.0
            for i in range(size):
                matrix[i, i] = prior
            for s in range(sites):
                i, j = winner[s], loser[s]
                matrix[i, i] += weight[s] * k[s]
                matrix[j, j] += weight[s] * k[s]
                matrix[max(i, j), min(i, j)] -= weight[s] * k[s]
            factor(matrix)
        step = pull - prior * mean
        substitute(matrix, step)
        mean += step
        moved = max(np.max(np.abs(step)), np.max(np.abs(np.sqrt(variance) - 1.0 / np.sqrt(precision))))
        variance[:] = 1.0 / precision
        if moved <= tolerance * step_size * step_size:
            return passes
    return -1

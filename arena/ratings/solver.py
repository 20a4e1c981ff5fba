"""Batch ratings: expectation propagation to its fixed point over the counts of one axis, in an order that no name
decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.errors import RatingsError
from arena.ratings.kernels import draw_margin, propagate
from arena.ratings.tally import AxisTally, Floats, Ints
from arena.records import Axis, RatingSettings

Colours = npt.NDArray[np.uint64]


def canonical_order(tally: AxisTally) -> tuple[Ints, Ints]:
    """The models' order (M indexes) and each model's class (M): nothing tells the records of one class apart.

    Message passing gives the models of one class equal ratings. Where a class has several members the order is
    completed by singling out one after another, so that it is the same up to a symmetry of the graph.
    """
    edges = _edge_colours(tally)
    colours = _refine(tally, edges, np.zeros(len(tally.models), np.uint64))
    classes = np.unique(colours, return_inverse=True)[1].astype(np.int64)
    while True:
        distinct, sizes = np.unique(colours, return_counts=True)
        if len(distinct) == len(colours):
            return np.argsort(colours), classes
        shared = distinct[sizes > 1][0]
        member = np.flatnonzero(colours == shared)[:1]
        colours[member] = _mix(~colours[member])
        colours = _refine(tally, edges, colours)


def connected(size: int, first: Ints, second: Ints) -> Ints:
    """The connected component of each of ``size`` nodes, named by its lowest node, under these edges."""
    labels = np.arange(size)
    while True:
        lowest = labels.copy()
        np.minimum.at(lowest, first, labels[second])
        np.minimum.at(lowest, second, labels[first])
        lowest = lowest[lowest]
        if (lowest == labels).all():
            return labels
        labels = lowest


def _edge_colours(tally: AxisTally) -> tuple[Colours, Colours]:
    """A hash of each pair's rated counts as the first and as the second model sees them."""
    wins, losses, ties = (tally.counts[:, column].astype(np.uint64) for column in range(3))
    return _mix(_mix(_mix(wins) + losses) + ties), _mix(_mix(_mix(losses) + wins) + ties)


def _refine(tally: AxisTally, edges: tuple[Colours, Colours], colours: Colours) -> Colours:
    """Refine until no class is split any more."""
    classes = 0
    while True:
        heard = np.zeros_like(colours)
        np.add.at(heard, tally.first, _mix(colours[tally.second] ^ edges[0]))
        np.add.at(heard, tally.second, _mix(colours[tally.first] ^ edges[1]))
        colours = _mix(_mix(colours) + heard)
        found = len(np.unique(colours))
        if found in (classes, len(colours)):
            return colours
        classes = found


def _mix(values: Colours) -> Colours:
    """The finaliser of splitmix64: every bit of the input moves every bit of the output."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


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

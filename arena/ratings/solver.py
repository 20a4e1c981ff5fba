"""Batch ratings: expectation propagation to its fixed point over the counts of one axis.

The loop over sites is ``kernels.propagate``. Here sites are put into an order that does not depend on the names of
models or on sides, so that neither changes a bit of the result.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from arena.errors import RatingsError
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.compiling import compiled
from arena.ratings.kernels import propagate
from arena.ratings.probabilities import draw_margin
from arena.ratings.tally import AxisTally

Colours = npt.NDArray[np.uint64]
"""A hash of what is known of each model's record so far: models of one colour have not been told apart yet."""

DEFAULT_SIGMA = 25 / 3
TOLERANCE = 1e-9
"""In points: the last pass moves no mu or sigma by more. A prior sigma above the default raises it in proportion."""
TRIAL_TOLERANCE = 1e-7
"""The same where no rating is printed: who comes first, or the margin, to six digits."""
DECIMALS = 9
"""Of mu and sigma: what ``TOLERANCE`` answers for. Further digits differ between machines."""
STAGES = (30, 90, 270, 810, 2430)
"""Passes at whole steps, then at half, quarter, eighth and sixteenth steps, which only lopsided records need."""


@dataclass(frozen=True, slots=True)
class Sites:
    """What ``propagate`` works on: S sites over M models in canonical order.

    A site stands for the ``weight`` votes (S) of one outcome between two models; ``winner`` and ``loser`` (S) are
    positions in the canonical order, and the winner of a ``draw`` (S) is the earlier model. ``order`` (M) lists the
    indexes of the tally's models in canonical order; ``classes`` (M, in the order of the tally) numbers the classes of
    models that nothing tells apart.
    """

    order: Ints
    classes: Ints
    winner: Ints
    loser: Ints
    draw: Flags
    weight: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """The fixed point of one axis: ``mu`` and ``sigma`` in points (M, in the order of ``AxisTally.models``).

    Both are rounded to 9 decimals. ``precision`` (S) is k of each site, and ``slope`` (S) its k (y - m_i + m_j): how
    strongly one vote of that site pulls its winner up, and its loser down. ``passes`` is how many it took.
    """

    mu: Floats
    sigma: Floats
    passes: int
    sites: Sites
    precision: Floats
    slope: Floats


def solve(
    tally: AxisTally,
    settings: RatingSettings,
    draw_probability: float,
    *,
    near: Solution | None = None,
    sites: Sites | None = None,
    tolerance: float = TOLERANCE,
) -> Solution:
    """Rate the models of one axis. Raises RatingsError, naming the axis, where EP does not converge.

    ``near`` are the same votes rated with another draw probability: from there it takes fewer passes than from the
    prior, to the same numbers but for the last digits. ``sites`` are those of the axis where they are known already,
    and ``tolerance`` is as ``TOLERANCE``.
    """
    if near:
        return _solved(tally, near.sites, _state_of(near, settings), settings, draw_probability, tolerance)
    sites = sites or axis_sites(tally)
    return _solved(tally, sites, _prior_state(sites, settings), settings, draw_probability, tolerance)


def solve_rest(rest: AxisTally, weight: Floats, near: Solution, settings: RatingSettings, draw: float) -> Solution:
    """Rate what is left of an axis when votes are taken away, from its ratings ``near``; ``draw`` as in ``solve``.

    ``weight`` (S) are the votes of each site of ``near`` that are left in ``rest``, and may be 0. Models whose records
    are now alike get ratings that may differ in the last of seven digits.
    """
    known, kept = near.sites, weight > 0.0
    classes = np.arange(len(known.order))
    sites = Sites(known.order, classes, known.winner[kept], known.loser[kept], known.draw[kept], weight[kept])
    mean, variance, *of_sites = _state_of(near, settings)
    state = mean, variance, *(values[kept] for values in of_sites)
    return _solved(rest, sites, state, settings, draw, TRIAL_TOLERANCE)


def _solved(  # noqa: PLR0917 - what solve knows
    tally: AxisTally,
    sites: Sites,
    state: tuple[Floats, ...],
    settings: RatingSettings,
    draw_probability: float,
    tolerance: float,
) -> Solution:
    """The fixed point of the sites to a ``tolerance`` as ``TOLERANCE``, from a state that is worked on in place."""
    if not len(tally.models):
        return Solution(np.empty(0), np.empty(0), 0, sites, np.empty(0), np.empty(0))
    passes = propagate(
        sites.winner,
        sites.loser,
        sites.draw,
        sites.weight,
        1.0 / settings.sigma**2,
        2.0 * settings.beta**2,
        draw_margin(draw_probability, settings.beta),
        tolerance * max(1.0, settings.sigma / DEFAULT_SIGMA),
        STAGES,
        *state,
    )
    mean, variance, precision, pull, _, _ = state
    if passes < 0 or not (np.isfinite(mean).all() and np.isfinite(variance).all()):
        raise RatingsError(
            f"the ratings did not converge in {sum(STAGES)} passes",
            where=tally.axis.name,
            hint="sigma and beta may be too far apart for these votes",
        )
    slope = pull - precision * (mean[sites.winner] - mean[sites.loser])
    mu, sigma = _settle(settings.mu + mean, sites), _settle(np.sqrt(variance), sites)
    return Solution(mu, sigma, passes, sites, precision, slope)


def _prior_state(sites: Sites, settings: RatingSettings) -> tuple[Floats, ...]:
    """What ``propagate`` works on in place, before any vote: means (M) as differences from the prior mean, so that a
    large mu costs no digits, variances (M), and k, ky and both messages of each site (S).
    """
    size, count = len(sites.order), len(sites.weight)
    return np.zeros(size), np.full(size, settings.sigma**2), *(np.zeros(count) for _ in range(4))


def _state_of(solution: Solution, settings: RatingSettings) -> tuple[Floats, ...]:
    """The same at a fixed point."""
    sites, k = solution.sites, solution.precision
    mean, variance = solution.mu[sites.order] - settings.mu, solution.sigma[sites.order] ** 2
    ky = solution.slope + k * (mean[sites.winner] - mean[sites.loser])
    of_winner, of_loser = cavity_precisions(solution, settings)
    messages = 1.0 / variance[sites.winner] - of_winner, 1.0 / variance[sites.loser] - of_loser
    return mean, variance, k.copy(), ky, *messages


def cavity_precisions(solution: Solution, settings: RatingSettings) -> tuple[Floats, Floats]:
    """How sure all votes but one of a site make its winner and its loser: precisions (S each).

    With P the precisions of the two models given all votes, and k that of the site, those without the site solve
    P_i = a + k b / (k + b) and P_j = b + k a / (k + a): the messages of the site taken back.
    """
    sites, k = solution.sites, solution.precision
    precision = 1.0 / solution.sigma[sites.order] ** 2
    winner, loser = precision[sites.winner], precision[sites.loser]
    stretch = np.sqrt(1.0 + 4.0 * k * k / (winner * loser))
    # No model is less sure than before any vote, whatever rounding says.
    least = settings.sigma**-2
    return (
        np.maximum(winner * (1.0 + stretch) / 2.0 - k, least),
        np.maximum(loser * (1.0 + stretch) / 2.0 - k, least),
    )


def axis_sites(tally: AxisTally) -> Sites:
    """The sites of an axis, both models and sites in an order that does not depend on names or sides.

    Nor does it on votes that are not rated.
    """
    rated = tally.counts[:, :3].any(axis=1)
    if not rated.all():
        tally = replace(tally, first=tally.first[rated], second=tally.second[rated], counts=tally.counts[rated])
    order, classes = canonical_order(tally)
    position = inverse_permutation(order)
    first, second = position[tally.first], position[tally.second]
    counts = tally.counts[:, :3].copy()
    swapped = first > second
    counts[swapped] = counts[swapped][:, (1, 0, 2)]
    low, high = np.minimum(first, second), np.maximum(first, second)
    by_pair = np.argsort(low * len(order) + high)
    low, high, counts = low[by_pair], high[by_pair], counts[by_pair]
    # Three sites a pair, one an outcome; those without votes are left out.
    voted = counts.ravel() > 0
    winner = np.column_stack([low, high, low]).ravel()[voted]
    loser = np.column_stack([high, low, high]).ravel()[voted]
    draw = np.tile([False, False, True], len(low))[voted]
    return Sites(order, classes, winner, loser, draw, counts.ravel()[voted].astype(np.float64))


def same_sites(some: Sites, others: Sites) -> bool:
    """Whether two axes have the same models in the same order, and the same votes: then they have one solution."""
    return all(np.array_equal(getattr(some, column.name), getattr(others, column.name)) for column in fields(Sites))


def inverse_permutation(order: Ints) -> Ints:
    """Where each index stands in ``order``."""
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    return position


def canonical_order(tally: AxisTally) -> tuple[Ints, Ints]:
    """The models' order (M indexes) and each model's class (M): nothing tells the records of one class apart.

    A sum of floats depends on its order, so sites summed in the order of ids would give other last bits after a
    renaming. This order is made of the votes alone, by colour refinement (the Weisfeiler-Leman algorithm): a model's
    colour is a hash of its record against each colour. EP gives the models of one class equal ratings. Where a class
    has several members one after another is singled out, which completes the order, the same up to a symmetry of the
    votes.
    """
    edges = colours_of_pairs(tally.counts)
    colours = _refine(tally, edges, np.zeros(len(tally.models), np.uint64))
    classes = np.unique(colours, return_inverse=True)[1].astype(np.int64)
    while True:
        ordered = np.sort(colours)
        again = ordered[1:] == ordered[:-1]
        if not again.any():
            return np.argsort(colours), classes
        member = np.flatnonzero(colours == ordered[again.argmax()])[0]
        colours[member] = mixed(~colours[member])
        colours = _refine(tally, edges, colours)


def _refine(tally: AxisTally, edges: tuple[Colours, Colours], colours: Colours) -> Colours:
    """Refine colours (M) until no class is split any more."""
    classes = 0
    while True:
        colours = refined_once(tally.first, tally.second, *edges, colours)
        ordered = np.sort(colours)  # a quarter of the time of np.unique
        distinct = 1 + int((ordered[1:] != ordered[:-1]).sum())
        if distinct in (classes, len(colours)):
            return colours
        classes = distinct


@compiled()
def colours_of_pairs(counts: Ints) -> tuple[Colours, Colours]:
    """A hash of each pair's rated counts (P x 4) as the first and as the second model sees them (P each)."""
    of_first, of_second = np.empty(len(counts), np.uint64), np.empty(len(counts), np.uint64)
    for p in range(len(counts)):
        wins, losses, ties = np.uint64(counts[p, 0]), np.uint64(counts[p, 1]), np.uint64(counts[p, 2])
        of_first[p] = mixed(mixed(mixed(wins) + losses) + ties)
        of_second[p] = mixed(mixed(mixed(losses) + wins) + ties)
    return of_first, of_second


@compiled()
def refined_once(first: Ints, second: Ints, of_first: Colours, of_second: Colours, colours: Colours) -> Colours:
    """A hash of the colour of each model (M) and of those that it met, with the colours of the pairs (P)."""
    # Added up, not chained, so that the order of opponents does not matter.
    refined = np.empty(len(colours), np.uint64)
    for i in range(len(colours)):
        refined[i] = mixed(colours[i])
    for p in range(len(first)):
        refined[first[p]] += mixed(colours[second[p]] ^ of_first[p])
        refined[second[p]] += mixed(colours[first[p]] ^ of_second[p])
    for i in range(len(colours)):
        refined[i] = mixed(refined[i])
    return refined


@compiled()
def mixed(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64: every bit of the input moves every bit of it."""
    value += np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _settle(values: Floats, sites: Sites) -> Floats:
    """From canonical order to that of the tally, one value a class, rounded; adding 0.0 makes -0.0 a 0.0.

    Models of one class are equal but for the last bits, which depend on who was singled out first.
    """
    first = np.unique(sites.classes[sites.order], return_index=True)[1]
    return np.round(values[first][sites.classes], DECIMALS) + 0.0


def connected(size: int, first: Codes, second: Codes) -> Ints:
    """The connected component of each of ``size`` nodes, named by its lowest node, under these edges.

    Each round takes the lowest label among neighbours and then the label of that label, so that a long chain takes far
    fewer rounds than it has links.
    """
    labels = np.arange(size)
    while True:
        lowest = labels.copy()
        np.minimum.at(lowest, first, labels[second])
        np.minimum.at(lowest, second, labels[first])
        lowest = lowest[lowest]
        if (lowest == labels).all():
            return labels
        labels = lowest

"""Votes -> ratings: the tally, each axis rated, the boards, pairs and history put together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import ibis
import numpy as np

from arena.pairs import Pair, Pairs
from arena.ratings.boards import Estimate, board_of
from arena.ratings.fragility import fragility_of
from arena.ratings.history import weekly_history
from arena.ratings.kernels import draw_margin, win_probability
from arena.ratings.online import OrderedVotes
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AXIS_KINDS, AxisTally, Tally, load_origins, tally
from arena.ratings.uncertainty import Z_95, VoterVotes, axis_votes, independent, load_voter_votes, uncertainty_of
from arena.records import Axis, AxisKind, Board, HistoryPoint, Intervals, Method, Ratings, RatingSettings


def pairs_of(
    tally: AxisTally, board: Board, estimate: Estimate, settings: RatingSettings, draw_probability: float
) -> Pairs:
    """Every two ranked models of a board; the chances of those that never met are worked out when asked for."""
    place = {model: index for index, model in enumerate(tally.models)}
    ranked = {rating.model for rating in board.ratings}
    margin = draw_margin(draw_probability, settings.beta)

    def pair(first: str, second: str, counts: list[int]) -> Pair:
        return _pair(tally, estimate, (place[first], place[second]), counts, settings.beta, margin)

    records = zip(tally.first.tolist(), tally.second.tolist(), tally.counts.tolist(), strict=True)
    named = ((tally.models[first], tally.models[second], counts) for first, second, counts in records)
    return Pairs(
        models=tuple(sorted(ranked)),
        with_votes={
            (one, two): pair(one, two, counts) for one, two, counts in named if {one, two} <= ranked and any(counts)
        },
        predict=lambda one, two: pair(one, two, [0, 0, 0, 0]) if {one, two} <= ranked else None,
    )


def _pair(  # noqa: PLR0917 - two models, their record, and the two numbers that make a game
    tally: AxisTally, estimate: Estimate, models: tuple[int, int], counts: list[int], beta: float, margin: float
) -> Pair:
    first, second = models
    wins, losses, ties, both_bad = counts
    gap = float(estimate.mu[first] - estimate.mu[second])
    doubt = math.hypot(float(estimate.sigma[first]), float(estimate.sigma[second]))
    reach = Z_95 * estimate.uncertainty.of_difference(first, second)
    points = expected_points(gap, doubt, beta, margin)
    return Pair(
        first=tally.models[first],
        second=tally.models[second],
        wins=wins,
        losses=losses,
        ties=ties,
        both_bad=both_bad,
        win_probability=points,
        low=min(points, expected_points(gap - reach, 0.0, beta, margin)),
        high=max(points, expected_points(gap + reach, 0.0, beta, margin)),
    )


def expected_points(gap: float, doubt: float, beta: float, margin: float) -> float:
    """P(first wins) + P(draw) / 2 for a difference of mu known up to a standard deviation of ``doubt``."""
    win, draw = win_probability(gap, math.hypot(math.sqrt(2.0) * beta, doubt), margin)
    return win + 0.5 * draw


Item = TypeVar("Item")
Made = TypeVar("Made")

METHOD_VERSION = "1"
"""Raised whenever the same log with the same settings would give other numbers."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What one rating run works on."""

    votes: ibis.Table
    tally: Tally
    axes: list[AxisTally]
    settings: RatingSettings
    draw: dict[str, float]
    threads: int

    def each(self, work: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
        """The work on each item, in the items' order; the linear algebra and the kernels in it let others run."""
        if self.threads == 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(work, items))

    def beside(self, first: Callable[[], Made], second: Callable[[], Item]) -> tuple[Made, Item]:
        """What both give, the second worked out beside the first where there is more than one thread."""
        if self.threads == 1:
            return first(), second()
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(second)
            return first(), other.result()

    @property
    def batch(self) -> bool:
        return self.settings.method is Method.BATCH

    @property
    def overall(self) -> list[AxisTally]:
        return [axis for axis in self.axes if axis.axis.kind is AxisKind.OVERALL]

    def solve(self, axis: AxisTally) -> Solution:
        return solve(axis, self.settings, self.draw[axis.axis.arena])


def compute_ratings(
    votes: ibis.Table, settings: RatingSettings, *, history: bool = False, intervals: bool = True, threads: int = 1
) -> Ratings:
    """Rate every model on every axis that has votes; ``threads`` axes at a time, which changes no number.

    ``votes`` has at least the required columns of a vote file; it is read by one group-by, once more for who voted
    (batch, ``intervals``) or in order (online). Without ``intervals``, and online, the standard error of mu is sigma,
    which ignores voters, and no fragility is looked for. With ``history``, each arena's overall ratings as of the end
    of each week as well. An empty table gives ratings without boards. Raises RatingsError where a batch rating does
    not converge.
    """
    counts = tally(votes)
    if settings.both_bad == "tie":
        counts = counts.rate_both_bad_as_ties()
    axes = counts.axes()
    run = _Run(votes, counts, axes, settings, draw_probabilities(axes, settings), threads)
    voted = load_voter_votes(votes, counts, settings) if history or (intervals and run.batch) else None
    rated = axes if run.batch else run.overall if history else []
    solutions = {axis.axis: found for axis, found in zip(rated, run.each(run.solve, rated), strict=True)}
    estimates_of = _estimates(run, solutions, voted if intervals else None)
    board = partial(_board, run, estimates_of, solutions if run.batch and intervals else {})
    made, points = run.beside(
        lambda: run.each(board, axes), lambda: _history(run, solutions, voted) if voted is not None and history else ()
    )
    origins = load_origins(votes)
    boards = {board.axis: replace(board, origins=origins[board.axis]) for board, _ in made}
    estimates = {board.axis: estimate for board, estimate in made if estimate}
    return Ratings(
        settings=settings,
        draw_probability=tuple(sorted(run.draw.items())),
        boards=tuple(boards.values()),
        pairs=tuple(
            (axis.axis, pairs_of(axis, boards[axis.axis], estimates[axis.axis], settings, run.draw[axis.axis.arena]))
            for axis in run.overall
        ),
        history=points,
        intervals=_intervals(run, asked=intervals),
        method_version=METHOD_VERSION,
    )


def _intervals(run: _Run, *, asked: bool) -> Intervals:
    if not run.axes:
        return Intervals.NONE
    return Intervals.BY_VOTER if asked and run.batch else Intervals.MODEL


def draw_probabilities(axes: list[AxisTally], settings: RatingSettings) -> dict[str, float]:
    """The draw probability of each arena: as set, or ties / rated votes of the whole arena.

    Where all of n votes are ties the observed share would put the margin at infinity; n / (n + 1) stands in for it.
    """
    draw = {}
    for tallied in axes:
        if tallied.axis.kind is AxisKind.OVERALL:
            rated, ties = int(tallied.counts[:, :3].sum()), int(tallied.counts[:, 2].sum())
            observed = min(ties / max(rated, 1), rated / (rated + 1))
            asked = settings.draw_probability
            draw[tallied.axis.arena] = observed if asked == "observed" else asked
    return draw


Estimates = Callable[[AxisTally], Estimate]


def _board(
    run: _Run, estimates: Estimates, solutions: dict[Axis, Solution], axis: AxisTally
) -> tuple[Board, Estimate | None]:
    """The board of an axis; of an overall one how fragile its first place is where ``solutions`` has it, and its
    estimate, of which pairs are made. One holds the square of the models.
    """
    estimate, overall = estimates(axis), axis.axis.kind is AxisKind.OVERALL
    weak = None
    if overall and axis.axis in solutions:
        weak = fragility_of(axis, solutions[axis.axis], run.settings, run.draw[axis.axis.arena])
    return board_of(axis, estimate, run.settings, weak), estimate if overall else None


def _estimates(run: _Run, solutions: dict[Axis, Solution], voted: VoterVotes | None) -> Estimates:
    """What the chosen method says of an axis; without ``voted``, as if every vote came from another voter."""
    if not run.batch:
        return _online(run)
    rows = dict(voted.by_axis(run.tally)) if voted else {}

    def estimate(axis: AxisTally) -> Estimate:
        found = solutions[axis.axis]
        if voted is None:
            return Estimate(found.mu, found.sigma, independent(found.sigma))
        held = rows.get(axis.axis, np.empty(0, np.int64))
        votes = axis_votes(found, voted, held, run.tally.codes_of(axis.models))
        return Estimate(found.mu, found.sigma, uncertainty_of(found, run.settings.sigma, votes))

    return estimate


def _online(run: _Run) -> Estimates:
    ordered = OrderedVotes(run.votes, run.tally, run.settings)
    found = {axis: rated for kind in AXIS_KINDS for axis, rated in ordered.rate(kind, run.settings, run.draw).items()}

    def estimate(axis: AxisTally) -> Estimate:
        mu, sigma = (values[run.tally.codes_of(axis.models)] for values in found[axis.axis])
        return Estimate(mu, sigma, independent(sigma))

    return estimate


def _history(run: _Run, solutions: dict[Axis, Solution], voted: VoterVotes) -> tuple[HistoryPoint, ...]:
    overall = [(axis, solutions[axis.axis]) for axis in run.overall]
    return weekly_history(voted, run.tally, overall, run.settings, run.draw)

"""Votes -> ratings: the tally, each axis rated, the boards, pairs and history put together."""

from __future__ import annotations

import ibis
import numpy as np

from arena.ratings.boards import Estimate, board_of
from arena.ratings.fragility import fragility_of
from arena.ratings.history import weekly_history
from arena.ratings.online import OrderedVotes
from arena.ratings.pairs import pairs_of
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AXIS_KINDS, AxisTally, Tally, tally
from arena.ratings.uncertainty import axis_votes, independent, uncertainty_of
from arena.ratings.voters import VoterVotes, load_voter_votes
from arena.records import Axis, AxisKind, Fragility, Method, Ratings, RatingSettings


def compute_ratings(
    votes: ibis.Table, settings: RatingSettings, *, history: bool = False, intervals: bool = True
) -> Ratings:
    """Rate every model on every axis that has votes.

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
    draw = draw_probabilities(axes, settings)
    batch = settings.method is Method.BATCH
    voted = load_voter_votes(votes, counts, settings) if history or (intervals and batch) else None
    solutions = {
        axis.axis: solve(axis, settings, draw[axis.axis.arena])
        for axis in axes
        if batch or (history and axis.axis.kind is AxisKind.OVERALL)
    }
    if not batch:
        estimates = _online(votes, counts, axes, settings, draw)
    elif voted is not None and intervals:
        estimates = _batch(voted, counts, axes, settings, solutions)
    else:
        estimates = _plain(solutions)
    weak = _fragilities(axes, settings, draw, solutions) if batch and intervals else {}
    boards = {axis.axis: board_of(axis, estimates[axis.axis], settings, weak.get(axis.axis)) for axis in axes}
    overall = [(axis, solutions[axis.axis]) for axis in axes if history and axis.axis.kind is AxisKind.OVERALL]
    return Ratings(
        settings=settings,
        draw_probability=tuple(sorted(draw.items())),
        boards=tuple(boards.values()),
        pairs=tuple(
            (axis.axis, pairs_of(axis, boards[axis.axis], estimates[axis.axis], settings, draw[axis.axis.arena]))
            for axis in axes
            if axis.axis.kind is AxisKind.OVERALL
        ),
        history=weekly_history(voted, counts, overall, settings, draw) if voted is not None and history else (),
    )


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


def _plain(solutions: dict[Axis, Solution]) -> dict[Axis, Estimate]:
    """Batch ratings that take every vote for another voter's."""
    return {axis: Estimate(found.mu, found.sigma, independent(found.sigma)) for axis, found in solutions.items()}


def _batch(
    voted: VoterVotes,
    counts: Tally,
    axes: list[AxisTally],
    settings: RatingSettings,
    solutions: dict[Axis, Solution],
) -> dict[Axis, Estimate]:
    """Batch ratings with standard errors that respect voters."""
    rows = dict(voted.by_axis(counts))
    code = {model: index for index, model in enumerate(counts.models)}
    estimates = {}
    for tallied in axes:
        found, models = solutions[tallied.axis], np.array([code[model] for model in tallied.models])
        ballots = axis_votes(found, voted, rows.get(tallied.axis, np.empty(0, np.int64)), models)
        estimates[tallied.axis] = Estimate(found.mu, found.sigma, uncertainty_of(found, settings.sigma, ballots))
    return estimates


def _online(
    votes: ibis.Table, counts: Tally, axes: list[AxisTally], settings: RatingSettings, draw: dict[str, float]
) -> dict[Axis, Estimate]:
    ordered = OrderedVotes(votes, counts, settings)
    found = {axis: rated for kind in AXIS_KINDS for axis, rated in ordered.rate(kind, settings, draw).items()}
    code = {model: index for index, model in enumerate(counts.models)}
    estimates = {}
    for tallied in axes:
        models = np.array([code[model] for model in tallied.models])
        mu, sigma = (values[models] for values in found[tallied.axis])
        estimates[tallied.axis] = Estimate(mu, sigma, independent(sigma))
    return estimates


def _fragilities(
    axes: list[AxisTally], settings: RatingSettings, draw: dict[str, float], solutions: dict[Axis, Solution]
) -> dict[Axis, Fragility | None]:
    """How fragile the first place of each overall board is."""
    return {
        axis.axis: fragility_of(axis, solutions[axis.axis], settings, draw[axis.axis.arena])
        for axis in axes
        if axis.axis.kind is AxisKind.OVERALL
    }

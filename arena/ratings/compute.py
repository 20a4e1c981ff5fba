"""Votes -> ratings: the tally, each axis rated, the boards, pairs and history put together."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import numpy as np

from arena.ratings.boards import Estimate, board_of
from arena.ratings.history import weekly_history
from arena.ratings.online import OrderedVotes
from arena.ratings.pairs import pairs_of
from arena.ratings.solver import solve
from arena.ratings.tally import AXIS_KINDS, AxisTally, Tally, tally
from arena.records import AxisKind, Method, Ratings, RatingSettings


def compute_ratings(votes: ibis.Table, settings: RatingSettings, *, history: bool = False) -> Ratings:
    """Rate every model on every axis that has votes.

    ``votes`` has at least the required columns of a vote file; it is read by one group-by (and in order by the online
    method). With ``history``, each arena's overall ratings as of the end of each week as well. An empty table gives
    ratings without boards. Raises RatingsError where a batch rating does not converge.
    """
    counts = tally(votes)
    if settings.both_bad == "tie":
        counts = counts.rate_both_bad_as_ties()
    axes = counts.axes()
    draw = draw_probabilities(axes, settings)
    estimates = list(_estimates(votes, counts, axes, settings, draw))
    boards = tuple(board_of(tallied, estimate, settings) for tallied, estimate in zip(axes, estimates, strict=True))
    return Ratings(
        settings=settings,
        draw_probability=tuple(sorted(draw.items())),
        boards=boards,
        pairs=tuple(
            (tallied.axis, pairs_of(tallied, board, settings, draw[tallied.axis.arena]))
            for tallied, board in zip(axes, boards, strict=True)
            if tallied.axis.kind is AxisKind.OVERALL
        ),
        history=weekly_history(votes, counts, settings, draw) if history else (),
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


def _estimates(
    votes: ibis.Table, counts: Tally, axes: list[AxisTally], settings: RatingSettings, draw: dict[str, float]
) -> Iterator[Estimate]:
    if settings.method is Method.BATCH:
        for tallied in axes:
            solution = solve(tallied, settings, draw[tallied.axis.arena])
            yield Estimate(solution.mu, solution.sigma)
        return
    ordered = OrderedVotes(votes, counts, settings)
    found = {axis: rated for kind in AXIS_KINDS for axis, rated in ordered.rate(kind, settings, draw).items()}
    place = {model: index for index, model in enumerate(counts.models)}
    for tallied in axes:
        mu, sigma = found[tallied.axis]
        models = np.array([place[model] for model in tallied.models])
        yield Estimate(mu[models], sigma[models])

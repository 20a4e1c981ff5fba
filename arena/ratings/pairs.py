"""Head to head: every two ranked models' record against each other and the predicted chance that the first wins."""

from __future__ import annotations

import math

from arena.pairs import Pair, Pairs
from arena.ratings.boards import Estimate
from arena.ratings.kernels import draw_margin, win_probability
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Z_95
from arena.records import Board, RatingSettings


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
        met={(one, two): pair(one, two, counts) for one, two, counts in named if {one, two} <= ranked and any(counts)},
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

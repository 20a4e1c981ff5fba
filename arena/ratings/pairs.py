"""Head to head: every two ranked models' record against each other and the predicted chance that the first wins."""

from __future__ import annotations

import math
from itertools import combinations

from arena.ratings.boards import Estimate
from arena.ratings.kernels import draw_margin, win_probability
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Z_95
from arena.records import Board, Pair, RatingSettings


def pairs_of(
    tally: AxisTally, board: Board, estimate: Estimate, settings: RatingSettings, draw_probability: float
) -> tuple[Pair, ...]:
    """Every two ranked models of a board, first < second by id, whether they met or not."""
    place = {model: index for index, model in enumerate(tally.models)}
    records = zip(tally.first.tolist(), tally.second.tolist(), tally.counts.tolist(), strict=True)
    met: dict[tuple[int, int], list[int]] = {(first, second): counts for first, second, counts in records}
    margin = draw_margin(draw_probability, settings.beta)
    ranked = sorted(place[rating.model] for rating in board.ratings)
    return tuple(
        _pair(tally, estimate, (first, second), met.get((first, second), [0, 0, 0, 0]), settings.beta, margin)
        for first, second in combinations(ranked, 2)
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

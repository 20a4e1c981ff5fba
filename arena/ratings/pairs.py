"""Head to head: every two ranked models' record against each other and the predicted chance that the first wins."""

from __future__ import annotations

import math
from itertools import combinations

from arena.ratings.kernels import draw_margin, win_probability
from arena.ratings.tally import AxisTally
from arena.records import Board, Pair, Rating, RatingSettings


def pairs_of(tally: AxisTally, board: Board, settings: RatingSettings, draw_probability: float) -> tuple[Pair, ...]:
    """Every two ranked models of a board, first < second by id, whether they met or not."""
    met: dict[tuple[str, str], list[int]] = {
        (tally.models[first], tally.models[second]): counts
        for first, second, counts in zip(
            tally.first.tolist(), tally.second.tolist(), tally.counts.tolist(), strict=True
        )
    }
    margin = draw_margin(draw_probability, settings.beta)
    ranked = sorted(board.ratings, key=lambda rating: rating.model)
    return tuple(
        _pair(first, second, met.get((first.model, second.model), [0, 0, 0, 0]), settings.beta, margin)
        for first, second in combinations(ranked, 2)
    )


def _pair(first: Rating, second: Rating, counts: list[int], beta: float, margin: float) -> Pair:
    wins, losses, ties, both_bad = counts
    points = expected_points(first, second, beta, margin)
    return Pair(first.model, second.model, wins, losses, ties, both_bad, win_probability=points)


def expected_points(first: Rating, second: Rating, beta: float, margin: float) -> float:
    """P(first wins) + P(draw) / 2 between two ratings, with what is not known of them."""
    spread = math.sqrt(2.0 * beta**2 + first.sigma**2 + second.sigma**2)
    win, draw = win_probability(first.mu - second.mu, spread, margin)
    return win + 0.5 * draw

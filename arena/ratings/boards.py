"""From the numbers of one axis to its board: scores, ranks, intervals, who is ranked and who is not yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.tally import AxisTally, Floats, Ints
from arena.records import Board, Rating, RatingSettings

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """mu and sigma of the models of an axis tally (M each)."""

    mu: Floats
    sigma: Floats


def board_of(tally: AxisTally, estimate: Estimate, settings: RatingSettings) -> Board:
    """The board of one axis. Equal scores share a rank; models under ``min_votes`` have rank 0 and stand apart."""
    score = estimate.mu - 3.0 * estimate.sigma
    low, high = score - Z_95 * estimate.sigma, score + Z_95 * estimate.sigma
    ranked = np.flatnonzero(tally.rated >= settings.min_votes)
    ranks = np.zeros((len(tally.models), 3), np.int64)
    ranks[ranked, 0] = 1 + _count_above(score[ranked], score[ranked])
    ranks[ranked, 1] = 1 + _count_above(low[ranked], high[ranked])
    ranks[ranked, 2] = len(ranked) - _count_above(-high[ranked], -low[ranked])
    totals = tally.totals()
    ratings = [
        _rating(
            model,
            ranks[index].tolist(),
            (float(score[index]), float(low[index]), float(high[index])),
            (float(estimate.mu[index]), float(estimate.sigma[index])),
            totals[index].tolist(),
        )
        for index, model in enumerate(tally.models)
    ]
    ratings.sort(key=lambda rating: (rating.rank, rating.model))
    return Board(
        axis=tally.axis,
        ratings=tuple(rating for rating in ratings if rating.rank),
        votes=int(tally.counts[:, :3].sum()),
        both_bad=int(tally.counts[:, 3].sum()),
        unranked=tuple(rating for rating in ratings if not rating.rank),
    )


def _count_above(values: Floats, bounds: Floats) -> Ints:
    """How many of ``values`` lie above each of ``bounds``."""
    return len(values) - np.searchsorted(np.sort(values), bounds, side="right")


def _rating(
    model: str, ranks: list[int], scores: tuple[float, float, float], skill: tuple[float, float], totals: list[int]
) -> Rating:
    wins, losses, ties, both_bad = totals
    votes = wins + losses + ties
    return Rating(
        model=model,
        rank=ranks[0],
        rank_low=ranks[1],
        rank_high=ranks[2],
        score=scores[0],
        score_low=scores[1],
        score_high=scores[2],
        mu=skill[0],
        sigma=skill[1],
        votes=votes,
        wins=wins,
        losses=losses,
        ties=ties,
        both_bad=both_bad,
        win_rate=(wins + 0.5 * ties) / votes if votes else 0.0,
    )

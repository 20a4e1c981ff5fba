"""From the numbers of one axis to its board: scores, ranks, intervals, tiers, and who is not ranked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.guards import comparable_models, leaders, status_of, tiers
from arena.ratings.ranks import rank_intervals
from arena.ratings.tally import AxisTally, Floats, Ints
from arena.ratings.uncertainty import Z_95, Uncertainty
from arena.records import Board, Fragility, Rating, RatingSettings


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mu and sigma of the models of an axis tally (M each), and how sure they are."""

    mu: Floats
    sigma: Floats
    uncertainty: Uncertainty

    @property
    def score(self) -> Floats:
        return self.mu - 3.0 * self.sigma


def board_of(
    tally: AxisTally, estimate: Estimate, settings: RatingSettings, fragility: Fragility | None = None
) -> Board:
    """The board of one axis. Equal scores share a rank.

    Models with fewer than ``min_votes`` rated votes, and models outside the largest group that comparisons connect,
    have rank 0 and stand apart.
    """
    comparable = comparable_models(tally)
    ranked = np.sort(leaders(tally, estimate.score, settings.min_votes))
    ranks = _ranks(estimate, ranked)
    totals = tally.totals().tolist()
    ratings = [
        _rating(model, index, estimate, ranks[index].tolist(), totals[index], len(ranked), bool(comparable[index]))
        for index, model in enumerate(tally.models)
    ]
    ratings.sort(key=lambda rating: (rating.rank, rating.model))
    return Board(
        axis=tally.axis,
        ratings=tuple(rating for rating in ratings if rating.rank),
        votes=int(tally.counts[:, :3].sum()),
        both_bad=int(tally.counts[:, 3].sum()),
        unranked=tuple(rating for rating in ratings if not rating.rank),
        fragility=fragility,
    )


def _ranks(estimate: Estimate, ranked: Ints) -> Ints:
    """M x 4: rank, lowest and highest rank, tier; zeros for models that are not ranked.

    The interval is of the rank by true strength. A model with few votes stands lower by its score than it may truly be,
    so the interval is stretched to hold the rank shown.
    """
    ranks = np.zeros((len(estimate.mu), 4), np.int64)
    if len(ranked):
        score, uncertainty = estimate.score[ranked], estimate.uncertainty.of(ranked)
        shown = 1 + len(ranked) - np.searchsorted(np.sort(score), score, side="right")
        low, high = rank_intervals(estimate.mu[ranked], uncertainty)
        tier = tiers(score, estimate.mu[ranked], uncertainty)
        ranks[ranked] = np.column_stack([shown, np.minimum(low, shown), np.maximum(high, shown), tier])
    return ranks


def _rating(  # noqa: PLR0917 - a rating has as many sides
    model: str, index: int, estimate: Estimate, ranks: list[int], totals: list[int], size: int, comparable: bool
) -> Rating:
    wins, losses, ties, both_bad = totals
    votes = wins + losses + ties
    mu, sigma = float(estimate.mu[index]), float(estimate.sigma[index])
    score, error = mu - 3.0 * sigma, float(estimate.uncertainty.error[index])
    return Rating(
        model=model,
        rank=ranks[0],
        rank_low=ranks[1],
        rank_high=ranks[2],
        score=score,
        score_low=score - Z_95 * error,
        score_high=score + Z_95 * error,
        mu=mu,
        sigma=sigma,
        votes=votes,
        wins=wins,
        losses=losses,
        ties=ties,
        both_bad=both_bad,
        win_rate=(wins + 0.5 * ties) / votes if votes else 0.0,
        error=error,
        tier=ranks[3],
        status=status_of(votes, ranks[1], ranks[2], size),
        comparable=comparable,
    )

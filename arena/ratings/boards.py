"""From the numbers of one axis to its board: who is ranked, ranks and their intervals, tiers, and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.compiling import compiled
from arena.ratings.solver import connected, inverse_permutation
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Uncertainty
from arena.records import Board, Fragility, RankStatus, Rating

ESTABLISHED_VOTES = 30
ESTABLISHED_SHARE = 0.25
"""Of the models of a board: a rating is established once its rank interval spans fewer."""
HELD_BACK_RANKS = 3
"""How many ranks higher, at least, a model could be that few votes hold back."""
RANK_DRAWS = 1000
RANK_TAIL = 0.025
"""The share of sampled ranks that is left out at either end of an interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mu and sigma of the models of an axis tally in points (M each), and how sure they are."""

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
    have rank 0 and are unranked.
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
        intervals=estimate.uncertainty.intervals,
        prompts=estimate.uncertainty.prompts,
        variance=estimate.uncertainty.variance,
    )


def leaders(tally: AxisTally, score: Floats, min_votes: int) -> Ints:
    """The models that are ranked (indexes), best score first: comparable, with ``min_votes`` or more rated votes."""
    ranked = np.flatnonzero(comparable_models(tally) & (tally.rated >= min_votes))
    return ranked[np.argsort(-score[ranked], kind="stable")]


def comparable_models(tally: AxisTally) -> Flags:
    """Which models (M) are in the component with the most models; of equals the one with the most votes.

    Should two be equal in both, the one with the first model by id: only then does a name decide.
    """
    labels = components(tally)
    roots = np.unique(labels)
    if not len(roots):
        return np.zeros(0, bool)
    models, votes = np.bincount(labels), np.bincount(labels, tally.rated)
    main = min(roots.tolist(), key=lambda root: (-models[root], -votes[root], root))
    comparable: Flags = labels == main
    return comparable


def components(tally: AxisTally) -> Ints:
    """The connected component of each model (M): the index of its first model by id. Rated votes connect."""
    linked = tally.counts[:, :3].sum(axis=1) > 0
    return connected(len(tally.models), tally.first[linked], tally.second[linked])


def _ranks(estimate: Estimate, ranked: Ints) -> Ints:
    """M x 4: rank, lowest and highest rank, tier; zeros for models that are not ranked.

    The interval is of the rank by true strength. A model with few votes stands lower by its score than it may truly be,
    so the interval is stretched to contain the rank shown.
    """
    ranks = np.zeros((len(estimate.mu), 4), np.int64)
    if len(ranked):
        score, uncertainty = estimate.score[ranked], estimate.uncertainty.of(ranked)
        # 1 + how many score higher, so that equal scores share a rank.
        shown = 1 + len(ranked) - np.searchsorted(np.sort(score), score, side="right")
        low, high = rank_intervals(estimate.mu[ranked], uncertainty)
        tier = tiers(score, estimate.mu[ranked], uncertainty)
        ranks[ranked] = np.column_stack([shown, np.minimum(low, shown), np.maximum(high, shown), tier])
    return ranks


def rank_intervals(mu: Floats, uncertainty: Uncertainty) -> tuple[Ints, Ints]:
    """The lowest and highest rank of each model (M), from 1: the middle 95% of 1,000 sampled rankings.

    A ranking is sampled by drawing all strengths from the normal distribution of these errors and correlations. The
    draws are always the same ones, and dealt to the models by mu and error, not by name, so that a renaming changes no
    interval. Models with equal mu and error get different draws all the same; they share the wider bounds.
    """
    order = np.lexsort((uncertainty.error, -mu))
    mu, error = mu[order], uncertainty.error[order]
    sampled = uncertainty.of(order).drawn(RANK_DRAWS) * error
    sampled += mu
    low, high = middle_ranks(np.argsort(np.negative(sampled, out=sampled), axis=1))
    # Numbers the runs of models that are equal in mu and error; they are next to each other in this order.
    equal = np.cumsum((np.diff(mu, prepend=np.nan) != 0) | (np.diff(error, prepend=np.nan) != 0)) - 1
    starts = np.flatnonzero(np.diff(equal, prepend=-1))
    position = inverse_permutation(order)
    return np.minimum.reduceat(low, starts)[equal][position] + 1, np.maximum.reduceat(high, starts)[equal][position] + 1


@compiled()
def middle_ranks(sampled: Ints) -> tuple[Ints, Ints]:
    """The lowest and highest rank (from 0) of each of M models within the middle 95% of its sampled ranks.

    ``sampled`` has R rows of M indexes, the first of each ranking first. A rank is out where those beyond it and half
    of its own draws are less than 2.5%. That is the mid-P convention for discrete quantities (Lancaster, "Significance
    tests in discrete distributions", 1961): counting all of its own draws would make intervals of whole ranks wider
    than 95%.
    """
    draws, size = sampled.shape
    low, high = np.empty(size, np.int64), np.empty(size, np.int64)
    ranks, counts = np.empty((size, draws), np.int32), np.empty(size, np.int32)
    for i in range(size):
        counts[i] = 0
    for draw in range(draws):
        for rank in range(size):
            ranks[sampled[draw, rank], draw] = rank
    for i in range(size):
        for draw in range(draws):
            counts[ranks[i, draw]] += 1
        rank, before = 0, 0
        while (before + 0.5 * counts[rank]) / draws < RANK_TAIL:
            before += counts[rank]
            rank += 1
        low[i] = rank
        rank, until = size - 1, draws
        while (until - 0.5 * counts[rank]) / draws > 1.0 - RANK_TAIL:
            until -= counts[rank]
            rank -= 1
        high[i] = rank
        for draw in range(draws):
            counts[ranks[i, draw]] = 0
    return low, high


def tiers(score: Floats, mu: Floats, uncertainty: Uncertainty) -> Ints:
    """The tier of each model (M), from 1: down the board by score, those whose mu is within the 95% interval of the
    difference to the best of the tier; the first that is clearly worse opens the next one.

    Every model is compared with the best of its tier and not with the next above it: between two next to each other
    there is hardly ever a clear difference, and the whole board would be one tier.
    """
    tier = np.zeros(len(score), np.int64)
    below, current = np.lexsort((-mu, -score)), 0
    while len(below):
        best, current = int(below[0]), current + 1
        error = uncertainty.of_differences(best, below)
        worse = (score[below] < score[best]) & (mu[best] - mu[below] > Z_95 * error)
        size = int(worse.argmax()) if worse.any() else len(below)
        tier[below[:size]] = current
        below = below[size:]
    return tier


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


def status_of(votes: int, rank_low: int, rank_high: int, size: int) -> RankStatus:
    """Established from 30 votes on, once the rank interval is narrower than a quarter of a board of ``size``."""
    settled = votes >= ESTABLISHED_VOTES and rank_low > 0 and rank_high - rank_low < ESTABLISHED_SHARE * size
    return RankStatus.ESTABLISHED if settled else RankStatus.PROVISIONAL


def by_mu(ratings: Sequence[Rating]) -> tuple[Rating, ...]:
    """The ratings of a board in the order of mu, the highest first, then by model id."""
    return tuple(sorted(ratings, key=lambda rating: (-rating.mu, rating.model)))


def held_back(ratings: Sequence[Rating]) -> dict[str, int]:
    """The models of a board (``ratings`` in its order) that few votes hold back, each with its rank by mu.

    A score is mu - 3 sigma, so of two models with one mu the one with fewer votes ranks lower, however strong it may
    be. A model is held back where all three hold:

    * it ranks higher by mu than by score;
    * the upper end of its 95% interval of mu (1.96 ``error`` above mu) is higher than the mu of a model far above it: a
      quarter of the board, and ``HELD_BACK_RANKS`` at least, or the first model where that is beyond the top;
    * it has fewer than half as many votes as the model in the middle of the board (the median).
    """
    few = median(rating.votes for rating in ratings) / 2.0 if ratings else 0.0
    far = max(HELD_BACK_RANKS, round(ESTABLISHED_SHARE * len(ratings)))
    rank_by_mu = {rating.model: rank for rank, rating in enumerate(by_mu(ratings), 1)}
    found = {}
    for place, rating in enumerate(ratings[HELD_BACK_RANKS:], HELD_BACK_RANKS):
        reaches = rating.mu + Z_95 * rating.error > ratings[max(0, place - far)].mu
        if rating.votes < few and reaches and rank_by_mu[rating.model] < rating.rank:
            found[rating.model] = rank_by_mu[rating.model]
    return found

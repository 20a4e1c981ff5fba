"""How strong the models are: by all votes until a moment ago, for matchmaking, and by one voter's votes alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from arena.errors import RatingsError
from arena.rating_settings import RatingSettings
from arena.ratings.results import Ratings
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.records import Axis, Outcome, Vote
from arena.votes.store import PairCount, Store
from arena.voting.live_arena import BattlePool, LiveArena, PairCounts
from arena.voting.matchmaking import ModelEstimates

FRESH = timedelta(seconds=30)
"""How long estimates are used before they are worked out again."""
DRAW_PROBABILITY = 0.10
"""Of personal boards, and of arenas whose own is not known yet: TrueSkill's default."""


@dataclass(frozen=True, slots=True)
class ArenaEstimates:
    """Estimates of one arena's models, the votes by pair that went into them (published ones and those of the store,
    each once), and when they were worked out.
    """

    models: ModelEstimates
    counts: PairCounts
    at: datetime


class EstimateCache:
    """The estimates of each arena. One thread works stale ones out again, and the others use the old ones meanwhile."""

    def __init__(self, store: Store, live: LiveArena) -> None:
        self._store = store
        self._live = live
        self._cached: dict[str, ArenaEstimates] = {}
        self._locks = {arena: threading.Lock() for arena in live.pools}

    def fresh(self, arena: str, now: datetime) -> ArenaEstimates | None:
        """What was worked out not long ago; None where it is time for ``current``, which takes a while."""
        cached = self._cached.get(arena)
        # What was worked out later than now is old: the clock was put back.
        return cached if cached and timedelta(0) <= now - cached.at < FRESH else None

    def current(self, arena: str, now: datetime) -> ArenaEstimates:
        """The estimates of an arena, worked out now if need be."""
        if fresh := self.fresh(arena, now):
            return fresh
        cached = self._cached.get(arena)
        lock = self._locks[arena]
        if cached is None:
            # Nothing to answer with yet: whoever comes meanwhile waits for the thread that works it out.
            with lock:
                return self._cached.get(arena) or self._renew(arena, now)
        if lock.acquire(blocking=False):
            try:
                return self._renew(arena, now)
            finally:
                lock.release()
        return cached

    def _renew(self, arena: str, now: datetime) -> ArenaEstimates:
        origin = self._live.pools[arena].origin
        unsealed = self._store.pair_counts(arena, origin, self._live.votes.periods)
        # Votes of one origin are counted, as on boards: published ones that are no votes on such pictures are not.
        of_origin = self._live.ratings.origin_of(arena) is origin
        published = self._live.votes.pairs.get(arena, {}) if of_origin else {}
        counts = add_counts(published, {(pair.first, pair.second): pair for pair in unsealed})
        models = estimate_models(self._live.pools[arena], counts, self._live.ratings)
        self._cached[arena] = ArenaEstimates(models, counts, now)
        return self._cached[arena]


def add_counts(counts: PairCounts, more: PairCounts) -> dict[tuple[str, str], PairCount]:
    """The votes of both together."""
    return {**counts, **{key: counts[key] + pair if key in counts else pair for key, pair in more.items()}}


def estimate_models(pool: BattlePool, counts: PairCounts, ratings: Ratings) -> ModelEstimates:
    """Mu and sigma of every model of the pool from these votes, the prior where it has none."""
    index = {model: number for number, model in enumerate(pool.models)}
    size = len(pool.models)
    pairs = [pair for pair in counts.values() if pair.votes and pair.first in index and pair.second in index]
    first = np.array([index[pair.first] for pair in pairs], np.int64)
    second = np.array([index[pair.second] for pair in pairs], np.int64)
    rows = np.array([[p.wins, p.losses, p.ties, p.both_bad] for p in pairs], np.int64).reshape(len(pairs), 4)
    # As the public ratings count them, so that both mean the same by a strength.
    if ratings.settings.both_bad == "tie":
        rows[:, 2:] = np.column_stack([rows[:, 2] + rows[:, 3], np.zeros(len(pairs), np.int64)])
    pair_votes = np.zeros((size, size), np.int64)
    np.add.at(pair_votes, (first, second), rows.sum(axis=1))
    settings = ratings.settings
    mu, sigma = np.full(size, settings.mu), np.full(size, settings.sigma)
    if pairs:
        tally = AxisTally.of(Axis(pool.arena), pool.models, first * size + second, rows)
        draw = dict(ratings.draw_probability).get(pool.arena, DRAW_PROBABILITY)
        try:
            solution = solve(tally, settings, draw)
        except RatingsError:
            # Battles have to go on: without estimates every pair is as good as any other.
            return ModelEstimates.of(pool.models, mu, sigma, pair_votes + pair_votes.T, settings.beta)
        rated = np.array([index[model] for model in tally.models])
        mu[rated], sigma[rated] = solution.mu, solution.sigma
    return ModelEstimates.of(pool.models, mu, sigma, pair_votes + pair_votes.T, settings.beta)


@dataclass(frozen=True, slots=True)
class PersonalRating:
    """One model on a voter's own board. ``public_rank`` is None where the public board does not rank it."""

    rank: int
    model: str
    score: float
    wins: int
    losses: int
    ties: int
    both_bad: int
    public_rank: int | None


def personal_boards(votes: Sequence[Vote], public: Ratings) -> dict[str, tuple[PersonalRating, ...]]:
    """The board of each arena that these votes are about, best first.

    Few votes hardly ever connect all models, so every model with a vote is ranked: under the same prior their scores
    compare, if roughly. Settings are the public board's, with one vote enough and a fixed draw probability. One
    voter's votes have an order, but are rated all at once as the public ones are: one after another, the same votes in
    another order would give other ranks.
    """
    arenas = dict.fromkeys(vote.arena for vote in votes)
    return {arena: _personal_board([vote for vote in votes if vote.arena == arena], public) for arena in arenas}


def _personal_board(votes: Sequence[Vote], public: Ratings) -> tuple[PersonalRating, ...]:
    """The board of one arena. Counted here and not by a query, whose engine takes 100 ms to start; this takes 3."""
    arena = votes[0].arena
    models = tuple(sorted({model for vote in votes for model in (vote.left, vote.right)}))
    code = {model: index for index, model in enumerate(models)}
    left, right = np.array([code[vote.left] for vote in votes]), np.array([code[vote.right] for vote in votes])
    column = {outcome: index for index, outcome in enumerate(Outcome)}  # the order of the tally's COUNTS
    if public.settings.both_bad == "tie":
        column[Outcome.BOTH_BAD] = column[Outcome.TIE]
    tally = AxisTally.count(Axis(arena), models, left, right, np.array([column[vote.outcome] for vote in votes]))
    kept = public.settings.model_dump(include={"both_bad", "mu", "sigma", "beta"})
    solution = solve(tally, RatingSettings(**kept), DRAW_PROBABILITY)
    scores = dict(zip(models, (solution.mu - 3.0 * solution.sigma).tolist(), strict=True))
    records = dict(zip(models, tally.totals().tolist(), strict=True))
    ranked = sorted((model for model in models if sum(records[model][:3])), key=lambda model: (-scores[model], model))
    board = public.get(Axis(arena))
    rows = []
    for model in ranked:
        public_rating = board.get(model) if board else None
        wins, losses, ties, both_bad = records[model]
        rows.append(
            PersonalRating(
                rank=1 + sum(scores[other] > scores[model] for other in ranked),
                model=model,
                score=scores[model],
                wins=wins,
                losses=losses,
                ties=ties,
                both_bad=both_bad,
                public_rank=public_rating.rank if public_rating else None,
            )
        )
    return tuple(rows)

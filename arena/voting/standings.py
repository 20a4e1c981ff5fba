"""What is known of the models of each arena right now, and a voter's own board from their votes alone."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import ibis
import numpy as np

from arena.errors import RatingsError
from arena.ratings import compute_ratings
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.records import Axis, Rating, Ratings, RatingSettings, Vote
from arena.votes.store import PairCount, Store
from arena.votes.table import votes_table
from arena.voting.exhibition import Hall
from arena.voting.live_arena import Counts, PublishedVotes
from arena.voting.matchmaking import Standing


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """One model on a personal board. ``public_rank`` is None where the public board does not rank it."""

    rank: int
    model: str
    score: float
    wins: int
    losses: int
    ties: int
    both_bad: int
    public_rank: int | None


def personal_boards(votes: Sequence[Vote], public: Ratings) -> dict[str, tuple[PersonalRow, ...]]:
    """The board of each arena that these votes are about, best first.

    Few votes hardly ever connect all models, so every model with a vote is placed: under the same prior their scores
    compare, if roughly. Settings are the public board's, with one vote enough and a fixed draw probability of 0.10.
    """
    if not votes:
        return {}
    kept = public.settings.model_dump(include={"both_bad", "mu", "sigma", "beta"})
    settings = RatingSettings(**kept, min_votes=1, draw_probability=0.10)
    engine = ibis.duckdb.connect()
    try:
        engine.con.register("votes", votes_table(votes))
        ratings = compute_ratings(engine.table("votes"), settings)
    finally:
        engine.disconnect()
    boards = {}
    for arena in dict.fromkeys(vote.arena for vote in votes):
        board = ratings.board(Axis(arena))
        boards[arena] = _rows([*board.ratings, *board.unranked], arena, public) if board else ()
    return boards


def _rows(ratings: Sequence[Rating], arena: str, public: Ratings) -> tuple[PersonalRow, ...]:
    board = public.board(Axis(arena))
    ordered = sorted((rating for rating in ratings if rating.votes), key=lambda rating: (-rating.score, rating.model))
    rows = []
    for rating in ordered:
        known = board.get(rating.model) if board else None
        rows.append(
            PersonalRow(
                rank=1 + sum(other.score > rating.score for other in ordered),
                model=rating.model,
                score=rating.score,
                wins=rating.wins,
                losses=rating.losses,
                ties=rating.ties,
                both_bad=rating.both_bad,
                public_rank=known.rank if known else None,
            )
        )
    return tuple(rows)


FRESH = timedelta(seconds=30)
"""How long a standing is used before it is worked out again."""


@dataclass(frozen=True, slots=True)
class Known:
    """A standing, the votes by pair that went into it (live ones and published ones, each once), and when."""

    standing: Standing
    counts: Counts
    at: datetime


class Standings:
    """Standings by arena. One thread works a stale one out again, and the others use the old one meanwhile."""

    def __init__(self, store: Store, ratings: Ratings, halls: Mapping[str, Hall], votes: PublishedVotes) -> None:
        self._store = store
        self._ratings = ratings
        self._halls = halls
        self._votes = votes
        self._known: dict[str, Known] = {}
        self._locks = {arena: threading.Lock() for arena in halls}

    def published(self, arena: str) -> Counts:
        """The votes of the log by pair."""
        return self._votes.pairs.get(arena, {})

    def fresh(self, arena: str, now: datetime) -> Known | None:
        """What was worked out not long ago; None where it is time for ``now``, which takes a while."""
        known = self._known.get(arena)
        return known if known and now - known.at < FRESH else None

    def now(self, arena: str, now: datetime) -> Known:
        """What is known of an arena."""
        known = self.fresh(arena, now)
        if known:
            return known
        known = self._known.get(arena)
        lock = self._locks[arena]
        if known is None:
            with lock:
                return self._known.get(arena) or self._renew(arena, now)
        if lock.acquire(blocking=False):
            try:
                return self._renew(arena, now)
            finally:
                lock.release()
        return known

    def _renew(self, arena: str, now: datetime) -> Known:
        found = self._store.pair_counts(arena, self._votes.periods)
        live = {(pair.first, pair.second): pair for pair in found}
        counts = add_counts(self.published(arena), live)
        standing = standing_of(self._halls[arena], counts, self._ratings)
        self._known[arena] = Known(standing, counts, now)
        return self._known[arena]


def add_counts(one: Counts, other: Counts) -> dict[tuple[str, str], PairCount]:
    """The votes of both together."""
    return {**one, **{key: one[key] + pair if key in one else pair for key, pair in other.items()}}


def standing_of(hall: Hall, counts: Counts, ratings: Ratings) -> Standing:
    """Mu and sigma of every model of the hall from these votes, the prior where it has none."""
    place = {model: index for index, model in enumerate(hall.models)}
    size = len(hall.models)
    pairs = [pair for pair in counts.values() if pair.votes and pair.first in place and pair.second in place]
    first = np.array([place[pair.first] for pair in pairs], np.int64)
    second = np.array([place[pair.second] for pair in pairs], np.int64)
    rows = np.array([[p.wins, p.losses, p.ties, p.both_bad] for p in pairs], np.int64).reshape(len(pairs), 4)
    if ratings.settings.both_bad == "tie":
        rows[:, 2:] = np.column_stack([rows[:, 2] + rows[:, 3], np.zeros(len(pairs), np.int64)])
    met = np.zeros((size, size), np.int64)
    np.add.at(met, (first, second), rows.sum(axis=1))
    settings = ratings.settings
    mu, sigma = np.full(size, settings.mu), np.full(size, settings.sigma)
    if pairs:
        tally = AxisTally.of(Axis(hall.arena), hall.models, first * size + second, rows)
        draw = dict(ratings.draw_probability).get(hall.arena, 0.1)
        try:
            solution = solve(tally, settings, draw)
        except RatingsError:
            return Standing(hall.models, mu, sigma, met + met.T)
        known = np.array([place[model] for model in tally.models])
        mu[known], sigma[known] = solution.mu, solution.sigma
    return Standing(hall.models, mu, sigma, met + met.T)

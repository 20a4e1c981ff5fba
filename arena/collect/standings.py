"""What is known of the models of each arena right now: the published votes and those in the store together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from arena.collect.exhibition import Hall
from arena.collect.matchmaking import Standing
from arena.errors import RatingsError
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.records import Axis, Ratings
from arena.votes.store import PairCount, Store

FRESH = timedelta(seconds=30)
"""How long a standing is used before it is worked out again."""
Counts = Mapping[tuple[str, str], PairCount]


@dataclass(frozen=True, slots=True)
class Known:
    """A standing, the live votes by pair that went into it, and when."""

    standing: Standing
    live: Counts
    at: datetime


class Standings:
    """Standings by arena. One thread works a stale one out again, and the others use the old one meanwhile."""

    def __init__(self, store: Store, ratings: Ratings, halls: Mapping[str, Hall]) -> None:
        self._store = store
        self._ratings = ratings
        self._halls = halls
        self._published = {arena: published_counts(ratings, arena) for arena in halls}
        self._known: dict[str, Known] = {}
        self._locks = {arena: threading.Lock() for arena in halls}

    def published(self, arena: str) -> Counts:
        """The votes of the log by pair."""
        return self._published[arena]

    def now(self, arena: str, now: datetime) -> Known:
        """What is known of an arena."""
        known = self._known.get(arena)
        if known and now - known.at < FRESH:
            return known
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
        live = {(pair.first, pair.second): pair for pair in self._store.pair_counts(arena)}
        counts = add_counts(self._published[arena], live)
        standing = standing_of(self._halls[arena], counts, self._ratings)
        self._known[arena] = Known(standing, live, now)
        return self._known[arena]


def published_counts(ratings: Ratings, arena: str) -> dict[tuple[str, str], PairCount]:
    """The votes of the log by pair of ranked models."""
    pairs = dict(ratings.pairs).get(Axis(arena))
    return {
        (first, second): PairCount(first, second, pair.wins, pair.losses, pair.ties, pair.both_bad)
        for (first, second), pair in (pairs.met.items() if pairs else ())
    }


def add_counts(one: Counts, other: Counts) -> dict[tuple[str, str], PairCount]:
    """The votes of both together."""
    total = dict(one)
    for key, pair in other.items():
        held = total.get(key)
        total[key] = (
            pair
            if held is None
            else replace(
                held,
                wins=held.wins + pair.wins,
                losses=held.losses + pair.losses,
                ties=held.ties + pair.ties,
                both_bad=held.both_bad + pair.both_bad,
            )
        )
    return total


def standing_of(hall: Hall, counts: Counts, ratings: Ratings) -> Standing:
    """Mu and sigma of every model of the hall from these votes, the prior where it has none."""
    place = {model: index for index, model in enumerate(hall.models)}
    size = len(hall.models)
    pairs = [pair for pair in counts.values() if pair.votes and pair.first in place and pair.second in place]
    first = np.array([place[pair.first] for pair in pairs], np.int64)
    second = np.array([place[pair.second] for pair in pairs], np.int64)
    rows = np.array([[p.wins, p.losses, p.ties, p.both_bad] for p in pairs], np.int64).reshape(len(pairs), 4)
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

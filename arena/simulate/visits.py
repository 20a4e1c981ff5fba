"""When people vote: visits of several votes, with the rhythm of the day, the week and the season."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from arena.simulate.streams import stream
from arena.simulate.voters import Voters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY = 86_400_000
"""Milliseconds."""
WEEK = (1.0, 1.08, 1.05, 1.02, 0.9, 0.72, 0.8)
"""Relative traffic from Monday to Sunday."""
VOTES_A_VISIT = 7.0
GOLDEN = (5**0.5 - 1) / 2
"""Steps of this length (modulo 1) fill the unit evenly, so that arenas get their shares in any stretch of visits."""


@dataclass(frozen=True, slots=True)
class Visits:
    """One row a vote: its voter, its visit, the arena's number, and when the visit began (ms since the first day)."""

    voter: Ints
    visit: Ints
    arena: Ints
    begin: Ints


def draw_visits(votes: int, voters: Voters, shares: Floats, first: date, last: date, *, seed: int) -> Visits:
    """Draw visits until there are ``votes`` votes; every voter comes at least once where there are enough visits.

    ``shares`` are the arenas' shares of the visits. Days run from ``first`` to ``last``, both included, in UTC.
    """
    sizes = 1 + stream(seed, "visit sizes").geometric(1 / (VOTES_A_VISIT - 1), votes) if votes else np.empty(0, int)
    number = int(np.searchsorted(np.cumsum(sizes), votes)) + 1 if votes else 0
    sizes = sizes[:number]
    if number:
        sizes[-1] -= int(sizes.sum()) - votes
    weights = voters.activity / voters.activity.sum()
    who = stream(seed, "visitors").choice(len(voters), number, p=weights)
    who[: len(voters)] = np.arange(len(voters))[:number]
    turn = (stream(seed, "visited arenas").random() + GOLDEN * np.arange(number)) % 1
    arena = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], turn, side="right")
    begin = _begin(number, voters.ahead[who], first, last, seed)
    return Visits(*(np.repeat(column, sizes).astype(np.int64) for column in (who, np.arange(number), arena, begin)))


def _begin(number: int, ahead: Floats, first: date, last: date, seed: int) -> Ints:
    days = (last - first).days + 1
    weights = np.array([WEEK[(first.weekday() + day) % 7] for day in range(days)])
    weights *= 1 + 0.5 * np.arange(days) / days + 0.12 * np.sin(np.arange(days) / 17)
    rng = stream(seed, "visit times")
    day = rng.choice(days, number, p=weights / weights.sum())
    hour = np.where(rng.random(number) < 0.62, rng.normal(20.6, 2.3, number), rng.normal(13.0, 2.6, number))
    moment = ((day * 24 + hour - ahead) % (days * 24)) * 3_600_000
    return moment.astype(np.int64)


def after_opening(visits: Visits, openings: Sequence[int], days: int) -> Visits:
    """Move the visits to an arena that opens later, on the given day each, to the days when it is open."""
    opening = np.array(openings, dtype=np.int64)[visits.arena] * DAY
    moved = opening + visits.begin % np.maximum(days * DAY - opening, 1)
    return replace(visits, begin=np.where(visits.begin < opening, moved, visits.begin))


def spread_votes(visits: Visits, dwell: Ints, days: int, *, seed: int) -> Ints:
    """Return when each vote was cast: a visit's votes follow each other by the time to decide and a short pause.

    A visit that would run past the last day begins earlier by as much.
    """
    pause = stream(seed, "pauses").uniform(600, 5200, len(dwell)).astype(np.int64)
    passed = np.cumsum(dwell + pause)
    starts = np.flatnonzero(np.diff(visits.visit, prepend=-1))
    sizes = np.diff(np.append(starts, len(dwell)))
    before = np.repeat(passed[starts] - (dwell + pause)[starts], sizes)
    at = visits.begin + passed - before
    overrun = np.maximum(0, np.maximum.reduceat(at, starts) - (days * DAY - 1)) if len(at) else at
    return np.asarray(at - np.repeat(overrun, sizes), dtype=np.int64)

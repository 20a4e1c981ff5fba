"""Who votes, and when.

Voters have habits, languages and very different amounts of time. They come for visits of several votes, more of them in
the evening, on weekdays, and towards the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from arena.simulate.strengths import stream

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BUSIEST = 22.0
"""No voter is more active than this many times the median."""

HOURS_AHEAD: Mapping[str, tuple[float, ...]] = {
    "en": (-8, -5, 0, 1, 10),
    "zh": (8,),
    "ja": (9,),
    "ko": (9,),
    "ar": (2, 3, 4),
    "hi": (5.5,),
    "ru": (3, 5, 7),
    "es": (-6, -5, -3, 1),
    "fr": (1,),
    "de": (1,),
    "pt": (-3, 0),
}
"""Hours ahead of UTC where the readers of a language mostly live."""

DAY = 86_400_000
"""Milliseconds."""
TRAFFIC_BY_WEEKDAY = (1.0, 1.08, 1.05, 1.02, 0.9, 0.72, 0.8)
"""From Monday to Sunday, relative."""
VOTES_PER_VISIT = 7.0
"""On average."""
GOLDEN_RATIO = (5**0.5 - 1) / 2
"""Multiples of it, modulo 1, fill the unit evenly, so that arenas get their shares in any stretch of visits."""


@dataclass(frozen=True, slots=True)
class SimulatedVoters:
    """Voters, one row each. ``reads`` is (voters, languages) and holds chances that sum to 1."""

    activity: Floats
    """Relative number of visits; heavy-tailed."""
    side: Floats
    """Added to the right side's quality, in mu; 0 for most."""
    ties: Floats
    """Factor on the margin below which two outputs count as equal."""
    strictness: Floats
    """Added to the quality that an output needs so as not to be bad, in mu."""
    noise: Floats
    """Factor on how far a single judgement strays."""
    pace: Floats
    """Median milliseconds to decide."""
    ahead: Floats
    """Hours ahead of UTC."""
    reads: Floats

    def __len__(self) -> int:
        return len(self.activity)


def draw_voters(number: int, languages: Sequence[str], *, seed: int) -> SimulatedVoters:
    """Draw voters who read ``languages``, the first of them most often. A voter does not depend on the others."""
    rows = [_draw_voter(stream(seed, "voter", str(voter)), languages) for voter in range(number)]
    columns = np.array([row[0] for row in rows], dtype=float).reshape(number, 7).T
    activity, side, ties, strictness, noise, pace, ahead = columns
    reads = np.array([row[1] for row in rows]).reshape(number, len(languages))
    return SimulatedVoters(activity, side, ties, strictness, noise, pace, ahead, reads)


def _draw_voter(rng: np.random.Generator, languages: Sequence[str]) -> tuple[tuple[float, ...], Floats]:
    activity = min(float(rng.lognormal(0.0, 1.35)), BUSIEST)
    one_sided, undecided, severe, hasty = rng.random(4) < (0.1, 0.12, 0.12, 0.05)
    side = 0.08 + (float(rng.choice([-1.0, 1.0])) * float(rng.uniform(1.0, 4.0)) if one_sided else 0.0)
    ties = float(rng.uniform(2.2, 4.0)) if undecided else float(rng.lognormal(0.0, 0.35))
    strictness = float(rng.uniform(1.2, 3.0)) if severe else float(rng.normal(0.0, 0.4))
    noise = float(rng.uniform(1.8, 3.0)) if hasty else float(rng.lognormal(-0.05, 0.2))
    pace = float(rng.uniform(700, 1500)) if hasty else float(rng.lognormal(np.log(7500), 0.4))
    reads, primary = _draw_languages(rng, languages)
    zones = HOURS_AHEAD.get(primary, (0,))
    ahead = float(zones[int(rng.integers(len(zones)))])
    return (activity, side, ties, strictness, noise, pace, ahead), reads


def _draw_languages(rng: np.random.Generator, languages: Sequence[str]) -> tuple[Floats, str]:
    """Return the chance of a prompt in each language, and the voter's own; half of them read a second one."""
    common = 1 / (3 + np.arange(len(languages)))
    common /= common.sum()
    primary, second = (int(number) for number in rng.choice(len(languages), 2, p=common))
    chances = 0.03 * common
    chances[primary] += 0.67
    chances[second if rng.random() < 0.5 else primary] += 0.15
    chances[0 if rng.random() < 0.6 else primary] += 0.15
    return chances / chances.sum(), languages[primary]


@dataclass(frozen=True, slots=True)
class Visits:
    """One row a vote: its voter, its visit, the arena's number, and when the visit began (ms since the first day)."""

    voter: Ints
    visit: Ints
    arena: Ints
    begin: Ints


def draw_visits(votes: int, voters: SimulatedVoters, shares: Floats, first: date, last: date, *, seed: int) -> Visits:
    """Draw visits until there are ``votes`` votes; every voter comes at least once where there are enough visits.

    ``shares`` are the arenas' shares of the visits. Days run from ``first`` to ``last``, both included, in UTC.
    """
    sizes = 1 + stream(seed, "visit sizes").geometric(1 / (VOTES_PER_VISIT - 1), votes) if votes else np.empty(0, int)
    number = int(np.searchsorted(np.cumsum(sizes), votes)) + 1 if votes else 0
    sizes = sizes[:number]
    if number:
        sizes[-1] -= int(sizes.sum()) - votes
    weights = voters.activity / voters.activity.sum()
    who = stream(seed, "visitors").choice(len(voters), number, p=weights)
    who[: len(voters)] = np.arange(len(voters))[:number]
    turn = (stream(seed, "visited arenas").random() + GOLDEN_RATIO * np.arange(number)) % 1
    arena = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], turn, side="right")
    begin = _begin(number, voters.ahead[who], first, last, seed)
    return Visits(*(np.repeat(column, sizes).astype(np.int64) for column in (who, np.arange(number), arena, begin)))


def _begin(number: int, ahead: Floats, first: date, last: date, seed: int) -> Ints:
    days = (last - first).days + 1
    weights = np.array([TRAFFIC_BY_WEEKDAY[(first.weekday() + day) % 7] for day in range(days)])
    weights *= 1 + 0.5 * np.arange(days) / days + 0.12 * np.sin(np.arange(days) / 17)
    rng = stream(seed, "visit times")
    day = rng.choice(days, number, p=weights / weights.sum())
    hour = np.where(rng.random(number) < 0.62, rng.normal(20.6, 2.3, number), rng.normal(13.0, 2.6, number))
    moment = ((day * 24 + hour - ahead) % (days * 24)) * 3_600_000
    return moment.astype(np.int64)


def after_opening(visits: Visits, openings: Sequence[int], days: int) -> Visits:
    """Move visits that come before their arena opens to days when it is open; ``openings`` has a day for each arena."""
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

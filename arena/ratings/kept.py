"""Ratings kept from one run to the next, and what follows from them: the same votes under the same settings are rated
once.

They are kept as a pickle. One that was put there by somebody else makes records of ours and arrays, and nothing else:
no other class and no function is found while it is read.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from arena.kept import CACHE, keep, nothing_is_collected, read_kept
from arena.rating_settings import RatingSettings
from arena.ratings.compute import METHOD_VERSION
from arena.ratings.history import KeptWeeks, RatedWeek
from arena.ratings.kept_counts import count_log
from arena.ratings.results import Ratings
from arena.ratings.source import computed_with, source_sum
from arena.ratings.vote_counts import VoteCounts
from arena.records import Origin
from arena.votes.log import Log

FILE = f"{CACHE}/ratings/site.pickle"
"""One file a project, since older ratings are of no use; what they are of is part of it."""
WEEKS_FILE = f"{CACHE}/ratings/weeks.pickle"
WEEKS_KEY = f"{'weeks of a history':64}"
"""In the place of a key: each week has its own."""
Records = TypeVar("Records")
OURS = ("arena.ratings.", "arena.rating_settings", "arena.records", "arena.pairs", "arena.publish.content.")
"""The modules whose dataclasses and enumerations ratings are made of, and what a site asks the rated votes."""
FOREIGN = frozenset(
    {
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy.core.numeric", "_frombuffer"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("builtins", "frozenset"),
    }
)
"""What else is in ratings, by module and name."""


Rate = Callable[[VoteCounts, KeptWeeks], Ratings]
"""Rates a log, over time too, from what was counted and rated of it before."""


def kept_ratings(project: Path, log: Log, settings: RatingSettings, engine: str, rate: Rate) -> Ratings:
    """The ratings that ``rate`` gives for a log: those of the last call for this project, where they are of the same.

    The same are the head of the log, the decisions beside it, what was renamed since, the settings, the ``engine``
    that reads the votes, and the source of this program. ``rate`` has to rate the log with these, over time too. Of a
    log that has grown, only new files are counted and only weeks are rated that have votes from them, or later ones.
    """
    path, key = project / FILE, ratings_key(log, settings, engine)
    found = read_records(path, key, Ratings)
    if found is None:
        counted = count_log(log, project)
        weeks = KeptWeeks(week_keys(log, counted.left_out, settings), _read_weeks(project / WEEKS_FILE))
        found = rate(counted.counts, weeks)
        keep_records(project / WEEKS_FILE, WEEKS_KEY, RatedWeeks(tuple(weeks.rated.items())))
        keep_records(path, key, found)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class RatedWeeks:
    """Weeks of a history by the key of what they hang on."""

    weeks: tuple[tuple[str, RatedWeek], ...]


def _read_weeks(path: Path) -> Mapping[str, RatedWeek]:
    found = read_records(path, WEEKS_KEY, RatedWeeks)
    try:
        return {key: week for key, week in found.weeks if isinstance(week, RatedWeek)} if found else {}
    except (TypeError, ValueError):  # another form
        return {}


def week_keys(log: Log, left_out: Mapping[str, int], settings: RatingSettings) -> Callable[[str, Origin, date], str]:
    """What a week of an arena's history hangs on, as 64 hexadecimal digits.

    That is the arena and the origin of its votes, the settings, what was renamed, the source of ``arena.ratings``, and
    of the log what may be up to the week's Sunday: the files of its month and all earlier ones, and ``left_out`` of
    these months (see ``LogCounts``).
    """
    renames = {name: dict(values) for name, values in log.renames.columns.items()}
    made_with = [source_sum("ratings"), METHOD_VERSION, *computed_with()]
    always = [renames, settings.model_dump(mode="json"), made_with]

    @cache
    def until(month: str) -> str:
        files = sorted((entry.month, entry.sha256) for entry in log.entries if entry.month <= month)
        gone = sorted((other, f"{value:x}") for other, value in left_out.items() if other <= month)
        return _sum_of([*always, files, gone])

    return lambda arena, origin, sunday: _sum_of([until(f"{sunday:%Y-%m}"), arena, origin.value, sunday.isoformat()])


def keep_records(path: Path, key: str, records: object) -> None:
    """Keep records of ``arena.ratings``, with the ``key`` of all that they hang on: 64 characters."""
    keep(path, key.encode() + pickle.dumps(records, protocol=5))


def read_records(path: Path, key: str, kind: type[Records]) -> Records | None:
    """The records of this ``kind`` that were kept; None where they are of something else, or of another form."""
    content = read_kept(path)
    if content is None or not content.startswith(key.encode()):
        return None
    try:
        with nothing_is_collected():
            found = _RecordReader(BytesIO(content[len(key) :])).load()
    except Exception:  # a pickle of another form may raise anything, and the answer to all of it is to make it anew
        return None
    return found if isinstance(found, kind) else None


def ratings_key(log: Log, settings: RatingSettings, engine: str) -> str:
    """What the ratings of a log hang on, as 64 hexadecimal digits: see ``kept_ratings``."""
    renames = {name: dict(values) for name, values in log.renames.columns.items()}
    made_with = [source_sum(), METHOD_VERSION, *computed_with()]
    parts = [log.head, log.decisions.sha256, renames, settings.model_dump(mode="json"), engine, made_with]
    return _sum_of(parts)


def _sum_of(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class _RecordReader(pickle.Unpickler):
    """Reads a pickle of our records and of arrays alone."""

    def find_class(self, module: str, name: str) -> Any:
        """The class or function of this name. Raises UnpicklingError for what is not in ratings."""
        if (module, name) in FOREIGN:
            return super().find_class(module, name)
        if module.startswith(OURS) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum | RatingSettings)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not part of ratings")

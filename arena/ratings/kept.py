"""Ratings kept from one run to the next, and what follows from them: the same votes under the same settings are rated
once.

They are kept as a pickle. One that was put there by somebody else makes records of ours and arrays, and nothing else:
no other class and no function is found while it is read.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from arena.kept import CACHE, keep, read_kept
from arena.rating_settings import RatingSettings
from arena.ratings.compute import METHOD_VERSION
from arena.ratings.results import Ratings
from arena.votes.log import Log

FILE = f"{CACHE}/ratings/site.pickle"
"""One file a project, since older ratings are of no use; what they are of is part of it."""
COMPUTED_WITH = ("numpy", "numba", "duckdb", "ibis-framework")
"""The packages whose versions might change the last bit of a rating."""
Records = TypeVar("Records")
OURS = ("arena.ratings.", "arena.rating_settings", "arena.records", "arena.pairs")
"""The modules whose dataclasses and enumerations ratings are made of."""
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
        ("builtins", "frozenset"),
    }
)
"""What else is in ratings, by module and name."""


def kept_ratings(
    project: Path, log: Log, settings: RatingSettings, engine: str, rate: Callable[[], Ratings]
) -> Ratings:
    """The ratings that ``rate`` gives for a log: those of the last call for this project, where they are of the same.

    The same are the head of the log, the decisions beside it, what was renamed since, the settings, the ``engine``
    that reads the votes, and the source of this program. ``rate`` has to rate the log with these, over time too.
    """
    path, key = project / FILE, ratings_key(log, settings, engine)
    found = read_records(path, key, Ratings)
    if found is None:
        found = rate()
        keep_records(path, key, found)
    return found


def keep_records(path: Path, key: str, records: object) -> None:
    """Keep records of ``arena.ratings``, with the ``key`` of all that they hang on: 64 characters."""
    keep(path, key.encode() + pickle.dumps(records, protocol=5))


def read_records(path: Path, key: str, kind: type[Records]) -> Records | None:
    """The records of this ``kind`` that were kept; None where they are of something else, or of another form."""
    content = read_kept(path)
    if content is None or not content.startswith(key.encode()):
        return None
    try:
        found = _RecordReader(BytesIO(content[len(key) :])).load()
    except Exception:  # a pickle of another form may raise anything, and the answer to all of it is to make it anew
        return None
    return found if isinstance(found, kind) else None


@lru_cache(maxsize=1)
def _source() -> str:
    """SHA-256 over the source of this program as it was when it was first asked for: that which this process runs."""
    package = Path(str(files("arena")))
    sources = sorted(package.rglob("*.py"))
    digest = hashlib.sha256()
    for path in sources:
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def ratings_key(log: Log, settings: RatingSettings, engine: str) -> str:
    """What the ratings of a log hang on, as 64 hexadecimal digits: see ``kept_ratings``."""
    renames = {name: dict(values) for name, values in log.renames.columns.items()}
    made_with = [_source(), METHOD_VERSION, *(version(name) for name in COMPUTED_WITH)]
    parts = [log.head, log.decisions.sha256, renames, settings.model_dump(mode="json"), engine, made_with]
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

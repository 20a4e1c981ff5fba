"""Whether the ratings that a site publishes are those of the votes that it publishes."""

from __future__ import annotations

import difflib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import ValidationError

from arena.errors import ArenaError, PublishError
from arena.exports.ratings import ratings_csv
from arena.progress import Progress
from arena.ratings import compute_ratings
from arena.records import RatingSettings
from arena.votes.files import load_votes

VOTES, RATINGS, FACTS = "data/votes.parquet", "data/ratings.csv", "data/ratings.json"

Read = Callable[[str], bytes]
"""Gives the bytes of a file of the site by its path; raises ArenaError where there is none."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What recomputing a site gave. ``difference`` is the first line that differs, empty where none does."""

    votes: int
    ratings: int
    difference: str

    @property
    def passed(self) -> bool:
        return not self.difference


def recompute(read: Read, progress: Progress | None = None) -> Recomputed:
    """Rate the published votes with the published settings, and compare with the published ratings to the byte.

    Raises ArenaError where a file is missing, or is not what a site publishes there.
    """
    if progress:
        progress("Reading the site", 0, 0)
    votes, published, settings = read(VOTES), read(RATINGS).decode("utf-8", "replace"), _settings(read(FACTS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.parquet"
        path.write_bytes(votes)
        loaded = load_votes([path])
        summary = loaded.summary()
        text = ratings_csv(compute_ratings(loaded.votes(), settings, progress=progress))
    lines = difflib.unified_diff(published.splitlines(), text.splitlines(), "published", "recomputed", lineterm="", n=0)
    difference = next((line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}), "")
    return Recomputed(summary.votes, text.count("\n") - 1, difference)


def read_folder(folder: Path) -> Read:
    """Read the files of a site in a folder."""

    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as error:
            raise PublishError(f"cannot be read: {error.strerror}", where=str(folder / name), hint=_BUILD) from error

    return read


def read_address(address: str, transport: httpx.BaseTransport | None = None) -> Read:
    """Read the files of a site that is served somewhere; ``transport`` carries the requests."""

    def read(name: str) -> bytes:
        url = f"{address.rstrip('/')}/{name}"
        try:
            with httpx.Client(transport=transport, follow_redirects=True, timeout=30) as client:
                response = client.get(url)
                response.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PublishError(f"cannot be fetched: {error}", where=url, hint="name the site's home page") from error
        return response.content

    return read


_BUILD = "name the folder of a site that arena build made"


def _settings(content: bytes) -> RatingSettings:
    try:
        facts: dict[str, Any] = json.loads(content)
        return RatingSettings(**facts["settings"])
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise ArenaError("does not say the settings of the ratings", where=FACTS, hint=_BUILD) from error

"""A small project, and the data set of its votes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from arena.catalogue import Catalogue, load_catalogue
from arena.ratings import compute_ratings
from arena.ratings.results import Ratings
from arena.records import Origin, Outcome, Vote
from arena.votes.log import Log, append_votes, open_log
from arena.votes.table import votes_table
from tests.publish.worlds import write_project

DAY = date(2026, 3, 29)


TEXTS = """
contact = "arena@example.org"
base_url = "https://arena.example/"

[dataset]
creators = ["Ann {Example"]
doi = "10.5281/zenodo.1234567"
catalogue_licence = "CC-BY-4.0"
consent = "Voters were told that their votes are published."
biases = "Most voters draw for a living."
"""


MEASURED = {
    "provider": "acme",
    "model": "acme/one",
    "first": "2026-02-01",
    "last": "2026-03-02",
    "tried": 10,
    "made": 8,
    "refused": 2,
    "timed": 8,
    "p50_ms": 900,
    "p95_ms": 2100,
    "spent": "0.06",
}


def a_vote(number: int) -> Vote:
    """A vote of a person with reasons, on a day of its own."""
    return Vote(
        battle=f"more-{number}",
        at=datetime(2026, 3, 20, 12, number, tzinfo=UTC),
        arena="text-to-image",
        category="photo",
        language="en",
        left="acme/one",
        right="acme/two",
        outcome=Outcome.RIGHT if number % 2 else Outcome.LEFT,
        voter=f"v{number}",
        reasons=("text", "style") if number % 2 else (),
    )


def make_project(folder: Path, *, arena_toml: str = "", origin: Origin = Origin.HUMAN) -> Path:
    write_project(folder, arena=arena_toml, origin=origin)
    if origin is Origin.HUMAN:
        append_votes(open_log(folder / "data/votes"), votes_table(map(a_vote, range(6))), "more")
    return folder


Rated = tuple[Catalogue, Log, Ratings]
"""What an export takes."""


def rate(project: Path) -> Rated:
    catalogue, log = load_catalogue(project / "data", DAY), open_log(project / "data/votes")
    return catalogue, log, compute_ratings(log.counted_votes(), catalogue.project.ratings, history=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def record(dataset: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dataset / "croissant.json").read_text())
    return found

"""A project folder opened: its catalogue and its log, checked against each other."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

from arena.catalogue import Catalogue, empty_arenas, load_catalogue
from arena.errors import ArenaError
from arena.kept import CACHE, keep, read_kept
from arena.votes.importing import check_named, count_references
from arena.votes.log import Log, open_log
from arena.votes.renames import NO_RENAMES, renames_of

NAMED = f"{CACHE}/votes/named.json"
"""What the votes of the log name, and how many votes do."""


def open_votes(project: Path, catalogue: Catalogue | None = None) -> Log:
    """The log under data/votes/, with the names that things have in the catalogue. Raises VotesError where damaged."""
    return open_log(project / "data" / "votes", renames_of(catalogue) if catalogue else NO_RENAMES)


def open_project(project: Path, today: date | None = None) -> tuple[Catalogue, Log]:
    """The catalogue and the log of a project: every arena has models, and every vote is about what is defined.

    With ``today``, the catalogue is as it is on that day. Raises ArenaError with all findings.
    """
    catalogue = load_catalogue(project / "data", today)
    log = open_votes(project, catalogue)
    if findings := list(empty_arenas(catalogue)):
        raise ArenaError.of([*findings])
    check_named(_named(project, log), catalogue, where="data/votes")
    return catalogue, log


def _named(project: Path, log: Log) -> dict[tuple[str, str], int]:
    """What the votes of a log name: as it was counted last, where these are the same votes."""
    of = json.dumps([log.head, {name: dict(values) for name, values in log.renames.columns.items()}], sort_keys=True)
    if content := read_kept(project / NAMED):
        with suppress(ValueError, TypeError, RecursionError):  # another form
            kept_of, rows = json.loads(content)
            if kept_of == of:
                return {(str(what), str(value)): int(votes) for what, value, votes in rows}
    found = count_references(log.votes())
    keep(project / NAMED, json.dumps([of, [[*named, votes] for named, votes in found.items()]]).encode())
    return found

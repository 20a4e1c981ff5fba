"""A project folder opened: its catalogue and its log, checked against each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from arena.catalogue import Catalogue, empty_arenas, load_catalogue
from arena.errors import ArenaError
from arena.votes.importing import check_references
from arena.votes.log import Log, open_log
from arena.votes.renames import NO_RENAMES, renames_of


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
    check_references(log.votes(), catalogue, where="data/votes")
    return catalogue, log

"""Whether votes are about what the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import Catalogue
from arena.catalogue.wording import near
from arena.errors import VotesError
from arena.votes.faults import Fault, Place, place_in, raise_faults, shorten

COLUMNS = {"arena": "arena", "category": "category", "language": "language", "left": "model", "right": "model"}
"""The columns that refer to the catalogue, and what they refer to."""


def check_references(votes: pa.Table | ir.Table, catalogue: Catalogue, where: str | Place) -> None:
    """Raise a ``VotesError`` where an arena, category, language or model of the votes is not in the catalogue.

    ``where`` says where each row of an Arrow table stands; the findings are then by row. With a name for the whole, or
    an Ibis table, there is one finding for each unknown value, with the number of its votes.
    """
    known = _known(catalogue)
    if callable(where) and isinstance(votes, pa.Table):
        raise_faults([_by_row(votes[column], what, known[what]) for column, what in COLUMNS.items()], where)
        return
    counts = _counts(votes)
    findings = [
        VotesError(
            f"unknown {what} {shorten(value)} in {count:,} {'vote' if count == 1 else 'votes'}",
            where=where if isinstance(where, str) else where(0),
            hint=_hint(what, value, known[what]),
        )
        for (what, value), count in sorted(counts.items())
        if value not in known[what]
    ]
    raise_faults([], place_in(where), findings)


def _known(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """The ids of each kind; a model whose file could not be read is known, since its file says what is wrong."""
    unread = {path.removeprefix("models/").removesuffix(".toml") for path in catalogue.unread}
    return {
        "arena": frozenset(arena.id for arena in catalogue.project.arenas),
        "category": frozenset(category.id for category in catalogue.project.categories),
        "language": frozenset(language.id for language in catalogue.project.languages),
        "model": frozenset(catalogue.models) | unread,
    }


def _counts(votes: pa.Table | ir.Table) -> dict[tuple[str, str], int]:
    """Votes by kind and value; a model counts on either side."""
    if isinstance(votes, pa.Table):
        grouped = votes.group_by(list(COLUMNS)).aggregate([([], "count_all")])
        rows = grouped.rename_columns([*COLUMNS, "votes"]).to_pylist()
    else:
        rows = votes.group_by(list(COLUMNS)).aggregate(votes=votes.count()).to_pyarrow().to_pylist()
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for column, what in COLUMNS.items():
            counts[what, row[column]] = counts.get((what, row[column]), 0) + row["votes"]
    return counts


def _by_row(column: pa.ChunkedArray, what: str, known: Iterable[str]) -> Fault:
    unknown = pc.invert(pc.is_in(column, pa.array(sorted(known), pa.string())))

    def say(row: int) -> tuple[str, str]:
        value = str(column[row])
        return f"unknown {what} {shorten(value)}", _hint(what, value, known)

    return Fault(np.flatnonzero(unknown.to_numpy()), say)


def _hint(what: str, value: str, known: Iterable[str]) -> str:
    lists = {"arena": "arenas", "category": "categories", "language": "languages"}
    home = f"add it to [[{lists[what]}]] in data/arena.toml" if what in lists else f"write data/models/{value}.toml"
    meant = near(value, known)
    return f"{meant} otherwise {home}" if meant else home

"""Import vote files into a project's log: all of their votes or none, and only votes about what the catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import Catalogue, load_catalogue, new_model_entries
from arena.catalogue.error_messages import near
from arena.catalogue.names import OutputNames
from arena.errors import VotesError
from arena.votes.files import Defaults, LoadedVotes, load_votes
from arena.votes.log import append_votes, open_log
from arena.votes.renames import renamed_table, renames_of
from arena.votes.row_errors import Locate, RowErrors, raise_findings, raise_row_errors, shorten

LOG_FOLDER = "votes"
YEARS_ACCEPTED = range(2000, 2100)
"""Of votes that may be imported. Ratings over time have a point for each week from the first vote to the last, so that
one slip in a year, in a log that nothing is taken out of, would make a build go on for hours."""
REFERENCE_COLUMNS = {
    "arena": "arena",
    "category": "category",
    "language": "language",
    "left": "model",
    "right": "model",
}
"""The columns that refer to the catalogue, and what they refer to."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``added`` is 0 where the log held all ``votes`` already."""

    votes: int
    added: int
    ties: int
    notes: tuple[str, ...]
    new_entries: tuple[Path, ...]


def import_votes(
    data: Path,
    paths: Iterable[Path],
    format_name: str = "arena",
    defaults: Defaults | None = None,
    *,
    new_models: date | None = None,
) -> ImportReport:
    """Append the votes of some files to the log under ``data``.

    ``new_models``, the day of reading, starts a catalogue entry for each model that has none. Raises ``VotesError`` or
    ``CatalogueError``, and leaves everything as it was, where a file, the catalogue or the log is not in order, the
    votes are about something that the catalogue does not know or are of no year in ``YEARS_ACCEPTED``, or the files
    hold none.
    """
    files = list(paths)
    catalogue = load_catalogue(data)
    renames = renames_of(catalogue)
    log = open_log(data / LOG_FOLDER, renames)
    loaded = load_votes(files, format_name, replace(defaults or Defaults(), outputs=OutputNames(catalogue)))
    loaded = replace(loaded, table=renamed_table(loaded.table, renames))
    if not len(loaded.table):
        raise VotesError("holds no votes", where=str(files[0]), hint="a vote file has a header and a row a vote")
    source = _origin_note(format_name, catalogue, loaded.table)
    entries: tuple[Path, ...] = ()
    try:
        if new_models is not None:
            entries = _start_entries(data, catalogue, loaded, source, new_models)
            catalogue = load_catalogue(data)
        _check_years(loaded)
        check_references(loaded.table, catalogue, loaded.locate)
        grown = append_votes(log, loaded.table, note=source, where=loaded.locate)
    except BaseException:
        for path in entries:
            with suppress(OSError):
                path.unlink()
        raise
    before, after = (sum(entry.votes for entry in state.entries) for state in (log, grown))
    ties = loaded.table["outcome"].to_pylist().count("tie")
    return ImportReport(len(loaded.table), after - before, ties, loaded.notes, entries)


def _origin_note(format_name: str, catalogue: Catalogue, votes: pa.Table) -> str:
    """What the log says of imported votes: their format, and the data sets that their arenas show, with licences."""
    present = set(votes["arena"].unique().to_pylist())
    sources = [arena.source for arena in catalogue.project.arenas if arena.source and arena.id in present]
    named = dict.fromkeys(f"{source.title}, {source.url}, licence {source.licence}" for source in sources)
    # No file names: renaming a file must not change a log.
    return "; ".join([f"imported votes, format {format_name}", *named])


def _start_entries(data: Path, catalogue: Catalogue, loaded: LoadedVotes, source: str, read: date) -> tuple[Path, ...]:
    """Entries for the models of the votes that have no file, each competing in the arenas that its votes are from."""
    arenas: dict[str, set[str]] = {}
    for side in ("left", "right"):
        seen: pa.Table = loaded.table.select([side, "arena"]).group_by([side, "arena"]).aggregate([])
        for row in seen.to_pylist():
            arenas.setdefault(row[side], set()).add(row["arena"])
    missing = {model: loaded.names.get(model, "") for model in sorted(arenas) if model not in catalogue.models}
    competing = {model: sorted(arenas[model]) for model in missing}
    return new_model_entries(data, missing, source=source, read=read, arenas=competing)


def _check_years(loaded: LoadedVotes) -> None:
    years = pc.year(loaded.table["at"]).to_numpy()
    rows = np.flatnonzero((years < YEARS_ACCEPTED.start) | (years >= YEARS_ACCEPTED.stop))
    hint = f"a vote is of the years {YEARS_ACCEPTED.start} to {YEARS_ACCEPTED.stop - 1}: mend the time"
    wrong_years = RowErrors(rows, lambda row: (f"the vote was cast in the year {years[row]}", hint))
    raise_row_errors([wrong_years], loaded.locate)


def check_references(votes: pa.Table | ir.Table, catalogue: Catalogue, where: str | Locate) -> None:
    """Raise a ``VotesError`` where an arena, category, language or model of the votes is not in the catalogue.

    ``where`` says where each row of an Arrow table stands; the findings are then by row. With a name for the whole, or
    an Ibis table, there is one finding for each unknown value, with the number of its votes.
    """
    known = _known_ids(catalogue)
    if callable(where) and isinstance(votes, pa.Table):
        errors = [_unknown_rows(votes[column], what, known[what]) for column, what in REFERENCE_COLUMNS.items()]
        raise_row_errors(errors, where)
        return
    counts = count_references(votes)
    findings = [
        VotesError(
            f"unknown {what} {shorten(value)} in {count:,} {'vote' if count == 1 else 'votes'}",
            where=where if isinstance(where, str) else where(0),
            hint=_hint(what, value, known[what]),
        )
        for (what, value), count in sorted(counts.items())
        if value not in known[what]
    ]
    raise_findings(findings)


def _known_ids(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """The ids of each kind; a model whose file could not be read is known, since its file says what is wrong."""
    unread = {path.removeprefix("models/").removesuffix(".toml") for path in catalogue.unread}
    return {
        "arena": frozenset(arena.id for arena in catalogue.project.arenas),
        "category": frozenset(category.id for category in catalogue.project.categories),
        "language": frozenset(language.id for language in catalogue.project.languages),
        "model": frozenset(catalogue.models) | unread,
    }


def count_references(votes: pa.Table | ir.Table) -> dict[tuple[str, str], int]:
    """Votes by kind and value; a model counts on either side."""
    if isinstance(votes, pa.Table):
        grouped = votes.group_by(list(REFERENCE_COLUMNS)).aggregate([([], "count_all")])
        rows = grouped.rename_columns([*REFERENCE_COLUMNS, "votes"]).to_pylist()
    else:
        rows = votes.group_by(list(REFERENCE_COLUMNS)).aggregate(votes=votes.count()).to_pyarrow().to_pylist()
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for column, what in REFERENCE_COLUMNS.items():
            counts[what, row[column]] = counts.get((what, row[column]), 0) + row["votes"]
    return counts


def _unknown_rows(column: pa.ChunkedArray, what: str, known: Iterable[str]) -> RowErrors:
    unknown = pc.invert(pc.is_in(column, pa.array(sorted(known), pa.string())))

    def say(row: int) -> tuple[str, str]:
        value = str(column[row])
        return f"unknown {what} {shorten(value)}", _hint(what, value, known)

    return RowErrors(np.flatnonzero(unknown.to_numpy()), say)


def _hint(what: str, value: str, known: Iterable[str]) -> str:
    lists = {"arena": "arenas", "category": "categories", "language": "languages"}
    addition = f"add it to [[{lists[what]}]] in data/arena.toml" if what in lists else f"write data/models/{value}.toml"
    nearest = near(value, known)
    return f"{nearest} otherwise {addition}" if nearest else addition

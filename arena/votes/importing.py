"""Vote files into a project's log, in one step: all of their votes, or none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue import Catalogue, load_catalogue, new_model_entries
from arena.errors import VotesError
from arena.votes.faults import Fault, raise_faults
from arena.votes.formats import Defaults, LoadedVotes, load
from arena.votes.log import append_votes, open_log
from arena.votes.references import check_references

LOG_FOLDER = "votes"
YEARS = range(2000, 2100)
"""Of votes that may be imported. Ratings over time have a point for each week from the first vote to the last, so that
one slip in a year, in a log that nothing is taken out of, would make a build go on for hours."""


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
    votes are about something that the catalogue does not know or are of no year in ``YEARS``, or the files hold none.
    """
    files = list(paths)
    log = open_log(data / LOG_FOLDER)
    catalogue = load_catalogue(data)
    loaded = load(files, format_name, defaults)
    if not len(loaded.table):
        raise VotesError("holds no votes", where=str(files[0]), hint="a vote file has a header and a row a vote")
    source = f"imported votes, format {format_name}"  # no file names: renaming a file must not change a log
    entries: tuple[Path, ...] = ()
    try:
        if new_models is not None:
            entries = _start_entries(data, catalogue, loaded, source, new_models)
            catalogue = load_catalogue(data)
        _check_years(loaded)
        check_references(loaded.table, catalogue, loaded.place)
        grown = append_votes(log, loaded.table, note=source, where=loaded.place)
    except BaseException:
        for path in entries:
            with suppress(OSError):
                path.unlink()
        raise
    before, after = (sum(entry.votes for entry in some.entries) for some in (log, grown))
    ties = loaded.table["outcome"].to_pylist().count("tie")
    return ImportReport(len(loaded.table), after - before, ties, loaded.notes, entries)


def _check_years(loaded: LoadedVotes) -> None:
    years = pc.year(loaded.table["at"]).to_numpy()
    rows = np.flatnonzero((years < YEARS.start) | (years >= YEARS.stop))
    hint = f"a vote is of the years {YEARS.start} to {YEARS.stop - 1}: mend the time"
    raise_faults([Fault(rows, lambda row: (f"the vote was cast in the year {years[row]}", hint))], loaded.place)


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

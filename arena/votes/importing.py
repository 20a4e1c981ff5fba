"""Vote files into a project's log, in one step: all of their votes, or none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from arena.catalogue import Catalogue, load_catalogue, new_model_entries
from arena.errors import VotesError
from arena.votes.formats import Defaults, LoadedVotes, load
from arena.votes.log import append_votes, open_log
from arena.votes.references import check_references

LOG_FOLDER = "votes"


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
    votes are about something that the catalogue does not know, or the files hold no votes.
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

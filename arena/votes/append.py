"""How votes get into the log: all of them or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from arena.errors import VotesError
from arena.votes.durable import cannot_write, write_bytes
from arena.votes.faults import Fault, Place, raise_faults, shorten
from arena.votes.manifest import MANIFEST, Entry, head_of, leftovers_in, read_manifest, render_manifest
from arena.votes.rendering import parquet_bytes
from arena.votes.table import VOTE_SCHEMA

SORTED_BY = [("at", "ascending"), ("battle", "ascending"), ("voter", "ascending")]


def holds_already(logged: ir.Table, votes: pa.Table, place: Place) -> bool:
    """Whether all votes are in the log as they are; False where none is. Anything between is a ``VotesError``."""
    new = ibis.memtable(votes.select(["battle", "voter"]).append_column("number", pa.array(np.arange(len(votes)))))
    found = new.inner_join(logged, ["battle", "voter"]).order_by("number").to_pyarrow()
    rows = found["number"].to_numpy()
    there, here = found.select(VOTE_SCHEMA.names).cast(VOTE_SCHEMA), votes.take(rows)
    if len(rows) == len(votes) and there.equals(here):
        return True

    def say(row: int) -> tuple[str, str]:
        at = int(np.searchsorted(rows, row))
        vote = f"the vote of {shorten(votes['voter'][row])} on battle {shorten(votes['battle'][row])}"
        if there.slice(at, 1).equals(here.slice(at, 1)):
            return f"{vote} is in the log already, and others are not", "import only the votes that are new"
        return f"{vote} is in the log with other values", "the log is append-only: a vote in it stands as it is"

    raise_faults([Fault(rows, say)], place)
    return False


def commit(folder: Path, entries: tuple[Entry, ...], votes: pa.Table, note: str) -> tuple[Entry, ...]:
    """Write votes as new files and then, by one rename, the manifest that lists them. Returns all entries.

    ``votes`` are checked, not empty and in any order. Where anything fails, the files are taken away again.
    """
    _remove(leftovers_in(folder, entries))
    before, written = entries, list[Path]()
    try:
        if not entries:
            write_bytes(folder / MANIFEST, render_manifest(()))
        for month, part in _by_month(votes.sort_by(SORTED_BY)):
            content = parquet_bytes(part)
            entry = _entry(entries, month, len(part), content, note)
            written.append(folder / entry.file)
            write_bytes(written[-1], content)
            entries = (*entries, entry)
        write_bytes(folder / MANIFEST, render_manifest(entries))
    except BaseException:
        if read_manifest(folder) == before:
            with suppress(VotesError):
                _remove(written)
        raise
    return entries


def _entry(entries: tuple[Entry, ...], month: str, votes: int, content: bytes, note: str) -> Entry:
    number = 1 + max((entry.number for entry in entries if entry.month == month), default=0)
    return Entry(
        file=f"{month}.{number:04d}.parquet",
        month=month,
        votes=votes,
        sha256=hashlib.sha256(content).hexdigest(),
        note=note,
        previous=head_of(entries),
    )


def _by_month(votes: pa.Table) -> list[tuple[str, pa.Table]]:
    """The votes of each month in UTC, in order. ``votes`` are sorted by time."""
    months = votes["at"].cast(pa.timestamp("us")).to_numpy().astype("datetime64[M]")
    names, starts = np.unique(months, return_index=True)
    ends = [*starts[1:].tolist(), len(votes)]
    return [
        (str(name), votes.slice(start, end - start))
        for name, start, end in zip(names, starts.tolist(), ends, strict=True)
    ]


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(path, error) from error

"""Whether a file of the log is, to the byte, what was written; and whether an append could have written it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.errors import VotesError
from arena.votes.manifest import PERMISSION_HINT, RESTORE_HINT, ManifestEntry
from arena.votes.table import VOTE_SCHEMA

FIRST_SCHEMA = VOTE_SCHEMA.remove(VOTE_SCHEMA.get_field_index("reasons"))
"""Of files of which no vote has reasons: all that were written before there was such a column, and others since."""
SORTED_BY = [("at", "ascending"), ("battle", "ascending"), ("voter", "ascending")]
"""The order of votes within a file: it makes the bytes independent of the order in which votes were handed in."""
ROWS_AT_ONCE = 2**17


def damage_of(folder: Path, entry: ManifestEntry) -> VotesError | None:
    """What is wrong with a listed file; None where its bytes are those that the manifest lists."""
    return _finding(folder / entry.file, entry, rows=False)


def forgery_of(folder: Path, entry: ManifestEntry) -> VotesError | None:
    """The same, and rows that no append would have written so: whoever forges a file can renew the hashes too.

    The file is opened once, and its rows are looked at some at a time.
    """
    return _finding(folder / entry.file, entry, rows=True)


def _finding(path: Path, entry: ManifestEntry, *, rows: bool) -> VotesError | None:
    try:
        with path.open("rb") as file:
            return _look(file, path, entry, rows=rows)
    except FileNotFoundError:
        return VotesError("is missing, but the manifest lists it", where=str(path), hint=RESTORE_HINT)
    except (pa.ArrowException, ValueError):
        return VotesError("is truncated or not a Parquet file", where=str(path), hint=RESTORE_HINT)
    except OSError as error:
        return VotesError(f"cannot be read: {error.strerror or error}", where=str(path), hint=PERMISSION_HINT)


def _look(file: BufferedReader, path: Path, entry: ManifestEntry, *, rows: bool) -> VotesError | None:
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    parquet = pq.ParquetFile(file)
    count, schema = parquet.metadata.num_rows, parquet.schema_arrow
    if sha256 != entry.sha256:
        message = f"was changed: its SHA-256 is not the manifest's ({count} votes, {entry.votes} listed)"
        return VotesError(message, where=str(path), hint=RESTORE_HINT)
    if not (schema.equals(VOTE_SCHEMA) or schema.equals(FIRST_SCHEMA)) or count != entry.votes:
        return VotesError("is not a file that `arena import` wrote", where=str(path), hint=RESTORE_HINT)
    what = _strange_rows(parquet, entry.month) if rows else None
    return VotesError(what, where=str(path), hint=RESTORE_HINT) if what else None


def _strange_rows(parquet: pq.ParquetFile, month: str) -> str | None:
    other_month = False
    for keys in _overlapping(parquet):
        if keys["at"].null_count or not _rises(keys):
            return "its votes are not in order"
        ends = np.array([keys["at"][0].value, keys["at"][-1].value], "datetime64[us]").astype("datetime64[M]")
        other_month |= set(ends.astype(str).tolist()) != {month}
    return f"holds votes of other months than {month}" if other_month else None


def _overlapping(parquet: pq.ParquetFile) -> Iterator[pa.Table]:
    """The columns of ``SORTED_BY``, some rows at a time, each but the first after the last one before."""
    last: list[pa.RecordBatch] = []
    for batch in parquet.iter_batches(ROWS_AT_ONCE, columns=[name for name, _ in SORTED_BY]):
        if len(batch):
            yield pa.Table.from_batches([*last, batch])
            last = [batch.slice(len(batch) - 1)]


def _rises(keys: pa.Table) -> bool:
    """Whether each row is after the one before, or equal to it."""
    before, after = keys.slice(0, len(keys) - 1), keys.slice(1)
    rises = pa.repeat(pa.scalar(True), len(before))
    for name, _ in reversed(SORTED_BY):
        same = pc.and_(pc.equal(before[name], after[name]), rises)
        rises = pc.or_(pc.less(before[name], after[name]), same)
    return bool(pc.all(rises.fill_null(False), min_count=0).as_py())

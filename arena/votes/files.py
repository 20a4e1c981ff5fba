"""Vote files in and out: CSV, JSON Lines and Parquet, told apart by suffix. The same votes in the same order give the
same bytes.
"""

from __future__ import annotations

import io
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.errors import ArenaError, VotesError
from arena.files import write_bytes
from arena.records import VOTE_COLUMNS
from arena.votes import checks
from arena.votes.csv_files import read_csv
from arena.votes.jsonl_files import read_jsonl
from arena.votes.parquet_files import read_parquet
from arena.votes.parsed import RawVotes
from arena.votes.row_errors import Fault, Place, did_you_mean, raise_faults
from arena.votes.table import TEXT_COLUMNS, VOTE_SCHEMA, as_votes, row_faults

ROW_GROUP = 1 << 20
LINES_AT_ONCE = 1 << 18


def csv_bytes(table: pa.Table) -> bytes:
    """Votes as CSV with a header; fields are quoted where they have to be, ``at`` is ISO 8601 with Z."""
    header = ",".join(VOTE_COLUMNS) + "\n"
    return header.encode() + _lines(table, _csv_column, ",", ("", ""))


def jsonl_bytes(table: pa.Table) -> bytes:
    """Votes as JSON Lines with every key; ``dwell_ms`` is null where nobody measured. No votes are one blank line."""
    return _lines(table, _json_column, ",", ("{", "}")) or b"\n"


def parquet_bytes(table: pa.Table) -> bytes:
    """Votes as Parquet, compressed by zstd, without any time of writing."""
    sink = io.BytesIO()
    whole = table.select(list(VOTE_COLUMNS)).cast(VOTE_SCHEMA).combine_chunks()
    pq.write_table(whole, sink, compression="zstd", row_group_size=ROW_GROUP)
    return sink.getvalue()


def _lines(
    table: pa.Table, render: Callable[[str, pa.Array], pa.Array], between: str, around: tuple[str, str]
) -> bytes:
    """One line a vote: rendered columns, joined, within what opens and closes a line."""
    opening, closing = around
    rendered = []
    for start in range(0, len(table), LINES_AT_ONCE):
        part = table.slice(start, LINES_AT_ONCE).combine_chunks()
        columns = [render(name, _one(part[name])) for name in VOTE_COLUMNS]
        joined = pc.binary_join_element_wise(*columns, between)
        lines = pc.binary_join_element_wise(opening, joined, f"{closing}\n", "").cast(pa.large_string())
        rendered.append(b"" if len(lines) == 0 else _content(lines))
    return b"".join(rendered)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _content(lines: pa.LargeStringArray) -> bytes:
    """All lines in one piece, straight from their buffer."""
    offsets = np.frombuffer(lines.buffers()[1], np.int64, count=len(lines) + 1, offset=lines.offset * 8)
    return bytes(lines.buffers()[2][int(offsets[0]) : int(offsets[-1])])


def _csv_column(name: str, column: pa.Array) -> pa.Array:
    if name not in TEXT_COLUMNS:
        return _time_text(column) if name == "at" else column.cast(pa.string()).fill_null("")
    special = pc.match_substring_regex(column, r'[",\r\n]')
    return _with(column, special, lambda text: '"' + text.replace('"', '""') + '"')


def _json_column(name: str, column: pa.Array) -> pa.Array:
    key = f'"{name}":'
    if name == "dwell_ms":
        return pc.binary_join_element_wise(key, column.cast(pa.string()).fill_null("null"), "")
    text = _time_text(column) if name == "at" else column
    quoted = pc.binary_join_element_wise(key + '"', text, '"', "")
    special = pc.match_substring_regex(text, r'["\\\x00-\x1f]')
    if not pc.any(special).as_py():
        return quoted
    escaped = _with(text, special, lambda value: json.dumps(value, ensure_ascii=False))
    return pc.if_else(special, pc.binary_join_element_wise(key, escaped, ""), quoted)


def _with(column: pa.Array, chosen: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """The column with its chosen values changed, the others as they are."""
    if not pc.any(chosen).as_py():
        return column
    changed = pa.array([change(text) for text in column.filter(chosen).to_pylist()], pa.string())
    return pc.replace_with_mask(column, chosen, changed)


def _time_text(at: pa.Array) -> pa.Array:
    """ISO 8601 with Z: to the second where a time is whole, to the microsecond where it is not."""
    local = at.cast(pa.timestamp("us"))
    exact = pc.strftime(local, "%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring(exact, ".000000Z", "Z")


READERS: dict[str, Callable[[Path], RawVotes]] = {".csv": read_csv, ".jsonl": read_jsonl, ".parquet": read_parquet}
RENDERERS: dict[str, Callable[[pa.Table], bytes]] = {
    ".csv": csv_bytes,
    ".jsonl": jsonl_bytes,
    ".parquet": parquet_bytes,
}


def load_votes(paths: Iterable[Path]) -> pa.Table:
    """The votes of some files as one table of ``VOTE_SCHEMA``, in the order of the files and their rows.

    Raises ``VotesError`` with the findings of all files, the first 20 in words, each with ``file:line`` (the line on
    which a CSV row begins) or the row of a Parquet file. A file without rows gives an empty table.
    """
    return load_placed_votes(paths)[0]


def load_placed_votes(paths: Iterable[Path]) -> tuple[pa.Table, Place]:
    """As ``load_votes``, and where each row stands."""
    raws = _read_all(list(paths))
    starts = [0, *accumulate(len(raw.table) for raw in raws)]

    def place(row: int) -> str:
        number = bisect_right(starts, row) - 1
        return raws[number].place(row - starts[number])

    faults: list[Fault] = []
    for raw, start in zip(raws, starts, strict=False):
        faults += [fault.moved(start) for fault in row_faults(raw.table)]
    faults.append(_repeats(raws, place))
    broken = [finding for raw in raws for finding in raw.broken]
    raise_faults(faults, place, broken, sum(raw.more for raw in raws))
    return pa.concat_tables([VOTE_SCHEMA.empty_table(), *(as_votes(raw.table) for raw in raws)]), place


def _read_all(paths: Sequence[Path]) -> list[RawVotes]:
    raws: list[RawVotes] = []
    findings: list[ArenaError] = []
    for path in paths:
        try:
            raws.append(_reader(path)(path))
        except VotesError as error:
            findings.extend(error.findings)
    raise_faults([], str, findings)
    return raws


def _reader(path: Path) -> Callable[[Path], RawVotes]:
    return READERS[_suffix(path)]


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        hint = did_you_mean(suffix, READERS)
        raise VotesError("the suffix does not name a vote file's format", where=str(path), hint=hint)
    return suffix


def _repeats(raws: list[RawVotes], place: Place) -> Fault:
    battle, voter = (
        pa.chunked_array([chunk for raw in raws for chunk in raw.table[name].cast(pa.string()).chunks], pa.string())
        for name in ("battle", "voter")
    )
    return checks.repeat_fault(battle, voter, place)


def write_votes(table: pa.Table, path: Path) -> None:
    """Write a table of ``VOTE_SCHEMA`` with all its columns, in the format that the suffix names.

    The bytes depend on the votes and their order alone. The file appears whole or not at all. Raises ``VotesError``
    where it cannot be written.
    """
    write_bytes(path, RENDERERS[_suffix(path)](table))

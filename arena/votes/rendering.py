"""Votes as the bytes of a CSV, JSON Lines or Parquet file. The same votes in the same order give the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.records import VOTE_COLUMNS
from arena.votes.table import TEXT_COLUMNS, VOTE_SCHEMA

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

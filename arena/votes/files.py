"""Vote files in and out, whatever their format.

Our own CSV, JSON Lines and Parquet are read and written; the same votes in the same order give the same bytes. The
battles and ratings of other projects (``FORMATS``) are read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.csv_text import RUN_BY_SPREADSHEETS, as_cell
from arena.errors import VotesError
from arena.files import write_bytes
from arena.progress import Progress
from arena.records import VOTE_COLUMNS
from arena.votes.contents import NamedBytes, Source
from arena.votes.imagenhub import load_imagenhub
from arena.votes.layouts import FASTCHAT, LMARENA, PAIRS
from arena.votes.own_files import load_own
from arena.votes.parsed import Defaults, LoadedVotes
from arena.votes.reasons import joined_reasons
from arena.votes.row_errors import did_you_mean, shorten
from arena.votes.table import DECISION, TEXT_COLUMNS, VOTE_SCHEMA

__all__ = ["FORMATS", "Defaults", "LoadedVotes", "NamedBytes", "Source", "load_votes", "write_votes"]

ROWS_PER_GROUP = 1 << 20
"""How many rows of a Parquet file make a row group."""
DECISION_FIELD = pa.field(DECISION, pa.string())
LINES_AT_ONCE = 1 << 18
"""How many lines of text are rendered at once: an Arrow string array holds 2 GiB, which all lines together may pass."""


def load_votes(
    sources: Iterable[Source],
    format_name: str = "arena",
    defaults: Defaults | None = None,
    progress: Progress | None = None,
) -> LoadedVotes:
    """The checked votes of files in one of ``FORMATS``, in the order of the files and their rows.

    ``progress`` is told what is read, and of how many files. Raises ``VotesError`` with the findings of all files, the
    first 20 in words, each with ``file:line`` (the line on which a CSV row begins) or the row of a Parquet file, and
    with the number of rows that are alike. A file without rows gives an empty table. Votes that a file of our own says
    are ``set_aside`` or ``unknown`` are left out and counted.
    """
    if format_name not in FORMATS:
        raise VotesError(f"unknown format {shorten(format_name)}", hint=did_you_mean(format_name, FORMATS))
    return FORMATS[format_name](_told(list(sources), progress), defaults or Defaults())


def _told(sources: list[Source], progress: Progress | None) -> Iterator[Source]:
    for number, source in enumerate(sources):
        if progress:
            progress(f"Reading {source}", number, len(sources))
        yield source


FORMATS: dict[str, Callable[[Iterable[Source], Defaults], LoadedVotes]] = {
    "arena": load_own,
    "fastchat": FASTCHAT.load,
    "imagenhub": load_imagenhub,
    "lmarena": LMARENA.load,
    "pairs": PAIRS.load,
}
"""What reads each format, by the name that ``--format`` takes. A format of your own joins with one line: the ``load``
of a ``PairLayout`` that names its columns, or any function of files and defaults."""


def write_votes(table: pa.Table, path: Path) -> None:
    """Write a table of ``VOTE_SCHEMA`` with all its columns, in the format that the suffix names.

    Where it has a further column ``decision``, so has the file: ``counted``, or ``set_aside`` or ``unknown`` of a vote
    that is in a log and not rated. Whoever reads such a file leaves the others out, as ``load_votes`` does.

    The bytes depend on the votes and their order alone. The file appears whole or not at all. Raises ``VotesError``
    where it cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in RENDERERS:
        hint = did_you_mean(suffix, RENDERERS)
        raise VotesError("the suffix does not name a format that votes are written in", where=str(path), hint=hint)
    write_bytes(path, RENDERERS[suffix](table))


def csv_bytes(table: pa.Table) -> bytes:
    """Votes as CSV with a header; fields are marked (see ``csv_text``) and quoted where they have to be, ``at`` is
    ISO 8601 with Z, ``reasons`` are joined by semicolons.
    """
    header = ",".join(_columns_of(table)) + "\n"
    return header.encode() + _lines(table, _csv_column, ",", ("", ""))


def jsonl_bytes(table: pa.Table) -> bytes:
    """Votes as JSON Lines with every key; ``dwell_ms`` is null where nobody measured, ``reasons`` a list, or null where
    none was given. No votes are one blank line.
    """
    return _lines(table, _json_column, ",", ("{", "}")) or b"\n"


def parquet_bytes(table: pa.Table) -> bytes:
    """Votes as Parquet with every column, compressed by zstd, without any time of writing."""
    fields = [VOTE_SCHEMA.field(name) if name != DECISION else DECISION_FIELD for name in _columns_of(table)]
    return _parquet(table.select(_columns_of(table)).cast(pa.schema(fields)))


def _columns_of(table: pa.Table) -> list[str]:
    return [*VOTE_COLUMNS, *([DECISION] if DECISION in table.column_names else [])]


def log_bytes(table: pa.Table) -> bytes:
    """Votes as a file of the log: as ``parquet_bytes``, without ``reasons`` where no vote has any.

    So an arena that asks for none keeps the bytes, and so the head, that it always had.
    """
    votes = table.select(list(VOTE_COLUMNS)).cast(VOTE_SCHEMA)
    return _parquet(votes if votes["reasons"].null_count < len(votes) else votes.drop_columns(["reasons"]))


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", row_group_size=ROWS_PER_GROUP)
    return sink.getvalue()


RENDERERS: Mapping[str, Callable[[pa.Table], bytes]] = {
    ".csv": csv_bytes,
    ".jsonl": jsonl_bytes,
    ".parquet": parquet_bytes,
}
"""What gives our own files their bytes, by suffix."""


def _lines(
    table: pa.Table, render: Callable[[str, pa.Array], pa.Array], between: str, around: tuple[str, str]
) -> bytes:
    """One line a vote: rendered columns, joined, within what opens and closes a line."""
    opening, closing = around
    rendered = []
    for start in range(0, len(table), LINES_AT_ONCE):
        part = table.slice(start, LINES_AT_ONCE).combine_chunks()
        columns = [render(name, _as_array(part[name])) for name in _columns_of(table)]
        joined = pc.binary_join_element_wise(*columns, between)
        lines = pc.binary_join_element_wise(opening, joined, f"{closing}\n", "").cast(pa.large_string())
        rendered.append(b"" if len(lines) == 0 else _content(lines))
    return b"".join(rendered)


def _as_array(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _content(lines: pa.LargeStringArray) -> bytes:
    """All lines in one piece, straight from their buffer."""
    offsets = np.frombuffer(lines.buffers()[1], np.int64, count=len(lines) + 1, offset=lines.offset * 8)
    return bytes(lines.buffers()[2][int(offsets[0]) : int(offsets[-1])])


def _csv_column(name: str, column: pa.Array) -> pa.Array:
    if name == "reasons":
        column = joined_reasons(column).fill_null("")
    elif name not in {*TEXT_COLUMNS, DECISION}:
        return _time_text(column) if name == "at" else column.cast(pa.string()).fill_null("")
    # Text that has to be marked or quoted is rare, and only that goes through Python.
    column = _changed_where(column, pc.match_substring_regex(column, RUN_BY_SPREADSHEETS), as_cell)
    special = pc.match_substring_regex(column, r'[",\r\n]')
    return _changed_where(column, special, lambda text: '"' + text.replace('"', '""') + '"')


def _json_column(name: str, column: pa.Array) -> pa.Array:
    key = f'"{name}":'
    # No value may be null here: joining columns with a null gives a null, and a line would be gone.
    if name == "dwell_ms":
        return pc.binary_join_element_wise(key, column.cast(pa.string()).fill_null("null"), "")
    if name == "reasons":
        return _json_lists(key, column)
    text = _time_text(column) if name == "at" else column
    quoted = pc.binary_join_element_wise(key + '"', text, '"', "")
    special = pc.match_substring_regex(text, r'["\\\x00-\x1f]')
    if not pc.any(special).as_py():
        return quoted
    escaped = _changed_where(text, special, lambda value: json.dumps(value, ensure_ascii=False))
    return pc.if_else(special, pc.binary_join_element_wise(key, escaped, ""), quoted)


def _json_lists(key: str, column: pa.Array) -> pa.Array:
    plain = joined_reasons(column, '","')
    special = pc.match_substring_regex(joined_reasons(column), r'["\\]').fill_null(False)
    listed = pc.binary_join_element_wise(key + '["', plain, '"]', "").fill_null(f"{key}null")
    if not pc.any(special).as_py():
        return listed
    texts = [
        key + json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        for words in column.filter(special).to_pylist()
    ]
    return pc.replace_with_mask(listed, special, pa.array(texts, pa.string()))


def _changed_where(column: pa.Array, chosen: pa.Array, change: Callable[[str], str]) -> pa.Array:
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

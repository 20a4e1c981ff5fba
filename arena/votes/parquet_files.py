"""Parquet as columns. Text columns with few distinct values stay dictionary-encoded: each value is checked once."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from arena.errors import VotesError
from arena.votes.parsed import ParsedVotes, read_bytes
from arena.votes.row_errors import locate_in, raise_findings
from arena.votes.table import REPEATING_COLUMNS, TEXT_COLUMNS, UTC_NAMES, check_columns

_ENCODED_TEXT = pa.dictionary(pa.int32(), pa.string())


def read_parquet(path: Path) -> ParsedVotes:
    """The columns of a Parquet file; a damaged file, wrong columns or wrong types are an error."""
    content = read_bytes(path)
    where = str(path)
    try:
        schema = pq.read_schema(pa.BufferReader(content))
        check_columns(schema.names, where)
        _check_types(schema, where)
        encoded = [name for name in REPEATING_COLUMNS if name in schema.names]
        table = _narrow(pq.read_table(pa.BufferReader(content), read_dictionary=encoded))
        # A damaged file may be read without complaint, and its text need not be UTF-8: only this looks at every value.
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = str(error).strip().split("\n")[0]
        raise VotesError(
            f"cannot be read as Parquet: {reason}", where=where, hint="is it truncated? fetch or write it again"
        ) from error
    return ParsedVotes(table, locate_in(where))


def _check_types(schema: pa.Schema, where: str) -> None:
    wrong = [
        VotesError(f'column "{field.name}" is {field.type} where {expected} belongs', where=where, hint=hint)
        for field in schema
        for expected, hint in [_expected(field)]
        if expected
    ]
    raise_findings(wrong)


def _expected(field: pa.Field) -> tuple[str, str]:
    """What a column should be and how to get there; empty where it is."""
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_null(kind):
        return "", ""
    if field.name in TEXT_COLUMNS:
        return ("", "") if _is_text(kind) else ("text", "write it as a column of strings")
    if field.name == "dwell_ms":
        return ("", "") if pa.types.is_integer(kind) else ("a whole number", "write it as a column of integers")
    if _is_text(kind) or (pa.types.is_timestamp(kind) and kind.tz in UTC_NAMES):
        return "", ""
    return "a timestamp in UTC", "write a timestamp with time zone UTC, or ISO 8601 text as in 2026-08-01T12:30:00Z"


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _narrow(table: pa.Table) -> pa.Table:
    """The same columns with 32-bit string offsets, text encoded by ``string`` or a dictionary of it."""
    # The checks know one kind of text and one kind of dictionary; other programs write several of both.
    for number, field in enumerate(table.schema):
        wide = pa.types.is_dictionary(field.type) and field.type != _ENCODED_TEXT
        if pa.types.is_null(field.type) or _is_text(field.type) or wide:
            encoded = field.name in REPEATING_COLUMNS and (wide or field.type == _ENCODED_TEXT)
            column = table.column(number)
            plain = column.cast(field.type.value_type) if wide else column
            text = plain if field.type == pa.string() else plain.cast(pa.string())
            table = table.set_column(number, field.name, text.dictionary_encode() if encoded else text)
    return table

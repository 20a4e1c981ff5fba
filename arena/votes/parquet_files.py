"""Parquet files, and tables in memory, as columns.

Text columns with few distinct values stay dictionary-encoded: each value is checked once.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from arena.errors import VotesError
from arena.votes.contents import NamedTable, Source
from arena.votes.parsed import ParsedVotes
from arena.votes.row_errors import locate_in, raise_findings, shorten
from arena.votes.table import REPEATING_COLUMNS

_ENCODED_TEXT = pa.dictionary(pa.int32(), pa.string())


def read_parquet(source: Source, content: bytes, wanted: Callable[[str], bool]) -> ParsedVotes:
    """The columns of a Parquet file that are wanted; a damaged file is an error.

    Text of any width comes as strings, or as a dictionary of them; other types come as they are.
    """
    where = str(source)
    try:
        schema = pq.read_schema(pa.BufferReader(content))
        names = _wanted_once(schema, wanted, where)
        encoded = [name for name in REPEATING_COLUMNS if name in names]
        table = pq.read_table(pa.BufferReader(content), columns=names, read_dictionary=encoded)
        table = _narrow(table)
        # A damaged file may be read without complaint, and its text need not be UTF-8: only this looks at every value.
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = str(error).strip().split("\n")[0]
        raise VotesError(
            f"cannot be read as Parquet: {reason}", where=where, hint="is it truncated? fetch or write it again"
        ) from error
    return ParsedVotes(table, locate_in(where), where, names=tuple(schema.names))


def read_arrow(source: NamedTable, wanted: Callable[[str], bool]) -> ParsedVotes:
    """The columns of a table in memory that are wanted. Numbers and times are not copied."""
    where, schema = str(source), source.table.schema
    names = _wanted_once(schema, wanted, where)
    try:
        table = _narrow(source.table.select(names))
        table.validate(full=True)  # text of another library need not be UTF-8
    except pa.ArrowException as error:
        reason = str(error).strip().split("\n")[0]
        raise VotesError(f"cannot be read: {reason}", where=where, hint="write text in UTF-8") from error
    return ParsedVotes(table, locate_in(where), where, names=tuple(schema.names))


def _wanted_once(schema: pa.Schema, wanted: Callable[[str], bool], where: str) -> list[str]:
    """The names of the columns that are wanted. Raises where one is there twice."""
    names = [name for name in schema.names if wanted(name)]
    raise_findings(
        VotesError(f"column {shorten(name)} is there twice", where=where, hint="keep one of the two")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    )
    return names


def _narrow(table: pa.Table) -> pa.Table:
    """The same columns: text with 32-bit offsets, as ``string`` or a dictionary of it; other dictionaries plain."""
    # The checks know one kind of text and one kind of dictionary; other programs write several of both.
    for number, field in enumerate(table.schema):
        if isinstance(field.type, pa.BaseExtensionType):
            table = table.set_column(number, field.name, _without_extension(table.column(number)))
    for number, field in enumerate(table.schema):
        wide = pa.types.is_dictionary(field.type) and field.type != _ENCODED_TEXT
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_null(kind) or is_text(kind):
            encoded = field.name in REPEATING_COLUMNS and (wide or field.type == _ENCODED_TEXT)
            column = table.column(number)
            plain = _decoded(column) if wide else column
            text = plain if kind == pa.string() else plain.cast(pa.string())
            table = table.set_column(number, field.name, text.dictionary_encode() if encoded and wide else text)
        elif wide:
            table = table.set_column(number, field.name, _decoded(table.column(number)))
    return table


def _without_extension(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of an extension type as what it is stored as; UUIDs, which databases have for ids, as text."""
    if column.type == pa.uuid():
        return pa.chunked_array([pa.array([value and str(value) for value in column.to_pylist()], pa.string())])
    return pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A dictionary-encoded column as plain values, text as strings. A cast of the whole does not know every type."""
    kind = pa.string() if is_text(column.type.value_type) else column.type.value_type
    return pa.chunked_array([chunk.dictionary.cast(kind).take(chunk.indices) for chunk in column.chunks], kind)


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text of any width."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))

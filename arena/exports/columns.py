"""The columns of a table are the fields of a record, each annotated with a ``ColumnText``.

    votes: Annotated[int, ColumnText("Rated votes on the model on this axis.", "wins + losses + ties", unit="votes")]

The header of the CSV file, the schema of the Parquet file, the data dictionary and, for ratings, the rows of the API
all follow from it.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "true or false": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "decimal": pa.decimal128(38, 18),
    "date": pa.date32(),
    "list of text": pa.list_(pa.field("element", pa.string())),
}
"""By the name that the data dictionary gives a type. Decimals are money, as exact in Parquet as in Python."""

_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (str, "text"),
    (bool, "true or false"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "decimal"),
    (datetime, "time"),
    (date, "date"),
)
"""The first that a Python type is a kind of: a datetime is a date too, and a bool an int."""


@dataclass(frozen=True, slots=True)
class ColumnText:
    """What the data dictionary says of a column; the source may be a formula, and the unit is empty without one.

    ``missing`` is what a cell without a value means; a column without that has a value in every row.
    """

    meaning: str
    source: str
    unit: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the data dictionary lists it; ``type`` is a word such as text, integer or date."""

    name: str
    type: str
    unit: str
    meaning: str
    source: str
    missing: str = ""


def columns_of(record: type, texts: Mapping[str, ColumnText] | None = None) -> tuple[Column, ...]:
    """The columns that a dataclass declares, in the order of its fields.

    ``texts`` says by name what the annotations of a record that is not only a table do not say. Raises KeyError for a
    field that neither describes.
    """
    hints = get_type_hints(record, include_extras=True)
    columns = []
    for field in fields(record):
        kind, text = _annotated(hints[field.name])
        text = text or (texts or {})[field.name]
        columns.append(Column(field.name, _type_name(kind), text.unit, text.meaning, text.source, text.missing))
    return tuple(columns)


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """The schema of a Parquet file with these columns."""
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in columns])


def _annotated(hint: Any) -> tuple[Any, ColumnText | None]:
    if get_origin(hint) is Annotated:
        kind, *metadata = get_args(hint)
        return kind, next((text for text in metadata if isinstance(text, ColumnText)), None)
    return hint, None


def _type_name(kind: Any) -> str:
    """Of a type, or of ``type | None``: an empty cell is allowed in any column."""
    if get_origin(kind) in {Union, types.UnionType}:
        (kind,) = (choice for choice in get_args(kind) if choice is not types.NoneType)
    if get_origin(kind) is tuple:
        return "list of text"
    return next(name for base, name in _TYPE_NAMES if issubclass(kind, base))

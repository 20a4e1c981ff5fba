"""What is a table to other libraries: pandas, polars, DuckDB and pyarrow read it through Arrow's PyCapsule interface.

The interface hands over the address of columns in memory, so nothing is copied:
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# ruff: noqa: PLC0415 - records are read by commands that need no Arrow; pandas is loaded when somebody asks for it


class ArrowTable(ABC):
    """A table that other libraries read: ``polars.DataFrame(table)``, ``pyarrow.table(table)``, ``FROM table``."""

    @abstractmethod
    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame. Raises ImportError where pandas is not installed."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)


def table_of(record: type, rows: Iterable[Any]) -> pa.Table:
    """A pyarrow table with a column for each field of a dataclass, whose ``rows`` are its instances.

    Text, numbers, truth values and dates keep their types; enumerations are text; None is null.
    """
    import pyarrow as pa

    schema = pa.schema([(name, _arrow_type(kind)) for name, kind in field_types(record).items()])
    rows = list(rows)
    columns = [
        pa.array([getattr(row, name) for row in rows], kind)
        for name, kind in zip(schema.names, schema.types, strict=True)
    ]
    return pa.table(columns, schema=schema)


def field_types(record: type) -> dict[str, Any]:
    """The types of a dataclass's fields by name, in their order."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


def _arrow_type(kind: Any) -> pa.DataType:
    """The Arrow type of a field's type, or of ``type | None``."""
    from datetime import date
    from types import NoneType
    from typing import get_args

    import pyarrow as pa

    known = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(), date: pa.date32()}
    (plain,) = [choice for choice in get_args(kind) if choice is not NoneType] or [kind]
    return pa.string() if issubclass(plain, StrEnum) else known[plain]

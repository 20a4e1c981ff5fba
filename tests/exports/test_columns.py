"""Columns are the fields of a record, and say their type, unit, meaning and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pyarrow as pa
import pytest

from arena.exports.columns import Column, ColumnText, arrow_schema, columns_of


class Colour(StrEnum):
    RED = "red"


@dataclass
class Paint:
    colour: Annotated[Colour, ColumnText("Its colour.", "The tin.")]
    litres: Annotated[float, ColumnText("How much there is.", "Measured.", unit="litres")]
    coats: Annotated[int | None, ColumnText("How many coats it takes.", "Measured.")]
    price: Annotated[Decimal | None, ColumnText("What it costs.", "The shop.", unit="USD")]
    mixed: Annotated[date, ColumnText("When it was mixed.", "The tin.")]


@dataclass
class Sale:
    at: datetime


def test_columns_are_the_fields_in_their_order() -> None:
    assert columns_of(Paint) == (
        Column("colour", "text", "", "Its colour.", "The tin."),
        Column("litres", "number", "litres", "How much there is.", "Measured."),
        Column("coats", "integer", "", "How many coats it takes.", "Measured."),
        Column("price", "decimal", "USD", "What it costs.", "The shop."),
        Column("mixed", "date", "", "When it was mixed.", "The tin."),
    )


def test_the_arrow_schema_has_a_type_for_each_column() -> None:
    kinds = [pa.string(), pa.float64(), pa.int64(), pa.decimal128(38, 18), pa.date32()]
    assert arrow_schema(columns_of(Paint)).types == kinds


def test_a_record_that_is_not_only_a_table_is_described_beside_it() -> None:
    text = ColumnText("When it was sold.", "The till.", unit="UTC")
    assert columns_of(Sale, {"at": text}) == (Column("at", "time", "UTC", "When it was sold.", "The till."),)
    with pytest.raises(KeyError, match="at"):
        columns_of(Sale)

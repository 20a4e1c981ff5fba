"""Parquet in: types that are taken, and what is refused with its row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.errors import VotesError
from arena.records import REQUIRED_VOTE_COLUMNS, VOTE_COLUMNS
from arena.votes.files import load_votes
from tests.votes.examples import some_table


def _with(column: str, values: Any, rows: int = 3) -> pa.Table:
    table = some_table(rows)
    return table.set_column(VOTE_COLUMNS.index(column), column, values)


def _loaded(tmp_path: Path, table: pa.Table, **options: Any) -> pa.Table:
    path = tmp_path / "votes.parquet"
    pq.write_table(table, path, **options)
    return load_votes([path]).table


def _findings(tmp_path: Path, table: pa.Table) -> list[str]:
    with pytest.raises(VotesError) as caught:
        _loaded(tmp_path, table)
    return [str(finding).replace(f"{tmp_path}/", "") for finding in caught.value.findings]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.large_string())])
@pytest.mark.parametrize("column", ["battle", "left", "outcome", "at"])
def test_text_of_any_width_is_taken(tmp_path: Path, kind: pa.DataType, column: str) -> None:
    table = some_table(3)
    values = table["at"].cast(pa.timestamp("us")).cast(pa.string()) if column == "at" else table[column]
    text = [value.replace(" ", "T") + "Z" if column == "at" else value for value in values.to_pylist()]
    plain = pa.array(text)
    values = plain.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else plain.cast(kind)
    assert _loaded(tmp_path, _with(column, values)).equals(table)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_any_unit_are_taken(tmp_path: Path, unit: str) -> None:
    whole = some_table(3)["at"].cast(pa.timestamp("s", "UTC"), safe=False)
    table = _loaded(tmp_path, _with("at", whole.cast(pa.timestamp(unit, "UTC"))))
    assert table["at"].equals(whole.cast(pa.timestamp("us", "UTC")))


def test_nanoseconds_are_not_cut(tmp_path: Path) -> None:
    found = _findings(tmp_path, _with("at", pa.array([0, 1, 1000], pa.timestamp("ns", "UTC"))))
    assert found == [
        'votes.parquet: row 2: at is finer than a microsecond (write it as in "2026-08-01T12:30:00Z" or '
        '"2026-08-01 14:30:00+02:00")'
    ]


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.dictionary(pa.int8(), pa.int64())])
@pytest.mark.parametrize("column", ["battle", "voter"])
def test_ids_may_be_whole_numbers(tmp_path: Path, column: str, kind: pa.DataType) -> None:
    numbers = pa.array([7, 8, 9])
    values = numbers.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else numbers.cast(kind)
    assert _loaded(tmp_path, _with(column, values))[column].to_pylist() == ["7", "8", "9"]


@pytest.mark.parametrize("index", ["", "Unnamed: 0", "__index_level_0__"])
def test_the_numbers_of_rows_that_pandas_writes_are_no_column(tmp_path: Path, index: str) -> None:
    table = some_table(3).append_column(index, pa.array([0, 1, 2]))
    assert _loaded(tmp_path, table).equals(some_table(3))


def test_a_time_of_another_zone_is_the_same_moment(tmp_path: Path) -> None:
    table = some_table(3)
    berlin = (
        table["at"].cast(pa.timestamp("ns")).cast(pa.timestamp("ns", "UTC")).cast(pa.timestamp("ns", "Europe/Berlin"))
    )
    assert _loaded(tmp_path, _with("at", berlin)).equals(table)


@pytest.mark.parametrize("kind", [pa.int8(), pa.int64(), pa.uint64(), pa.float64()])
def test_whole_numbers_of_any_width_are_taken(tmp_path: Path, kind: pa.DataType) -> None:
    table = _loaded(tmp_path, _with("dwell_ms", pa.array([0, None, 127], kind)))
    assert table["dwell_ms"].to_pylist() == [0, None, 127]


def test_optional_columns_may_be_missing_or_null(tmp_path: Path) -> None:
    table = some_table(3).drop_columns(["dwell_ms"])
    required = table.select(list(REQUIRED_VOTE_COLUMNS))
    nulls = required.append_column("prompt", pa.nulls(3)).append_column("origin", pa.nulls(3, pa.string()))
    nulls = nulls.append_column("dwell_ms", pa.nulls(3))
    assert _loaded(tmp_path, required).equals(_loaded(tmp_path, nulls))
    assert _loaded(tmp_path, required).drop_columns(["dwell_ms"]).equals(table)


def test_several_row_groups_and_no_dictionaries_are_taken(tmp_path: Path) -> None:
    assert _loaded(tmp_path, some_table(50), row_group_size=7).equals(some_table(50))
    assert _loaded(tmp_path, some_table(50), use_dictionary=False).equals(some_table(50))


def test_no_rows_are_an_empty_table(tmp_path: Path) -> None:
    assert _loaded(tmp_path, some_table(0)).num_rows == 0


@pytest.mark.parametrize(
    ("column", "values", "finding"),
    [
        (
            "voter",
            pa.array([1.5, 2, 3]),
            'column "voter" is double where text belongs (write it as a column of strings',
        ),
        ("voter", pa.array([b"1", b"2", b"3"]), 'column "voter" is binary where text belongs'),
        ("left", pa.array([["a"], [], []]), 'column "left" is list<element: string> where text belongs'),
        ("dwell_ms", pa.array([1.5, 2.0, None]), 'column "dwell_ms" is double where a whole number belongs'),
        ("dwell_ms", pa.array([True, False, None]), 'column "dwell_ms" is bool where a whole number belongs'),
        (
            "at",
            pa.array([1, 2, 3]),
            'column "at" is int64 where a time with its zone belongs (write times; pandas: to_',
        ),
        (
            "at",
            pa.array([datetime(2026, 8, 1)] * 3),  # noqa: DTZ001
            'column "at" is timestamp[us] where a time with its zone belongs (say the zone of the times; ',
        ),
    ],
)
def test_wrong_types_are_refused(tmp_path: Path, column: str, values: pa.Array, finding: str) -> None:
    found = _findings(tmp_path, _with(column, values))
    assert len(found) == 1
    assert found[0].startswith(f"votes.parquet: {finding}")


@pytest.mark.parametrize(
    ("column", "values", "finding"),
    [
        ("outcome", pa.array(["left", "draw", "tie"]), 'unknown outcome "draw"'),
        ("voter", pa.array(["v", None, "v"]), "voter is empty"),
        ("voter", pa.array(["v", "", "v"]), "voter is empty"),
        ("at", pa.array([0, None, 0], pa.timestamp("us", "UTC")), "at is empty"),
        ("at", pa.array([0, -(2**62), 0], pa.timestamp("us", "UTC")), "at is not within the years 1 to 9999"),
        ("at", pa.array([0, 2**60, 0], pa.timestamp("ms", "UTC")), "at is not within the years 1 to 9999"),
        ("dwell_ms", pa.array([0, -5, 0]), 'dwell_ms is "-5" (a whole number'),
        ("dwell_ms", pa.array([0, 2**63, 0], pa.uint64()), 'dwell_ms is "9223372036854775808" (a whole number'),
        ("battle", pa.array(["x", "a\0b", "y"]), "battle holds a NUL character"),
        ("category", pa.array(["x", "a\0b", "y"]), "category holds a NUL character"),
    ],
)
def test_a_wrong_row_in_the_middle_is_refused_with_its_number(
    tmp_path: Path, column: str, values: pa.Array, finding: str
) -> None:
    found = _findings(tmp_path, _with(column, values))
    assert len(found) == 1
    assert found[0].startswith(f"votes.parquet: row 2: {finding}")


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    wrong = pa.array([b"ok", b"\xff\xfe", b"ok"], pa.binary()).view(pa.string())
    assert "cannot be read as Parquet" in _findings(tmp_path, _with("voter", wrong))[0]


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    pq.write_table(some_table(20), path)
    content = path.read_bytes()
    for size in range(0, len(content), 97):
        path.write_bytes(content[:size])
        with pytest.raises(VotesError, match=r"truncated|written to the end") as caught:
            load_votes([path])
        assert caught.value.where == str(path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    path.write_text("battle,at\n")
    with pytest.raises(VotesError, match="cannot be read as Parquet"):
        load_votes([path])

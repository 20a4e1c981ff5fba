"""The data dictionary has an entry for every column that is published, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from arena.exports import dictionary
from arena.exports.catalogue import MODEL_SCHEMA, PRICE_SCHEMA
from arena.exports.columns import ARROW_TYPES, Column
from arena.exports.files import catalogue_json
from arena.exports.ratings import RATINGS_SCHEMA
from arena.records import VOTE_COLUMNS
from arena.votes.files import DECISION_FIELD
from arena.votes.table import VOTE_SCHEMA
from tests.publish.worlds import empty_world, make_world

ENTRIES = dictionary.data_dictionary()
PUBLISHED_VOTES = VOTE_SCHEMA.append(DECISION_FIELD)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("ratings", RATINGS_SCHEMA), ("votes", PUBLISHED_VOTES), ("models", MODEL_SCHEMA), ("prices", PRICE_SCHEMA)],
)
def test_columns_stand_in_the_order_of_their_file(kind: str, schema: pa.Schema) -> None:
    (entry,) = [entry for entry in ENTRIES if entry.id == kind]
    assert [column.name for column in entry.columns] == schema.names


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    """By name: the columns of the files that a site publishes, those of CSV as the text that it holds."""
    made = make_world(tmp_path_factory.mktemp("world")).site_data.downloads
    text = csv.ConvertOptions(strings_can_be_null=False)
    tables = {}
    for download in made.values():
        if download.file.suffix == ".csv":
            names = download.file.read_text().partition("\n")[0].split(",")
            text.column_types = dict.fromkeys(names, pa.string())
            tables[download.name] = csv.read_csv(download.file, convert_options=text)
        elif download.file.suffix == ".parquet":
            tables[download.name] = pq.read_table(download.file)
    return tables


def test_every_file_has_the_columns_types_and_values_that_the_dictionary_says(downloads: dict[str, pa.Table]) -> None:
    described = {name: entry.columns for entry in ENTRIES for name in entry.files if not name.endswith(".json")}
    assert set(described) == set(downloads)
    for name, table in downloads.items():
        assert table.num_rows and table.column_names == [column.name for column in described[name]], name
        for column in described[name]:
            values = table[column.name].to_pylist()
            if name.endswith(".parquet"):
                assert table.schema.field(column.name).type == expected_type(column), (name, column.name)
            missing = [value for value in values if value is None or value == ""]
            assert column.missing or not missing, (name, column.name)
            allowed = CSV_VALUES.get(column.type)
            if name.endswith(".csv") and allowed:
                assert all(re.fullmatch(allowed, value) for value in values if value), (name, column.name)


CSV_VALUES = {
    "integer": r"-?\d+",
    "number": r"-?\d+\.\d{6}",
    "decimal": r"\d+(\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z",
    "true or false": "true|false",
}


def expected_type(column: Column) -> pa.DataType:
    """The type of a Parquet column, as the dictionary names it; votes count milliseconds in 32 bits."""
    types = {**ARROW_TYPES, "time": pa.timestamp("us", "UTC")}
    return pa.int32() if column.name == "dwell_ms" else types[column.type]


def test_no_description_of_a_column_of_votes_is_left_over() -> None:
    assert tuple(dictionary.VOTES) == VOTE_COLUMNS


def test_the_keys_of_the_catalogue_are_those_of_its_file(tmp_path: Path) -> None:
    (catalogue,) = [entry for entry in ENTRIES if entry.id == "catalogue"]
    assert [column.name for column in catalogue.columns] == list(catalogue_json(empty_world(tmp_path).catalogue))


def test_every_entry_says_something() -> None:
    for entry in ENTRIES:
        assert entry.files and entry.meaning.endswith(".")
        for column in entry.columns:
            assert column.type and column.source, column
            assert column.meaning, column


def test_types_are_named_for_people() -> None:
    types = {(entry.id, column.name): column.type for entry in ENTRIES for column in entry.columns}
    assert types["votes", "at"] == "time"
    assert types["ratings", "score"] == "number"
    assert types["ratings", "rank"] == "integer"
    assert types["prices", "amount"] == "decimal"
    assert types["models", "released"] == "date"

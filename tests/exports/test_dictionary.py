"""The data dictionary has an entry for every column that is published, and no others."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from arena.exports import dictionary
from arena.exports.catalogue import MODEL_SCHEMA, PRICE_SCHEMA
from arena.exports.files import catalogue_json
from arena.exports.ratings import RATINGS_SCHEMA
from arena.records import VOTE_COLUMNS
from arena.votes.table import VOTE_SCHEMA
from tests.publish.worlds import empty_world

ENTRIES = dictionary.data_dictionary()


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("ratings", RATINGS_SCHEMA), ("votes", VOTE_SCHEMA), ("models", MODEL_SCHEMA), ("prices", PRICE_SCHEMA)],
)
def test_columns_stand_in_the_order_of_their_file(kind: str, schema: pa.Schema) -> None:
    (entry,) = [entry for entry in ENTRIES if entry.id == kind]
    assert [column.name for column in entry.columns] == schema.names


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

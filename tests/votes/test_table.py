"""Votes as a table: the schema, and the way from and to records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given

from arena.errors import VotesError
from arena.records import REQUIRED_VOTE_COLUMNS, VOTE_COLUMNS, Origin, Vote
from arena.votes.table import VOTE_SCHEMA, check_votes, iter_votes, votes_table
from tests.votes.examples import VOTE, some_table, vote_lists


def test_the_schema_has_the_columns_of_a_vote_in_their_order() -> None:
    assert tuple(VOTE_SCHEMA.names) == VOTE_COLUMNS


@given(vote_lists)
def test_votes_go_into_a_table_and_come_back(votes: list[Vote]) -> None:
    table = votes_table(votes)
    assert table.schema == VOTE_SCHEMA
    assert list(iter_votes(table)) == votes
    assert check_votes(table, "votes").equals(table)


def test_times_come_back_in_utc() -> None:
    (vote,) = iter_votes(votes_table([VOTE]))
    assert vote.at.tzinfo is UTC


def test_missing_optional_columns_are_empty_and_the_origin_is_human() -> None:
    table = check_votes(votes_table([VOTE]).select(list(REQUIRED_VOTE_COLUMNS)), "votes")
    assert table.equals(votes_table([VOTE]))


def test_an_empty_origin_is_human() -> None:
    table = votes_table([VOTE, replace(VOTE, battle="b2", origin=Origin.SIMULATED)])
    emptied = table.set_column(13, "origin", pa.array(["", "simulated"]))
    assert [vote.origin for vote in iter_votes(check_votes(emptied, "votes"))] == [Origin.HUMAN, Origin.SIMULATED]


def test_dictionary_encoded_columns_are_taken() -> None:
    table = some_table(20)
    encoded = pa.table({name: table[name].dictionary_encode() for name in ("left", "right", "outcome", "voter")})
    for name in encoded.column_names:
        table = table.set_column(table.column_names.index(name), name, encoded[name])
    assert check_votes(table, "votes").equals(some_table(20))


def test_values_that_only_a_dictionary_holds_are_no_fault() -> None:
    outcomes = pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array(["left", "never said"]))
    table = votes_table([VOTE]).set_column(7, "outcome", outcomes)
    assert check_votes(table, "votes").equals(votes_table([VOTE]))


def test_rows_are_named_by_number_or_by_place() -> None:
    table = votes_table([VOTE, replace(VOTE, battle="b2", right=VOTE.left)])
    with pytest.raises(VotesError, match=r"^simulation: row 2: left and right are the same model"):
        check_votes(table, "simulation")
    with pytest.raises(VotesError, match=r"^votes\.csv:12: left and right"):
        check_votes(table, lambda row: f"votes.csv:{row + 11}")


def test_an_unknown_column_is_named_with_the_nearest_known_one() -> None:
    table = votes_table([VOTE]).rename_columns(["bettle", *VOTE_COLUMNS[1:]])
    with pytest.raises(VotesError) as caught:
        check_votes(table, "votes")
    assert [str(finding) for finding in caught.value.findings] == [
        'votes: unknown column "bettle" (did you mean "battle"?)',
        'votes: column "battle" is missing (required: ' + ", ".join(REQUIRED_VOTE_COLUMNS) + ")",
    ]


def test_times_that_a_date_cannot_hold_are_refused() -> None:
    far = pa.array([2**60], pa.timestamp("us", "UTC"))
    with pytest.raises(VotesError, match="row 1: at is not within the years 1 to 9999"):
        check_votes(votes_table([VOTE]).set_column(1, "at", far), "votes")


def test_no_votes_are_a_table_without_rows() -> None:
    assert votes_table([]).equals(VOTE_SCHEMA.empty_table())
    assert check_votes(votes_table([]), lambda row: f"row {row}").num_rows == 0


def test_all_times_of_datetime_are_taken() -> None:
    ends = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    table = votes_table([replace(VOTE, battle=str(number), at=at) for number, at in enumerate(ends)])
    assert [vote.at for vote in iter_votes(check_votes(table, "votes"))] == ends

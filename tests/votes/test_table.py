"""Votes as a table, and the checks that tell rows at fault."""

from __future__ import annotations

from datetime import UTC, datetime

from arena.records import VOTE_COLUMNS, Origin, Outcome, Vote
from arena.votes.table import VOTE_SCHEMA, check_votes, iter_votes, votes_table

VOTE = Vote(
    battle="b1",
    at=datetime(2026, 8, 1, 12, 30, tzinfo=UTC),
    arena="text-to-image",
    category="poster",
    language="en",
    left="openai/gpt-image-2",
    right="google/imagen-4",
    outcome=Outcome.LEFT,
    voter="v1",
    dwell_ms=1200,
    origin=Origin.DERIVED,
)


def test_the_schema_has_the_columns_of_a_vote_in_their_order() -> None:
    assert tuple(VOTE_SCHEMA.names) == VOTE_COLUMNS


def test_votes_go_into_a_table_and_come_back() -> None:
    table = votes_table([VOTE])
    assert table.schema == VOTE_SCHEMA
    assert list(iter_votes(table)) == [VOTE]
    assert check_votes(table, "votes").equals(table)

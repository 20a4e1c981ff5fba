"""Votes as bytes: exactly what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from pyarrow import BufferReader

from arena.records import VOTE_COLUMNS, Origin
from arena.votes.files import csv_bytes, jsonl_bytes, parquet_bytes
from arena.votes.table import VOTE_SCHEMA, votes_table
from tests.votes.examples import HEADER, VOTE, some_table

ODD = replace(
    VOTE, battle='a,"b"\n', at=datetime(1066, 1, 2, 3, 4, 5, 60, UTC), voter="ü", dwell_ms=0, origin=Origin.DERIVED
)


def test_csv_quotes_only_where_it_has_to() -> None:
    assert csv_bytes(votes_table([VOTE, ODD])).decode() == (
        f"{HEADER},prompt,left_output,right_output,dwell_ms,origin\n"
        "b1,2026-08-01T12:30:00Z,text-to-image,poster,en,openai/gpt-image-2,google/imagen-4,left,v1,,,,,human\n"
        '"a,""b""\n",1066-01-02T03:04:05.000060Z,text-to-image,poster,en,openai/gpt-image-2,google/imagen-4,left,ü,'
        ",,,0,derived\n"
    )


def test_jsonl_has_every_key_and_null_for_what_nobody_measured() -> None:
    lines = jsonl_bytes(votes_table([VOTE, ODD])).decode().splitlines()
    assert lines[0].startswith('{"battle":"b1","at":"2026-08-01T12:30:00Z","arena":"text-to-image",')
    first, second = (json.loads(line) for line in lines)
    assert tuple(first) == VOTE_COLUMNS
    assert first["dwell_ms"] is None
    assert (second["battle"], second["voter"], second["dwell_ms"]) == ('a,"b"\n', "ü", 0)


def test_no_votes_are_a_header_or_a_blank_line() -> None:
    empty = VOTE_SCHEMA.empty_table()
    assert csv_bytes(empty).decode() == ",".join(VOTE_COLUMNS) + "\n"
    assert jsonl_bytes(empty) == b"\n"
    assert pq.read_table(BufferReader(parquet_bytes(empty))).equals(empty)


def test_parquet_is_compressed_and_the_same_every_time() -> None:
    content = parquet_bytes(some_table(100))
    assert parquet_bytes(some_table(100)) == content
    metadata = pq.read_metadata(BufferReader(content))
    assert metadata.row_group(0).column(0).compression == "ZSTD"
    assert metadata.schema.to_arrow_schema().equals(VOTE_SCHEMA, check_metadata=True)


def test_more_lines_than_are_rendered_at_once_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    table = some_table(50)
    whole = csv_bytes(table), jsonl_bytes(table)
    monkeypatch.setattr("arena.votes.files.LINES_AT_ONCE", 7)
    assert (csv_bytes(table), jsonl_bytes(table)) == whole

"""The same votes on every engine: equal counts to the bit, and equal ratings."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from functools import cache
from pathlib import Path

import ibis
import numpy as np
import psycopg
import pyarrow as pa
import pytest

from arena.errors import VotesError
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.tally import Tally, tally
from arena.records import Board, Rating
from arena.votes import engines
from arena.votes.engines import TableDefaults, VotesAddress, votes_at
from arena.votes.table import summarize
from tests.engines.worlds import Place, as_file, in_postgres, votes
from tests.postgres_server import PostgresServer
from tests.waiting import PATIENCE

VOTES = votes(250)


@cache
def in_memory() -> tuple[Tally, tuple[Board, ...]]:
    here = ibis.memtable(VOTES)
    return tally(here), compute_ratings(here, RatingSettings()).boards


def test_counts_and_ratings_are_those_of_memory(place: Place) -> None:
    expected, known = in_memory()
    with votes_at(place(VOTES)) as there:
        found = tally(there)
        assert summarize(there, "") == summarize(ibis.memtable(VOTES), "")
        boards = compute_ratings(there, RatingSettings()).boards
    assert (found.models, found.categories, found.languages) == (
        expected.models,
        expected.categories,
        expected.languages,
    )
    assert by_cell(found) == by_cell(expected)
    assert [board.axis for board in boards] == [board.axis for board in known]
    for board, other in zip(boards, known, strict=True):
        assert [rating.model for rating in board.ratings] == [rating.model for rating in other.ratings]
        for rating, same in zip(board.ratings, other.ratings, strict=True):
            assert numbers(rating) == pytest.approx(numbers(same), abs=1e-9, rel=0)


def rated_by_command(address: str) -> str:
    """What ``arena rate --votes`` prints in a process of its own, as people call it."""
    command = [sys.executable, "-m", "arena", "rate", "--votes", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_prints_the_same_table(place: Place, tmp_path: Path) -> None:
    assert rated_by_command(place(VOTES)) == rated_by_command(as_file(VOTES, tmp_path))


def test_who_may_not_make_temporary_tables_is_told_so(postgres: PostgresServer) -> None:
    address = in_postgres(VOTES, url := postgres.empty_database())
    with psycopg.connect(url, autocommit=True) as connection:
        database = url.rpartition("/")[2]
        connection.execute(f"REVOKE TEMP ON DATABASE {database} FROM PUBLIC".encode())
        for said in ("DROP ROLE IF EXISTS reader", "CREATE ROLE reader LOGIN", "GRANT USAGE ON SCHEMA arena TO reader",
                     "GRANT SELECT ON arena.votes TO reader"):  # fmt: skip
            connection.execute(said.encode())
    try:
        with votes_at(address.replace("arena@", "reader@")) as there, pytest.raises(VotesError) as caught:
            compute_ratings(there, RatingSettings())
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            for said in ("DROP OWNED BY reader", "DROP ROLE reader", f"GRANT TEMP ON DATABASE {database} TO PUBLIC"):
                connection.execute(said.encode())
    assert "permission denied to create temporary tables" in str(caught.value)
    assert "the engine postgres" in str(caught.value)


def numbers(rating: Rating) -> list[float]:
    return [float(value) for value in dataclasses.astuple(rating) if isinstance(value, int | float)]


def see(address: str, defaults: TableDefaults | None = None) -> None:
    with votes_at(address, defaults):
        pass


def by_cell(counted: Tally) -> set[tuple[int, ...]]:
    columns = [getattr(counted, name) for name in ("cell", "first", "second", "counts")]
    return set(map(tuple, np.column_stack(columns).tolist()))


def test_rows_that_are_no_votes_are_counted_by_what_is_wrong(place: Place) -> None:
    rows = VOTES.slice(0, 4).to_pylist()
    rows[0]["outcome"], rows[1]["voter"], rows[2]["right"], rows[3]["at"] = "win", None, rows[2]["left"], None
    with pytest.raises(VotesError) as caught:
        see(place(pa.Table.from_pylist(rows, VOTES.schema)))
    said = [finding.message for finding in caught.value.findings]
    assert said == [
        "has 1 vote without at",
        "has 1 vote without voter",
        "has 1 vote whose outcome is none of left, right, tie, both_bad",
        "has 1 vote of a model with itself",
    ]


def test_columns_may_be_called_otherwise_and_said_for_all(tmp_path: Path) -> None:
    rows = VOTES.rename_columns({"left": "model_a"}).drop_columns(["arena", "origin"])
    address = as_file(rows, tmp_path)
    with pytest.raises(VotesError, match='column "arena" is missing'):
        see(address)
    with votes_at(address, TableDefaults({"left": "model_a"}, {"arena": "text-to-image"})) as found:
        ratings = compute_ratings(found, RatingSettings(), intervals=False)
    assert ratings.boards[0].axis.arena == "text-to-image"
    with pytest.raises(VotesError, match='no column "model_c"'):
        see(address, TableDefaults({"left": "model_c"}))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://host/db#votes", "no engine is called"),
        ("postgres://host/db", "names no votes"),
        ("postgres://me:secret@127.0.0.1:1/db#votes", "postgres://me:...@127.0.0.1:1/db"),
        ("postgres://127.0.0.1/db#votes.parquet", "reads no files|refused"),
        ("polars://#votes", "has no tables"),
        ("nowhere/*.parquet", "files are Parquet"),
        ("duckdb://nowhere.db#votes", "is missing"),
    ],
)
def test_addresses_that_lead_nowhere_say_why(address: str, message: str) -> None:
    with pytest.raises(VotesError, match=message) as caught:
        see(address)
    assert "secret" not in str(caught.value)


def test_text_may_be_a_dictionary_in_a_file(tmp_path: Path) -> None:
    coded = {"left", "outcome", "voter"}
    columns = {name: VOTES[name].dictionary_encode() if name in coded else VOTES[name] for name in VOTES.column_names}
    with votes_at(f"polars://#{as_file(pa.table(columns), tmp_path)}") as there:
        found = compute_ratings(there, RatingSettings())
    assert found.boards == in_memory()[1]


def test_a_bucket_that_is_not_read_says_what_reads_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise OSError('Failed to download extension "httpfs"')

    monkeypatch.setattr(engines, "read_files", no_network)
    with pytest.raises(VotesError, match=r'download extension "httpfs" .*INSTALL httpfs'):
        see("s3://bucket/votes/*.parquet")


def test_files_without_an_engine_are_read_by_duckdb() -> None:
    assert VotesAddress.parse("s3://bucket/votes/*.parquet").engine == "duckdb://"
    assert VotesAddress.parse("votes.parquet").of_files


def test_an_address_of_spark_may_have_brackets() -> None:
    address = VotesAddress.parse("spark://local[2]#votes/*.parquet")
    assert (address.name, address.engine, address.shown) == (
        "spark",
        "spark://local[2]",
        "spark://local[2]#votes/*.parquet",
    )

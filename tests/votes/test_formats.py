"""Formats by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.errors import VotesError
from arena.votes.files import FORMATS, load_votes, write_votes
from arena.votes.table import VOTE_SCHEMA
from tests.votes.examples import some_table


def test_our_own_files_are_the_default(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    write_votes(some_table(20), path)
    loaded = load_votes([path])
    assert loaded.table.equals(some_table(20))
    assert loaded.locate(19) == f"{path}:21"
    assert (dict(loaded.names), loaded.left_out, loaded.notes) == ({}, 0, ())


def test_loaded_votes_read_as_a_log_does(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    write_votes(some_table(20), path)
    loaded = load_votes([path], "arena")
    assert loaded.votes().order_by("battle").to_pyarrow().cast(VOTE_SCHEMA).equals(some_table(20))
    summary = loaded.summary()
    assert (summary.votes, summary.voters, summary.sha256) == (20, 5, "")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(VotesError, match='unknown format "imagehub"') as caught:
        load_votes([], "imagehub")
    assert caught.value.hint == 'did you mean "imagenhub"?'
    assert sorted(FORMATS) == ["arena", "fastchat", "imagenhub"]

"""Why voters chose as they did: every way in which files write it, what is refused, and logs without it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.errors import VotesError
from arena.records import Vote
from arena.votes.files import RENDERERS, load_votes, parquet_bytes
from arena.votes.log import append_votes, open_log
from arena.votes.log_file import FIRST_SCHEMA
from arena.votes.parsed import Defaults
from arena.votes.reasons import LONGEST_REASON, reason_lists
from arena.votes.table import VOTE_SCHEMA, iter_votes, votes_table
from tests.votes.examples import HEADER, ROW, VOTE, some_votes

WITH = replace(VOTE, battle="b2", reasons=("text", "style"))


def _votes(path: Path, format_name: str = "arena", **said: Any) -> list[Vote]:
    return list(iter_votes(load_votes([path], format_name, Defaults(**said)).table))


def _understood(column: pa.ChunkedArray) -> list[list[str] | None] | None:
    lists = reason_lists(column)
    return None if lists is None else lists.to_pylist()


@pytest.mark.parametrize(
    "written",
    [
        "text;style",
        " text ; style; text;",
        "text, style",
        "text|style",
        '["text", "style"]',
        "['text', 'style']",
        "['text' 'style']",
        "('text', 'style')",
        "[text, style]",
    ],
)
def test_lists_in_a_cell_are_understood(written: str) -> None:
    assert _understood(pa.chunked_array([pa.array([written])])) == [["text", "style"]]


@pytest.mark.parametrize("written", ["", "  ", "[]", "()", ";", '[""]', "[ ]"])
def test_no_reasons_are_null(written: str) -> None:
    assert _understood(pa.chunked_array([pa.array([written, None])])) == [None, None]


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.string()),
        pa.large_list(pa.large_string()),
        pa.large_list(pa.string_view()),
        pa.list_view(pa.string()),
        pa.list_(pa.dictionary(pa.int8(), pa.string())),
    ],
)
def test_columns_of_lists_are_understood(kind: pa.DataType) -> None:
    column = pa.chunked_array([pa.array([["text", None, "style"], [], None, ["too dark, too blurry"]], kind)])
    if pa.types.is_dictionary(kind.value_type):
        assert reason_lists(column) is None
    else:
        assert _understood(column) == [["text", "style"], None, None, ["too dark", "too blurry"]]


@pytest.mark.parametrize("suffix", list(RENDERERS))
def test_reasons_come_back_from_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"votes{suffix}"
    votes = [VOTE, WITH, replace(VOTE, battle="b3", reasons=('a "b" c', "d\\e", "\u00fc"))]
    path.write_bytes(RENDERERS[suffix](votes_table(votes)))
    assert _votes(path) == votes


def test_json_lists_are_read_on_the_quick_way_and_on_the_slow_one(tmp_path: Path) -> None:
    row = {**dict(zip(HEADER.split(","), ROW.format(battle="b1").split(","), strict=True)), "reasons": ["text"]}
    quick, slow, mapped = (tmp_path / name for name in ("quick.jsonl", "slow.json", "mapped.json"))
    quick.write_text(json.dumps(row) + "\n" + json.dumps({**row, "battle": "b2", "reasons": None}))
    slow.write_text(json.dumps([row, {**row, "battle": "b2", "reasons": []}]))
    mapped.write_text(json.dumps([{**row, "why": row["reasons"], "reasons": None}]))
    assert [vote.reasons for vote in _votes(quick)] == [vote.reasons for vote in _votes(slow)] == [("text",), ()]
    assert [vote.reasons for vote in _votes(mapped, columns={"reasons": "why"})] == [("text",)]


@pytest.mark.parametrize("written", ["x" * (LONGEST_REASON + 1), ";".join(map(str, range(21))), "a\tb\x07"])
def test_comments_and_too_many_words_are_refused_by_row(tmp_path: Path, written: str) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(f"{HEADER},reasons\n{ROW.format(battle='b1')},text\n{ROW.format(battle='b2')},{written}\n")
    with pytest.raises(VotesError, match=r"votes\.csv:3: reasons (is|names)"):
        load_votes([path])


def test_a_column_of_objects_is_refused(tmp_path: Path) -> None:
    table = votes_table([VOTE]).drop_columns(["reasons"]).append_column("reasons", pa.array([[{"why": "text"}]]))
    pq.write_table(table, tmp_path / "votes.parquet")
    with pytest.raises(VotesError, match=r'column "reasons" is list<.*where a list of words belongs'):
        load_votes([tmp_path / "votes.parquet"])


@pytest.mark.parametrize("format_name", ["fastchat", "lmarena", "pairs"])
def test_tags_of_other_projects_are_kept(tmp_path: Path, format_name: str) -> None:
    battle = {"question_id": "q", "model_a": "a/x", "model_b": "b/y", "winner": "model_a", "tstamp": 1700000000.0}
    path = tmp_path / "battles.json"
    path.write_text(
        json.dumps([{**battle, "tags": ["style", "sharper"]}, {**battle, "question_id": "r", "tags": None}])
    )
    assert [vote.reasons for vote in _votes(path, format_name)] == [("style", "sharper"), ()]


@pytest.mark.parametrize(
    "tags", [["x" * 99], {"math": True}, [{"name": "style"}], "I preferred the other boat because its sails are whole"]
)
def test_tags_that_are_something_else_cost_no_vote(tmp_path: Path, tags: object) -> None:
    battle = {"model_a": "a/x", "model_b": "b/y", "winner": "tie", "tstamp": 1700000000.0, "tags": tags}
    path = tmp_path / "battles.jsonl"
    path.write_text(json.dumps(battle))
    loaded = load_votes([path], "lmarena")
    assert [vote.reasons for vote in iter_votes(loaded.table)] == [()]
    assert 'The column "tags" is left out: it holds more than words for why somebody chose.' in loaded.notes


def test_a_log_without_reasons_keeps_the_bytes_that_it_always_had(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), votes_table(some_votes(5, months=1)))
    assert pq.read_schema(log.paths[0]).equals(FIRST_SCHEMA, check_metadata=True)
    assert log.votes().to_pyarrow()["reasons"].null_count == 5


def test_files_with_and_without_reasons_are_one_log(tmp_path: Path) -> None:
    append_votes(open_log(tmp_path), votes_table([VOTE]))
    log = append_votes(open_log(tmp_path), votes_table([WITH]))
    assert pq.read_schema(log.paths[1]).equals(VOTE_SCHEMA, check_metadata=True)
    table = open_log(tmp_path).votes().order_by("battle").to_pyarrow().cast(VOTE_SCHEMA)
    assert list(iter_votes(table)) == [VOTE, WITH]


def test_reasons_that_an_earlier_import_did_not_read_are_no_contradiction(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), votes_table([VOTE, WITH]))
    assert append_votes(log, votes_table([replace(VOTE, reasons=("text",)), WITH])).head == log.head
    with pytest.raises(VotesError, match="in the log with other values"):
        append_votes(log, votes_table([replace(WITH, reasons=("text",))]))


def test_parquet_has_the_column_as_parquet_calls_it() -> None:
    schema = pq.read_schema(pa.BufferReader(parquet_bytes(votes_table([WITH]))))
    assert schema.field("reasons").type.value_field.name == "element"

"""JSON and JSON Lines in: what is taken, and what is refused with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.errors import VotesError
from arena.votes.files import load_votes
from arena.votes.table import iter_votes
from tests.votes.examples import HEADER, ROW

KEYS = HEADER.split(",")


def _vote(battle: str, **changed: object) -> dict[str, object]:
    return {**dict(zip(KEYS, ROW.format(battle=battle).split(","), strict=True)), **changed}


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "votes.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _findings(tmp_path: Path, content: str | bytes) -> list[str]:
    with pytest.raises(VotesError) as caught:
        load_votes([_file(tmp_path, content)])
    return [str(finding).replace(f"{tmp_path}/", "") for finding in caught.value.findings]


def _battles(tmp_path: Path, content: str) -> list[str]:
    return [vote.battle for vote in iter_votes(load_votes([_file(tmp_path, content)]).table)]


def test_objects_one_a_line_with_blank_lines_between(tmp_path: Path) -> None:
    text = "\n\n".join(json.dumps(_vote(f"b{number}")) for number in range(3)) + "\r\n \n"
    assert _battles(tmp_path, text) == ["b0", "b1", "b2"]


def test_text_is_unicode_escaped_or_not(tmp_path: Path) -> None:
    lines = [json.dumps(_vote('ä"\\😀\n'), ensure_ascii=ascii_only) for ascii_only in (True, False)]
    for line in lines:
        assert _battles(tmp_path, line) == ['ä"\\😀\n']


def test_null_is_empty(tmp_path: Path) -> None:
    line = json.dumps(_vote("b", dwell_ms=None, prompt=None, origin=None))
    (vote,) = iter_votes(load_votes([_file(tmp_path, line)]).table)
    assert (vote.dwell_ms, vote.prompt, vote.origin) == (None, "", "human")
    assert _findings(tmp_path, json.dumps(_vote("b", voter=None))) == [
        "votes.jsonl:1: voter is empty (every vote needs a value for voter)"
    ]


def test_dwell_is_a_number(tmp_path: Path) -> None:
    (vote,) = iter_votes(load_votes([_file(tmp_path, json.dumps(_vote("b", dwell_ms=1200)))]).table)
    assert vote.dwell_ms == 1200


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (
            "{",
            "is not JSON: expecting property name enclosed in double quotes at column 2 (write one JSON object a line)",
        ),
        ("null", "is not a JSON object (write one JSON object a line)"),
        ("[1]", "is not a JSON object"),
        ("{} {}", "is not JSON: extra data at column 4"),
        ('{"a":NaN}', "is not JSON: NaN is not a JSON value"),
        ("[" * 100_000, "is not JSON"),
        (
            '{"battle": "b", "voter": "v", "at": "2026-08-01T12:30:00Z", "arena": "a", "category": "poster",'
            '"left": "a/b", "right": "c/d", "outcome": "tie"}',
            "language is empty",
        ),
        (json.dumps(_vote("b"))[:-1] + ', "voter": "v2"}', 'column "voter" is there twice'),
        (json.dumps(_vote("b", voter={"id": 7})), "voter is an object where text belongs"),
        (json.dumps(_vote("b", voter=["v"])), "voter is a list where text belongs"),
        (json.dumps(_vote("b", at=1785587400)), 'at "1785587400" is a number, not a time'),
        (json.dumps(_vote("b", dwell_ms="soon")), 'dwell_ms is "soon" (a whole number of milliseconds'),
        (json.dumps(_vote("b", dwell_ms=10**30)), 'dwell_ms is "1000000000000000000000000000000" (a whole number'),
        (json.dumps(_vote("b", dwell_ms=-1)), 'dwell_ms is "-1" (a whole number of milliseconds'),
        (json.dumps(_vote("b", dwell_ms=2**31)), 'dwell_ms is "2147483648" (a whole number'),
        (json.dumps(_vote("\ud800")), "battle holds half of a surrogate pair"),
        (json.dumps(_vote("a\0b")), "battle holds a NUL character"),
        (json.dumps(_vote("b", outcome="draw")), 'unknown outcome "draw"'),
        (json.dumps(_vote("b0")), 'voter "v1" votes on battle "b0" again (first at votes.jsonl:1;'),
    ],
)
def test_a_wrong_line_in_the_middle_is_refused_with_its_number(tmp_path: Path, line: str, finding: str) -> None:
    text = "\n".join([json.dumps(_vote("b0")), "", line, json.dumps(_vote("b1"))])
    found = _findings(tmp_path, text)
    assert len(found) <= 2
    assert all(each.startswith("votes.jsonl:3: ") for each in found)
    assert found[0].removeprefix("votes.jsonl:3: ").startswith(finding)


def test_two_objects_on_a_line_are_no_two_votes(tmp_path: Path) -> None:
    line = json.dumps(_vote("b0")) + json.dumps(_vote("b1"))
    assert _findings(tmp_path, line)[0].startswith("votes.jsonl:1: is not JSON: extra data")


def test_an_object_on_two_lines_is_no_list_of_votes(tmp_path: Path) -> None:
    assert _findings(tmp_path, json.dumps(_vote("b0")).replace(", ", ",\n", 1)) == [
        "votes.jsonl: is one JSON object, not a list of votes "
        '(write a list of objects; pandas: to_json(path, orient="records", date_format="iso"))'
    ]


@pytest.mark.parametrize(
    "table",
    [
        {"left": {"0": "a", "1": "b"}, "right": {"0": "c", "1": "d"}},
        {"0": {"left": "a"}, "1": {"left": "b"}},
        {"columns": ["left"], "index": [0, 1], "data": [["a"], ["b"]]},
        {"schema": {"fields": []}, "data": [{"left": "a"}]},
    ],
)
def test_the_tables_that_pandas_writes_are_no_lists_of_votes(tmp_path: Path, table: object) -> None:
    (found,) = _findings(tmp_path, json.dumps(table))
    assert found.startswith("votes.jsonl: is one JSON object, not a list of votes (write a list of objects; pandas: ")


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"voted": "v"}, 'votes.jsonl: unknown column "voted" (did you mean "voter"?)'),
        ({"dwell_ms": 7.5}, 'votes.jsonl: column "dwell_ms" is double where a whole number belongs'),
        ({"dwell_ms": True}, 'votes.jsonl: column "dwell_ms" is bool where a whole number belongs'),
    ],
)
def test_a_wrong_column_is_named(tmp_path: Path, change: dict[str, object], finding: str) -> None:
    (found,) = _findings(tmp_path, "\n".join([json.dumps(_vote("b0")), json.dumps(_vote("b1", **change))]))
    assert found.startswith(finding)


def test_whole_numbers_are_ids(tmp_path: Path) -> None:
    lines = [json.dumps({**_vote("b"), "battle": 17, "voter": 4.0}), json.dumps(_vote("b", voter="v"))]
    votes = list(iter_votes(load_votes([_file(tmp_path, lines[0])]).table))
    assert [(vote.battle, vote.voter) for vote in votes] == [("17", "4")]
    assert _battles(tmp_path, "\n".join(lines)) == ["17", "b"]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_read_like_lines(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "votes.json"
    path.write_text(json.dumps([_vote("b0"), _vote("b1", dwell_ms=7)], indent=indent))
    loaded = load_votes([path])
    assert [(vote.battle, vote.dwell_ms) for vote in iter_votes(loaded.table)] == [("b0", None), ("b1", 7)]
    assert loaded.locate(1) == f"{path}: row 2"
    path.write_text("[]")
    assert load_votes([path]).table.num_rows == 0
    path.write_text('[{"battle":\n "b0",,}]')
    with pytest.raises(VotesError, match=r"votes\.json:2: is not JSON: "):
        load_votes([path])


def test_every_line_wrong_is_worded_for_some_and_counted(tmp_path: Path) -> None:
    found = _findings(tmp_path, "\n".join(["nonsense"] * 500))
    assert found == [
        "votes.jsonl:1: is not JSON: expecting value at column 1, and 499 more lines like it "
        "(write one JSON object a line)"
    ]


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "votes.jsonl: the file is empty (was it written to the end?)"),
        (b"{}\n\xff\n", "votes.jsonl:2: is not UTF-8 text (save it as text in UTF-8)"),
        (b"{}\n\0\n", "votes.jsonl:2: holds a NUL character (save it as text in UTF-8)"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, finding: str) -> None:
    assert _findings(tmp_path, content) == [finding]


def test_blank_lines_alone_are_an_empty_table(tmp_path: Path) -> None:
    assert load_votes([_file(tmp_path, "\n \n")]).table.num_rows == 0


def test_what_arrow_cannot_take_at_once_is_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.votes.json_files.BLOCK_BYTES", 64)
    assert _battles(tmp_path, "\n".join(json.dumps(_vote(f"b{number}")) for number in range(3))) == ["b0", "b1", "b2"]

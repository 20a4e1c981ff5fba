"""JSON Lines in: what is taken, and what is refused with its line."""

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
        ("{}", 'columns "battle", "at", "arena", "category"'),
        (json.dumps(_vote("b")).replace("voter", "voted"), 'unknown column "voted" (did you mean "voter"?)'),
        (json.dumps(_vote("b", dwell=1)), 'unknown column "dwell" (did you mean "dwell_ms"?)'),
        (json.dumps(_vote("b"))[:-1] + ', "voter": "v2"}', 'column "voter" is there twice'),
        (json.dumps(_vote("b", voter=7)), "voter is 7 where text belongs (text in quotes, dwell_ms without)"),
        (json.dumps(_vote("b", voter={"id": 7})), "voter is an object where text belongs"),
        (json.dumps(_vote("b", voter=["v"])), "voter is a list where text belongs"),
        (json.dumps(_vote("b", at=1785587400)), "at is 1785587400 where text belongs"),
        (json.dumps(_vote("b", dwell_ms="7")), 'dwell_ms is "7" where a whole number belongs'),
        (json.dumps(_vote("b", dwell_ms=7.5)), "dwell_ms is 7.5 where a whole number belongs"),
        (json.dumps(_vote("b", dwell_ms=True)), "dwell_ms is true where a whole number belongs"),
        (json.dumps(_vote("b", dwell_ms=10**30)), "dwell_ms is 1000000000000000000000000000000 where"),
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


def test_an_object_on_two_lines_is_refused(tmp_path: Path) -> None:
    assert len(_findings(tmp_path, json.dumps(_vote("b0")).replace(", ", ",\n", 1))) == 2


def test_every_line_wrong_is_worded_for_some_and_counted(tmp_path: Path) -> None:
    found = _findings(tmp_path, "\n".join(["nonsense"] * 500))
    assert len(found) == 21
    assert found[-1] == "and 480 more problems"


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
    monkeypatch.setattr("arena.votes.jsonl_files.BLOCK_BYTES", 64)
    assert _battles(tmp_path, "\n".join(json.dumps(_vote(f"b{number}")) for number in range(3))) == ["b0", "b1", "b2"]

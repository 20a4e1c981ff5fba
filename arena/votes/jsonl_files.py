"""JSON Lines as columns, with the line on which each row stands.

Arrow's JSON reader is fast, takes several objects a line, and is not made for hostile text: it crashes on some. So each
line is first matched, in one linear pass, with the grammar of one flat object. Lines that do not match, and files that
Arrow then refuses, are read line by line, which also words the findings.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from arena.catalogue.error_messages import printable
from arena.errors import ArenaError, VotesError
from arena.records import REQUIRED_VOTE_COLUMNS, VOTE_COLUMNS
from arena.votes.parsed import ParsedVotes, is_unicode, read_text_bytes
from arena.votes.row_errors import MAX_FINDINGS, Rows, shorten
from arena.votes.table import check_columns

_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_MEMBER = rf"{_STRING}[ \t]*:[ \t]*(?:{_STRING}|-?(?:0|[1-9][0-9]*)|null)"
FLAT_OBJECT = rf"^[ \t]*\{{[ \t]*{_MEMBER}[ \t]*(?:,[ \t]*{_MEMBER}[ \t]*)*\}}[ \t]*\r?\n?$"
BLANK_LINE = r"^[ \t]*\r?\n?$"

PARSED_SCHEMA = pa.schema([(name, pa.int64() if name == "dwell_ms" else pa.string()) for name in VOTE_COLUMNS])
BLOCK_BYTES = 1 << 24
"""How many bytes Arrow parses at once; a longer line is read by itself."""
_REQUIRED, _KNOWN = frozenset(REQUIRED_VOTE_COLUMNS), frozenset(VOTE_COLUMNS)


def read_jsonl(path: Path) -> ParsedVotes:
    """The columns of a JSON Lines file; lines that are no flat object of known keys and types are findings."""
    data = read_text_bytes(path)
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate(([0], ends, [] if data.endswith(b"\n") else [len(data)])).astype(np.int64)
    lines = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    filled = np.flatnonzero(pc.invert(pc.match_substring_regex(lines, BLANK_LINE)).to_numpy(zero_copy_only=False))
    # Arrow skips blank lines, so a row of its table is the filled line of the same number.
    table = _parse(data, lines, len(filled))
    if table is None:
        return _line_by_line(path, lines, filled)
    return ParsedVotes(table, lambda row: f"{path}:{filled[row] + 1}")


def _parse(data: bytes, lines: pa.LargeStringArray, rows: int) -> pa.Table | None:
    """All columns at once, or None where only reading line by line can tell what is wrong."""
    if rows == 0:
        return PARSED_SCHEMA.empty_table()
    if pc.sum(pc.match_substring_regex(lines, FLAT_OBJECT)).as_py() != rows:
        return None
    try:
        table = pyarrow.json.read_json(
            io.BytesIO(data),
            read_options=pyarrow.json.ReadOptions(block_size=BLOCK_BYTES),
            parse_options=pyarrow.json.ParseOptions(explicit_schema=PARSED_SCHEMA, unexpected_field_behavior="error"),
        )
    except pa.ArrowInvalid:
        return None
    return table if len(table) == rows else None


def _line_by_line(path: Path, lines: pa.LargeStringArray, filled: Rows) -> ParsedVotes:
    """The rows of all lines that are a vote's object, and findings about those that are not."""
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    findings: list[ArenaError] = []
    more = 0
    for number in filled.tolist():
        members = _members(lines[number].as_py().rstrip("\r\n"))
        if isinstance(members, list) and _is_row(members):
            rows.append(dict(members))
            numbers.append(number)
        elif len(findings) < MAX_FINDINGS:
            findings += _findings(members, f"{path}:{number + 1}")
        else:
            more += 1
    columns = {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in PARSED_SCHEMA}
    return ParsedVotes(pa.table(columns), lambda row: f"{path}:{numbers[row] + 1}", tuple(findings), more)


class _Members(list[tuple[str, Any]]):
    """The members of an object in their order, a key that stands twice included."""


def _members(line: str) -> _Members | str:
    """A line's members, or what is wrong with the line."""
    try:
        members = json.loads(line, object_pairs_hook=_Members, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.pos + 1}"
    except (ValueError, RecursionError) as error:
        return f"is not JSON: {error}"
    return members if isinstance(members, _Members) else "is not a JSON object"


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value")


def _is_row(members: list[tuple[str, Any]]) -> bool:
    keys = {key for key, _ in members}
    named = len(keys) == len(members) and _REQUIRED <= keys <= _KNOWN
    return named and not any(_wrong(key, value) for key, value in members)


def _findings(members: _Members | str, where: str) -> tuple[ArenaError, ...]:
    if isinstance(members, str):
        return (VotesError(members, where=where, hint="write one JSON object a line"),)
    try:
        check_columns([key for key, _ in members], where)
    except VotesError as error:
        return error.findings
    wrong = [message for key, value in members if (message := _wrong(key, value))]
    return tuple(VotesError(message, where=where, hint="text in quotes, dwell_ms without") for message in wrong)


def _wrong(key: str, value: Any) -> str:
    """What is wrong with the type of a member's value; empty where nothing is."""
    if value is None:
        return ""
    if key == "dwell_ms":
        # true and false are whole numbers to Python, and Arrow's are of 64 bits.
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        return "" if whole else f"dwell_ms is {_shown(value)} where a whole number belongs"
    if not isinstance(value, str):
        return f"{key} is {_shown(value)} where text belongs"
    return "" if is_unicode(value) else f"{key} holds half of a surrogate pair"


def _shown(value: Any) -> str:
    if isinstance(value, _Members):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return shorten(value) if isinstance(value, str) else printable(json.dumps(value))

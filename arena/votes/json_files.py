"""JSON as columns: a list of objects, or JSON Lines, with the row or line on which each vote stands.

Arrow's JSON reader is fast, takes several objects a line, and is not made for hostile text: it crashes on some. So each
line is first matched, in one linear pass, with the grammar of one flat object that has our own keys. Files with lines
that do not match, files that Arrow then refuses, and files of others are read by Python.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from arena.errors import ArenaError, VotesError
from arena.records import VOTE_COLUMNS
from arena.votes.contents import FileKind, Source, text_of
from arena.votes.parsed import ParsedVotes
from arena.votes.reasons import REASON_COLUMNS, REASONS_TYPE
from arena.votes.row_errors import and_more, raise_findings, shorten

_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_LIST = rf"\[[ \t]*(?:{_STRING}[ \t]*(?:,[ \t]*{_STRING}[ \t]*)*)?\]"
_MEMBER = rf"{_STRING}[ \t]*:[ \t]*(?:{_STRING}|-?(?:0|[1-9][0-9]*)|null|{_LIST})"
FLAT_OBJECT = rf"^[ \t]*\{{[ \t]*{_MEMBER}[ \t]*(?:,[ \t]*{_MEMBER}[ \t]*)*\}}[ \t]*\r?\n?$"
BLANK_LINE = r"^[ \t]*\r?\n?$"

PARSED_SCHEMA = pa.schema(
    [(name, {"dwell_ms": pa.int64(), "reasons": REASONS_TYPE}.get(name, pa.string())) for name in VOTE_COLUMNS]
)
TEXT_OR_NUMBER = frozenset(VOTE_COLUMNS) - {"reasons"}
"""Columns of ours in which a list is a mistake of its row."""
BLOCK_BYTES = 1 << 24
"""How many bytes Arrow parses at once; a longer line is read by itself."""
LINE_HINT, LIST_HINT = (
    "write one JSON object a line",
    'write a list of objects; pandas: to_json(path, orient="records", date_format="iso")',
)

Wanted = Callable[[str], bool]


def read_json(source: Source, content: bytes, kind: FileKind, wanted: Wanted) -> ParsedVotes:
    """The columns of a JSON file that are wanted.

    A line that is no object, and a value that is no text, number, true or false, is a finding. A file that is no JSON
    list at all is a ``VotesError``.
    """
    data = text_of(source, content)
    if kind is FileKind.JSON:
        return _table(source, _list_of(source, data), wanted)
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate(([0], ends, [] if data.endswith(b"\n") else [len(data)])).astype(np.int64)
    lines = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    filled = np.flatnonzero(pc.invert(pc.match_substring_regex(lines, BLANK_LINE)).to_numpy(zero_copy_only=False))
    # Arrow skips blank lines, so a row of its table is the filled line of the same number.
    table = _own_lines(data, lines, len(filled))
    if table is not None:
        return ParsedVotes(table, lambda row: f"{source}:{filled[row] + 1}", str(source))
    _refuse_one_object(source, data)
    objects = _Objects()
    for number in filled.tolist():
        objects.add(lines[number].as_py().rstrip("\r\n"), f"{source}:{number + 1}")
    return _table(source, objects, wanted)


def _own_lines(data: bytes, lines: pa.LargeStringArray, rows: int) -> pa.Table | None:
    """All columns at once, or None where lines are not of our own columns, or only Python can tell what is wrong."""
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
    # Arrow makes a column for a key that no line has.
    absent = [name for name in table.column_names if f'"{name}"'.encode() not in data]
    return table.drop_columns(absent) if len(table) == rows else None


@dataclass
class _Objects:
    """The objects of a file, each with where it stands, and what is wrong with the rest, told once a kind."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """By what is wrong: where."""

    def add(self, line: str, where: str) -> None:
        try:
            value = json.loads(line, object_pairs_hook=_object, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            what = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.pos + 1}"
            self.wrong.setdefault(what, []).append(where)
        except _RepeatedKeyError as error:
            self.wrong.setdefault(str(error), []).append(where)
        except (ValueError, RecursionError) as error:
            self.wrong.setdefault(f"is not JSON: {error}", []).append(where)
        else:
            self.add_value(value, where)

    def add_value(self, value: Any, where: str) -> None:
        if isinstance(value, dict):
            self.rows.append(value)
            self.places.append(where)
        else:
            self.wrong.setdefault("is not a JSON object", []).append(where)


class _RepeatedKeyError(ValueError):
    """An object has a key twice."""


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        keys = [key for key, _ in members]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RepeatedKeyError(f"column {shorten(twice)} is there twice")
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value")


def _list_of(source: Source, data: bytes) -> _Objects:
    try:
        values = json.loads(data, object_pairs_hook=_object, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise VotesError(what, where=f"{source}:{error.lineno}", hint=LIST_HINT) from error
    except (ValueError, RecursionError) as error:
        raise VotesError(f"is not JSON: {error}", where=str(source), hint=LIST_HINT) from error
    objects = _Objects()
    for number, value in enumerate(values, 1):
        objects.add_value(value, f"{source}: row {number}")
    return objects


def _refuse_one_object(source: Source, data: bytes) -> None:
    """Raise where the whole file is one object, on several lines or of whole columns: what pandas writes by default."""
    if not data.lstrip().startswith(b"{"):
        return
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError):
        return
    columns = isinstance(whole.get("data"), list) or all(isinstance(value, dict) for value in whole.values())
    if b"\n" not in data.strip() and not columns:
        return
    raise VotesError("is one JSON object, not a list of votes", where=str(source), hint=LIST_HINT)


def _table(source: Source, objects: _Objects, wanted: Wanted) -> ParsedVotes:
    findings: list[ArenaError] = [
        VotesError(f"{what}{and_more(len(places), 'line')}", where=places[0], hint=LINE_HINT)
        for what, places in objects.wrong.items()
    ]
    if not objects.rows:
        raise_findings(findings)
        return ParsedVotes(PARSED_SCHEMA.empty_table(), lambda row: f"{source}: row {row + 1}", str(source))
    keys = tuple(dict.fromkeys(key for row in objects.rows for key in row))
    columns = {name: [row.get(name) for row in objects.rows] for name in keys if wanted(name)}
    bad: set[int] = set()
    for name, values in columns.items():
        wrong = _wrong_rows(name, values)
        for what, rows in wrong.items():
            hint = "write text in quotes, or a number"
            findings.append(VotesError(f"{what}{and_more(len(rows))}", where=objects.places[rows[0]], hint=hint))
            bad.update(rows)
    if bad:
        kept = [row for row in range(len(objects.rows)) if row not in bad]
        columns = {name: [values[row] for row in kept] for name, values in columns.items()}
        places = [objects.places[row] for row in kept]
    else:
        places = objects.places
    table = pa.table({name: _array(values) for name, values in columns.items()})
    return ParsedVotes(table, places.__getitem__, str(source), tuple(findings), keys)


def _wrong_rows(name: str, values: list[Any]) -> dict[str, list[int]]:
    """By what is wrong: the rows whose value cannot stand in a column."""
    types = set(map(type, values)) - {type(None)}
    wrong: dict[str, list[int]] = {}
    lists = types == {list} and name not in TEXT_OR_NUMBER and _are_words(values)
    if types & {dict, list} and not lists and name not in REASON_COLUMNS:
        for row, value in enumerate(values):
            if isinstance(value, (dict, list)):
                wrong.setdefault(
                    f"{name} is {'an object' if isinstance(value, dict) else 'a list'} where text belongs", []
                ).append(row)
    if str in types:
        try:
            "".join(value for value in values if isinstance(value, str)).encode()
        except UnicodeEncodeError:
            halves = [row for row, value in enumerate(values) if isinstance(value, str) and not _is_unicode(value)]
            wrong[f"{name} holds half of a surrogate pair"] = halves
    return wrong


def _are_words(values: list[Any]) -> bool:
    """Whether all lists are of text that can be written."""
    words = [word for value in values if value is not None for word in value if word is not None]
    return all(isinstance(word, str) and _is_unicode(word) for word in words)


def _is_unicode(text: str) -> bool:
    """Whether text can be written: an escape of JSON may stand for half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _array(values: Iterable[Any]) -> pa.Array:
    """Values as one column: numbers stay numbers where all are, else they become text as the file writes them."""
    types = set(map(type, values)) - {type(None)}
    if len(types) <= 1 or types == {int, float}:
        try:
            return pa.array(values)
        except (
            pa.ArrowInvalid,
            pa.ArrowTypeError,
            OverflowError,
        ):  # lists of several types, whole numbers of more than 64 bits
            pass
    texts = (value if value is None or isinstance(value, str) else json.dumps(value) for value in values)
    return pa.array(list(texts), pa.string())

"""Where two versions of a file differ first: by row and column, JSON path or line, with what either says there."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from zipfile import BadZipFile, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq

MAX_QUOTED_LETTERS = 60
NOTHING = "nothing"
_BORDERS = frozenset(' \t<>"')


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a file is not what it should be."""

    place: str
    says: str
    expected: str


def first_difference(name: str, published: bytes, expected: bytes) -> Difference:
    """The first difference of two unequal files, in the terms of what their name says that they are."""
    compare = _BY_SUFFIX.get(name.rpartition(".")[2])
    found = None
    if compare:
        try:
            found = compare(published, expected)
        except (ValueError, csv.Error, pa.ArrowException, RecursionError):
            found = None  # not even of that kind any more: the first line or byte that differs says enough
    return found or _by_line(published, expected) or _by_byte(published, expected)


def _by_cell(published: bytes, expected: bytes) -> Difference | None:
    """Of CSV: the row counts from 1 below the header, as it does in a data frame that counts from 1."""
    rows = zip_longest(_rows(published), _rows(expected))
    header: list[str] = []
    for number, (said, should) in enumerate(rows):
        header = header or should or []
        if said == should:
            continue
        if said is None or should is None:
            return Difference(f"row {number}", _quoted(said), _quoted(should))
        if len(said) != len(should):
            place = f"row {number}" if number else "header"
            return Difference(place, *_apart(_plain(said), _plain(should)))  # long rows may begin alike
        column = next(at for at, (one, other) in enumerate(zip(said, should, strict=True)) if one != other)
        name = header[column] if column < len(header) else f"{column + 1}"
        place = f"row {number}, column {name}" if number else "header"
        return Difference(place, *_both_quoted(said[column], should[column]))
    return None


def _rows(content: bytes) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(content.decode(), newline=""))


def _by_path(published: bytes, expected: bytes) -> Difference | None:
    return next(_in_json("$", json.loads(published), json.loads(expected)), None)


def _in_json(path: str, said: Any, should: Any) -> Iterator[Difference]:
    if isinstance(said, dict) and isinstance(should, dict):
        for key in dict.fromkeys([*should, *said]):
            if key in said and key in should:
                yield from _in_json(f"{path}.{key}", said[key], should[key])
            else:
                here = (_quoted(values.get(key)) for values in (said, should))
                yield Difference(f"{path}.{key}", *here)
    elif isinstance(said, list) and isinstance(should, list):
        for number, (one, other) in enumerate(zip(said, should, strict=False)):
            yield from _in_json(f"{path}[{number}]", one, other)
        if len(said) != len(should):
            yield Difference(path, f"{len(said)} items", f"{len(should)} items")
    elif said != should or type(said) is not type(should):
        yield Difference(path, *_both_quoted(said, should))


def _by_value(published: bytes, expected: bytes) -> Difference | None:
    """Of Parquet: schema, metadata, then the cells; two files with the same content may differ in their bytes."""
    said, should = (pq.read_table(io.BytesIO(content)) for content in (published, expected))
    if not said.schema.equals(should.schema):
        return Difference("columns", _quoted(said.schema.names), _quoted(should.schema.names))
    notes = [table.schema.metadata or {} for table in (said, should)]
    for key in sorted(notes[0].keys() | notes[1].keys()):
        if notes[0].get(key) != notes[1].get(key):
            old, new = (note.get(key, b"").decode(errors="replace") for note in notes)
            return Difference(f"metadata {key.decode(errors='replace')}", *_apart(old, new))
    if len(said) != len(should):
        return Difference("rows", str(len(said)), str(len(should)))
    for name in should.schema.names:
        if said[name].equals(should[name]):
            continue
        for number, (one, other) in enumerate(zip(said[name], should[name], strict=True), 1):
            if one.as_py() != other.as_py():
                return Difference(f"row {number}, column {name}", *_both_quoted(one.as_py(), other.as_py()))
    return None


def same_table(published: bytes, expected: bytes) -> bool:
    """Whether two Parquet files hold the same, however they are packed."""
    try:
        return _by_value(published, expected) is None
    except (ValueError, pa.ArrowException):
        return False


def same_csv(published: bytes, expected: bytes) -> bool:
    """Whether two CSV files have the same cells, however they are quoted."""
    try:
        return _by_cell(published, expected) is None
    except (ValueError, csv.Error):
        return False


def same_archive(published: bytes, expected: bytes) -> bool:
    """Whether two ZIP files hold the same files, however they are packed. Nothing larger than expected is unpacked."""
    try:
        with ZipFile(io.BytesIO(published)) as said, ZipFile(io.BytesIO(expected)) as should:
            sizes = [[(item.filename, item.file_size) for item in archive.infolist()] for archive in (said, should)]
            return sizes[0] == sizes[1] and all(said.read(name) == should.read(name) for name, _ in sizes[1])
    except (BadZipFile, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return False


def _by_line(published: bytes, expected: bytes) -> Difference | None:
    try:
        said, should = published.decode().split("\n"), expected.decode().split("\n")
    except UnicodeDecodeError:
        return None
    for number, (one, other) in enumerate(zip_longest(said, should), 1):
        if one != other:
            return Difference(f"line {number}", *_apart(one or "", other or ""))
    return None


def _by_byte(published: bytes, expected: bytes) -> Difference:
    at = _shared(published, expected)
    return Difference(f"byte {at + 1}", published[at : at + 8].hex(" "), expected[at : at + 8].hex(" "))


def _apart(said: str, should: str) -> tuple[str, str]:
    """What two lines do not share, to the borders of the words or of the text between tags."""
    start = _shared(said, should)
    end = _shared(said[start:][::-1], should[start:][::-1])
    while start and said[start - 1] not in _BORDERS:
        start -= 1
    while end and said[-end] not in _BORDERS:
        end -= 1
    return _quoted(said[start : len(said) - end]), _quoted(should[start : len(should) - end])


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    """How many of their first items two sequences share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _both_quoted(said: object, should: object) -> tuple[str, str]:
    """Both values; of long texts, which may begin alike, what they do not share."""
    if isinstance(said, str) and isinstance(should, str) and max(len(said), len(should)) > MAX_QUOTED_LETTERS:
        return _apart(said, should)
    return _quoted(said), _quoted(should)


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else NOTHING if value is None else _plain(value)
    return text if len(text) <= MAX_QUOTED_LETTERS else f"{text[: MAX_QUOTED_LETTERS - 1]}…"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_BY_SUFFIX: dict[str, Callable[[bytes, bytes], Difference | None]] = {
    "csv": _by_cell,
    "json": _by_path,
    "parquet": _by_value,
}

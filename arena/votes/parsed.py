"""What the readers of vote files hand on: columns as they were written, and where each row stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from arena.errors import ArenaError, VotesError
from arena.votes.row_errors import Place

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class RawVotes:
    """One file's columns, not checked.

    ``broken`` are findings about lines that could not become rows, and ``more`` counts those not worded.
    """

    table: pa.Table
    place: Place
    broken: tuple[ArenaError, ...] = ()
    more: int = 0


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, or a ``VotesError`` where it cannot be read or is empty."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise VotesError("no such file", where=str(path), hint="check the path") from error
    except IsADirectoryError as error:
        raise VotesError("is a folder", where=str(path), hint="name the vote files in it") from error
    except OSError as error:
        raise VotesError(f"cannot be read: {error.strerror}", where=str(path), hint="check its permissions") from error
    if not content:
        raise VotesError("the file is empty", where=str(path), hint="was it written to the end?")
    return content


def read_text_bytes(path: Path) -> bytes:
    """The bytes of a text file, known to be UTF-8 without NUL characters; a byte order mark is taken off."""
    content = read_bytes(path).removeprefix(BYTE_ORDER_MARK)
    nul = content.find(b"\0")
    if nul >= 0:
        raise VotesError("holds a NUL character", where=line_of(path, content, nul), hint="save it as text in UTF-8")
    try:
        str(content, "utf-8")
    except UnicodeDecodeError as error:
        where = line_of(path, content, error.start)
        raise VotesError("is not UTF-8 text", where=where, hint="save it as text in UTF-8") from error
    return content


def line_of(path: Path, content: bytes, position: int) -> str:
    """``file:line`` of a byte."""
    line = content.count(b"\n", 0, position) + 1
    return f"{path}:{line}"


def is_unicode(text: str) -> bool:
    """Whether text can be written: an escape of JSON may stand for half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

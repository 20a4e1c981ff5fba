"""Where votes are read from, and the bytes of vote files: unpacked, and what kind of file they are."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from arena.errors import VotesError
from arena.votes.row_errors import did_you_mean

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
TEXT_HINT = "save it as text in UTF-8"


@dataclass(frozen=True, slots=True)
class NamedBytes:
    """What was read already: from an open file, or piped into the command. A library reads no environment."""

    content: bytes
    name: str = "standard input"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NamedTable:
    """The columns of a frame of another library."""

    table: pa.Table
    name: str

    def __str__(self) -> str:
        return self.name


Source = Path | NamedBytes | NamedTable
"""Where votes are read from. Its text is what messages call it."""


class FileKind(StrEnum):
    """The kinds of files that hold a table."""

    DELIMITED = "csv"
    JSON_LINES = "jsonl"
    JSON = "json"
    PARQUET = "parquet"


KINDS = {
    ".csv": FileKind.DELIMITED,
    ".tsv": FileKind.DELIMITED,
    ".jsonl": FileKind.JSON_LINES,
    ".ndjson": FileKind.JSON_LINES,
    ".json": FileKind.JSON,
    ".parquet": FileKind.PARQUET,
}
"""By suffix, without regard to case and to a ``.gz`` after it."""


def kind_of(source: Source, content: bytes) -> FileKind:
    """The kind of a file, by its suffix; of what has none (``NamedBytes``) and of ``.json``, by how it begins.

    Raises ``VotesError`` where the suffix is none of ``KINDS``.
    """
    suffix = ".json"
    if isinstance(source, Path):
        name = Path(source.name.lower().removesuffix(".gz"))
        suffix = name.suffix
        if suffix not in KINDS:
            hint = did_you_mean(suffix, KINDS)
            raise VotesError("the suffix does not name a vote file's format", where=str(source), hint=hint)
    kind = KINDS[suffix]
    if kind is not FileKind.JSON:
        return kind
    if content.startswith(PARQUET):
        return FileKind.PARQUET
    # Programs write JSON Lines as .json too, and some of them CSV: the first character tells the three apart.
    first = content.removeprefix(BYTE_ORDER_MARK)[:4096].lstrip()[:1]
    return {b"[": FileKind.JSON, b"{": FileKind.JSON_LINES}.get(first, FileKind.DELIMITED)


def read_bytes(source: Source) -> bytes:
    """The bytes of a file, unpacked; a ``VotesError`` where it cannot be read, is damaged or is empty."""
    if isinstance(source, NamedTable):
        raise VotesError("is a table, where a file is read", where=str(source), hint="name the file")
    try:
        content = source.read_bytes() if isinstance(source, Path) else source.content
    except FileNotFoundError as error:
        raise VotesError("no such file", where=str(source), hint="check the path") from error
    except IsADirectoryError as error:
        raise VotesError("is a folder", where=str(source), hint="name the vote files in it") from error
    except OSError as error:
        hint = "check its permissions"
        raise VotesError(f"cannot be read: {error.strerror}", where=str(source), hint=hint) from error
    if content.startswith(GZIP):
        content = _unpacked(source, content)
    if not content:
        raise VotesError("the file is empty", where=str(source), hint="was it written to the end?")
    return content


def _unpacked(source: Source, content: bytes) -> bytes:
    try:
        unpacked = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        hint = "is it truncated? fetch or write it again"
        raise VotesError(f"cannot be unpacked as gzip: {error}", where=str(source), hint=hint) from error
    return unpacked


def text_of(source: Source, content: bytes) -> bytes:
    """The bytes of a text file, known to be UTF-8 without NUL characters; a byte order mark is taken off.

    Raises ``VotesError`` with the line where it is not.
    """
    if content.startswith(UTF_16):
        raise VotesError("is text in UTF-16", where=str(source), hint='save it in UTF-8; in Excel: "CSV UTF-8"')
    text = content.removeprefix(BYTE_ORDER_MARK)
    nul = text.find(b"\0")
    if nul >= 0:
        raise VotesError("holds a NUL character", where=line_of(source, text, nul), hint=TEXT_HINT)
    try:
        str(text, "utf-8")
    except UnicodeDecodeError as error:
        raise VotesError("is not UTF-8 text", where=line_of(source, text, error.start), hint=TEXT_HINT) from error
    return text


def read_text_bytes(source: Source) -> bytes:
    """``text_of`` the bytes of a file."""
    return text_of(source, read_bytes(source))


def line_of(source: Source, content: bytes, position: int) -> str:
    """``file:line`` of a byte."""
    line = content.count(b"\n", 0, position) + 1
    return f"{source}:{line}"

"""What reading vote files gives: one file's columns as they were written, and the checked votes of all files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arena.catalogue.names import OutputNames
from arena.errors import ArenaError, VotesError
from arena.records import LogSummary
from arena.votes.row_errors import Locate
from arena.votes.table import summarize

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Defaults:
    """What votes get where their files do not say it; formats whose files say everything have no use for them.

    ``arena`` None means the arena that the format knows for the task; ``at`` None the time that it knows for the data.
    ``outputs`` leads file names to the sums of outputs; None where there is no catalogue to look them up in.
    """

    arena: str | None = None
    category: str = "general"
    language: str = "en"
    at: datetime | None = None
    outputs: OutputNames | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.utcoffset() != timedelta(0):
            raise ValueError("at is in UTC")


@dataclass(frozen=True)
class ParsedVotes:
    """One file's columns, not checked.

    ``line_errors`` are findings about lines that could not become rows; ``more_line_errors`` counts further ones that
    were not worded.
    """

    table: pa.Table
    locate: Locate
    line_errors: tuple[ArenaError, ...] = ()
    more_line_errors: int = 0


@dataclass(frozen=True)
class LoadedVotes:
    """Checked votes from files. ``locate`` says where each row of the table stands, as ``file:line``."""

    table: pa.Table
    locate: Locate
    names: Mapping[str, str] = field(default_factory=dict)
    """What a foreign format calls its models, by model id; empty for our own."""
    left_out: int = 0
    """How many ratings or battles of a foreign format gave no vote."""
    notes: tuple[str, ...] = ()
    """What a person should know of how the votes came about, one sentence each."""

    def votes(self) -> ir.Table:
        """The votes as an Ibis table, as ``Log.votes`` gives them."""
        return self._votes

    @cached_property
    def _votes(self) -> ir.Table:
        engine = ibis.duckdb.connect()
        engine.con.register("votes", self.table)
        return engine.table("votes")

    def summary(self) -> LogSummary:
        """Counts and times over the votes; they have no log, hence no hash."""
        return summarize(self.votes(), head="")


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

"""What reading vote files gives: one file's columns as they were written, and the checked votes of all files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from arena import wording
from arena.arrow_tables import ArrowTable
from arena.catalogue.names import OutputNames
from arena.catalogue.picture_features import PictureFeatures
from arena.errors import ArenaError
from arena.records import LogSummary, Vote
from arena.votes.row_errors import Locate
from arena.votes.table import iter_votes, summarize

if TYPE_CHECKING:
    import ibis.expr.types as ir

DEFAULT_CATEGORY, DEFAULT_LANGUAGE = "general", "en"
"""Of votes whose files are not ours and do not say it."""


@dataclass(frozen=True)
class Defaults:
    """What is said of votes where their files do not say it. None of them is said where it is None.

    Files of other projects then get the arena and the time that their format knows, the category ``general`` and the
    language ``en``; our own files have to say them. ``columns`` are names of columns that a file calls otherwise:
    ours -> theirs. ``outputs`` leads file names to the sums of outputs; None where there is no catalogue to look them
    up in.
    """

    arena: str | None = None
    category: str | None = None
    language: str | None = None
    at: datetime | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    outputs: OutputNames | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.utcoffset() != timedelta(0):
            raise ValueError("at is in UTC")


@dataclass(frozen=True)
class ParsedVotes:
    """One file's columns under the names that it gives them, not checked.

    ``header`` says where the file names its columns; ``line_errors`` are findings about lines that could not become
    rows; ``names`` are those of all its columns, of which the table has the ones that were wanted.
    """

    table: pa.Table
    locate: Locate
    header: str
    line_errors: tuple[ArenaError, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadedVotes(ArrowTable):
    """Checked votes. ``locate`` says where each row of the table stands, as ``file:line``.

    Models and languages are under the names that the files give them: ``arena.votes.resolving`` leads them to ids. As a
    table it has the columns of a vote file; iterating gives ``Vote`` records.
    """

    table: pa.Table
    locate: Locate
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call the models, by model id or name in the table, where that is another name."""
    organization: str = "unknown"
    """Whose models are those whose names do not say who made them: the first part of the ids that they get."""
    left_out: int = 0
    """How many ratings or battles of a foreign format gave no vote."""
    notes: tuple[str, ...] = ()
    """What a person should know of how the votes came about, one sentence each."""
    head: str = ""
    """The hash that stands for the log that they are from; empty where they are from none."""
    pictures: PictureFeatures | None = None
    """What columns beside the votes say of their pictures, which the votes then call by numbers; None without any."""

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Vote]:
        return iter_votes(self.table)

    def __repr__(self) -> str:
        return f"LoadedVotes({wording.count(len(self), 'vote')})"

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        return self.table

    def votes(self) -> ir.Table:
        """The votes as an Ibis table, as ``Log.votes`` gives them."""
        return self._votes

    @cached_property
    def _votes(self) -> ir.Table:
        engine = ibis.duckdb.connect()
        engine.con.register("votes", self.table)
        return engine.table("votes")

    def summary(self) -> LogSummary:
        """Counts and times over the votes, and the hash of the log that they are from."""
        return summarize(self.votes(), self.head)

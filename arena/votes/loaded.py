"""What reading vote files of any format gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arena.records import LogSummary
from arena.votes.row_errors import Place
from arena.votes.table import summarize


@dataclass(frozen=True)
class Defaults:
    """What votes get where their files say nothing of it; formats whose files say all have no use for them.

    ``arena`` None means the arena that the format knows for the task; ``at`` None the time that it knows for the data.
    """

    arena: str | None = None
    category: str = "general"
    language: str = "en"
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.utcoffset() != timedelta(0):
            raise ValueError("at is in UTC")


@dataclass(frozen=True)
class LoadedVotes:
    """Checked votes from files. ``place`` says where each row of the table stands, as ``file:line``."""

    table: pa.Table
    place: Place
    names: Mapping[str, str] = field(default_factory=dict)
    """What a foreign format calls its models, by model id; empty for our own."""
    left_out: int = 0
    """How many ratings were empty and gave no vote."""
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

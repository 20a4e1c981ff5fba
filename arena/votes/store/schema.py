"""The tables of the store. What their constraints forbid cannot be in a store, whoever wrote to it.

outputs      an output that battles may show (``active``) or once showed
voters       keyed hashes; nothing else is known of a voter
battles      two outputs of one prompt, drawn for one voter
votes        one a battle and voter, and only by the battle's voter
             (``retracted``: taken back while that was possible, before December 2026)
skips        battles that were drawn and expired without a vote, until their period is sealed
quarantine   why a vote does not count, by rule
waiting      why a vote waits until a person has decided, by rule or alert, as the last audit found
decisions    what people decided about votes and voters, and why; only ever added to
seals        the periods that went into the log
limits       the state of rate limits, by key (see rate_limits.py)
secrets      keys that several workers share

A vote is *unknown* until an audit has seen it (``audited``), *quarantined* where a rule says why, and *counted*
otherwise. ``network`` is the key that a network has in the period (see networks.py), empty where nobody knows it or it
was erased. Times are whole microseconds since 1970 in UTC: exact, and sorted alike by both databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from arena.records import Origin, Outcome, OutputOrigin
from arena.votes.decisions import Ruling

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Microseconds: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""The type of stored times. SQLite's strict tables know only INTEGER, which has 64 bits there."""


def to_micros(time: datetime) -> int:
    """Whole microseconds since 1970; ``time`` is aware."""
    return (time - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The time in UTC."""
    return EPOCH + micros * MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware time in Python, whole microseconds in the database."""

    impl = Microseconds
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else from_micros(value)


def _one_of(column: str, values: type[Outcome | Origin | OutputOrigin | Ruling]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"known_{column}")


def _filled(*columns: str) -> CheckConstraint:
    return CheckConstraint(" AND ".join(f"{column} <> ''" for column in columns), name="filled")


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

outputs = Table(
    "outputs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("prompt", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("active", Integer, nullable=False),
    _filled("model", "prompt"),
    _one_of("origin", OutputOrigin),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint("active IN (0, 1)", name="active"),
    sqlite_strict=True,
)

voters = Table(
    "voters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created", Moment, nullable=False),
    _filled("id"),
    sqlite_strict=True,
)

battles = Table(
    "battles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("arena", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("left", Text, nullable=False, quote=True),
    Column("right", Text, nullable=False, quote=True),
    Column("left_output", Text, nullable=False),
    Column("right_output", Text, nullable=False),
    Column("voter", Text, ForeignKey("voters.id"), nullable=False),
    Column("lane", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("network", Text, nullable=False),
    ForeignKeyConstraint(["left_output", "left", "prompt"], ["outputs.sha256", "outputs.model", "outputs.prompt"]),
    ForeignKeyConstraint(["right_output", "right", "prompt"], ["outputs.sha256", "outputs.model", "outputs.prompt"]),
    # For votes to refer to both together: only the voter whom a battle was drawn for can vote on it.
    UniqueConstraint("id", "voter"),
    _filled("id", "arena", "category", "language"),
    _one_of("origin", Origin),
    CheckConstraint('"left" <> "right"', name="two_models"),
    CheckConstraint("expires > created", name="expires"),
    Index(None, "voter", "prompt"),  # what a voter was shown
    Index(None, "arena", "left", "right"),  # counts by pair
    sqlite_strict=True,
)

seals = Table(
    "seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("lineage", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("begun", Moment, nullable=False),
    Column("finished", Moment),
    Column("seed", LargeBinary),
    Column("votes", Integer, nullable=False),
    Column("report", Text, nullable=False),
    _filled("lineage", "report"),
    CheckConstraint("number >= 1 AND votes >= 0", name="numbers"),
    # The seed connects voters with pseudonyms: it may be here only as long as the period is not in the log for sure.
    CheckConstraint("(finished IS NULL) = (seed IS NOT NULL)", name="seed_until_finished"),
    sqlite_strict=True,
)
# One seal at a time: a second begun period would hold votes that the first one's audit had not seen.
Index("uq_seals_unfinished", seals.c.lineage, unique=True, sqlite_where=seals.c.finished.is_(None),
      postgresql_where=seals.c.finished.is_(None))  # fmt: skip

votes = Table(
    "votes",
    metadata,
    Column("battle", Text, primary_key=True),
    Column("voter", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("dwell_ms", Integer),
    Column("network", Text, nullable=False),
    Column("retracted", Moment),
    Column("audited", Moment),
    Column("seal", Integer, ForeignKey("seals.number")),
    ForeignKeyConstraint(["battle", "voter"], ["battles.id", "battles.voter"]),
    _one_of("outcome", Outcome),
    CheckConstraint("dwell_ms BETWEEN 0 AND 2147483647", name="dwell"),
    CheckConstraint("retracted >= at", name="retracted_later"),
    # What was not audited, or was taken back, can never reach the log; and a sealed vote has forgotten its network.
    CheckConstraint("seal IS NULL OR (audited IS NOT NULL AND retracted IS NULL AND network = '')", name="sealed"),
    Index(None, "at"),
    Index(None, "seal", "at"),  # what waits for an audit or a seal
    Index(None, "voter", "at"),  # a voter's own votes
    sqlite_strict=True,
)

skips = Table(
    "skips",
    metadata,
    Column("battle", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("arena", Text, nullable=False),
    Column("left", Text, nullable=False, quote=True),
    Column("right", Text, nullable=False, quote=True),
    Column("voter", Text, nullable=False),  # who may be in no other table: voters without battles are forgotten
    Column("prompt", Text, nullable=False),
    Column("network", Text, nullable=False),
    _filled("battle", "arena", "voter", "network"),
    Index(None, "at"),
    sqlite_strict=True,
)

SKIP_COLUMNS = tuple(column.name for column in skips.c)


def _found_by_rules(name: str) -> Table:
    """What rules of the audit found, one row a vote and rule."""
    return Table(
        name,
        metadata,
        Column("battle", Text, primary_key=True),
        Column("voter", Text, primary_key=True),
        Column("reason", Text, primary_key=True),
        Column("found", Moment, nullable=False),
        ForeignKeyConstraint(["battle", "voter"], ["votes.battle", "votes.voter"]),
        _filled("reason"),
        sqlite_strict=True,
    )


quarantine = _found_by_rules("quarantine")
waiting = _found_by_rules("waiting")

decisions = Table(
    "decisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("voter", Text, ForeignKey("voters.id"), nullable=False),
    Column("battle", Text),
    Column("ruling", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("decided", Moment, nullable=False),
    ForeignKeyConstraint(["battle", "voter"], ["votes.battle", "votes.voter"]),
    _filled("because"),
    _one_of("ruling", Ruling),
    CheckConstraint("number >= 1", name="number"),
    sqlite_strict=True,
)

limits = Table(
    "limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, primary_key=True),
    Column("seconds", Integer, primary_key=True),
    Column("full", Moment, nullable=False, quote=True),
    CheckConstraint("count >= 1 AND seconds >= 1", name="positive"),
    Index(None, "full"),  # limits that can be deleted
    sqlite_strict=True,
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    _filled("name"),
    sqlite_strict=True,
)

# What several questions to the store share.

ON_BATTLE = and_(votes.c.battle == battles.c.id, votes.c.voter == battles.c.voter)
NOT_RETRACTED = votes.c.retracted.is_(None)
NOT_SEALED = and_(NOT_RETRACTED, votes.c.seal.is_(None))
"""Votes that an audit may still judge, and a seal take."""
QUARANTINED = exists().where(quarantine.c.battle == votes.c.battle, quarantine.c.voter == votes.c.voter)

LOG_COLUMNS = (
    votes.c.battle,
    votes.c["at"],
    battles.c.arena,
    battles.c.category,
    battles.c.language,
    battles.c["left"],
    battles.c["right"],
    votes.c.outcome,
    votes.c.voter,
    battles.c.prompt,
    battles.c.left_output,
    battles.c.right_output,
    votes.c.dwell_ms,
    battles.c.origin,
    votes.c.reasons,
)
"""A vote with its battle, in the order of ``VOTE_COLUMNS``. Reasons are one text, with spaces between them."""

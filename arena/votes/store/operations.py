"""What may be written to a store: frozen records that know how to do themselves within a transaction.

None of them raises within the database for what its caller did (a second vote, a battle that is over): what they say
without an error costs one statement, and leaves the transaction whole for the others in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Column, Connection, Table, bindparam, cast, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ColumnElement

from arena.errors import StoreError
from arena.votes.faults import shorten
from arena.votes.store.errors import AlreadyVoted, BattleGone
from arena.votes.store.records import Battle, Reason, StoredVote
from arena.votes.store.schema import EPOCH, battles, limits, outputs, voters, votes


class Limit(Protocol):
    """So many (``count``) in so many ``seconds``."""

    @property
    def count(self) -> int: ...
    @property
    def seconds(self) -> int: ...


class Operation(Protocol):
    """One of the records below."""

    @property
    def turn(self) -> tuple[int, str]:
        """The order within a transaction, the same for all processes, so that none waits for another in a circle."""

    def run(self, connection: Connection) -> Any:
        """Do it; what is refused is raised, and was not done."""


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the connection's database."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _added(connection: Connection, statement: Any, values: dict[str, Any]) -> bool:
    """Whether an INSERT put its row in."""
    return connection.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount == 1


@dataclass(frozen=True, slots=True)
class AddBattle:
    """Keep a battle, and its voter. Raises ``StoreError`` for outputs that battles may not show, or an id in use."""

    battle: Battle

    @property
    def turn(self) -> tuple[int, str]:
        return 1, self.battle.voter

    def run(self, connection: Connection) -> None:
        battle = self.battle
        add_voter, add_battle, _ = _statements(connection.dialect.name)
        connection.execute(add_voter, {"new_id": battle.voter, "new_created": battle.created})
        values = {f"new_{column.name}": getattr(battle, column.name) for column in battles.c}
        if not _added(connection, add_battle, values):
            taken = connection.execute(select(battles.c.id).where(battles.c.id == battle.id)).first()
            raise StoreError(
                f"there is a battle {shorten(battle.id)} already" if taken else "an output that may not be shown",
                where=f"battle {battle.id}",
                hint="draw another id" if taken else "draw from what sync_outputs left active",
            )


def _may_show(side: str) -> ColumnElement[bool]:
    shown = outputs.alias()
    key = (
        shown.c.sha256 == bindparam(f"new_{side}_output"),
        shown.c.model == bindparam(f"new_{side}"),
        shown.c.prompt == bindparam("new_prompt"),
    )
    return exists().where(*key, shown.c.active == 1)


@lru_cache
def _statements(dialect: str) -> tuple[Any, Any, Any]:
    """To add a voter, a battle and a vote. Built once: building them takes longer than running them."""
    to = sqlite.insert if dialect == "sqlite" else postgresql.insert
    voter = to(voters).values(id=bindparam("new_id"), created=bindparam("new_created"))
    battle = select(*map(_given, battles.c)).where(_may_show("left"), _may_show("right"))
    open_battle = exists().where(
        battles.c.id == bindparam("new_battle"),
        battles.c.voter == bindparam("new_voter"),
        battles.c.created <= bindparam("new_at"),
        battles.c.expires >= bindparam("new_at"),
    )
    vote = select(*(_given(votes.c[name]) for name in CAST)).where(open_battle)
    return (
        voter.on_conflict_do_nothing(),
        to(battles).from_select(battles.c.keys(), battle).on_conflict_do_nothing(),
        to(votes).from_select(CAST, vote).on_conflict_do_nothing(),
    )


CAST = ("battle", "voter", "at", "outcome", "reasons", "dwell_ms", "network")
"""The columns of a vote that is cast."""


def _given(column: Column[Any]) -> ColumnElement[Any]:
    return cast(bindparam(f"new_{column.name}", type_=column.type), column.type).label(column.name)


@dataclass(frozen=True, slots=True)
class AddVote:
    """Keep a vote. Raises ``AlreadyVoted``, or ``BattleGone`` where its voter has no such battle at its time."""

    vote: StoredVote

    @property
    def turn(self) -> tuple[int, str]:
        return 2, ""

    def run(self, connection: Connection) -> None:
        vote = self.vote
        reasons = " ".join(reason for reason in Reason if reason in vote.reasons)
        values = {
            "new_battle": vote.battle,
            "new_voter": vote.voter,
            "new_at": vote.at,
            "new_outcome": vote.outcome.value,
            "new_reasons": reasons,
            "new_dwell_ms": vote.dwell_ms,
            "new_network": vote.network,
        }
        if _added(connection, _statements(connection.dialect.name)[2], values):
            return
        key = (votes.c.battle == vote.battle, votes.c.voter == vote.voter)
        if connection.execute(select(votes.c.battle).where(*key)).first():
            raise AlreadyVoted("there is a vote on this battle already", where=f"battle {vote.battle}")
        raise BattleGone("there is no such battle, or its time is over", where=f"battle {vote.battle}")


@dataclass(frozen=True, slots=True)
class Retract:
    """Take a vote back within ``window`` of it, unless it is sealed. Whether it was, now: the battle stays closed."""

    battle: str
    voter: str
    now: datetime
    window: timedelta

    @property
    def turn(self) -> tuple[int, str]:
        return 3, ""

    def run(self, connection: Connection) -> bool:
        statement = update(votes).where(
            votes.c.battle == self.battle,
            votes.c.voter == self.voter,
            votes.c.retracted.is_(None),
            votes.c.seal.is_(None),
            votes.c["at"] >= self.now - self.window,
            votes.c["at"] <= self.now,
        )
        return connection.execute(statement.values(retracted=self.now)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Take:
    """Count one more against a key's limits. The seconds to wait; 0 where it was counted, against all or none.

    The generic cell rate algorithm: a burst of ``count``, then one every ``seconds / count``. What is kept is the
    time at which a key will again have its whole burst.
    """

    key: str
    limits: Sequence[Limit]
    now: datetime

    @property
    def turn(self) -> tuple[int, str]:
        return 0, self.key

    def run(self, connection: Connection) -> float:
        rows = [{"key": self.key, "count": limit.count, "seconds": limit.seconds} for limit in self.limits]
        if not rows:
            return 0.0
        blank = [{**row, "full": EPOCH} for row in rows]
        connection.execute(insert(connection, limits).values(blank).on_conflict_do_nothing())
        current = select(limits.c["count"], limits.c.seconds, limits.c["full"]).where(limits.c.key == self.key)
        found = {(row[0], row[1]): row[2] for row in connection.execute(current.with_for_update())}
        later = [
            max(self.now, found[limit.count, limit.seconds])
            + timedelta(microseconds=limit.seconds * 1_000_000 // limit.count)
            for limit in self.limits
        ]
        waits = [
            (full - self.now).total_seconds() - limit.seconds for full, limit in zip(later, self.limits, strict=True)
        ]
        wait: float = max(waits)
        if wait > 1e-6:  # the times are whole microseconds
            return wait
        new = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(_FILL, [{**row, "full": full} for row, full in zip(new, later, strict=True)])
        return 0.0


_FILL = (
    update(limits)
    .where(
        limits.c.key == bindparam("new_key"),
        limits.c["count"] == bindparam("new_count"),
        limits.c.seconds == bindparam("new_seconds"),
    )
    .values(full=bindparam("full"))
)

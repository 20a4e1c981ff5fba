"""What may be written to a store: frozen records that know how to do themselves within a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import ColumnElement

from arena.errors import StoreError
from arena.votes.row_errors import shorten
from arena.votes.store.errors import AlreadyMet, AlreadyVoted, BattleGone
from arena.votes.store.records import Battle, Reason, StoredVote
from arena.votes.store.schema import Moment, Whole, battles, outputs, to_micros, voters, votes

Row = Mapping[str, str | int | datetime | None]


def unfolded(dialect: str, columns: Iterable[Column[Any]]) -> Subquery:
    """The rows of the parameter ``rows`` (see ``folded``) with these columns, times as whole microseconds."""
    types = {one.name: Whole if isinstance(one.type, Moment) else one.type for one in columns}
    given = bindparam("rows", type_=Text)
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("value")
        found = [func.json_extract(each.c.value, f"$.{name}", type_=kind).label(name) for name, kind in types.items()]
        return select(*found).subquery("given")
    record = func.jsonb_to_recordset(cast(given, JSONB)).table_valued(
        *(column(name, kind) for name, kind in types.items()), name="record"
    )
    return select(*record.render_derived(with_types=True).c).subquery("given")


def folded(rows: Sequence[Row]) -> dict[str, str]:
    """The parameter that ``unfolded`` unfolds."""
    plain = [
        {name: to_micros(value) if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
    return {"rows": json.dumps(plain)}


class Operation(Protocol):
    """One of the records below."""

    @property
    def turn(self) -> tuple[int, str]:
        """The order within a transaction, the same for all processes, so that none waits for another in a circle."""

    def run(self, connection: Connection) -> Any:
        """Do it; what is refused is raised, and was not done."""


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the connection's database."""
    return inserting(connection.dialect.name)(table)


def inserting(dialect: str) -> Any:
    """The INSERT of a database that knows ON CONFLICT."""
    return sqlite.insert if dialect == "sqlite" else postgresql.insert


def add_in_bulk(connection: Connection, operations: Sequence[Operation]) -> bool:
    """Whether these operations, all of one kind, were done at once; where not, nothing was, and each is for itself.

    Several battles or votes are one statement each, two for battles. Where any of them is refused, all are undone.
    """
    if len(operations) < 2 or not isinstance(operations[0], (AddBattle, AddVote)):
        return False
    savepoint = connection.begin_nested()
    add = _add_battles if isinstance(operations[0], AddBattle) else _add_votes
    added: bool = add(connection, operations)
    (savepoint.commit if added else savepoint.rollback)()
    return added


@dataclass(frozen=True, slots=True)
class AddBattle:
    """Keep a battle, and its voter. Raises ``StoreError`` for outputs that battles may not show, or an id in use.

    With ``unmet`` it raises ``AlreadyMet`` where the voter has a battle of the same models on the same prompt that was
    voted on, or still can be.
    """

    battle: Battle
    unmet: bool = False

    @property
    def turn(self) -> tuple[int, str]:
        return 1, self.battle.voter

    def run(self, connection: Connection) -> None:
        if not _add_battles(connection, [self]):
            raise self._refusal(connection)

    def _refusal(self, connection: Connection) -> StoreError:
        where = f"battle {self.battle.id}"
        if connection.execute(select(battles.c.id).where(battles.c.id == self.battle.id)).first():
            return StoreError(
                f"there is a battle {shorten(self.battle.id)} already", where=where, hint="draw another id"
            )
        may_show = _statements(connection.dialect.name).may_show
        if self.unmet and connection.execute(may_show, folded([_battle_row(self)])).scalar_one():
            return AlreadyMet("the voter has met this pair on this prompt", where=where, hint="draw another pair")
        return StoreError(
            "an output that may not be shown", where=where, hint="draw from what sync_outputs left active"
        )


@dataclass(frozen=True, slots=True)
class AddVote:
    """Keep a vote. Raises ``AlreadyVoted``, or ``BattleGone`` where its voter has no such battle at its time."""

    vote: StoredVote

    @property
    def turn(self) -> tuple[int, str]:
        return 2, ""

    def run(self, connection: Connection) -> None:
        if _add_votes(connection, [self]):
            return
        vote = self.vote
        key = (votes.c.battle == vote.battle, votes.c.voter == vote.voter)
        if connection.execute(select(votes.c.battle).where(*key)).first():
            raise AlreadyVoted("there is a vote on this battle already", where=f"battle {vote.battle}")
        raise BattleGone("there is no such battle, or its time is over", where=f"battle {vote.battle}")


def _add_battles(connection: Connection, operations: Sequence[Any]) -> bool:
    """Whether all of them were added; some may be where not."""
    statements = _statements(connection.dialect.name)
    found = {one.battle.voter: one.battle.created for one in operations}
    connection.execute(statements.voters, folded([{"id": voter, "created": at} for voter, at in found.items()]))
    return _all_added(connection, statements.battles, [_battle_row(one) for one in operations])


def _add_votes(connection: Connection, operations: Sequence[Any]) -> bool:
    """Whether all of them were added; some may be where not."""
    rows = [{name: getattr(one.vote, name) for name in CAST} for one in operations]
    for row in rows:
        row["reasons"] = " ".join(reason for reason in Reason if reason in row["reasons"])
    return _all_added(connection, _statements(connection.dialect.name).votes, rows)


def _battle_row(one: AddBattle) -> dict[str, Any]:
    return {**{name: getattr(one.battle, name) for name in DRAWN}, "unmet": int(one.unmet)}


def _all_added(connection: Connection, statement: Any, rows: Sequence[Row]) -> bool:
    result = connection.execute(statement, folded(rows), execution_options={"preserve_rowcount": True})
    return bool(result.rowcount == len(rows))


DRAWN = tuple(column.name for column in battles.c)
"""The columns of a battle."""
CAST = ("battle", "voter", "at", "outcome", "reasons", "dwell_ms", "network")
"""The columns of a vote that is cast."""


@dataclass(frozen=True, slots=True)
class _Statements:
    """To add voters, battles and votes, and to ask whether a battle's outputs may be shown; of ``bulk.folded`` rows."""

    voters: Any
    battles: Any
    votes: Any
    may_show: Any


@lru_cache
def _statements(dialect: str) -> _Statements:
    """Built once: building them takes longer than running them."""
    to = inserting(dialect)
    people = unfolded(dialect, voters.c)
    drawn = unfolded(dialect, [*battles.c, Column("unmet", Integer)])
    ballots = unfolded(dialect, [votes.c[name] for name in CAST])
    open_battle = exists().where(
        battles.c.id == ballots.c.battle,
        battles.c.voter == ballots.c.voter,
        battles.c.created <= ballots.c["at"],
        battles.c.expires >= ballots.c["at"],
    )
    may_show = _may_show(drawn, "left") & _may_show(drawn, "right")
    battle = select(*(drawn.c[name] for name in DRAWN)).where(may_show, or_(drawn.c.unmet == 0, ~_met_before(drawn)))
    return _Statements(
        to(voters).from_select(voters.c.keys(), select(*people.c).where(true())).on_conflict_do_nothing(),
        to(battles).from_select(DRAWN, battle).on_conflict_do_nothing(),
        to(votes).from_select(CAST, select(*ballots.c).where(open_battle)).on_conflict_do_nothing(),
        select(may_show).select_from(drawn),
    )


def _may_show(drawn: Subquery, side: str) -> ColumnElement[bool]:
    shown = outputs.alias()
    key = (shown.c.sha256 == drawn.c[f"{side}_output"], shown.c.model == drawn.c[side])
    return exists().where(*key, shown.c.prompt == drawn.c.prompt, shown.c.active == 1)


def _met_before(drawn: Subquery) -> ColumnElement[bool]:
    """Whether the voter has a battle of the pair on the prompt that was voted on, or still can be."""
    earlier = battles.alias()
    left, right = earlier.c["left"], earlier.c["right"]
    voted = exists().where(votes.c.battle == earlier.c.id)
    return exists().where(
        earlier.c.voter == drawn.c.voter,
        earlier.c.prompt == drawn.c.prompt,
        or_(
            and_(left == drawn.c["left"], right == drawn.c["right"]),
            and_(left == drawn.c["right"], right == drawn.c["left"]),
        ),
        or_(earlier.c.expires >= drawn.c.created, voted),
    )


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

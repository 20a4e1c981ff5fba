"""What may be written to a store: records that each know how to write themselves within a transaction.

Operations of one kind that are written together are one statement. Their rows travel as one parameter, a JSON text
that the database turns into rows, so that the statement is the same however many rows there are: it is built and
prepared once. A row is written only if the database itself finds it allowed (``INSERT ... SELECT ... WHERE``), so that
nothing can change between the check and the write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import ColumnElement

from arena.errors import StoreError
from arena.votes.row_errors import shorten
from arena.votes.store.networks import NetworkKeys
from arena.votes.store.records import AlreadyVoted, Battle, BattleGone, PairAlreadyShown, Reason, StoredVote
from arena.votes.store.schema import Microseconds, Moment, battles, outputs, to_micros, voters, votes

Row = Mapping[str, str | int | datetime | None]

BATTLE_COLUMNS = tuple(column.name for column in battles.c)
CAST_VOTE_COLUMNS = ("battle", "voter", "at", "outcome", "reasons", "dwell_ms", "network")
"""The columns that a vote has when it is cast; the others come later, from an audit or a seal."""


class Operation(Protocol):
    """Something to write: ``AddBattle``, ``AddVote``, or a ``LimitedRequest`` to count."""

    @property
    def order(self) -> tuple[int, str]:
        """The order within a transaction, the same for all processes.

        PostgreSQL locks rows as a transaction reaches them: two that take the same rows in different orders would wait
        for each other.
        """

    def keyed(self, keys: NetworkKeys) -> Operation:
        """The same with the keys of its networks in their place, as they are stored."""

    def run(self, connection: Connection) -> Any:
        """Do it; what is refused is raised, and was not done."""


@dataclass(frozen=True, slots=True)
class AddBattle:
    """Keep a battle, and its voter. Raises ``StoreError`` for outputs that battles may not show, or an id in use.

    With ``new_pair`` it raises ``PairAlreadyShown`` where the voter has a battle of the same models on the same prompt
    that was voted on, or still can be.
    """

    battle: Battle
    new_pair: bool = False

    @property
    def order(self) -> tuple[int, str]:
        return 1, self.battle.voter

    def keyed(self, keys: NetworkKeys) -> AddBattle:
        return AddBattle(replace(self.battle, network=keys.key(self.battle.network)), self.new_pair)

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
        if self.new_pair and connection.execute(may_show, rows_parameter([_battle_row(self)])).scalar_one():
            message = "the voter was shown this pair on this prompt already"
            return PairAlreadyShown(message, where=where, hint="draw another pair")
        return StoreError(
            "an output that may not be shown", where=where, hint="draw from what sync_outputs left active"
        )


@dataclass(frozen=True, slots=True)
class AddVote:
    """Keep a vote. Raises ``AlreadyVoted``, or ``BattleGone`` where its voter has no such battle at its time.

    Of the vote's network the store keeps the key that it has in the present period.
    """

    vote: StoredVote

    @property
    def order(self) -> tuple[int, str]:
        return 2, ""

    def keyed(self, keys: NetworkKeys) -> AddVote:
        return AddVote(replace(self.vote, network=keys.key(self.vote.network)))

    def run(self, connection: Connection) -> None:
        if _add_votes(connection, [self]):
            return
        # Only now it is worth a question why: nearly all votes are taken.
        vote = self.vote
        key = (votes.c.battle == vote.battle, votes.c.voter == vote.voter)
        if connection.execute(select(votes.c.battle).where(*key)).first():
            raise AlreadyVoted("there is a vote on this battle already", where=f"battle {vote.battle}")
        raise BattleGone("there is no such battle, or its time is over", where=f"battle {vote.battle}")


def run_together(connection: Connection, operations: Sequence[Operation]) -> bool:
    """Whether these operations, all of one kind, were done at once; if not, nothing was done.

    Several battles or votes are one statement each, two for battles. A statement says how many rows it refused and not
    which: where there are any, all are undone, and the caller does each by itself to give each its own answer.
    """
    if len(operations) < 2 or not isinstance(operations[0], (AddBattle, AddVote)):
        return False
    savepoint = connection.begin_nested()
    add = _add_battles if isinstance(operations[0], AddBattle) else _add_votes
    added: bool = add(connection, operations)
    (savepoint.commit if added else savepoint.rollback)()
    return added


def _add_battles(connection: Connection, operations: Sequence[Any]) -> bool:
    """Add battles, and first the voters whom they refer to. False where not all were added; some may have been."""
    statements = _statements(connection.dialect.name)
    new_voters = {operation.battle.voter: operation.battle.created for operation in operations}
    rows = [{"id": voter, "created": created} for voter, created in new_voters.items()]
    connection.execute(statements.voters, rows_parameter(rows))
    return _all_added(connection, statements.battles, [_battle_row(operation) for operation in operations])


def _add_votes(connection: Connection, operations: Sequence[Any]) -> bool:
    """Add votes. False where not all were added; some may have been."""
    rows = [{name: getattr(operation.vote, name) for name in CAST_VOTE_COLUMNS} for operation in operations]
    for row in rows:
        # In one order, so that the same reasons are the same text however they were ticked.
        row["reasons"] = " ".join(reason for reason in Reason if reason in row["reasons"])
    return _all_added(connection, _statements(connection.dialect.name).votes, rows)


def _battle_row(operation: AddBattle) -> dict[str, Any]:
    row = {name: getattr(operation.battle, name) for name in BATTLE_COLUMNS}
    return {**row, "new_pair": int(operation.new_pair)}


def _all_added(connection: Connection, statement: Any, rows: Sequence[Row]) -> bool:
    # A row of an INSERT that was left out, by its WHERE or by ON CONFLICT, shows only in the count of rows, which
    # SQLAlchemy drops unless it is asked to keep it.
    result = connection.execute(statement, rows_parameter(rows), execution_options={"preserve_rowcount": True})
    return bool(result.rowcount == len(rows))


@dataclass(frozen=True, slots=True)
class _InsertStatements:
    """Add voters, battles and votes, and ask whether a battle's outputs may be shown; all of ``rows_parameter``."""

    voters: Any
    battles: Any
    votes: Any
    may_show: Any


@lru_cache
def _statements(dialect: str) -> _InsertStatements:
    """Built once: building them takes longer than running them."""
    new_voters = rows_from_parameter(dialect, voters.c)
    new_battles = rows_from_parameter(dialect, [*battles.c, Column("new_pair", Integer)])
    new_votes = rows_from_parameter(dialect, [votes.c[name] for name in CAST_VOTE_COLUMNS])
    # Whether a vote is in time is for the stored battle to say; the token that a browser sends only names it.
    open_battle = exists().where(
        battles.c.id == new_votes.c.battle,
        battles.c.voter == new_votes.c.voter,
        battles.c.created <= new_votes.c["at"],
        battles.c.expires >= new_votes.c["at"],
    )
    may_show = _may_show(new_battles, "left") & _may_show(new_battles, "right")
    pair_is_new = or_(new_battles.c.new_pair == 0, ~_shown_before(new_battles))
    battle = select(*(new_battles.c[name] for name in BATTLE_COLUMNS)).where(may_show, pair_is_new)
    vote = select(*new_votes.c).where(open_battle)
    # WHERE true: without it SQLite reads ON CONFLICT as the ON of a join (sqlite.org/lang_upsert.html, "Parsing").
    voter = select(*new_voters.c).where(true())
    return _InsertStatements(
        insert_into(dialect, voters).from_select(voters.c.keys(), voter).on_conflict_do_nothing(),
        insert_into(dialect, battles).from_select(BATTLE_COLUMNS, battle).on_conflict_do_nothing(),
        insert_into(dialect, votes).from_select(CAST_VOTE_COLUMNS, vote).on_conflict_do_nothing(),
        select(may_show).select_from(new_battles),
    )


def _may_show(new_battles: Subquery, side: str) -> ColumnElement[bool]:
    shown = outputs.alias()
    key = (shown.c.sha256 == new_battles.c[f"{side}_output"], shown.c.model == new_battles.c[side])
    return exists().where(*key, shown.c.prompt == new_battles.c.prompt, shown.c.active == 1)


def _shown_before(new_battles: Subquery) -> ColumnElement[bool]:
    """Whether the voter has a battle of the pair on the prompt that was voted on, or still can be."""
    earlier = battles.alias()
    left, right = earlier.c["left"], earlier.c["right"]
    voted = exists().where(votes.c.battle == earlier.c.id)
    return exists().where(
        earlier.c.voter == new_battles.c.voter,
        earlier.c.prompt == new_battles.c.prompt,
        or_(
            and_(left == new_battles.c["left"], right == new_battles.c["right"]),
            and_(left == new_battles.c["right"], right == new_battles.c["left"]),
        ),
        or_(earlier.c.expires >= new_battles.c.created, voted),
    )


def insert_into(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, as the database writes it."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def rows_parameter(rows: Sequence[Row]) -> dict[str, str]:
    """The parameter ``rows`` of a statement: all its rows as one JSON text, times as whole microseconds."""
    plain = [
        {name: to_micros(value) if isinstance(value, datetime) else value for name, value in row.items()}
        for row in rows
    ]
    return {"rows": json.dumps(plain)}


def rows_from_parameter(dialect: str, columns: Iterable[Column[Any]]) -> Subquery:
    """The rows of the parameter ``rows`` (see ``rows_parameter``) with these columns, times as whole microseconds."""
    types = {col.name: Microseconds if isinstance(col.type, Moment) else col.type for col in columns}
    given = bindparam("rows", type_=Text)
    if dialect == "sqlite":
        row = func.json_each(given).table_valued("value")
        fields = [func.json_extract(row.c.value, f"$.{name}", type_=kind).label(name) for name, kind in types.items()]
        return select(*fields).subquery("given")
    record = func.jsonb_to_recordset(cast(given, JSONB)).table_valued(
        *(column(name, kind) for name, kind in types.items()), name="record"
    )
    return select(*record.render_derived(with_types=True).c).subquery("given")

"""How votes leave the store: as columns for the audit, with its verdict, and period by period into the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)

from arena.errors import StoreError
from arena.votes.store.reading import LOG_COLUMNS, ON_BATTLE, QUARANTINED, STANDS
from arena.votes.store.schema import Whole, battles, quarantine, seals, votes
from arena.votes.table import VOTE_SCHEMA

AT_ONCE = 50_000
Key = tuple[str, str]
"""A vote's battle and voter."""

OPEN = and_(STANDS, votes.c.seal.is_(None))


@dataclass(frozen=True, slots=True)
class Seal:
    """One period on its way into the log. ``seed`` is what its pseudonyms come from, and None once it is finished."""

    number: int
    lineage: str
    """The same for all periods of one store."""
    until: datetime
    seed: bytes | None
    votes: int
    report: str


def frame_votes(connection: Connection, until: datetime) -> pa.Table:
    """The standing votes before ``until`` with their networks; whether each is open, and whether quarantined.

    Columns of ``VOTE_SCHEMA``, and ``network``, ``open`` (not sealed) and ``distrusted``.
    """
    closed = votes.c.seal.is_not(None)
    found = (
        select(*_plain(), votes.c.network, ~closed, QUARANTINED)
        .select_from(votes.join(battles, ON_BATTLE))
        .where(STANDS, votes.c["at"] < until)
    )
    more = [pa.field("network", pa.string()), pa.field("open", pa.bool_()), pa.field("distrusted", pa.bool_())]
    return _fetch(connection, found, pa.schema([*VOTE_SCHEMA, *more]))


def sealed_votes(connection: Connection, number: int) -> pa.Table:
    """The counted votes of a seal, of ``VOTE_SCHEMA``."""
    found = (
        select(*_plain())
        .select_from(votes.join(battles, ON_BATTLE))
        .where(votes.c.seal == number, ~QUARANTINED)
        .order_by(votes.c.battle, votes.c.voter)
    )
    return _fetch(connection, found, VOTE_SCHEMA)


def _plain() -> list[Any]:
    """The columns of a vote, times as the whole microseconds that they are kept as."""
    return [type_coerce(column, Whole) if column.name == "at" else column for column in LOG_COLUMNS]


def _fetch(connection: Connection, query: Select[Any], schema: pa.Schema) -> pa.Table:
    batches = []
    for rows in connection.execution_options(yield_per=AT_ONCE).execute(query).partitions():
        columns = zip(*rows, strict=True)
        arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array([bool(value) for value in values])
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    return pa.array(values, kind)


def keep_verdict(
    connection: Connection,
    found: Mapping[str, Sequence[Key]],
    unknown: Sequence[Key],
    *,
    judged: int,
    until: datetime,
    now: datetime,
) -> None:
    """Write down what an audit found of all open votes before ``until``, in the place of what one found before.

    Raises ``StoreError`` where these are not the ``judged`` ones any more.
    """
    _hold(connection, "votes")
    period = and_(OPEN, votes.c["at"] < until)
    if connection.execute(select(func.count()).select_from(votes).where(period)).scalar_one() != judged:
        raise StoreError("votes changed while they were audited", hint="audit again")
    mine = exists().where(votes.c.battle == quarantine.c.battle, votes.c.voter == quarantine.c.voter, period)
    connection.execute(delete(quarantine).where(mine))
    rows = [
        {"battle": battle, "voter": voter, "reason": reason, "found": now}
        for reason, keys in found.items()
        for battle, voter in keys
    ]
    if rows:
        connection.execute(insert(quarantine), rows)
    connection.execute(update(votes).where(period).values(audited=now))
    if unknown:
        key = and_(votes.c.battle == bindparam("of_battle"), votes.c.voter == bindparam("of_voter"))
        forget = update(votes).where(key).values(audited=None)
        connection.execute(forget, [{"of_battle": battle, "of_voter": voter} for battle, voter in unknown])


def _hold(connection: Connection, table: str) -> None:
    """Let nobody else write to a table until the transaction ends; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))


def all_seals(connection: Connection) -> list[Seal]:
    """Every seal, by number."""
    columns = (seals.c.number, seals.c.lineage, seals.c.until, seals.c.seed, seals.c.votes, seals.c.report)
    return [Seal(*row) for row in connection.execute(select(*columns).order_by(seals.c.number))]


def begin_seal(
    connection: Connection, *, until: datetime, now: datetime, lineage: str, seed: bytes, report: str
) -> Seal | None:
    """Close all audited votes before ``until``, as the next period; None where none of them counts.

    ``lineage`` is for the first seal of a store. The votes forget their networks. A seal that was begun and not
    finished is returned as it is.
    """
    _hold(connection, "seals")
    earlier = all_seals(connection)
    if earlier and earlier[-1].seed is not None:
        return earlier[-1]
    period = and_(OPEN, votes.c.audited.is_not(None), votes.c["at"] < until)
    counted = connection.execute(select(func.count()).select_from(votes).where(period, ~QUARANTINED)).scalar_one()
    if not counted:
        return None
    number, lineage = (earlier[-1].number + 1, earlier[-1].lineage) if earlier else (1, lineage)
    seal = Seal(number, lineage, until, seed, counted, report)
    row = {"number": number, "lineage": lineage, "until": until, "begun": now, "finished": None}
    connection.execute(insert(seals).values({**row, "seed": seed, "votes": counted, "report": report}))
    closed = connection.execute(update(votes).where(period).values(seal=number, network=""))
    if closed.rowcount < counted:
        raise StoreError("votes changed while they were sealed", hint="seal again")
    return seal


def finish_seal(connection: Connection, number: int, now: datetime) -> None:
    """Say that a period is in the log, and forget what its pseudonyms came from."""
    unfinished = and_(seals.c.number == number, seals.c.finished.is_(None))
    connection.execute(update(seals).where(unfinished).values(finished=now, seed=None))

"""Counting against rate limits: two statements, however many counts at once, and one more for keys that are new."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, func, select, true, type_coerce

from arena.votes.store.operations import Row, folded, inserting, unfolded
from arena.votes.store.schema import EPOCH, Whole, from_micros, limits

Cell = tuple[str, int, int]


class Limit(Protocol):
    """So many (``count``) in so many ``seconds``."""

    @property
    def count(self) -> int: ...
    @property
    def seconds(self) -> int: ...


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
        (wait,) = _take_all(connection, [self])
        return wait


@dataclass(frozen=True, slots=True)
class Wait:
    """The result of an operation that a limit kept from being done: how many seconds until it may be tried again."""

    seconds: float


def waits_for(connection: Connection, groups: Sequence[Sequence[Take]]) -> list[float]:
    """Do these ``Take`` operations in their order. The longest wait in seconds of each group, 0 where it is empty."""
    waits = iter(_take_all(connection, [take for group in groups for take in group]))
    return [max((next(waits) for _ in group), default=0.0) for group in groups]


def _take_all(connection: Connection, takes: Sequence[Take]) -> list[float]:
    wanted = {(take.key, limit.count, limit.seconds) for take in takes for limit in take.limits}
    if not wanted:
        return [0.0] * len(takes)
    found = _read(connection, sorted(wanted))
    before = dict(found)
    waits = [_take(found, take) for take in takes]
    changed = [_row(cell, found[cell]) for cell in sorted(wanted) if found[cell] != before[cell]]
    if changed:
        connection.execute(_statements(connection.dialect.name).fill, folded(changed))
    return waits


def _read(connection: Connection, wanted: Sequence[Cell]) -> dict[Cell, datetime]:
    """When each cell is whole again. Nobody else changes it until the transaction ends: SQLite has one writer, and on
    PostgreSQL the rows are locked, in the order of the cells, the same for every process.
    """
    keys = sorted({key for key, _, _ in wanted})
    statements = _statements(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        found = _cells(json.loads(connection.execute(statements.read, {"keys": json.dumps(keys)}).scalar_one()))
    else:
        found = _cells(connection.execute(statements.read, {"keys": keys}))
        if missing := [_row(cell, EPOCH) for cell in wanted if cell not in found]:
            found |= _cells(connection.execute(statements.claim, folded(missing)))
    return {cell: found.get(cell, EPOCH) for cell in wanted}


def _cells(rows: Iterable[Any]) -> dict[Cell, datetime]:
    return {(row[0], row[1], row[2]): from_micros(row[3]) for row in rows}


@dataclass(frozen=True, slots=True)
class _Statements:
    """To read the cells of keys, to say when cells are whole again, and to claim cells that were missing: to add and
    read them, or to lock and read those that another process has added meanwhile.
    """

    read: Any
    fill: Any
    claim: Any


@lru_cache
def _statements(dialect: str) -> _Statements:
    given = unfolded(dialect, limits.c)
    add = inserting(dialect)(limits).from_select(limits.c.keys(), select(*given.c).where(true()))
    cell = list(limits.primary_key)
    fill = add.on_conflict_do_update(index_elements=cell, set_={"full": add.excluded["full"]})
    columns = (limits.c.key, limits.c["count"], limits.c.seconds, type_coerce(limits.c["full"], Whole))
    claim = add.on_conflict_do_update(index_elements=cell, set_={"full": limits.c["full"]}).returning(*columns)
    if dialect == "sqlite":
        keys = func.json_each(bindparam("keys", type_=Text)).table_valued("value")
        cells = func.json_group_array(func.json_array(*columns))
        read = select(cells).where(limits.c.key.in_(select(keys.c.value)))
    else:
        among = limits.c.key == any_(bindparam("keys", type_=ARRAY(Text)))
        read = select(*columns).where(among).order_by(*columns[:3]).with_for_update()
    return _Statements(read, fill, claim)


def _take(found: dict[Cell, datetime], take: Take) -> float:
    cells = {(take.key, limit.count, limit.seconds): limit for limit in take.limits}
    later = {
        cell: max(take.now, found[cell]) + timedelta(microseconds=limit.seconds * 1_000_000 // limit.count)
        for cell, limit in cells.items()
    }
    waits = [(later[cell] - take.now).total_seconds() - limit.seconds for cell, limit in cells.items()]
    wait = max(waits, default=0.0)
    if wait > 1e-6:  # the times are whole microseconds
        return wait
    found.update(later)
    return 0.0


def _row(cell: Cell, full: datetime) -> Row:
    key, count, seconds = cell
    return {"key": key, "count": count, "seconds": seconds, "full": full}

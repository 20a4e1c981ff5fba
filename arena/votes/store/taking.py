"""Many counts against rate limits at once: two statements, however many, and two more for keys that are new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, func, select, true, type_coerce

from arena.votes.store.bulk import Row, folded, unfolded
from arena.votes.store.operations import Take, inserting
from arena.votes.store.schema import EPOCH, Whole, from_micros, limits

Cell = tuple[str, int, int]


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
    found = _stored(connection, wanted)
    missing = [cell for cell in wanted if cell not in found]
    if missing and connection.dialect.name != "sqlite":
        connection.execute(_statements("postgresql").blank, folded([_row(cell, EPOCH) for cell in missing]))
        found |= _stored(connection, missing)
    return {cell: found.get(cell, EPOCH) for cell in wanted}


def _stored(connection: Connection, wanted: Sequence[Cell]) -> dict[Cell, datetime]:
    keys = sorted({key for key, _, _ in wanted})
    statement = _statements(connection.dialect.name).read
    if connection.dialect.name == "sqlite":
        rows = json.loads(connection.execute(statement, {"keys": json.dumps(keys)}).scalar_one())
    else:
        rows = connection.execute(statement, {"keys": keys}).all()
    return {(row[0], row[1], row[2]): from_micros(row[3]) for row in rows}


@dataclass(frozen=True, slots=True)
class _Statements:
    """To read the cells of keys, to add blank cells, and to say when cells are whole again."""

    read: Any
    blank: Any
    fill: Any


@lru_cache
def _statements(dialect: str) -> _Statements:
    given = unfolded(dialect, limits.c)
    add = inserting(dialect)(limits).from_select(limits.c.keys(), select(*given.c).where(true()))
    fill = add.on_conflict_do_update(index_elements=list(limits.primary_key), set_={"full": add.excluded["full"]})
    columns = (limits.c.key, limits.c["count"], limits.c.seconds, type_coerce(limits.c["full"], Whole))
    if dialect == "sqlite":
        keys = func.json_each(bindparam("keys", type_=Text)).table_valued("value")
        cells = func.json_group_array(func.json_array(*columns))
        read = select(cells).where(limits.c.key.in_(select(keys.c.value)))
    else:
        among = limits.c.key == any_(bindparam("keys", type_=ARRAY(Text)))
        read = select(*columns).where(among).order_by(*columns[:3]).with_for_update()
    return _Statements(read, add.on_conflict_do_nothing(), fill)


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

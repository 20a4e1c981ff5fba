"""Many counts against rate limits at once: three statements, however many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from arena.votes.store.operations import Take, insert
from arena.votes.store.schema import EPOCH, limits

Cell = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class TakeAll:
    """Do these ``Take`` operations in their order. The seconds to wait of each, as ``Take`` says them."""

    takes: Sequence[Take]

    @property
    def turn(self) -> tuple[int, str]:
        return 0, ""

    def run(self, connection: Connection) -> list[float]:
        wanted = {(take.key, limit.count, limit.seconds) for take in self.takes for limit in take.limits}
        if not wanted:
            return [0.0] * len(self.takes)
        found = _read(connection, sorted(wanted))
        before = dict(found)
        waits = [_take(found, take) for take in self.takes]
        changed = [cell for cell in sorted(wanted) if found[cell] != before[cell]]
        if changed:
            connection.execute(_FILL, [_row(cell) | {"new_full": found[cell]} for cell in changed])
        return waits


def _read(connection: Connection, wanted: Sequence[Cell]) -> dict[Cell, datetime]:
    """When each cell is whole again, its row locked; in the order of the cells, the same for every process."""
    blank = [{"key": key, "count": count, "seconds": seconds, "full": EPOCH} for key, count, seconds in wanted]
    connection.execute(insert(connection, limits).on_conflict_do_nothing(), blank)
    keys = sorted({key for key, _, _ in wanted})
    columns = (limits.c.key, limits.c["count"], limits.c.seconds, limits.c["full"])
    order = (limits.c.key, limits.c["count"], limits.c.seconds)
    rows = connection.execute(select(*columns).where(limits.c.key.in_(keys)).order_by(*order).with_for_update())
    return {(row[0], row[1], row[2]): row[3] for row in rows}


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


def _row(cell: Cell) -> dict[str, object]:
    return {"new_key": cell[0], "new_count": cell[1], "new_seconds": cell[2]}


_FILL = (
    update(limits)
    .where(
        limits.c.key == bindparam("new_key"),
        limits.c["count"] == bindparam("new_count"),
        limits.c.seconds == bindparam("new_seconds"),
    )
    .values(full=bindparam("new_full"))
)

"""Many rows as one parameter: a JSON array that the database unfolds itself.

A statement then costs one round trip and one step however many rows it is given; and on SQLite, where every step gives
Python's lock away and has to wait for it, a batch of votes is stored while other threads go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Subquery, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from arena.votes.store.schema import Moment, Whole, to_micros

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

"""The ledger of jobs, in the store's own database: what was asked, of whom, at what cost, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from arena.collect.jobs import OPEN, Job, State
from arena.errors import StoreError
from arena.votes.store import Store
from arena.votes.store.schema import Moment

VERSION = 1


class Money(TypeDecorator[Decimal]):
    """An exact amount, as text: neither database has decimals that the other reads."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


_metadata = MetaData()

versions = Table("collect_version", _metadata, Column("version", Integer, primary_key=True, autoincrement=False))

jobs = Table(
    "collect_jobs",
    _metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("run", "provider", "model", "prompt", "asked", "parameters")),
    Column("state", Text, nullable=False),
    Column("began", Moment, nullable=False),
    *(Column(name, Money, nullable=False) for name in ("estimate", "cost", "doubt")),
    Column("requests", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("handle", "media")),
    Column("ended", Moment),
    Column("latency_ms", Integer),
    *(Column(name, Text, nullable=False) for name in ("reason", "sha256")),
    *(Column(name, Integer, nullable=False) for name in ("copy_width", "copy_height", "copy_bytes")),
    *(Column(name, Text, nullable=False) for name in ("original", "format")),
    *(Column(name, Integer, nullable=False) for name in ("width", "height", "bytes")),
    CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in State)})", name="ck_collect_jobs_state"),
    CheckConstraint("state <> 'accepted' OR handle <> ''", name="ck_collect_jobs_accepted"),
    CheckConstraint("state NOT IN ('stored', 'done') OR sha256 <> ''", name="ck_collect_jobs_stored"),
    Index("ix_collect_jobs_state", "state"),
    Index("ix_collect_jobs_ended", "ended"),
    sqlite_strict=True,
)
_open = text(f"state IN ({', '.join(repr(state.value) for state in OPEN)})")
Index("uq_collect_jobs_open", jobs.c.model, jobs.c.prompt, unique=True, sqlite_where=_open, postgresql_where=_open)

_NAMES = tuple(field.name for field in fields(Job))


def _upsert(dialect: Any) -> Any:
    """Insert a job, or bring it up to date."""
    statement = dialect.insert(jobs)
    later = {name: statement.excluded[name] for name in _NAMES if name != "id"}
    return statement.on_conflict_do_update(index_elements=[jobs.c.id], set_=later)


_UPSERTS = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


class Ledger:
    """The jobs of a store. Every method may raise ``StoreError``; nothing was written then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.writing() as connection:
            found = inspect(connection).has_table(versions.name)
            version = connection.execute(select(versions.c.version)).scalar() if found else None
            if version is None:
                _metadata.create_all(connection)
                connection.execute(insert(versions).values(version=VERSION))
            elif version != VERSION:
                message = f"its ledger is of a newer release (version {version}, this one knows {VERSION})"
                raise StoreError(message, where=store.where, hint="install a newer release of image-arena")

    def put(self, changed: Sequence[Job]) -> None:
        """Write jobs as they are now, all of them or none; they are on the disk when this returns.

        Raises ``StoreError`` where another open job asks the same model for the same prompt.
        """
        with self._store.writing() as connection:
            rows = [{name: getattr(job, name) for name in _NAMES} for job in changed]
            connection.execute(_UPSERTS[connection.dialect.name], rows)

    def open_jobs(self) -> list[Job]:
        """Jobs that an earlier run left, the oldest first."""
        return list(self._jobs(jobs.c.state.in_(OPEN)))

    def settled(self) -> Iterator[Job]:
        """Jobs that were refused or are in doubt, the oldest first."""
        return self._jobs(jobs.c.state.in_((State.REFUSED, State.DOUBTFUL)))

    def ended(self, since: datetime, before: datetime) -> Iterator[Job]:
        """Jobs that ended at ``since`` or later and before ``before``, the oldest first."""
        return self._jobs(jobs.c.ended >= since, jobs.c.ended < before)

    def done(self) -> Iterator[Job]:
        """The jobs whose outputs are listed."""
        return self._jobs(jobs.c.state == State.DONE)

    def _jobs(self, *conditions: Any) -> Iterator[Job]:
        with self._store.reading() as connection:
            rows = connection.execute(select(jobs).where(*conditions).order_by(jobs.c.began, jobs.c.id)).all()
        return map(_job, rows)


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    return Job(**{**values, "state": State(values["state"])})


def booked(found: Iterable[Job]) -> Decimal:
    """What jobs have cost, doubt included."""
    return sum((job.booked for job in found), Decimal(0))


class Scribe:
    """``put`` returns when the job is on the disk. ``write_on`` has to run meanwhile."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Job, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()

    async def put(self, job: Job) -> Job:
        """Write the job as it is now, and hand it back. Raises ``StoreError`` where it was not written."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, written))
        self._wake.set()
        await written
        return job

    async def write_on(self) -> None:
        """Write whatever waits, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._ledger.put, [job for job, _ in batch])
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    if not written.done():
                        written.set_result(None)

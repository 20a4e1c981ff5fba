"""The ledger of jobs, in the vote store's database: what was asked, of whom, at what cost, and what became of it."""

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
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from arena.collect.jobs import LOCAL, NO_COST, OPEN_STATES, Job, JobState
from arena.errors import StoreError
from arena.votes.store import Store
from arena.votes.store.schema import Moment

VERSION = 2
"""1 had no columns ``request`` and ``unusable``."""


class Money(TypeDecorator[Decimal]):
    """An exact amount, as text: neither database has decimals that the other reads."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


_metadata = MetaData()

version_table = Table("collect_version", _metadata, Column("version", Integer, primary_key=True, autoincrement=False))

job_table = Table(
    "collect_jobs",
    _metadata,
    Column("id", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("run", "provider", "model", "prompt")),
    Column("asked", Text, key="provider_model", nullable=False),
    Column("parameters", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("began", Moment, nullable=False),
    *(Column(name, Money, nullable=False) for name in ("estimate", "cost", "doubt")),
    Column("requests", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("handle", "media")),
    Column("request", Text, nullable=False, server_default=""),
    Column("unusable", Integer, nullable=False, server_default="0"),
    Column("ended", Moment),
    Column("latency_ms", Integer),
    *(Column(name, Text, nullable=False) for name in ("reason", "sha256")),
    *(Column(name, Integer, nullable=False) for name in ("copy_width", "copy_height", "copy_bytes")),
    *(Column(name, Text, nullable=False) for name in ("original", "format")),
    *(Column(name, Integer, nullable=False) for name in ("width", "height", "bytes")),
    CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in JobState)})", name="ck_collect_jobs_state"),
    CheckConstraint("state <> 'accepted' OR handle <> ''", name="ck_collect_jobs_accepted"),
    CheckConstraint("state NOT IN ('stored', 'done') OR sha256 <> ''", name="ck_collect_jobs_stored"),
    Index("ix_collect_jobs_state", "state"),
    Index("ix_collect_jobs_ended", "ended"),
    sqlite_strict=True,
)
# One open job a picture, which two runs at once could not promise by looking first: the database refuses the second.
_open = text(f"state IN ({', '.join(repr(state.value) for state in OPEN_STATES)})")
Index(
    "uq_collect_jobs_open",
    job_table.c.model,
    job_table.c.prompt,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)

_NAMES = tuple(field.name for field in fields(Job))
_COLUMNS = tuple(job_table.c[name] for name in _NAMES)


def _upsert(dialect: Any) -> Any:
    """Insert a job, or bring it up to date."""
    statement = dialect.insert(job_table)
    later = {name: statement.excluded[name] for name in _NAMES if name != "id"}
    return statement.on_conflict_do_update(index_elements=[job_table.c.id], set_=later)


_UPSERTS = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


class Ledger:
    """The jobs of a store. Every method may raise ``StoreError``; nothing was written then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.writing() as connection:
            exists = inspect(connection).has_table(version_table.name)
            version = connection.execute(select(version_table.c.version)).scalar() if exists else None
            # Made by the first run that needs them: an arena that only takes votes has no such tables.
            if version is None:
                _metadata.create_all(connection)
                connection.execute(insert(version_table).values(version=VERSION))
            elif version == 1:
                for column in ("request TEXT NOT NULL DEFAULT ''", "unusable INTEGER NOT NULL DEFAULT 0"):
                    connection.execute(text(f"ALTER TABLE {job_table.name} ADD COLUMN {column}"))
                connection.execute(update(version_table).values(version=VERSION))
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
        return list(self._jobs(job_table.c.state.in_(OPEN_STATES)))

    def settled(self) -> Iterator[Job]:
        """Jobs that were refused or are in doubt, and those that failed with an answer, the oldest first."""
        unusable = (job_table.c.state == JobState.FAILED) & (job_table.c.unusable > 0)
        return self._jobs(job_table.c.state.in_((JobState.REFUSED, JobState.DOUBTFUL)) | unusable)

    def ended(self, since: datetime, before: datetime) -> Iterator[Job]:
        """Jobs that ended at ``since`` or later and before ``before``, the oldest first."""
        return self._jobs(job_table.c.ended >= since, job_table.c.ended < before)

    def simulated(self) -> list[Job]:
        """Jobs of rehearsals, whose images were drawn here, the oldest first."""
        return list(self._jobs(job_table.c.provider == LOCAL))

    def forget_simulated(self) -> None:
        """Delete the jobs of rehearsals."""
        with self._store.writing() as connection:
            connection.execute(delete(job_table).where(job_table.c.provider == LOCAL))

    def _jobs(self, *conditions: Any) -> Iterator[Job]:
        with self._store.reading() as connection:
            rows = connection.execute(
                select(*_COLUMNS).where(*conditions).order_by(job_table.c.began, job_table.c.id)
            ).all()
        return map(_job, rows)


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    values["state"] = JobState(values["state"])
    return Job(**values)


def booked(several: Iterable[Job]) -> Decimal:
    """What jobs may have cost in all, doubt included."""
    return sum((job.booked for job in several), NO_COST)


def has_ledger(store: Store) -> bool:
    """Whether anything was ever collected with this store; opening a ledger would make one."""
    with store.reading() as connection:
        return bool(inspect(connection).has_table(version_table.name))


class BatchWriter:
    """Writes the jobs of many tasks in one transaction: ``put`` returns when the job is on the disk.

    A commit waits for the disk, and costs as much for one job as for many. While one is being written, the next jobs
    gather and are written together. ``run`` has to run meanwhile.
    """

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

    async def run(self) -> None:
        """Write whatever waits, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch = self._waiting
            self._waiting = []
            try:
                await asyncio.to_thread(self._ledger.put, [job for job, _ in batch])
            except Exception as error:  # each task that waits raises it
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    # A task that was cancelled meanwhile waits no more.
                    if not written.done():
                        written.set_result(None)

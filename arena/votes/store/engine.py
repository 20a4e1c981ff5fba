"""Connections: which databases a store can be, and how each is told to lose nothing."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, exc, make_url

from arena.errors import StoreError
from arena.votes.faults import shorten

URL_HINT = "write sqlite:///data/arena.sqlite or postgresql://user:password@host/database"
PAUSE = 0.02
"""Seconds between two attempts at what SQLite does not wait for by itself."""
WRITES = "arena_writes"
"""The execution option of a connection that is going to write."""


def read_url(text: str) -> URL:
    """The URL of a SQLite file or a PostgreSQL database, or a ``StoreError`` that never quotes a password."""
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError) as error:
        raise StoreError("the store's URL is not one", hint=URL_HINT) from error
    kind = url.drivername.partition("+")[0]
    if kind in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise StoreError(f"no store can be on {shorten(url.drivername)}", hint=URL_HINT)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:") or url.query:
        raise StoreError("a store on SQLite is a file on a disk", hint=URL_HINT)
    return url.set(drivername="sqlite")


def spoken(url: URL) -> str:
    """What messages call the store: the path of a file, the URL of a server without its password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def make_engine(url: URL, patience: float) -> Engine:
    """An engine for threads to share; ``patience`` is how many seconds to wait for locks and connections."""
    if url.drivername == "sqlite":
        return _sqlite(url, patience)
    return _postgresql(url, patience)


def _sqlite(url: URL, patience: float) -> Engine:
    with suppress(OSError):  # whatever is wrong with it, SQLite says when it opens the file
        Path(str(url.database)).touch(mode=0o600, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": patience}, pool_size=8, max_overflow=24, pool_timeout=patience)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
        _write_ahead(connection, patience)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: Any, patience: float) -> None:
    """Switch to WAL. Where several do so at once SQLite refuses without waiting, so the waiting is done here."""
    for left in range(max(1, round(patience / PAUSE)), 0, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if left == 1 or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(PAUSE)
        else:
            return


def _postgresql(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"connect_timeout": max(2, round(patience))},
        pool_size=8,
        max_overflow=24,
        pool_timeout=patience,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {round(patience * 1000)}")
        (level,) = connection.execute("SHOW synchronous_commit").fetchone()
        if level == "off":
            connection.execute("SET synchronous_commit = on")
        connection.autocommit = False

    @event.listens_for(engine, "handle_error")
    def _gone(context: ExceptionContext) -> None:
        if "connection socket closed" in str(context.original_exception):  # psycopg's words, which SQLAlchemy lacks
            context.is_disconnect = True

    return engine

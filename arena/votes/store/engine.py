"""Connections to SQLite and PostgreSQL that lose nothing, and the migration of a store to this release's schema."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, exc, inspect, make_url, text

from arena.errors import StoreError
from arena.votes.row_errors import shorten

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


HEAD = "0003"
"""The schema that this release reads and writes; the newest under migrations/versions."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6172656E61  # "arena": the advisory lock that keeps two processes from migrating at once


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Migrate an empty or older store. Raises ``StoreError`` where it is of a newer release, or somebody else's."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with (
        engine.connect().execution_options(**{WRITES: True}) as connection,
        _tables_may_be_replaced(connection),
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        revision = _revision(connection)
        if revision != HEAD:
            _check(connection, revision, where)
            _upgrade(connection)
            _check_references(connection, where)


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Iterator[None]:
    """Keep SQLite from refusing a table that takes another's place because rows elsewhere refer to it.

    SQLite changes no constraint: a migration makes a new table, copies the rows and drops the old one
    (https://www.sqlite.org/lang_altertable.html, 7), which only works while references are not enforced.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection, where: str) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        message = "holds rows that refer to rows which are gone; it was left as it is"
        raise StoreError(message, where=where, hint="restore it from a backup")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check(connection: Connection, revision: str | None, where: str) -> None:
    known = {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}
    if revision is not None and revision not in known:
        message = f"is of a newer release (schema {revision}, this one knows {HEAD})"
        raise StoreError(message, where=where, hint="install a newer release of image-arena")
    if revision is None and (names := inspect(connection).get_table_names()):
        message = f"holds the tables of something else ({', '.join(sorted(names)[:3])})"
        raise StoreError(message, where=where, hint="name a database of its own for the arena")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a store that is up to date needs no Alembic
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)

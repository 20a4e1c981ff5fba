"""Connections to SQLite and PostgreSQL that lose nothing, what their errors mean, and the migration of old stores."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, exc, inspect, make_url, text

from arena.errors import StoreError
from arena.votes.row_errors import shorten
from arena.votes.store.records import StoreUnavailable

URL_HINT = "write sqlite:///data/arena.sqlite or postgresql://user:password@host/database"
RETRY_SECONDS = 0.02
"""Between two attempts at what SQLite does not wait for by itself."""
WRITES = "arena_writes"
"""The execution option of a connection that is going to write."""

HEAD = "0006"
"""The schema that this release reads and writes; the newest under migrations/versions."""
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x6172656E61
"""PostgreSQL's advisory lock (the letters "arena") that keeps two processes from migrating at once."""


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


def name_of(url: URL) -> str:
    """What messages call the store: the path of a file, the URL of a server without its password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def make_engine(url: URL, timeout: float) -> Engine:
    """An engine for threads to share; ``timeout`` is how many seconds to wait for locks and connections."""
    if url.drivername == "sqlite":
        return _sqlite(url, timeout)
    return _postgresql(url, timeout)


def _sqlite(url: URL, timeout: float) -> Engine:
    with suppress(OSError):  # whatever is wrong with it, SQLite says when it opens the file
        # Made by us and not by SQLite, which would let everybody on the machine read the votes.
        Path(str(url.database)).touch(mode=0o600, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": timeout}, pool_size=8, max_overflow=24, pool_timeout=timeout)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
        _write_ahead(connection, timeout)
        # With NORMAL, which some builds take for WAL, a commit is not flushed: the last votes before a power failure
        # would be gone although they were acknowledged. secure_delete overwrites what sealing forgets: networks, seeds.
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once, and waits for it. A transaction that reads first and writes later
        # cannot wait: if another one wrote in between, SQLite refuses it however long the timeout.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: Any, timeout: float) -> None:
    """Switch to WAL. Where several do so at once SQLite refuses without waiting, so the waiting is done here."""
    for attempts_left in range(max(1, round(timeout / RETRY_SECONDS)), 0, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if attempts_left == 1 or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _postgresql(url: URL, timeout: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"connect_timeout": max(2, round(timeout))},
        pool_size=8,
        max_overflow=24,
        pool_timeout=timeout,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {round(timeout * 1000)}")
        # A server may be set to acknowledge commits that are not on its disk; this store promises that they are.
        (level,) = connection.execute("SHOW synchronous_commit").fetchone()
        if level == "off":
            connection.execute("SET synchronous_commit = on")
        connection.autocommit = False

    @event.listens_for(engine, "handle_error")
    def _give_up(context: ExceptionContext) -> None:
        if "connection socket closed" in str(context.original_exception):  # psycopg's words, which SQLAlchemy lacks
            context.is_disconnect = True

    return engine


_SQLITE: tuple[tuple[str, str, str, type[StoreError]], ...] = (
    ("SQLITE_FULL", "the disk is full", "make room; it goes on without a restart", StoreUnavailable),
    ("SQLITE_BUSY", "is locked by another process", "end what holds it, or try again", StoreUnavailable),
    ("SQLITE_LOCKED", "is locked by another process", "end what holds it, or try again", StoreUnavailable),
    ("SQLITE_READONLY", "is read-only", "check the permissions of the file and its folder", StoreUnavailable),
    ("SQLITE_CANTOPEN", "cannot be opened", "check that the folder exists and may be written", StoreUnavailable),
    ("SQLITE_IOERR", "cannot be read or written", "check the disk, and whether it is full", StoreUnavailable),
    ("SQLITE_NOTADB", "is not a SQLite database", "name another file", StoreError),
    ("SQLITE_CORRUPT", "is damaged", "restore it from a backup", StoreError),
)
"""Beginnings of SQLite's error names, with message, hint and class; the first that fits is taken."""

_POSTGRESQL: tuple[tuple[str, str, str, type[StoreError]], ...] = (
    ("53100", "the server's disk is full", "make room; it goes on without a restart", StoreUnavailable),
    ("53", "the server is out of resources", "see its log; it goes on without a restart", StoreUnavailable),
    ("25006", "is read-only", "connect to the primary, as a user that may write", StoreUnavailable),
    ("55P03", "is locked by another transaction", "end what holds the lock, or try again", StoreUnavailable),
    ("57014", "took too long", "see what keeps the server busy", StoreUnavailable),
    ("40", "lost against another transaction several times", "try again", StoreUnavailable),
    ("57P", "the server is stopping or starting", "it goes on without a restart", StoreUnavailable),
    ("42501", "the user may not do this", "grant the user the schema", StoreError),
)
"""The same for PostgreSQL, by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


@contextmanager
def store_errors(where: str) -> Generator[None]:
    """Raise what the database raises as a ``StoreError``; ``where`` is the store's URL without a password."""
    try:
        yield
    except exc.TimeoutError as error:
        message = "all connections are busy"
        raise StoreUnavailable(message, where=where, hint="try again; fewer threads at once") from error
    except exc.DBAPIError as error:
        raise _store_error(error, where) from error


def _store_error(error: exc.DBAPIError, where: str) -> StoreError:
    name = str(getattr(error.orig, "sqlite_errorname", "") or "")
    state = str(getattr(error.orig, "sqlstate", "") or "")
    for known, code in ((_SQLITE, name), (_POSTGRESQL, state)):
        for start, message, hint, kind in known:
            if code.startswith(start):
                return kind(message, where=where, hint=hint)
    reason = " ".join(str(error.orig).split())
    if isinstance(error, exc.OperationalError) and not name:
        return StoreUnavailable(
            f"cannot be reached: {reason}", where=where, hint="is the server running, and the URL right?"
        )
    return StoreError(f"refuses: {reason}", where=where, hint="nothing was changed")


def may_be_retried(error: exc.DBAPIError) -> bool:
    """Whether the same transaction may succeed when it is run again at once: a deadlock, or a serialization failure."""
    return str(getattr(error.orig, "sqlstate", "") or "").startswith("40")


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
        # Workers start together, and each finds the store old. On SQLite the write lock of this transaction lets them
        # in one after another, on PostgreSQL this lock does; either is held to the commit, and schema changes are part
        # of the transaction in both, so that nobody ever sees a store that is migrated halfway.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        revision = _revision(connection)  # anew: another worker may have done it while this one waited
        if revision != HEAD:
            _check_revision(connection, revision, where)
            _upgrade(connection)
            _check_references(connection, where)


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Generator[None]:
    """Keep SQLite from refusing a table that takes another's place because rows elsewhere refer to it.

    SQLite changes no constraint: a migration makes a new table, copies the rows and drops the old one
    (https://www.sqlite.org/lang_altertable.html, 7), which only works while references are not enforced.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")  # before the transaction: within one it has no effect
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


def _check_revision(connection: Connection, revision: str | None, where: str) -> None:
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

"""Bring a store to this release's schema: by Alembic's migrations, in one transaction, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from arena.errors import StoreError
from arena.votes.store.engine import WRITES

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

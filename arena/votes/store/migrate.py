"""Bring a store to this release's schema: by Alembic's migrations, in one transaction, one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from arena.errors import StoreError
from arena.votes.store.engine import WRITES

HEAD = "0002"
"""The schema that this release reads and writes; the newest under migrations/versions."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x6172656E61  # "arena": the advisory lock that keeps two processes from migrating at once


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Migrate an empty or older store. Raises ``StoreError`` where it is of a newer release, or somebody else's."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        revision = _revision(connection)
        if revision != HEAD:
            _check(connection, revision, where)
            _upgrade(connection)


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

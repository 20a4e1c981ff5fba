"""Empty stores on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.votes.store import Store, open_store
from tests.postgres_server import PostgresServer
from tests.votes.store.worlds import know_outputs, sqlite_store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that is empty, but for its tables where the test asks for a store."""
    made = "store" in request.fixturenames
    if request.param == "sqlite":
        return sqlite_store(tmp_path) if made else f"sqlite:///{tmp_path}/arena.sqlite"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty_store(lambda url: open_store(url).close()) if made else server.empty_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store that knows the outputs of four models."""
    with open_store(url, timeout=0.5) as opened:
        know_outputs(opened)
        yield opened

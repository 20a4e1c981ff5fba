"""Empty stores on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.votes.store import Store, open_store
from tests.votes.store.worlds import know_outputs


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that is empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/arena.sqlite"
    return str(request.getfixturevalue("postgres").same_database())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store that knows the outputs of four models."""
    with open_store(url, timeout=0.5) as opened:
        know_outputs(opened)
        yield opened

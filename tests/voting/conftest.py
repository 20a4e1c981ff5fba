"""What all tests of the voting app share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.voting import handlers
from tests.voting.arenas import Arena, open_arena


@pytest.fixture(autouse=True)
def _no_waiting_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are made at once, and only the tests of timing wait for more than that."""
    monkeypatch.setattr(handlers, "MAKING_SECONDS", 0.001)


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    with open_arena(tmp_path) as opened:
        yield opened

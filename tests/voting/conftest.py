"""What all tests of the voting app share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from arena.voting import handlers
from tests.conftest import open_browser
from tests.voting.arenas import Arena, open_arena


@pytest.fixture(autouse=True)
def _no_waiting_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are made at once, and only the tests of timing wait for more than that."""
    monkeypatch.setattr(handlers, "MAKING_SECONDS", 0.001)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """One for all tests of the voting app: to start it takes a second of processor time."""
    with open_browser(chromium) as opened:
        yield opened


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    with open_arena(tmp_path) as opened:
        yield opened

"""What all tests of the voting app share."""

from __future__ import annotations

import pytest

from arena.voting import handlers


@pytest.fixture(autouse=True)
def _no_waiting_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are made at once, and only the tests of timing wait for more than that."""
    monkeypatch.setattr(handlers, "MAKING", 0.001)

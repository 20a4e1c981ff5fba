"""Waiting for what has to happen, however slow the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 180.0
"""Seconds within which everything that is waited for has to happen; on an idle machine all of it takes a few."""


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look every 10 ms until it is so; fail when patience is at its end."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.01)

"""Waiting for what has to happen, however slow the machine is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

PATIENCE = 180.0
"""Seconds within which everything that is waited for has to happen; on an idle machine all of it takes a few."""


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Look every 10 ms until it is so; fail when patience is at its end."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.01)


def run_apart(work: Coroutine[object, object, None]) -> None:
    """Run it in a thread of its own: that of the tests may have an open browser, and its event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result(PATIENCE)

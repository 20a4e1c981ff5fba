"""How far work is: what library functions call while they work, so that whoever called them can show it."""

from __future__ import annotations

import threading
from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is; 0 where that is not known."""


class CountedWork:
    """Work of many like parts, on all threads together. ``progress`` is never called from two of them at a time."""

    def __init__(self, what: str, progress: Progress | None) -> None:
        self._what = what
        self._progress = progress
        self._lock = threading.Lock()
        self._done = self._total = 0

    def expect(self, more: int) -> None:
        """There are so many more parts to do."""
        with self._lock:
            self._total += more

    def part_done(self) -> None:
        """One part is done."""
        with self._lock:
            self._done += 1
            if self._progress:
                self._progress(self._what, self._done, self._total)

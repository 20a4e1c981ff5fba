"""One thread that writes for everybody: what waits is written together, votes first (group commit)."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from arena.votes.store import AddBattle, LimitedRequest, Operation, Store

LARGEST = 128
"""Groups in one transaction at most, so that none waits long for the others."""

GATHERING = 0.005
"""Seconds to let more come together while several write at once: a commit costs as much for one as for many."""

Group = tuple[Operation, Sequence[LimitedRequest], "Future[Any]"]


class Writer:
    """Hands operations to the store, each within its limits; all limits of what is written together are one step."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[Group | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, operation: Operation, takes: Sequence[LimitedRequest] = ()) -> Future[Any]:
        """Do an operation if all its limits allow it; it is on the disk when the future is done.

        The result is the value of the operation, the error that refused it, or a ``RetryAfter`` where a limit did. It
        raises where nothing was written.
        """
        future: Future[Any] = Future()
        self._waiting.put((operation, takes, future))
        return future

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        open_ = True
        groups: list[Group] = []
        while open_:
            busy = len(groups) > 1
            groups = []
            waiting = self._waiting.get()
            if busy and waiting is not None:
                time.sleep(GATHERING)
            while waiting is not None:
                groups.append(waiting)
                if len(groups) >= LARGEST or self._waiting.empty():
                    break
                waiting = self._waiting.get()
            open_ = waiting is not None
            for part in _urgent_first(groups):
                self._write(part)

    def _write(self, groups: Sequence[Group]) -> None:
        operations, limits, futures = zip(*groups, strict=True)
        try:
            results = self._store.write(operations, limits)
        except Exception as error:  # whoever waits for the future gets it; the thread goes on
            for future in futures:
                future.set_exception(error)
            return
        for future, result in zip(futures, results, strict=True):
            future.set_result(result)


def _urgent_first(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    """Votes before battles: somebody waits for a vote, but the next battle is drawn while people still look at one."""
    battles = [group for group in groups if isinstance(group[0], AddBattle)]
    others = [group for group in groups if not isinstance(group[0], AddBattle)]
    return (part for part in (others, battles) if part)

"""One thread writes to the store for everybody: what waits is written in one transaction, votes first (group commit).

A commit waits for the disk, and costs as much for one vote as for a hundred: with a transaction each, the disk would
decide how many votes a second an arena takes.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from arena.votes.store import AddBattle, LimitedRequest, Operation, Store

LARGEST_BATCH = 128
"""Writes in one transaction at most, so that none waits long for the others."""

GATHERING_SECONDS = 0.005
"""How long to let more writes come together, while several come at once."""

PendingWrite = tuple[Operation, Sequence[LimitedRequest], "Future[Any]"]


class GroupCommitWriter:
    """Hands operations to the store, each within its limits; the limits of a whole batch are counted in one step."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[PendingWrite | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, operation: Operation, limited: Sequence[LimitedRequest] = ()) -> Future[Any]:
        """Do an operation if all its limits allow it; it is on the disk when the future is done.

        The result is the value of the operation, the error that refused it, or a ``RetryAfter`` where a limit did. The
        future raises where nothing was written.
        """
        future: Future[Any] = Future()
        self._waiting.put((operation, limited, future))
        return future

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        is_open = True
        batch: list[PendingWrite] = []
        while is_open:
            # A pause only where the batch before had company: a lone voter is not made to wait for others.
            busy = len(batch) > 1
            batch = []
            waiting = self._waiting.get()
            if busy and waiting is not None:
                time.sleep(GATHERING_SECONDS)
            while waiting is not None:
                batch.append(waiting)
                if len(batch) >= LARGEST_BATCH or self._waiting.empty():
                    break
                waiting = self._waiting.get()
            is_open = waiting is not None
            for part in _votes_first(batch):
                self._write(part)

    def _write(self, batch: Sequence[PendingWrite]) -> None:
        operations, limits, futures = zip(*batch, strict=True)
        try:
            results = self._store.write(operations, limits)
        except Exception as error:  # whoever waits for the future gets it; the thread goes on
            for future in futures:
                future.set_exception(error)
            return
        for future, result in zip(futures, results, strict=True):
            future.set_result(result)


def _votes_first(batch: Sequence[PendingWrite]) -> Iterator[Sequence[PendingWrite]]:
    """Votes before battles, each in a transaction of their own.

    Somebody waits for the answer to a vote, but the next battle is drawn while people still look at the present one.
    """
    battles = [write for write in batch if isinstance(write[0], AddBattle)]
    others = [write for write in batch if not isinstance(write[0], AddBattle)]
    return (part for part in (others, battles) if part)

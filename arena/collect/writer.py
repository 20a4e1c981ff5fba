"""One thread that writes for everybody: what waits is written in one durable transaction (group commit)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from arena.votes.store import Operation, Store, Take

LARGEST = 128
"""Groups in one transaction at most, so that none waits long for the others."""

Group = tuple[Sequence[Operation], "Future[list[Any]]"]


class Writer:
    """Hands groups of operations to the store; each group's future gets its results in order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[Group | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, operations: Sequence[Operation]) -> Future[list[Any]]:
        """Write these operations; they are on the disk when the future is done.

        A result is the operation's value, or the error that refused it. The future raises where nothing was written.
        """
        future: Future[list[Any]] = Future()
        self._waiting.put((operations, future))
        return future

    def close(self) -> None:
        """Write what is waiting, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        open_ = True
        while open_:
            groups: list[Group] = []
            waiting = self._waiting.get()
            while waiting is not None:
                groups.append(waiting)
                if len(groups) >= LARGEST or self._waiting.empty():
                    break
                waiting = self._waiting.get()
            open_ = waiting is not None
            if groups:
                self._write(groups)

    def _write(self, groups: Sequence[Group]) -> None:
        try:
            results = self._store.write([operation for operations, _ in groups for operation in operations])
        except Exception as error:  # whoever waits for the future gets it; the thread goes on
            for _, future in groups:
                future.set_exception(error)
            return
        for operations, future in groups:
            future.set_result(results[: len(operations)])
            results = results[len(operations) :]


@dataclass(slots=True)
class Gate:
    """How long the limits of a group say to wait, by key: its ``Metered`` operations write, its ``Gated`` one reads."""

    waits: dict[str, float] = field(default_factory=dict)

    @property
    def wait(self) -> float:
        return max(self.waits.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Metered:
    """A ``Take`` that tells its group."""

    take: Take
    gate: Gate

    @property
    def turn(self) -> tuple[int, str]:
        return self.take.turn

    def run(self, connection: Connection) -> float:
        wait = float(self.take.run(connection))
        self.gate.waits[self.take.key] = wait
        return wait


@dataclass(frozen=True, slots=True)
class Gated:
    """An operation that is done only where no limit of its group refuses; its value is a ``Wait`` otherwise."""

    operation: Operation
    gate: Gate

    @property
    def turn(self) -> tuple[int, str]:
        return self.operation.turn

    def run(self, connection: Connection) -> Any:
        wait = self.gate.wait
        return Wait(wait) if wait > 0 else self.operation.run(connection)


@dataclass(frozen=True, slots=True)
class Wait:
    """The result of an operation that a limit kept from being done: how many seconds until it may be tried again."""

    seconds: float


def within_limits(operation: Operation, takes: Sequence[tuple[str, Sequence[Any]]], now: datetime) -> list[Operation]:
    """A group that does the operation if all limits, by key, allow it. Its last result is the operation's."""
    gate = Gate()
    return [*(Metered(Take(key, limits, now), gate) for key, limits in takes), Gated(operation, gate)]

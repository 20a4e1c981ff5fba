"""What is to be asked of one provider, in its order: the first request for a model goes alone until it was answered.

A provider that has no such model says so to each request. Were as many out as may be at a time, so many would fail with
the same words; one answer is enough to leave out all that is planned for this model.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from arena.collect.jobs import Job
from arena.collect.planning import PlannedImage

Item = Job | PlannedImage


class WorkQueue:
    """The items of one provider. Models are told apart by the provider's id of them, which edits have another of."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = deque(items)
        self._alone: set[str] = set()
        """Models whose first request is out."""
        self._heard: set[str] = set()
        self._change = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def take(self) -> Item | None:
        """The first item that may be asked for now; None where all wait for the first answer of their models."""
        for number, item in enumerate(self._items):
            if item.provider_model not in self._alone:
                del self._items[number]
                if item.provider_model not in self._heard:
                    self._alone.add(item.provider_model)
                return item
        return None

    async def wait(self) -> None:
        """Return when ``take`` may have another answer than before."""
        self._change.clear()
        await self._change.wait()

    def put_back(self, item: Item) -> None:
        """An item that was taken was not asked for after all."""
        self._items.appendleft(item)

    def heard(self, model: str) -> None:
        """A request for the model was answered, or came to its end: others of this model may go out."""
        self._alone.discard(model)
        self._heard.add(model)
        self._change.set()

    def leave_out(self, model: str) -> int:
        """Take out what is planned for a model, and say how many images that are.

        Jobs of earlier runs stay: they are in the ledger, and have to end.
        """
        kept = [item for item in self._items if isinstance(item, Job) or item.provider_model != model]
        left_out = len(self._items) - len(kept)
        self._items = deque(kept)
        return left_out

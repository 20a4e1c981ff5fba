"""Which facts are read while something is made, so that it is made again only where one of them has changed.

A fact is what the catalogue says of one thing that changes often: the offers of a model, a story. Each has a name. What
is worked out of such facts and kept for several readers (an index, prices by model) is wrapped as well: whoever reads
an entry of it reads the facts that the entry is made of, whether or not the value was there already.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")


class Reads:
    """The names of the facts that were read since ``recorded`` began; nothing is noted at any other time."""

    def __init__(self) -> None:
        self._facts: set[str] | None = None

    def add(self, fact: str) -> None:
        """Note that a fact was read."""
        if self._facts is not None:
            self._facts.add(fact)

    @contextmanager
    def recorded(self) -> Generator[set[str]]:
        """The facts that are read inside the block; the set grows until it ends."""
        before, self._facts = self._facts, set()
        try:
            yield self._facts
        finally:
            self._facts = before

    @contextmanager
    def paused(self) -> Generator[None]:
        """What is read inside the block is not noted: for what is kept, and noted whenever it is read."""
        before, self._facts = self._facts, None
        try:
            yield
        finally:
            self._facts = before


class RecordedMapping(Mapping[K, V]):
    """A mapping that notes what is read of it: the fact of each key that is asked for, or ``every`` of its facts."""

    def __init__(self, plain: Mapping[K, V], reads: Reads, fact: Callable[[K], str], every: str) -> None:
        self.plain = plain
        self.reads = reads
        self.every = every
        self._fact = fact

    def __getitem__(self, key: K) -> V:
        self.reads.add(self._fact(key))
        return self.plain[key]

    def __contains__(self, key: object) -> bool:
        self.reads.add(self._fact(cast("K", key)))
        return key in self.plain

    def __iter__(self) -> Iterator[K]:
        self.reads.add(self.every)
        return iter(self.plain)

    def __len__(self) -> int:
        self.reads.add(self.every)
        return len(self.plain)

    def keys(self) -> KeysView[K]:
        """The keys of the plain mapping."""
        self.reads.add(self.every)
        return self.plain.keys()

    def values(self) -> ValuesView[V]:
        """The values of the plain mapping."""
        self.reads.add(self.every)
        return self.plain.values()

    def items(self) -> ItemsView[K, V]:
        """The items of the plain mapping."""
        self.reads.add(self.every)
        return self.plain.items()


def plain(mapping: Mapping[K, V]) -> Mapping[K, V]:
    """The mapping itself, whose reading is not noted."""
    return mapping.plain if isinstance(mapping, RecordedMapping) else mapping


def paused(mapping: Mapping[K, V]) -> AbstractContextManager[None]:
    """What is read inside the block is not noted, where the mapping would note it."""
    return mapping.reads.paused() if isinstance(mapping, RecordedMapping) else nullcontext()


def as_recorded(source: Mapping[Any, Any], made: Mapping[K, V], fact: Callable[[K], str]) -> Mapping[K, V]:
    """``made``, which was worked out of ``source``: where reading that is noted, so is reading this."""
    if not isinstance(source, RecordedMapping):
        return made
    return RecordedMapping(made, source.reads, fact, source.every)

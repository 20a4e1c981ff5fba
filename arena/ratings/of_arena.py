"""One arena's part of a report that has a part for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class OfArena(Protocol):
    """What names the arena that it is of."""

    @property
    def arena(self) -> str: ...


Part = TypeVar("Part", bound=OfArena)


def of_arena(parts: Sequence[Part], name: str) -> Part:
    """The part of this arena; without a name the only one that there is. Raises KeyError where there is none."""
    named = [part for part in parts if part.arena == name or (not name and len(parts) == 1)]
    if not named:
        raise KeyError(name)
    return named[0]

"""Findings about rows of vote tables: gathered whole columns at a time, worded only for the few that are shown."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from arena.catalogue.error_messages import near, printable
from arena.errors import ArenaError, VotesError

Rows = npt.NDArray[np.int64]
Place = Callable[[int], str]
"""Where a row (counted from 0) stands, for people: ``votes.csv:17``."""

SHOWN = 20
"""How many findings are worded; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of mistake in one column. ``rows`` ascend; ``say`` words the finding for one of them: what, hint."""

    rows: Rows
    say: Callable[[int], tuple[str, str]]

    def moved(self, by: int) -> Fault:
        """The same fault in a table that has ``by`` rows more in front."""
        if not by:
            return self
        return replace(self, rows=self.rows + by, say=lambda row: self.say(row - by))


def place_in(where: str | Place) -> Place:
    """A place from the name of the whole (``votes``, whose rows are then numbered from 1) or from a place itself."""
    if callable(where):
        return where
    return lambda row: f"{where}: row {row + 1}"


def raise_faults(faults: Iterable[Fault], place: Place, others: Iterable[ArenaError] = (), more: int = 0) -> None:
    """Raise a ``VotesError`` with the first findings in the order of rows, and a count of the rest; none, no error.

    ``others`` are findings that have no row, which come first; ``more`` is how many of these were never worded.
    """
    kept = [fault for fault in faults if len(fault.rows)]
    found = [*others]
    total = len(found) + more + sum(len(fault.rows) for fault in kept)
    for row, fault in _in_order(kept):
        if len(found) >= SHOWN:
            break
        what, hint = fault.say(row)
        found.append(VotesError(what, where=place(row), hint=hint))
    shown = found[:SHOWN]
    if total > len(shown):
        rest = total - len(shown)
        shown.append(VotesError(f"and {rest:,} more {'problem' if rest == 1 else 'problems'}"))
    if shown:
        raise VotesError.of(shown)


def _in_order(faults: list[Fault]) -> Iterator[tuple[int, Fault]]:
    streams = [[(int(row), number) for row in fault.rows[:SHOWN]] for number, fault in enumerate(faults)]
    for row, number in heapq.merge(*streams):
        yield row, faults[number]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near and they are few."""
    names = sorted(known)
    return near(word, names) or (f"known: {', '.join(names)}" if 0 < len(names) <= SHOWN else "")


def shorten(value: object) -> str:
    """A value as it is quoted in a finding: in double quotes, control characters escaped, a long one cut."""
    return f'"{printable(str(value))}"'

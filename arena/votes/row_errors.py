"""Errors in the rows of vote tables: gathered a whole column at a time, put in words only for the first few."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from arena.catalogue.error_messages import near, printable
from arena.errors import ArenaError, VotesError

Rows = npt.NDArray[np.int64]
Locate = Callable[[int], str]
"""Says where a row (counted from 0) stands, for people: ``votes.csv:17``."""

MAX_FINDINGS = 20
"""How many findings an error puts in words; the rest are counted."""


@dataclass(frozen=True, slots=True)
class RowErrors:
    """One kind of mistake in one column: the rows that have it, ascending; ``say`` words it for a row: what, hint."""

    rows: Rows
    say: Callable[[int], tuple[str, str]]

    def moved(self, by: int) -> RowErrors:
        """The same errors in a table that has ``by`` more rows in front."""
        if not by:
            return self
        return replace(self, rows=self.rows + by, say=lambda row: self.say(row - by))


def locate_in(where: str | Locate) -> Locate:
    """Locates rows by number from 1 within what ``where`` names; a ``Locate`` is returned as it is."""
    if callable(where):
        return where
    return lambda row: f"{where}: row {row + 1}"


def raise_findings(findings: Iterable[ArenaError]) -> None:
    """Raise a ``VotesError`` with the first findings and a count of the rest; do nothing where there are none."""
    raise_row_errors((), str, findings)


def raise_row_errors(
    row_errors: Iterable[RowErrors], locate: Locate, others: Iterable[ArenaError] = (), more: int = 0
) -> None:
    """Raise a ``VotesError`` with the first findings in the order of rows, and a count of the rest; none, no error.

    ``others`` are findings that have no row, which come first; ``more`` is how many of these were never worded.
    """
    kinds = [errors for errors in row_errors if len(errors.rows)]
    findings = [*others]
    total = len(findings) + more + sum(len(errors.rows) for errors in kinds)
    for row, errors in _in_order(kinds):
        if len(findings) >= MAX_FINDINGS:
            break
        what, hint = errors.say(row)
        findings.append(VotesError(what, where=locate(row), hint=hint))
    worded = findings[:MAX_FINDINGS]
    if total > len(worded):
        rest = total - len(worded)
        worded.append(VotesError(f"and {rest:,} more {'problem' if rest == 1 else 'problems'}"))
    if worded:
        raise VotesError.of(worded)


def _in_order(kinds: list[RowErrors]) -> Iterator[tuple[int, RowErrors]]:
    """The first rows with errors, over all kinds, in the order of rows."""
    # No kind can have more than MAX_FINDINGS of its rows worded, so a million wrong rows cost no more than twenty.
    streams = [[(int(row), kind) for row in errors.rows[:MAX_FINDINGS]] for kind, errors in enumerate(kinds)]
    for row, kind in heapq.merge(*streams):
        yield row, kinds[kind]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near and they are few."""
    names = sorted(known)
    return near(word, names) or (f"known: {', '.join(names)}" if 0 < len(names) <= MAX_FINDINGS else "")


def shorten(value: object) -> str:
    """A value as it is quoted in a finding: in double quotes, control characters escaped, a long one cut."""
    return f'"{printable(str(value))}"'

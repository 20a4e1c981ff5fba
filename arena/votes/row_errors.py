"""Errors in the rows of vote tables: gathered a whole column at a time, told once a kind or value with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.catalogue.error_messages import near, printable
from arena.errors import ArenaError, VotesError

Rows = npt.NDArray[np.int64]
Locate = Callable[[int], str]
"""Says where a row (counted from 0) stands, for people: ``votes.csv:17``."""

MAX_FINDINGS = 20
"""How many findings an error puts in words; the rest are counted."""


@dataclass(frozen=True, slots=True)
class RowErrors:
    """One kind of mistake in one column: the rows that have it, ascending; ``say`` words it for a row: what, hint.

    ``groups`` has a number for each of the rows: those with the same number are told as one finding, which names the
    first and counts the others. Without it all of them are.
    """

    rows: Rows
    say: Callable[[int], tuple[str, str]]
    groups: Rows | None = None

    def moved(self, by: int) -> RowErrors:
        """The same errors in a table that has ``by`` more rows in front."""
        if not by:
            return self
        return replace(self, rows=self.rows + by, say=lambda row: self.say(row - by))

    def firsts(self) -> tuple[Rows, Rows]:
        """The first row of each finding, ascending, and how many rows it has."""
        if not len(self.rows):
            return self.rows, self.rows
        groups = np.zeros(len(self.rows), np.int64) if self.groups is None else self.groups
        _, indexes, counts = np.unique(groups, return_index=True, return_counts=True)
        order = np.argsort(indexes)
        return self.rows[indexes[order]], counts[order]


def by_value(column: pa.ChunkedArray, rows: Rows) -> Rows:
    """A number for each of the rows, the same where the column's values are: ``groups`` of ``RowErrors``."""
    if not len(rows):
        return rows
    values = column.take(pa.array(rows))
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode(null_encoding="encode")
    # Chunks may have dictionaries of their own, whose numbers mean nothing to each other.
    numbers: Rows = encoded.unify_dictionaries().combine_chunks().indices.fill_null(-1).to_numpy().astype(np.int64)
    return numbers


def locate_in(where: str | Locate) -> Locate:
    """Locates rows by number from 1 within what ``where`` names; a ``Locate`` is returned as it is."""
    if callable(where):
        return where
    return lambda row: f"{where}: row {row + 1}"


def raise_findings(findings: Iterable[ArenaError]) -> None:
    """Raise a ``VotesError`` with the first findings and a count of the rest; do nothing where there are none."""
    raise_row_errors((), str, findings)


def raise_row_errors(row_errors: Iterable[RowErrors], locate: Locate, others: Iterable[ArenaError] = ()) -> None:
    """Raise a ``VotesError`` with the first findings in the order of rows, and a count of the rest; none, no error.

    ``others`` are findings that have no row, which come first.
    """
    kinds = [errors for errors in row_errors if len(errors.rows)]
    findings = [*others]
    total = len(findings)
    first_rows: list[tuple[int, int, int]] = []
    for kind, errors in enumerate(kinds):
        rows, counts = errors.firsts()
        total += len(rows)
        # No kind can have more than MAX_FINDINGS worded, so a million wrong values cost no more than twenty.
        worded = zip(rows[:MAX_FINDINGS].tolist(), counts[:MAX_FINDINGS].tolist(), strict=True)
        first_rows += [(row, kind, count) for row, count in worded]
    for row, kind, count in sorted(first_rows)[: max(0, MAX_FINDINGS - len(findings))]:
        what, hint = kinds[kind].say(row)
        findings.append(VotesError(f"{what}{and_more(count)}", where=locate(row), hint=hint))
    findings = findings[:MAX_FINDINGS]
    if total > len(findings):
        rest = total - len(findings)
        findings.append(VotesError(f"and {rest:,} more {'problem' if rest == 1 else 'problems'}"))
    if findings:
        raise VotesError.of(findings)


def and_more(count: int, noun: str = "row") -> str:
    """What a finding adds where ``count`` rows have it, of which it names the first."""
    rest = count - 1
    return f", and {rest:,} more {noun}{'' if rest == 1 else 's'} like it" if rest else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near and they are few."""
    names = sorted(known)
    return near(word, names) or (f"known: {', '.join(names)}" if 0 < len(names) <= MAX_FINDINGS else "")


def shorten(value: object) -> str:
    """A value as it is quoted in a finding: in double quotes, control characters escaped, a long one cut."""
    return f'"{printable(str(value))}"'

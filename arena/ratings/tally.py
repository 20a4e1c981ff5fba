"""Votes to counts: one Ibis group-by, which any engine can run, and roll-ups in numpy.

What comes back from the engine has a row for each distinct (arena, category, language, pair of models), however many
votes there are; everything after the group-by depends on models and axes, not on votes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TypeVar

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.arrays import Codes, Ints
from arena.records import Axis, Outcome
from arena.votes.fetching import fetch

Number = TypeVar("Number", np.int64, np.float64)

CELL = ("arena", "category", "language")
"""The columns whose values, together, are a cell: the smallest part of the votes that an axis is made of."""
AXIS_KINDS = ((0,), (0, 1), (0, 2), (0, 1, 2))
"""The columns of CELL that make an axis: overall, category, language, category and language."""
COUNTS = ("wins", "losses", "ties", "both_bad")
"""Columns of every count matrix, seen from the first model of the pair."""
MIRRORED = (1, 0, 2, 3)
"""The same columns seen from the second model."""
LARGEST_TABLE = 2**24
"""Elements up to which keys are looked up in a table with an element for each possible key, and beyond by sorting."""


@dataclass(frozen=True, slots=True)
class AxisTally:
    """The counts of one axis, a row for each of P pairs of models with votes.

    ``first`` and ``second`` (P) index ``models`` (M ids, sorted), first < second; ``counts`` is P x 4 as in COUNTS.
    """

    axis: Axis
    models: tuple[str, ...]
    first: Ints
    second: Ints
    counts: Ints

    @classmethod
    def of(cls, axis: Axis, names: tuple[str, ...], pair: Ints, counts: Ints) -> AxisTally:
        """From distinct pairs (P), coded as first * len(names) + second, and their counts (P x 4).

        The models of the axis are those of ``names`` that are in any pair.
        """
        first, second = np.divmod(pair, len(names))
        present = np.zeros(len(names), bool)
        present[first] = present[second] = True
        local = np.cumsum(present) - 1
        models = tuple(names[index] for index in np.flatnonzero(present))
        return cls(axis, models, local[first], local[second], counts)

    @classmethod
    def count(cls, axis: Axis, names: tuple[str, ...], left: Codes, right: Codes, outcome: Codes) -> AxisTally:
        """From votes (N): codes of two different models, and the column of COUNTS that the outcome is for the left."""
        size, swapped = len(names), left > right
        column = np.where(swapped & (outcome < 2), 1 - outcome, outcome)
        low, high = np.where(swapped, right, left), np.where(swapped, left, right)
        key = (low.astype(np.int64) * size + high) * len(COUNTS) + column
        # A table of all pairs is filled in one pass over the votes; for thousands of models it would not fit in memory.
        if size * size * len(COUNTS) <= LARGEST_TABLE:
            counts = np.bincount(key, minlength=size * size * len(COUNTS)).reshape(-1, len(COUNTS))
            pair = np.flatnonzero(counts.any(axis=1))
            return cls.of(axis, names, pair, counts[pair].astype(np.int64))
        keys, votes = np.unique(key, return_counts=True)
        pair, row = np.unique(keys // len(COUNTS), return_inverse=True)
        counts = np.zeros((len(pair), len(COUNTS)), np.int64)
        counts[row, keys % len(COUNTS)] = votes
        return cls.of(axis, names, pair, counts)

    @property
    def rated(self) -> Ints:
        """M: wins, losses and ties of each model together."""
        size, votes = len(self.models), self.counts[:, :3].sum(axis=1)
        return (np.bincount(self.first, votes, size) + np.bincount(self.second, votes, size)).astype(np.int64)

    def totals(self) -> Ints:
        """M x 4: wins, losses, ties and both_bad of each model."""
        size = len(self.models)
        # Sums of whole numbers are exact in doubles, and take a tenth of the time of np.add.at.
        sums = [
            np.bincount(self.first, self.counts[:, column], size)
            + np.bincount(self.second, self.counts[:, mirrored], size)
            for column, mirrored in enumerate(MIRRORED)
        ]
        return np.column_stack(sums).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by cell and pair, a row for each of N that have votes.

    ``cell`` (N x 3) indexes ``arenas``, ``categories`` and ``languages``. ``first`` and ``second`` (N) index
    ``models``, with first < second. All names are sorted. ``counts`` is N x 4 as in COUNTS.
    """

    arenas: tuple[str, ...]
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    models: tuple[str, ...]
    cell: Ints
    first: Ints
    second: Ints
    counts: Ints

    def axes(self) -> list[AxisTally]:
        """Every axis that has votes, in the order of ``Axis.sort_key``."""
        counted: dict[tuple[int, ...], list[AxisTally]] = {}
        for columns in AXIS_KINDS:
            # The only category, or language, tells nothing apart: the counts are those without it.
            only = [column for column in columns[1:] if len(self.names[column]) == 1 and self.names[column][0]]
            if only:
                names = {CELL[column]: self.names[column][0] for column in only}
                known = counted[tuple(column for column in columns if column not in only)]
                counted[columns] = [replace(axis, axis=replace(axis.axis, **names)) for axis in known]
            else:
                counted[columns] = list(self.roll_up(columns))
        return sorted(chain.from_iterable(counted.values()), key=lambda tally: tally.axis.sort_key)

    def rate_both_bad_as_ties(self) -> Tally:
        """The same tally with every both_bad counted as a tie instead."""
        counts = self.counts.copy()
        counts[:, 2] += counts[:, 3]
        counts[:, 3] = 0
        return replace(self, counts=counts)

    def roll_up(self, columns: tuple[int, ...]) -> Iterator[AxisTally]:
        """Sum the counts of each (axis, pair), an axis being a value of these columns of ``cell``."""
        size = len(self.models)
        # One integer for axis and pair, so that one sort brings together what is to be added.
        axis_key = self.axis_codes(columns, self.cell)
        key, counts = sum_by_key((axis_key * size + self.first) * size + self.second, self.counts)
        axis_key, pair = np.divmod(key, size * size)
        starts = np.flatnonzero(np.diff(axis_key, prepend=-1))
        for start, stop in pairwise([*starts, len(key)]):
            axis = self.axis_of(columns, int(axis_key[start]))
            # Votes without a category or language have no axis of it: an empty name would make the overall axis again.
            if 1 + bool(axis.category) + bool(axis.language) == len(columns):
                yield AxisTally.of(axis, self.models, pair[start:stop], counts[start:stop])

    def axis_codes(self, columns: tuple[int, ...], cell: Codes) -> Ints:
        """The code of the axis made of these columns for each row of ``cell`` (N x 3)."""
        codes = np.zeros(len(cell), np.int64)
        for column in columns:
            codes = codes * len(self.names[column]) + cell[:, column]
        return codes

    def axis_of(self, columns: tuple[int, ...], code: int) -> Axis:
        """The axis with this code."""
        values = ["", "", ""]
        for column in reversed(columns):
            code, name = divmod(code, len(self.names[column]))
            values[column] = self.names[column][name]
        return Axis(*values)

    def cell_of(self, axis: Axis) -> Ints:
        """The codes (3) of an axis in the columns of ``cell``, -1 where it takes any."""
        values = zip((axis.arena, axis.category, axis.language), self.names, strict=True)
        return np.array([names.index(value) if value else -1 for value, names in values], np.int64)

    def codes_of(self, models: tuple[str, ...]) -> Ints:
        """The codes of these models."""
        code = {model: index for index, model in enumerate(self.models)}
        return np.array([code[model] for model in models], np.int64)

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Of each column of ``cell``."""
        return self.arenas, self.categories, self.languages


def sum_by_key(key: Ints, counts: npt.NDArray[Number]) -> tuple[Ints, npt.NDArray[Number]]:
    """The distinct keys of ``key`` (N) in rising order, and for each the sum of its rows of ``counts`` (N x ...)."""
    if not len(key):
        return key, counts
    order = np.argsort(key)
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
    return key[starts], np.add.reduceat(counts[order], starts, axis=0)


def count_votes(votes: ibis.Table, by: tuple[str, ...] = CELL) -> ibis.Table:
    """The group-by as an expression: by cell and unordered pair (``first``, ``second``), the columns of COUNTS.

    The engine orders the two ids of a pair by its own collation, which may not be Python's: see ``tally``.
    """
    left_is_first = votes.left <= votes.right
    left_wins, right_wins = votes.outcome == Outcome.LEFT.value, votes.outcome == Outcome.RIGHT.value
    outcomes = {
        "wins": (left_is_first & left_wins) | (~left_is_first & right_wins),
        "losses": (left_is_first & right_wins) | (~left_is_first & left_wins),
        "ties": votes.outcome == Outcome.TIE.value,
        "both_bad": votes.outcome == Outcome.BOTH_BAD.value,
    }
    paired = votes.mutate(
        first=ibis.ifelse(left_is_first, votes.left, votes.right),
        second=ibis.ifelse(left_is_first, votes.right, votes.left),
        **outcomes,
    )
    # As sums of 0 and 1, these four columns take a sixth longer on a million votes.
    return paired.group_by([*by, "first", "second"]).agg(**{name: paired.count(where=paired[name]) for name in COUNTS})


def tally(votes: ibis.Table) -> Tally:
    """Run the group-by and code its names. Memory grows with distinct cells and pairs, not with votes."""
    return tally_of(fetch(count_votes(votes)))


def tally_of(rows: pa.Table) -> Tally:
    """The tally of what ``count_votes`` gives: by cell and pair, the columns of COUNTS."""
    (arenas, arena), (categories, category), (languages, language) = (encode([rows[name]]) for name in CELL)
    models, codes = encode([rows["first"], rows["second"]])
    first, second = np.split(codes, 2)
    counts = np.column_stack([rows[name].to_numpy() for name in COUNTS]).astype(np.int64)
    # An engine that collates otherwise than by code point puts some pairs the other way round.
    swapped = first > second
    counts[swapped] = counts[swapped][:, MIRRORED]
    return Tally(
        arenas,
        categories,
        languages,
        models,
        np.column_stack([arena, category, language]),
        np.minimum(first, second),
        np.maximum(first, second),
        counts,
    )


def encode(columns: list[pa.ChunkedArray]) -> tuple[tuple[str, ...], Ints]:
    """The distinct strings of the columns, sorted by code point, and the codes of the first column, the second, ..."""
    chunks = [chunk.cast(pa.string()) for column in columns for chunk in column.chunks]
    coded = pa.chunked_array(chunks, pa.string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):  # more than 2 GB of strings
        coded = coded.combine_chunks()
    names = coded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    code = np.empty(len(names), np.int64)
    code[order] = np.arange(len(names))
    return tuple(names[index] for index in order), code[coded.indices.to_numpy(zero_copy_only=False)]

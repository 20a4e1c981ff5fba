"""What one vote pulls at the solution of each axis: a small table, by kind of axis, and room for its sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.arrays import Codes, Floats, Ints
from arena.ratings.cluster_rows import held_of, pulls_of
from arena.ratings.clusters import ClusterSums
from arena.ratings.solver import Solution
from arena.ratings.tally import AXIS_KINDS, CELL, LARGEST_TABLE, AxisTally, Tally
from arena.records import Axis, Outcome

if TYPE_CHECKING:
    import ibis.expr.types as ir

FIRST_WINS, SECOND_WINS, DRAW = 0, 1, 2
WINNERS = (Outcome.LEFT, Outcome.RIGHT)
TERMS = 3
"""Numbers of a sum: votes, pulls, and precision held."""


def rated_outcomes(*, both_bad: bool) -> list[Outcome]:
    """The outcomes that are rated; ``both_bad`` says whether that one is."""
    return [*WINNERS, Outcome.TIE, *([Outcome.BOTH_BAD] if both_bad else [])]


@dataclass(frozen=True, slots=True)
class SumTable:
    """Sums by axis (A), cluster (C) and model of the axis: ``terms`` (C x models, axis after axis, x TERMS).

    The sums of axis a begin at ``starts[a]``, and those of its next cluster ``widths[a]`` later.
    """

    clusters: int
    starts: Ints
    widths: Ints
    terms: Floats

    def put(self, axis: Codes, cluster: Codes, model: Codes, terms: Floats) -> None:
        """Sums as rows (N each, N x TERMS), each of which is there once."""
        self.terms[self.starts[axis] + cluster * self.widths[axis] + model] = terms

    def of(self, axis: int) -> ClusterSums:
        """Those of one axis, which are not copied."""
        start, width = int(self.starts[axis]), int(self.widths[axis])
        return ClusterSums(self.terms[start : start + self.clusters * width].reshape(self.clusters, width, TERMS))


@dataclass(frozen=True)
class KindPulls:
    """All axes (A) of one kind, those made of these ``columns`` of a cell, and what one vote pulls on each.

    A site (S) is a pair of models and an outcome on an axis: ``keys`` rise, and are axis code, first and second model
    (by tally code) and outcome in one number. ``axis`` is the axis by number; ``first`` and ``second`` are places of
    the models in its canonical order; ``pull`` is that of one vote on the first, ``held`` what it adds to the precision
    of both, as multiples of 1 / SUM_GRAIN of the axis's units. ``widths`` (A) are the models of each axis.
    """

    columns: tuple[int, ...]
    axes: tuple[Axis, ...]
    tally: Tally
    keys: Ints
    axis: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    pull: Floats
    held: Floats
    widths: Ints

    @classmethod
    def of(
        cls, columns: tuple[int, ...], tally: Tally, axes: list[AxisTally], solutions: dict[Axis, Solution]
    ) -> KindPulls:
        """From the axes of this kind, in any order."""
        empty = np.empty(0, np.int64)
        parts: list[tuple[Ints, ...]] = [(empty, empty, empty, empty)]
        numbers: list[tuple[Floats, Floats]] = [(np.empty(0), np.empty(0))]
        size = len(tally.models)
        for number, axis in enumerate(axes):
            solution = solutions[axis.axis]
            sites, code = solution.sites, tally.codes_of(axis.models)[solution.sites.order]
            low, high = np.minimum(sites.winner, sites.loser), np.maximum(sites.winner, sites.loser)
            swapped = code[low] > code[high]
            first, second = np.where(swapped, high, low), np.where(swapped, low, high)
            kind = np.where(sites.draw, DRAW, np.where(sites.winner == first, FIRST_WINS, SECOND_WINS))
            key = (_axis_code(tally, columns, axis.axis) * size + code[first]) * size + code[second]
            upward, _ = pulls_of(solution)
            parts.append((key * 3 + kind, np.full(len(key), number), first, second))
            numbers.append((np.where(swapped, -upward, upward), held_of(solution)))
        keys, axis_number, first, second = (np.concatenate(column) for column in zip(*parts, strict=True))
        pull, held = (np.concatenate(column) for column in zip(*numbers, strict=True))
        order = np.argsort(keys)
        axis_of, place, other = (column[order].astype(np.int32) for column in (axis_number, first, second))
        widths = np.array([len(axis.models) for axis in axes], np.int64)
        names = tuple(axis.axis for axis in axes)
        return cls(columns, names, tally, keys[order], axis_of, place, other, pull[order], held[order], widths)

    def empty_sums(self, clusters: int) -> SumTable:
        """Room for the sums of so many clusters; the system gives memory only where sums are written."""
        starts = np.concatenate([[0], np.cumsum(self.widths * clusters)])
        return SumTable(clusters, starts[:-1], self.widths, np.zeros((int(starts[-1]), TERMS)))

    def by_axis(self, table: SumTable) -> Iterator[tuple[Axis, ClusterSums]]:
        """The sums of each axis that has rated votes."""
        for number in np.unique(self.axis).tolist():
            yield self.axes[number], table.of(number)

    def find(self, cell: Codes, first: Codes, second: Codes, outcome: Codes) -> Ints:
        """The sites of votes (N x 3, N each, coded as ``keys`` are); -1 of those that are on no axis of this kind."""
        size = len(self.tally.models)
        key = (self.tally.axis_codes(self.columns, cell) * size + first) * size + second
        return self._site_of(key * 3 + outcome)

    def _site_of(self, key: Ints) -> Ints:
        if self._table is not None:
            return self._table[key]
        site = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[site] == key, site, -1) if len(self.keys) else np.full(len(key), -1)

    @cached_property
    def _table(self) -> Ints | None:
        limit = int(np.prod([len(self.tally.names[column]) for column in self.columns])) * len(self.tally.models) ** 2
        if limit * 3 > LARGEST_TABLE:
            return None
        table = np.full(limit * 3, -1)
        table[self.keys] = np.arange(len(self.keys))
        return table

    def site_of(self, coded: ir.Table) -> ir.IntegerValue:
        """As an expression on ``coded_votes``: what ``keys`` has for the site of a vote."""
        code: ir.IntegerValue = ibis.literal(0, "int64")
        for column in self.columns:
            code = code * len(self.tally.names[column]) + coded[CELL[column]]
        size = len(self.tally.models)
        return ((code * size + coded["first"]) * size + coded["second"]) * 3 + coded["said"]

    def as_table(self) -> pa.Table:
        """Each site twice, once for each of its models: ``site`` (its key), ``axis``, ``model`` (its place in the
        canonical order of the axis), the ``pull`` on it, and what is ``held``.
        """
        columns = {"site": self.keys, "axis": self.axis, "held": self.held}
        twice = {name: np.concatenate([column, column]) for name, column in columns.items()}
        models = np.concatenate([self.first, self.second])
        return pa.table(twice | {"model": models, "pull": np.concatenate([self.pull, -self.pull])})


def kinds_of(tally: Tally, axes: list[AxisTally], solutions: dict[Axis, Solution]) -> list[KindPulls]:
    """The axes by kind, in the order of AXIS_KINDS."""
    by_kind: dict[tuple[int, ...], list[AxisTally]] = {columns: [] for columns in AXIS_KINDS}
    for axis in axes:
        by_kind[(0, *([1] if axis.axis.category else []), *([2] if axis.axis.language else []))].append(axis)
    return [KindPulls.of(columns, tally, members, solutions) for columns, members in by_kind.items()]


def _axis_code(tally: Tally, columns: tuple[int, ...], axis: Axis) -> int:
    values, code = (axis.arena, axis.category, axis.language), 0
    for column in columns:
        code = code * len(tally.names[column]) + tally.names[column].index(values[column])
    return code

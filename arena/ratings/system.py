"""The linear system of a fixed point, kept as the pairs that met: for boards of so many models that a matrix of models
by models would take too much time and memory.

A = D - N has the precisions D on its diagonal, and N is not 0 only where two models met. What it is solved for is about
the mean of each connected component: a common rise of all models of a component changes no vote.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Floats, Ints
from arena.ratings.kernels import compiled, pair_weights, pairs_of_sites
from arena.ratings.solver import Solution, connected

DENSE_MODELS = 1000
"""The most models of a board that have a matrix of models by models: 8 MB each, eight or so at a time."""
SOLVED_TOGETHER = 64
"""Right-hand sides: a pass over the pairs serves them all, and so many of 3,000 models fit in a processor's cache."""
RESIDUAL = 1e-8
"""Of what conjugate gradients leave of each right-hand side, in the norm of their preconditioner."""


@dataclass(frozen=True, slots=True)
class System:
    """A (M x M) in canonical order: ``diagonal`` (M), and ``weight`` (P), which stands with a minus sign where ``low``
    and ``high`` (P each) meet; P pairs, sorted by ``low`` and then ``high``.

    ``prior`` is the prior precision of a strength. ``group`` (M) numbers the connected component of each model from 0.
    """

    low: Ints
    high: Ints
    weight: Floats
    diagonal: Floats
    prior: float
    group: Ints
    key: Ints
    """``low`` x M + ``high`` (P): rising, to find a pair by."""

    @classmethod
    def of(cls, solution: Solution, prior_sigma: float) -> System:
        """That of a fixed point; ``prior_sigma`` is in points."""
        sites, size, prior = solution.sites, len(solution.mu), prior_sigma**-2
        low, high, pair = pairs_of_sites(sites.winner, sites.loser)
        weight, diagonal = pair_weights(pair, low, high, sites.weight * solution.precision, prior, size)
        group = np.unique(connected(size, low, high), return_inverse=True)[1].astype(np.int64)
        return cls(low, high, weight, diagonal, prior, group, low * size + high)

    @property
    def shares(self) -> Floats:
        """What each model (M) counts in the mean of its component: 1 / its models, and 0 for a model that is alone,
        which keeps its own level.
        """
        sizes = np.bincount(self.group)[self.group]
        return np.where(sizes > 1, 1.0 / np.maximum(sizes, 1), 0.0)

    def centred(self, columns: Floats) -> Floats:
        """The columns (M x K) less the mean of each component."""
        return about_means(columns, self.group, self.shares)

    def solve(self, pulls: Floats) -> Floats:
        """How far these pulls (M x K) move the means, about the mean of each component: A^-1 times the pulls less the
        mean pull.

        A common rise is an eigenvector of A, so it is all the same whether it is taken away before or after.
        """
        block = self.centred(pulls)
        solve_together(self.low, self.high, self.weight, self.diagonal, block)
        return block

    def between(self, first: Ints, second: Ints) -> Floats:
        """N where each of K models ``first`` meets its ``second``: 0 where they never met."""
        if not len(self.key):
            return np.zeros(len(first))
        asked = np.minimum(first, second) * len(self.diagonal) + np.maximum(first, second)
        at = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        return np.where(self.key[at] == asked, self.weight[at], 0.0)


@compiled()
def about_means(columns: Floats, group: Ints, shares: Floats) -> Floats:
    """The columns (M x K) less the mean of each group, in which each row counts by its ``shares`` (M)."""
    means = np.zeros((group.max() + 1 if len(group) else 0, columns.shape[1]))
    for i in range(len(group)):
        for column in range(columns.shape[1]):
            means[group[i], column] += shares[i] * columns[i, column]
    centred = np.empty_like(columns)
    for i in range(len(group)):
        for column in range(columns.shape[1]):
            centred[i, column] = columns[i, column] - means[group[i], column]
    return centred


# Sums are added up in the order of models, so that the result does not hang on the width of a processor's registers.
@compiled(fastmath={"contract"})
def solve_together(low: Ints, high: Ints, weight: Floats, diagonal: Floats, block: Floats) -> None:
    """Solve A X = block (M x K) in place, by ``kernels.conjugate_gradients`` for all columns at a time."""
    rest, scale = block.copy(), 1.0 / diagonal
    direction = rest * scale.reshape(-1, 1)
    applied, size = np.empty_like(block), column_sums(rest, direction)
    wanted = RESIDUAL * RESIDUAL * size
    block[:] = 0.0
    for _ in range(10 * len(block)):
        # A column that is solved, or was 0 from the start, stays as it is.
        open_columns = size > wanted
        if not open_columns.any():
            return
        multiply(low, high, weight, diagonal, direction, applied)
        length = np.where(open_columns, size / column_sums(direction, applied), 0.0)
        add_columns(direction, length, block)
        add_columns(applied, -length, rest)
        before, size = size, scaled_squares(rest, scale)
        keep = np.where(open_columns, size / before, 0.0)
        for i in range(len(block)):
            for k in range(block.shape[1]):
                direction[i, k] = rest[i, k] * scale[i] + keep[k] * direction[i, k]


@compiled(fastmath={"contract"})
def multiply(  # noqa: PLR0917 - compiled code takes arrays, not records
    low: Ints, high: Ints, weight: Floats, diagonal: Floats, columns: Floats, product: Floats
) -> None:
    """A times the columns (M x K), into ``product``."""
    for i in range(len(columns)):
        for k in range(columns.shape[1]):
            product[i, k] = diagonal[i] * columns[i, k]
    for p in range(len(low)):
        i, j, held = low[p], high[p], weight[p]
        for k in range(columns.shape[1]):
            product[i, k] -= held * columns[j, k]
            product[j, k] -= held * columns[i, k]


@compiled(fastmath={"contract"})
def column_sums(one: Floats, other: Floats) -> Floats:
    """The sum of the products of two matrices, column by column (K)."""
    sums = np.zeros(one.shape[1])
    for i in range(len(one)):
        for k in range(len(sums)):
            sums[k] += one[i, k] * other[i, k]
    return sums


@compiled(fastmath={"contract"})
def scaled_squares(columns: Floats, scale: Floats) -> Floats:
    """The sum of the squares of each column (K), each row (M) times its ``scale``."""
    sums = np.zeros(columns.shape[1])
    for i in range(len(columns)):
        for k in range(len(sums)):
            sums[k] += columns[i, k] * columns[i, k] * scale[i]
    return sums


@compiled(fastmath={"contract"})
def add_columns(columns: Floats, length: Floats, target: Floats) -> None:
    """Add to the target (M x K) each column times its ``length`` (K)."""
    for i in range(len(columns)):
        for k in range(len(length)):
            target[i, k] += length[k] * columns[i, k]

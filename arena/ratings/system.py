"""The linear system of a fixed point, kept as the pairs that met: for boards of so many models that a matrix of models
by models would take too much time and memory.

A = D - N has the precisions D on its diagonal, and N is not 0 only where two models met. What it is solved for is about
the mean of each connected component: a common rise of all models of a component changes no vote.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Floats, Ints, Shorts
from arena.ratings.compiling import compiled
from arena.ratings.kernels import pair_weights, pairs_of_sites
from arena.ratings.solver import Solution, connected

DENSE_MODELS = 1000
"""The most models of a board that have a matrix of models by models: 8 MB each, eight or so at a time."""
SOLVED_TOGETHER = 64
"""Right-hand sides: a pass over the pairs serves them all, and so many of 3,000 models fit in a processor's cache."""
RESIDUAL = 1e-6
"""What conjugate gradients leave of each right-hand side, in their preconditioner's norm: far less than draws do."""


@dataclass(frozen=True, slots=True)
class System:
    """A (M x M) in canonical order: ``diagonal`` (M), and ``weight`` (P), which stands with a minus sign where ``low``
    and ``high`` (P each) meet; P pairs, sorted by ``low`` and then ``high``.

    The same by row: row i has ``held`` with a minus sign at ``other``, both from ``starts[i]`` to ``starts[i + 1]`` of
    2P, in rising order. ``prior`` is the prior precision of a strength. ``group`` (M) numbers the connected component
    of each model from 0.
    """

    low: Shorts
    high: Shorts
    weight: Floats
    diagonal: Floats
    prior: float
    group: Ints
    shares: Floats
    """What each model (M) counts in the mean of its component: 1 / its models, and 0 for a model that is alone, which
    keeps its own level."""
    key: Ints
    """``low`` x M + ``high`` (P): rising, to find a pair by."""
    starts: Ints
    other: Shorts
    held: Floats

    @classmethod
    def of(cls, solution: Solution, prior_sigma: float) -> System:
        """That of a fixed point; ``prior_sigma`` is in points."""
        sites, size, prior = solution.sites, len(solution.mu), prior_sigma**-2
        low, high, pair = pairs_of_sites(sites.winner, sites.loser)
        weight, diagonal = pair_weights(pair, low, high, sites.weight, solution.precision, prior, size)
        group = np.unique(connected(size, low, high), return_inverse=True)[1].astype(np.int64)
        sizes = np.bincount(group)[group]
        shares = np.where(sizes > 1, 1.0 / np.maximum(sizes, 1), 0.0)
        key = low.astype(np.int64) * size + high
        # Pairs are sorted, so the models below come before those above, and each of the two in rising order.
        rows, others = np.concatenate([high, low]), np.concatenate([low, high])
        order = np.argsort(rows, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
        by_row = (starts, others[order], np.concatenate([weight, weight])[order])
        return cls(low, high, weight, diagonal, prior, group, shares, key, *by_row)

    def centre(self, columns: Floats) -> None:
        """Take from the columns (M x K) the mean of each component, in place."""
        centre(self.group, self.shares, np.zeros((int(self.group.max(initial=-1)) + 1, columns.shape[1])), columns)

    def solve(self, pulls: Floats, residual: float = RESIDUAL) -> Floats:
        """How far these pulls (M x K) move the means, about the mean of each component: A^-1 times the pulls less the
        mean pull, by conjugate gradients down to the ``residual``.

        A common rise is an eigenvector of A, so it is all the same whether it is taken away before or after.
        """
        rest = pulls.copy()
        self.centre(rest)
        return self.solve_centred(rest, residual)

    def solve_centred(self, rest: Floats, residual: float = RESIDUAL) -> Floats:
        """The same for pulls that have no mean (see ``centre``), which are used up."""
        found, direction, applied = np.zeros_like(rest), rest / self.diagonal[:, None], np.empty_like(rest)
        size = (rest * direction).sum(axis=0)
        wanted = residual * residual * size
        for _ in range(10 * len(rest)):
            if (size <= wanted).all():
                break
            matrix = (self.starts, self.other, self.held, self.diagonal)
            go_on(*matrix, found, rest, direction, applied, size, wanted)
        return found

    def between(self, first: Ints, second: Ints) -> Floats:
        """N where each of K models ``first`` meets its ``second``: 0 where they never met."""
        if not len(self.key):
            return np.zeros(len(first))
        asked = np.minimum(first, second) * len(self.diagonal) + np.maximum(first, second)
        at = np.minimum(np.searchsorted(self.key, asked), len(self.key) - 1)
        return np.where(self.key[at] == asked, self.weight[at], 0.0)


# In loops, since numpy would pass over the columns ten times: where few pairs met, that was three quarters of the time.
# Sums are added up in the order of models, so that the result does not hang on the width of a processor's registers.
@compiled(fastmath={"contract"})
def go_on(  # noqa: PLR0917 - compiled code takes arrays, not records
    starts: Ints,
    other: Shorts,
    held: Floats,
    diagonal: Floats,
    found: Floats,
    rest: Floats,
    direction: Floats,
    applied: Floats,
    size: Floats,
    wanted: Floats,
) -> None:
    """One step of ``kernels.conjugate_gradients`` for K columns (M x K) at a time, in place.

    A column whose ``size`` (K) is as ``wanted`` stays as it is.
    """
    models, columns = rest.shape
    multiply(starts, other, held, diagonal, direction, applied)
    length, after = np.zeros(columns), np.zeros(columns)
    for i in range(models):
        for k in range(columns):
            length[k] += direction[i, k] * applied[i, k]
    for k in range(columns):
        length[k] = size[k] / length[k] if size[k] > wanted[k] else 0.0
    for i in range(models):
        scale = 1.0 / diagonal[i]
        for k in range(columns):
            found[i, k] += length[k] * direction[i, k]
            rest[i, k] -= length[k] * applied[i, k]
            after[k] += rest[i, k] * rest[i, k] * scale
    for k in range(columns):
        if size[k] > wanted[k]:
            length[k], size[k] = after[k] / size[k], after[k]
    for i in range(models):
        scale = 1.0 / diagonal[i]
        for k in range(columns):
            direction[i, k] = rest[i, k] * scale + length[k] * direction[i, k]


@compiled(fastmath={"contract"})
def multiply(  # noqa: PLR0917 - compiled code takes arrays, not records
    starts: Ints, other: Shorts, held: Floats, diagonal: Floats, columns: Floats, product: Floats
) -> None:
    """A times the columns (M x K), into ``product``."""
    width = columns.shape[1]
    for i in range(len(columns)):
        for k in range(width):
            product[i, k] = diagonal[i] * columns[i, k]
        n, stop = starts[i], starts[i + 1]
        while n + 4 <= stop:  # four at a time, which takes two thirds of the time where many pairs met
            a, b, c, d = other[n], other[n + 1], other[n + 2], other[n + 3]
            of_a, of_b, of_c, of_d = held[n], held[n + 1], held[n + 2], held[n + 3]
            for k in range(width):
                less = product[i, k] - of_a * columns[a, k] - of_b * columns[b, k]
                product[i, k] = less - of_c * columns[c, k] - of_d * columns[d, k]
            n += 4
        for last in range(n, stop):
            a, of_a = other[last], held[last]
            for k in range(width):
                product[i, k] -= of_a * columns[a, k]


@compiled()
def centre(group: Ints, shares: Floats, means: Floats, columns: Floats) -> None:
    """Take from the columns (M x K) the mean of each ``group`` (M); ``means`` (groups x K) come in as 0."""
    for i in range(len(group)):
        for k in range(columns.shape[1]):
            means[group[i], k] += columns[i, k] * shares[i]
    for i in range(len(group)):
        for k in range(columns.shape[1]):
            columns[i, k] -= means[group[i], k]

"""The covariance of the means of many models from draws, in memory that grows with models x draws.

A draw x of the means is the solution of A x = z, where z is what every pair pulls if its outcome is drawn anew: normal,
with the covariance A. So each draw is one more right-hand side (G. Papandreou and A. Yuille, "Gaussian sampling by
local perturbations", NIPS 2010). The covariance of such draws would be off by sqrt(2 / draws). Most of it is known
exactly, though: with A = D - N, x_i is z_i / D_i plus the mean b_i of model i given all others, hence

    A^-1 = D^-1 + D^-1 N D^-1 + covariance of b        (P. Siden, F. Lindgren, D. Bolin and M. Villani, "Efficient

covariance approximations for large sparse precision matrices", Journal of Computational and Graphical Statistics 27,
2018), and only the last part is drawn, which is small where each model met many others. Here all of it is about the
mean of each connected component.

What clusters of votes spread (``arena.ratings.clusters``) is drawn likewise: the pulls of each cluster times a random
sign and size, added up, are one right-hand side (P. Kline and A. Santos, "A score based approach to wild bootstrap
inference", Journal of Econometric Methods 1, 2012). Its variance is that of pull_i / D_i, which is known exactly, and a
rest; the former is the control variate of the latter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from arena.ratings.arrays import Floats, Ints, Shorts
from arena.ratings.cluster_rows import (
    ClusterRows,
    held_of,
    power_of_two,
    pulls_of,
    rows_of_single_votes,
    rows_of_votes,
)
from arena.ratings.clusters import AxisSums, AxisVotes, Clusters, ClusterSums, ClusterVariances
from arena.ratings.compiling import compiled
from arena.ratings.solver import Solution
from arena.ratings.system import SOLVED_TOGETHER, System

SmallFloats = npt.NDArray[np.float32]

DRAWS = 1000
"""Of the means of all models: as many as a board draws rankings."""
CLUSTER_DRAWS = 256
"""Of what clusters spread, where there are more than ``EXACT_CLUSTERS``; up to those each is solved for by itself."""
EXACT_CLUSTERS = 512
ROWS_AT_ONCE = 128
"""Pairs of models whose covariance is added up at a time: so many draws stay in a processor's cache."""
TINY = 1e-300
SEED = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False, repr=False)
class DrawnCovariance:
    """The covariance of the means of M models about the mean of each component, in canonical order.

    ``draws`` (M x R) are draws of the means, and ``given`` (M x R) the mean of each model given all others in each.
    """

    system: System
    draws: SmallFloats
    given: SmallFloats

    @classmethod
    def of(cls, system: System) -> DrawnCovariance:
        """From ``DRAWS`` draws, which are the same ones for equal votes."""
        shape = len(system.diagonal), DRAWS
        draws, given = np.empty(shape, np.float32), np.empty(shape, np.float32)
        root = np.sqrt(system.weight)
        for start in range(0, DRAWS, SOLVED_TOGETHER):
            some = slice(start, min(DRAWS, start + SOLVED_TOGETHER))
            pulls = np.zeros((shape[0], some.stop - start))
            pull_of_pairs(system.low, system.high, root, np.sqrt(system.prior), start, pulls)
            system.centre(pulls)
            alone = pulls / system.diagonal[:, None]
            drawn = system.solve_centred(pulls)
            draws[:, some] = drawn
            given[:, some] = drawn - alone
        return cls(system, draws, given)

    @cached_property
    def variance(self) -> Floats:
        """That of each model (M)."""
        every = np.arange(len(self.system.diagonal))
        return self.of_pairs(every, every)

    def of_pairs(self, first: Ints, second: Ints) -> Floats:
        """The covariance of each of K models ``first`` with its ``second``."""
        of_first, of_second = self.system.diagonal[first], self.system.diagonal[second]
        share = np.where(self.system.group[first] == self.system.group[second], self.system.shares[first], 0.0)
        known = (first == second) / of_first + self.system.between(first, second) / (of_first * of_second)
        known -= share * (1.0 / of_first + 1.0 / of_second - self.system.prior / (of_first * of_second))
        drawn = np.empty(len(first))
        for start in range(0, len(first), ROWS_AT_ONCE):
            some = slice(start, start + ROWS_AT_ONCE)
            one = self.given[first[some]].astype(np.float64)
            other = one if second is first else self.given[second[some]].astype(np.float64)
            drawn[some] = (one * other).mean(axis=1)
        return np.asarray(known + drawn, np.float64)

    def of_pair(self, first: int, second: int) -> float:
        """``of_pairs`` of one pair of different models, in a tenth of its time: pages ask for many, one by one."""
        system = self.system
        one, other = float(system.diagonal[first]), float(system.diagonal[second])
        asked = min(first, second) * len(system.diagonal) + max(first, second)
        at = int(system.key.searchsorted(asked))
        met = at < len(system.key) and system.key[at] == asked
        known = float(system.weight[at]) / (one * other) if met else 0.0
        if system.group[first] == system.group[second]:
            known -= float(system.shares[first]) * (1.0 / one + 1.0 / other - system.prior / (one * other))
        drawn = self.given[first].astype(np.float64) @ self.given[second].astype(np.float64)
        return float(known + drawn / DRAWS)


@dataclass(frozen=True, eq=False, repr=False)
class DrawnCorrelation:
    """The correlations of mu of K models, from draws; ``models`` (K) are their positions in canonical order."""

    covariance: DrawnCovariance
    models: Ints

    def of(self, models: Ints) -> DrawnCorrelation:
        """Those of some of the models (indexes)."""
        return DrawnCorrelation(self.covariance, self.models[models])

    def of_pairs(self, first: Ints, second: Ints) -> Floats:
        """The correlation of each of the models ``first`` (indexes) with its ``second``."""
        one, other = self.models[first], self.models[second]
        variance = self.covariance.variance
        scale = np.sqrt(np.maximum(variance[one] * variance[other], 0.0))
        found = np.clip(self.covariance.of_pairs(one, other) / np.maximum(scale, TINY), -1.0, 1.0)
        return np.where(first == second, 1.0, found)

    def of_pair(self, first: int, second: int) -> float:
        """The correlation of two models (indexes)."""
        if first == second:
            return 1.0
        one, other = int(self.models[first]), int(self.models[second])
        scale = math.sqrt(max(float(self.covariance.variance[one] * self.covariance.variance[other]), TINY))
        return min(max(self.covariance.of_pair(one, other) / scale, -1.0), 1.0)

    @property
    def matrix(self) -> Floats:
        """All of them (K x K), for a few models. What drawing leaves of a matrix that is none of a covariance is taken
        away: below 0 no eigenvalue is.
        """
        size = len(self.models)
        first, second = np.triu_indices(size)
        matrix = np.zeros((size, size))
        matrix[first, second] = matrix[second, first] = self.of_pairs(first, second)
        values, vectors = np.linalg.eigh(matrix)
        if size and values[0] < 0.0:
            matrix = (vectors * np.maximum(values, 0.0)) @ vectors.T
            scale = np.sqrt(np.diag(matrix))
            matrix /= np.outer(scale, scale)
        return matrix

    def drawn(self) -> Floats:
        """Draws of the means (R x K), each with a variance of 1."""
        drawn = self.covariance.draws[self.models].T.astype(np.float64, order="C")
        drawn /= np.sqrt(self.covariance.variance[self.models])
        return drawn


def drawn_variances(solution: Solution, system: System, votes: AxisVotes | AxisSums) -> ClusterVariances:
    """What ``clusters.cluster_variances`` gives, from draws."""
    (slope, unit), scaled = pulls_of(solution), system.diagonal / power_of_two(solution.precision)

    none = np.empty(0, np.int64)  # sums have no single votes
    sites = (votes.low, votes.high, votes.site) if isinstance(votes, AxisVotes) else (none, none, none)

    def spread(clusters: Clusters | ClusterSums | None) -> Floats:
        if clusters is None:
            rows = rows_of_single_votes(solution, scaled)
        elif isinstance(clusters, ClusterSums):
            rows = clusters.rows(scaled)
        else:
            of_votes = rows_of_votes(clusters.order, clusters.sizes, *sites, slope, held_of(solution), scaled)
            rows = ClusterRows(*of_votes)
        return spread_of_rows(system, rows) * unit**2

    by_voter, freedom = spread(votes.voters), votes.voters.freedom
    if votes.prompts is None or votes.crossings is None:
        return ClusterVariances(by_voter, None, spread(None), freedom)
    return ClusterVariances(by_voter, spread(votes.prompts), spread(votes.crossings), freedom, votes.prompts.freedom)


def spread_of_rows(system: System, rows: ClusterRows) -> Floats:
    """The diagonal (M) of the sandwich estimate: the mean square of how far random sums of the clusters move the means.

    With few clusters it is the sum over clusters of how far each moves them, squared.
    """
    models = len(system.diagonal)
    if rows.count <= EXACT_CLUSTERS:
        spread = np.zeros(models)
        for first in range(0, rows.count, SOLVED_TOGETHER):
            pulls = rows.columns(first, min(rows.count, first + SOLVED_TOGETHER), models)
            spread += (system.solve(pulls) ** 2).sum(axis=1)
        return spread
    known = np.bincount(rows.model, rows.pull**2, models) / system.diagonal**2
    moved, alone = np.empty((2, models, CLUSTER_DRAWS))
    for first in range(0, CLUSTER_DRAWS, SOLVED_TOGETHER):
        some, pulls = slice(first, first + SOLVED_TOGETHER), np.zeros((models, SOLVED_TOGETHER))
        pull_of_rows(rows.starts, rows.model, rows.pull, first, pulls)
        moved[:, some] = system.solve(pulls) ** 2
        alone[:, some] = (pulls / system.diagonal[:, None]) ** 2
    mean, mean_alone = moved.mean(axis=1), alone.mean(axis=1)
    alone -= mean_alone[:, None]
    slope = (moved * alone).sum(axis=1) / np.maximum((alone**2).sum(axis=1), TINY)
    return np.asarray(np.maximum(mean + slope * (known - mean_alone), 0.0), np.float64)


@compiled()
def noise(key: Any) -> float:
    """About a standard normal number for each key: how many of 64 hashed bits are set, less 32, over 4.

    Of integers alone until the end, so that it is the same on every machine; the hash is the finaliser of splitmix64.
    """
    x = (np.uint64(key) + np.uint64(1)) * SEED
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return 0.25 * (np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56)) - 32)


@compiled()
def pull_of_pairs(  # noqa: PLR0917 - compiled code takes arrays, not records
    low: Shorts, high: Shorts, root: Floats, root_prior: float, start: int, pulls: Floats
) -> None:
    """Add draws z of N(0, A) to ``pulls`` (M x K), those from number ``start`` on: each pair (P) pulls by its ``root``
    of A_ij times a normal number one up and the other down, and the prior by its own root.
    """
    for p in range(len(low)):
        i, j, size = low[p], high[p], root[p]
        for k in range(pulls.shape[1]):
            pulled = size * noise(p * DRAWS + start + k)
            pulls[i, k] += pulled
            pulls[j, k] -= pulled
    for i in range(len(pulls)):
        for k in range(pulls.shape[1]):
            pulls[i, k] += root_prior * noise((len(low) + i) * DRAWS + start + k)


@compiled()
def pull_of_rows(starts: Ints, model: Shorts, pull: Floats, start: int, pulls: Floats) -> None:
    """Add to ``pulls`` (M x K) the pulls of C clusters, each times a normal number, those from number ``start`` on."""
    size = np.empty(pulls.shape[1])
    for cluster in range(len(starts) - 1):
        for k in range(len(size)):
            size[k] = noise(cluster * CLUSTER_DRAWS + start + k)
        for row in range(starts[cluster], starts[cluster + 1]):
            for k in range(len(size)):
                pulls[model[row], k] += pull[row] * size[k]

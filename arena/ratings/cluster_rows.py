"""What votes pull, and clusters of them: a row for each model that a cluster has votes on.

``arena.ratings.clusters`` says what for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Floats, Ints, Shorts
from arena.ratings.compiling import compiled
from arena.ratings.solver import Solution

SUM_GRAIN = 2.0**32
"""Terms are rounded to multiples of 1 / SUM_GRAIN: sums of multiples are exact, hence the same in any order."""
LEAST_REST = 1e-6
"""Of a model's precision: less than this share without a cluster of votes would be rounding errors."""


@dataclass(frozen=True, slots=True)
class ClusterRows:
    """Cluster c of C pulls the models (positions in canonical order) ``model[starts[c] : starts[c + 1]]`` by ``pull``.

    That is what it would pull if it were left out, times sqrt(1 - h), h being its share of all votes.
    """

    starts: Ints
    model: Shorts
    pull: Floats

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.starts) - 1

    def columns(self, first: int, stop: int, models: int) -> Floats:
        """The pulls of some of the clusters, M ``models`` x clusters."""
        starts = self.starts[first : stop + 1]
        some, pulls = slice(starts[0], starts[-1]), np.zeros((models, stop - first))
        pulls[self.model[some], np.repeat(np.arange(stop - first), np.diff(starts))] = self.pull[some]
        return pulls


def left_out(pull: Floats, held: Floats, of_all: Floats) -> Floats:
    """What a cluster would pull if it were left out; it ``held`` so much of the precision ``of_all`` votes."""
    return np.asarray(pull / np.maximum(1.0 - held / of_all, LEAST_REST), np.float64)


def rows_of_single_votes(solution: Solution, diagonal: Floats) -> ClusterRows:
    """The rows where every vote is its own cluster. Those of a site pull alike, so that they are one cluster with the
    root of their number; ``diagonal`` as for ``ClusterSums.rows``.
    """
    sites, (slope, _) = solution.sites, pulls_of(solution)
    models = np.sort(np.column_stack([sites.winner, sites.loser]), axis=1)
    several = np.sqrt(sites.weight * (1.0 - 1.0 / max(float(sites.weight.sum()), 1.0)))
    pull = left_out((slope * several)[:, None] * np.array([1.0, -1.0]), held_of(solution)[:, None], diagonal[models])
    return ClusterRows(2 * np.arange(len(slope) + 1), models.ravel().astype(np.int32), pull.ravel())


def pulls_of(solution: Solution) -> tuple[Floats, float]:
    """How strongly one vote of each site pulls the earlier of its models up (S), as multiples of 1 / SUM_GRAIN, and the
    unit that they are in: a power of two, so that the grain is as fine whatever a point is, and no digit changes.
    """
    upward = np.where(solution.sites.winner < solution.sites.loser, 1.0, -1.0) * solution.slope
    unit = power_of_two(upward)
    return np.round(upward / unit * SUM_GRAIN) / SUM_GRAIN, unit


def held_of(solution: Solution) -> Floats:
    """What one vote of each site adds to the precision of its models (S), as multiples of 1 / SUM_GRAIN of
    ``power_of_two`` of the precisions.
    """
    held: Floats = np.round(solution.precision / power_of_two(solution.precision) * SUM_GRAIN) / SUM_GRAIN
    return held


def power_of_two(values: Floats) -> float:
    """The lowest power of two above all of the values' sizes."""
    return float(2.0 ** np.frexp(np.abs(values).max(initial=0.0))[1])


@compiled()
def rows_of_votes(  # noqa: PLR0917 - compiled code takes arrays, not records
    order: Ints,
    sizes: Ints,
    low: Ints,
    high: Ints,
    site: Ints,
    slope: Floats,
    weight: Floats,
    diagonal: Floats,
) -> tuple[Ints, Shorts, Floats]:
    """The rows of clusters of votes; arguments as for ``clusters.cluster_products``."""
    size, first, row = len(diagonal), 0, 0
    starts = np.zeros(len(sizes) + 1, np.int64)
    # Two models a vote are the most; each cluster writes the rows behind those of the last.
    model, pull = np.empty(2 * len(order), np.int32), np.empty(2 * len(order))
    known, held = np.full(size, -1), np.empty(2 * len(order))
    for cluster in range(len(sizes)):
        begin = row
        for vote in order[first : first + sizes[cluster]]:
            i, j, s = low[vote], high[vote], site[vote]
            for each in (i, j):
                if known[each] < begin:
                    known[each] = row
                    model[row], pull[row], held[row] = each, 0.0, 0.0
                    row += 1
                held[known[each]] += weight[s]
            pull[known[i]] += slope[s]
            pull[known[j]] -= slope[s]
        rest = np.sqrt(1.0 - sizes[cluster] / len(order))
        for k in range(begin, row):
            pull[k] *= rest / max(1.0 - held[k] / diagonal[model[k]], LEAST_REST)
        first += sizes[cluster]
        starts[cluster + 1] = row
    return starts, model[:row].copy(), pull[:row].copy()

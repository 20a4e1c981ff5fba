"""How far the votes of an axis spread its ratings, when the votes of one voter, and those on one prompt, hang together.

With A the matrix of the solver's linear system and u the sum of a cluster's pulls at the fixed point, the cluster moved
the means by A^-1 u, and the covariance of the means is estimated by the cluster-robust or "sandwich" estimate

    A^-1 (sum over clusters of u u^T) A^-1

with A in place of the X^T X of A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust inference",
Journal of Human Resources 50 (2015). The fixed point follows a large cluster, whose pulls are then too small. So each
pull counts as it would if the cluster were left out, as in the same paper's CR3, for each model by itself: with w the
precision that the cluster adds to A_ii, its pull on i counts as u_i / (1 - w / A_ii). Without a cluster that holds the
share h of all votes the means move too far, by 1 / sqrt(1 - h) where all are alike; so much is taken back.

Two ways of clustering make one variance by A. C. Cameron, J. B. Gelbach and D. L. Miller, "Robust inference with
multiway clustering", Journal of Business and Economic Statistics 29 (2011): that by voter, plus that by prompt, less
that by the crossing, a voter's votes on one prompt.

Few clusters tell their own variance badly. Student's t says how badly, with as many degrees of freedom as there would
be clusters of equal size (1 / sum of h^2), less 1, and for the two together by F. E. Satterthwaite, "An approximate
distribution of estimates of variance components", Biometrics Bulletin 2 (1946).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.cluster_rows import LEAST_REST, ClusterRows, held_of, left_out, power_of_two, pulls_of
from arena.ratings.compiling import compiled
from arena.ratings.solver import Solution
from arena.records import VarianceShares

Z_95 = 1.959963984540054
"""The 97.5% quantile of the normal distribution: half of a 95% interval in standard errors."""
FEWEST_PROMPTS = 3
"""One prompt says nothing of others, and two hardly more: Student's t with one degree of freedom would call for
intervals of 12.7 standard errors on either side."""
NUMBERS_AT_ONCE = 2**18
"""Numbers of the matrix of clusters by models that is multiplied with itself."""
LEAST_FREEDOM = 2.0
"""Degrees of freedom below which intervals grow no more, for the same reason: at 2 they are 2.2 times as wide."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Votes (N) put into clusters: the votes in ``order`` (N indexes), of which the first ``sizes[0]`` are one, and so
    on (C sizes).
    """

    order: Ints
    sizes: Ints

    @classmethod
    def of_runs(cls, order: Ints, *keys: Codes, alone: Flags | None = None) -> Clusters:
        """Runs of equal ``keys`` (N each, in the order of the votes); a vote that is ``alone`` (N flags) is its own."""
        starts = np.zeros(len(order), bool)
        starts[:1] = True
        for key in keys:
            starts |= np.diff(key[order], prepend=-1) != 0
        if alone is not None:
            starts |= alone[order]
        return cls(order, np.diff(np.flatnonzero(starts), append=len(order)))

    @classmethod
    def single(cls, count: int) -> Clusters:
        """Every vote a cluster of its own."""
        return cls(np.arange(count), np.ones(count, np.int64))

    @property
    def freedom(self) -> float:
        return freedom_of(self.sizes)


def freedom_of(sizes: Ints) -> float:
    """Degrees of freedom of clusters of these sizes (C): 1 less than how many of equal size would be as concentrated;
    0 at least.
    """
    shares = sizes / max(int(sizes.sum()), 1)
    return max(0.0, 1.0 / float((shares**2).sum()) - 1.0) if len(shares) else 0.0


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Clusters of votes by what they sum to: ``terms`` (C x M x 3), in canonical order of the models, are the votes of
    a cluster on a model, their pulls on it, and what they add to its precision, in the units of ``pulls_of`` and
    ``power_of_two``. A cluster may have no votes.
    """

    terms: Floats

    @property
    def sizes(self) -> Ints:
        """Votes of each cluster that has any. Each was counted on both of its models."""
        sizes = self._sizes
        return np.asarray(sizes[sizes > 0], np.int64)

    @property
    def _sizes(self) -> Ints:
        return np.asarray(self.terms[:, :, 0].sum(axis=1) / 2.0, np.int64)

    @property
    def freedom(self) -> float:
        return freedom_of(self.sizes)

    def rows(self, diagonal: Floats) -> ClusterRows:
        """A row for each cluster and model that it has votes on; ``diagonal`` (M) is that of A, in the unit of
        ``held``.
        """
        sizes = self._sizes
        rest = np.sqrt(1.0 - sizes / max(int(sizes.sum()), 1))
        cluster, model = np.nonzero(self.terms[:, :, 0])
        pull = left_out(self.terms[cluster, model, 1], self.terms[cluster, model, 2], diagonal[model]) * rest[cluster]
        return ClusterRows(np.searchsorted(cluster, np.arange(len(sizes) + 1)), model.astype(np.int32), pull)

    def products(self, diagonal: Floats) -> Floats:
        """What ``cluster_products`` gives for the votes; ``diagonal`` (M) is in the unit of ``held``."""
        sizes, size = self._sizes, len(diagonal)
        rest = np.sqrt(1.0 - sizes / max(int(sizes.sum()), 1))
        products, step = np.zeros((size, size)), max(1, NUMBERS_AT_ONCE // max(size, 1))
        for start in range(0, len(sizes), step):
            part = slice(start, start + step)
            pulls = left_out(self.terms[part, :, 1], self.terms[part, :, 2], diagonal) * rest[part, None]
            products += pulls.T @ pulls
        return products


@dataclass(frozen=True, slots=True)
class AxisSums:
    """The rated votes of one axis as sums by cluster, with the meaning that ``AxisVotes`` gives to each. What single
    outputs add cannot be told from sums.
    """

    voters: ClusterSums
    prompts: ClusterSums | None = None
    crossings: ClusterSums | None = None
    named: int = 0


@dataclass(frozen=True, slots=True)
class AxisVotes:
    """The rated votes of one axis (N), voter by voter: both models in canonical order, and the site of each vote.

    ``low`` and ``high`` are positions of the earlier and the later model, ``site`` indexes the sites of the solution.
    ``prompts`` and ``crossings`` (voter and prompt) are None where intervals cannot be about more prompts than these:
    where votes name no prompt, or fewer than ``FEWEST_PROMPTS`` in all. ``named`` counts the prompts that they name.
    ``outputs`` (N x 2) are codes of the outputs of ``low`` and ``high``, below 0 where a vote names none, and None
    where no model has several for a prompt.
    """

    low: Ints
    high: Ints
    site: Ints
    voters: Clusters
    prompts: Clusters | None = None
    crossings: Clusters | None = None
    named: int = 0
    outputs: Codes | None = None

    @classmethod
    def of(  # noqa: PLR0917 - the columns
        cls, low: Ints, high: Ints, site: Ints, voter: Codes, prompt: Codes, outputs: Codes | None = None
    ) -> AxisVotes:
        """From votes sorted by ``voter`` and then ``prompt`` (N codes each, below 0 for votes that name no prompt).

        Votes that name none, beside others that do, are each a cluster of their own.
        """
        as_they_are, unnamed = np.arange(len(site)), prompt < 0
        voters = Clusters.of_runs(as_they_are, voter)
        # numpy sorts 16-bit integers by radix.
        narrow = prompt.max(initial=0) < np.iinfo(np.int16).max
        by_prompt = np.argsort(prompt.astype(np.int16) if narrow else prompt, kind="stable")
        prompts = Clusters.of_runs(by_prompt, prompt, alone=unnamed)
        named = len(prompts.sizes) - int(unnamed.sum())
        if not named or len(prompts.sizes) < FEWEST_PROMPTS:
            return cls(low, high, site, voters, named=named)
        crossings = Clusters.of_runs(as_they_are, voter, prompt, alone=unnamed)
        return cls(low, high, site, voters, prompts, crossings, named, outputs)


@dataclass(frozen=True, slots=True)
class ClusterVariances:
    """Variances of mu (M each) in canonical order and squared points, about the mean of each connected component.

    ``by_voter``, ``by_prompt`` and ``by_crossing`` take the votes of a cluster together. Without prompts the second is
    None, and for the third every vote is its own cluster. ``freedom_of_voters`` and ``freedom_of_prompts`` are those of
    ``Clusters.freedom``.
    """

    by_voter: Floats
    by_prompt: Floats | None
    by_crossing: Floats
    freedom_of_voters: float
    freedom_of_prompts: float = 0.0

    @property
    def together(self) -> Floats:
        """By voter and prompt, never less than by one of them alone: where there is one prompt or one voter, the
        crossing takes all of the other one away.
        """
        if self.by_prompt is None:
            return self.by_voter
        one_way = np.maximum(self.by_voter, self.by_prompt)
        return np.maximum(one_way, self.by_voter + self.by_prompt - self.by_crossing)

    @property
    def freedom(self) -> float:
        """Degrees of freedom of ``together``, ``LEAST_FREEDOM`` at least; infinite where nothing varies."""
        total = float(self.together.sum())
        parts = ((self.by_voter, self.freedom_of_voters), (self.by_prompt, self.freedom_of_prompts))
        # A single cluster has no freedom, and no variance either: its share of all votes is 1.
        doubt = sum(float(part.sum()) ** 2 / freedom for part, freedom in parts if part is not None and freedom > 0.0)
        return max(total**2 / doubt, LEAST_FREEDOM) if doubt and total else math.inf

    @property
    def widened(self) -> Floats:
        """``together`` made so much larger that 1.96 standard errors on either side are a 95% interval."""
        freedom = self.freedom
        if math.isinf(freedom):
            return self.together
        return self.together * (student_quantile(freedom) / Z_95) ** 2

    def shares(self, outputs: float | None) -> VarianceShares | None:
        """What the variance comes from; ``outputs`` is the part of what prompts add that is their outputs'.

        By voter less by crossing is what voters add, by prompt less by crossing what prompts add, and the three make
        up the whole; what comes out below 0 by chance counts as 0. None where there are no votes.
        """
        votes = float(self.by_crossing.sum())
        voters = max(0.0, float(self.by_voter.sum()) - votes)
        prompts = 0.0 if self.by_prompt is None else max(0.0, float(self.by_prompt.sum()) - votes)
        total = votes + voters + prompts
        if not total:
            return None
        if self.by_prompt is None:
            return VarianceShares(_share(votes, total), _share(voters, total))
        of_outputs = prompts * (outputs or 0.0)
        return VarianceShares(
            _share(votes, total),
            _share(voters, total),
            _share(prompts - of_outputs, total),
            None if outputs is None else _share(of_outputs, total),
        )


def _share(part: float, whole: float) -> float:
    """To six digits, as ratings are printed: the last bits differ between machines."""
    return round(part / whole, 6)


def cluster_variances(
    solution: Solution, diagonal: Floats, steps: Floats, votes: AxisVotes | AxisSums
) -> ClusterVariances:
    """The variances of mu by voter and prompt.

    ``diagonal`` (M) is that of the solver's matrix A, and ``steps`` (M x M) its inverse about the mean of each
    component: how far a pull on each model (columns) moves each mean (rows).
    """
    if isinstance(votes, AxisSums):
        return _variances_of_sums(solution, diagonal, steps, votes)

    def spread(clusters: Clusters) -> Floats:
        return spread_of(solution, diagonal, steps, votes, clusters)

    by_voter, freedom = spread(votes.voters), votes.voters.freedom
    if votes.prompts is None or votes.crossings is None:
        return ClusterVariances(by_voter, None, spread(Clusters.single(len(votes.site))), freedom)
    return ClusterVariances(by_voter, spread(votes.prompts), spread(votes.crossings), freedom, votes.prompts.freedom)


def spread_of(solution: Solution, diagonal: Floats, steps: Floats, votes: AxisVotes, clusters: Clusters) -> Floats:
    """The diagonal (M) of the sandwich estimate with these clusters; arguments as for ``cluster_variances``."""
    slope, unit = pulls_of(solution)
    products = cluster_products(
        clusters.order,
        clusters.sizes,
        votes.low,
        votes.high,
        votes.site,
        slope,
        held_of(solution),
        diagonal / power_of_two(solution.precision),
    )
    return np.asarray(((steps @ products) * steps).sum(axis=1) * unit**2, np.float64)


@compiled()
def cluster_products(  # noqa: PLR0917 - compiled code takes arrays, not records
    order: Ints,
    sizes: Ints,
    low: Ints,
    high: Ints,
    site: Ints,
    slope: Floats,
    weight: Floats,
    diagonal: Floats,
) -> Floats:
    """The sum over clusters of votes of (1 - h) x x^T (M x M), x being what a cluster would pull if it were left out.

    The votes are taken in ``order`` (N), the first ``sizes[0]`` of them as one cluster, and so on. Vote n pulls model
    ``low[n]`` up by ``slope[site[n]]`` and ``high[n]`` down, and adds ``weight[site[n]]`` to the precision of both,
    which is ``diagonal`` (M) in all. A cluster that holds the share h of all votes, and w of the precision of model i,
    has x_i = its pulls on i / (1 - w).
    """
    size, first = len(diagonal), 0
    products, pull, held = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    touched, seen = np.empty(size, np.int64), np.zeros(size, np.bool_)
    for votes in sizes:
        models = 0
        for vote in order[first : first + votes]:
            i, j, s = low[vote], high[vote], site[vote]
            for model in (i, j):
                if not seen[model]:
                    seen[model] = True
                    touched[models] = model
                    models += 1
                held[model] += weight[s]
            pull[i] += slope[s]
            pull[j] -= slope[s]
        first += votes
        rest = 1.0 - votes / len(order)
        for k in range(models):
            model = touched[k]
            pull[model] /= max(1.0 - held[model] / diagonal[model], LEAST_REST)
        for k in range(models):
            i = touched[k]
            for other in range(models):
                j = touched[other]
                products[i, j] += rest * (pull[i] * pull[j])
        for k in range(models):
            model = touched[k]
            pull[model] = held[model] = 0.0
            seen[model] = False
    return products


def _variances_of_sums(solution: Solution, diagonal: Floats, steps: Floats, votes: AxisSums) -> ClusterVariances:
    _, unit = pulls_of(solution)
    scaled = diagonal / power_of_two(solution.precision)

    def spread(products: Floats) -> Floats:
        return np.asarray(((steps @ products) * steps).sum(axis=1) * unit**2, np.float64)

    by_voter, freedom = spread(votes.voters.products(scaled)), votes.voters.freedom
    if votes.prompts is None or votes.crossings is None:
        return ClusterVariances(by_voter, None, spread(_products_of_votes(solution, scaled)), freedom)
    by_prompt, by_crossing = (spread(sums.products(scaled)) for sums in (votes.prompts, votes.crossings))
    return ClusterVariances(by_voter, by_prompt, by_crossing, freedom, votes.prompts.freedom)


def _products_of_votes(solution: Solution, diagonal: Floats) -> Floats:
    """The products where every vote is its own cluster, for which the counts are enough."""
    sites, (slope, _) = solution.sites, pulls_of(solution)
    low, high = np.minimum(sites.winner, sites.loser), np.maximum(sites.winner, sites.loser)
    up, down = (left_out(slope, held_of(solution), diagonal[model]) for model in (low, high))
    rest = sites.weight * (1.0 - 1.0 / max(float(sites.weight.sum()), 1.0))
    products = np.zeros((len(diagonal), len(diagonal)))
    np.add.at(products, (low, high), -rest * up * down)
    products += products.T
    np.add.at(products, (low, low), rest * up * up)
    np.add.at(products, (high, high), rest * down * down)
    return products


def student_quantile(freedom: float) -> float:
    """The 97.5% quantile of Student's t, to 1% at 2 degrees of freedom and to 0.1% from 4 on.

    The expansion about the normal quantile: M. Abramowitz and I. A. Stegun, "Handbook of mathematical functions",
    1964, formula 26.7.5.
    """
    z, n = Z_95, freedom
    terms = (
        z,
        (z**3 + z) / 4.0,
        (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0,
        (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0,
        (79.0 * z**9 + 776.0 * z**7 + 1482.0 * z**5 - 1920.0 * z**3 - 945.0 * z) / 92160.0,
    )
    return sum(term / n**power for power, term in enumerate(terms))

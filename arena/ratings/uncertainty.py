"""How sure a rating is: the standard errors that follow from votes with their voters and prompts.

The model's own covariance A^-1, A being the matrix of the solver's linear system, takes every vote as independent. The
variances of ``arena.ratings.clusters`` keep together what a voter said, and what was said on a prompt. Of the two the
larger is taken.

Up to ``DENSE_MODELS`` models all of it is exact, by matrices of models by models. On larger boards it is drawn:
``arena.ratings.draws``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import AxisSums, AxisVotes, ClusterVariances, cluster_variances
from arena.ratings.draws import DrawnCorrelation, DrawnCovariance, drawn_variances
from arena.ratings.outputs import part_of_outputs
from arena.ratings.pull_tables import DRAW, FIRST_WINS, SECOND_WINS
from arena.ratings.solver import DECIMALS, Solution, connected, inverse_permutation
from arena.ratings.system import DENSE_MODELS, System
from arena.ratings.tally import LARGEST_TABLE
from arena.ratings.voter_votes import SmallInts, VoterVotes
from arena.records import Intervals, VarianceShares

TINY = 1e-300
KEPT_DRAWS = 2**20
"""Random numbers that are kept for the next board of as many models."""
JITTER = 1e-9
"""Added to the diagonal of correlations: rounding may leave a matrix that is not quite positive definite."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard errors of mu in points (M), and the correlations of mu, in the order of the tally's models: M x M,
    drawn on a board of more than ``DENSE_MODELS``, or None where every mu is independent of the others.

    An error is about the mean of the model's connected component: votes compare models with each other, so they say
    nothing of how high all of them stand together.
    """

    error: Floats
    correlation: Floats | DrawnCorrelation | None
    intervals: Intervals = Intervals.MODEL
    """What the errors take account of."""
    prompts: int = 0
    """How many prompts the votes name."""
    variance: VarianceShares | None = None
    """What the variance comes from; None for the model's own."""
    freedom: float = math.inf
    """Degrees of freedom of the errors, for which they are widened already; infinite for the model's own."""

    def of_difference(self, first: int, second: int) -> float:
        """The standard error of mu of the first minus mu of the second."""
        a, b = float(self.error[first]), float(self.error[second])
        if isinstance(self.correlation, DrawnCorrelation):
            alike = self.correlation.of_pair(first, second)
        else:
            alike = float(first == second) if self.correlation is None else float(self.correlation[first, second])
        return math.sqrt(max(0.0, a * a + b * b - 2.0 * a * b * alike))

    def of_differences(self, first: int, others: Ints) -> Floats:
        """The standard errors of mu of the first minus mu of each of the others (N indexes)."""
        return self.of_pairs(np.full(len(others), first), others)

    def of_pairs(self, first: Ints, second: Ints) -> Floats:
        """The standard errors of mu of each of N models ``first`` minus mu of its ``second``."""
        a, b = self.error[first], self.error[second]
        variance = a * a + b * b - 2.0 * a * b * self._alike(first, second)
        return np.asarray(np.sqrt(np.maximum(variance, TINY)), np.float64)

    def _alike(self, first: Ints, second: Ints) -> Floats:
        """The correlation of mu of each of N models with its other."""
        if self.correlation is None:
            return np.asarray(first == second, np.float64)
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.of_pairs(first, second)
        found: Floats = self.correlation[first, second]
        return found

    def of(self, models: Ints) -> Uncertainty:
        """That of some of the models."""
        known = self.correlation
        chosen = known[np.ix_(models, models)] if isinstance(known, np.ndarray) else known and known.of(models)
        return replace(self, error=self.error[models], correlation=chosen)

    @property
    def matrix(self) -> Floats:
        """The correlations as a matrix (M x M) in any case."""
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.matrix
        return np.eye(len(self.error)) if self.correlation is None else self.correlation

    def drawn(self, draws: int) -> Floats:
        """Draws (R x M) of standard normal numbers with these correlations, always the same ones.

        They are as many as asked for, but where correlations are drawn themselves: then those draws.
        """
        if isinstance(self.correlation, DrawnCorrelation):
            return self.correlation.drawn()
        size = len(self.error)
        normal = (_kept_normal if draws * size <= KEPT_DRAWS else standard_normal)(draws, size)
        if self.correlation is None:
            return normal
        return np.asarray(normal @ np.linalg.cholesky(self.correlation + JITTER * np.eye(len(self.error))).T)


def standard_normal(draws: int, size: int) -> Floats:
    """R x size. numpy promises that the stream of RandomState never changes; default_rng's may."""
    return np.random.RandomState(0).standard_normal((draws, size))


_kept_normal = lru_cache(maxsize=8)(standard_normal)


def independent(sigma: Floats) -> Uncertainty:
    """What there is to say without the solver's matrix: sigma itself, model by model."""
    return Uncertainty(sigma, None)


def axis_votes(solution: Solution, votes: VoterVotes, rows: Ints, models: Ints) -> AxisVotes:
    """An axis's ``rows`` of the votes, voter by voter; ``models`` (M) are the codes of its models."""
    first, second = votes.first[rows], votes.second[rows]
    low, high, site = sites_of(solution, first, second, votes.outcome[rows], models)
    outputs = None
    if votes.outputs is not None:
        outputs = votes.outputs[rows]
        position = _positions(solution, models)
        turned = position[first] > position[second]
        outputs[turned] = outputs[turned][:, ::-1]
    return AxisVotes.of(low, high, site, votes.voter[rows], votes.prompt[rows], outputs)


def sites_of(
    solution: Solution, first: SmallInts, second: SmallInts, said: SmallInts, models: Ints
) -> tuple[Ints, Ints, Ints]:
    """Where votes (N: codes of two models, and the outcome as in ``VoterVotes``) belong in a solution that has some of
    each kind: the canonical positions of the earlier and the later model, and the index of the site.

    ``models`` (M) are the codes of the solution's models.
    """
    sites, size = solution.sites, len(models)
    position = _positions(solution, models)
    one, other = position[first], position[second]
    outcome = said.astype(np.int64)
    swapped = (one > other) & (outcome != DRAW)
    outcome[swapped] = (FIRST_WINS + SECOND_WINS) - outcome[swapped]
    low, high = np.minimum(one, other), np.maximum(one, other)
    # Sites are sorted by pair and then outcome, and each vote looks up the one with its own.
    kind = np.where(sites.draw, DRAW, np.where(sites.winner < sites.loser, FIRST_WINS, SECOND_WINS))
    pair = np.minimum(sites.winner, sites.loser) * size + np.maximum(sites.winner, sites.loser)
    return low, high, _look_up(pair * 3 + kind, (low * size + high) * 3 + outcome, size * size * 3)


def _positions(solution: Solution, models: Ints) -> Ints:
    """The canonical position of each model by its code."""
    position = np.zeros(int(models.max(initial=0)) + 1, np.int64)
    position[models[solution.sites.order]] = np.arange(len(models))
    return position


def _look_up(known: Ints, asked: Ints, limit: int) -> Ints:
    """The index of each asked key among the known ones, which rise and stay below ``limit``."""
    if limit > LARGEST_TABLE:
        return np.searchsorted(known, asked)
    table = np.zeros(limit, np.int64)
    table[known] = np.arange(len(known))
    return table[asked]


def uncertainty_of(solution: Solution, prior_sigma: float, votes: AxisVotes | AxisSums) -> Uncertainty:
    """Standard errors that respect voters and prompts, or the model's own where they are larger.

    Correlations are the model's, so that the covariance is positive semi-definite whatever the errors are; the sum and
    difference of three estimates need not be. ``prior_sigma`` is in points. Errors are rounded to 9 decimals, like mu
    and sigma.
    """
    if len(solution.mu) > DENSE_MODELS:
        return _drawn_uncertainty(solution, prior_sigma, votes)
    matrix = system_matrix(solution, prior_sigma)
    group = connected(len(matrix), solution.sites.winner, solution.sites.loser)
    # A common rise of all models changes no vote, so its uncertainty, which is the prior's, is left out.
    steps = _about_means(np.asarray(np.linalg.inv(_without_common_rise(matrix, group)), np.float64), group)
    covariance = _about_means(steps.T, group)
    scale = np.sqrt(np.diag(covariance))
    # M^2 correlations are more than the voters of a board can tell, so they are the model's.
    correlation = covariance / np.maximum(np.outer(scale, scale), TINY)
    # A few voters who happen to agree must not make a rating surer than so many votes can.
    variances = cluster_variances(solution, np.diag(matrix), steps, votes)
    error = np.sqrt(np.maximum(np.diag(covariance), variances.widened))
    position = inverse_permutation(solution.sites.order)
    return _told(solution, votes, error[position], correlation[np.ix_(position, position)], variances)


def _drawn_uncertainty(solution: Solution, prior_sigma: float, votes: AxisVotes | AxisSums) -> Uncertainty:
    """The same for a board of more than ``DENSE_MODELS`` models."""
    system, sites = System.of(solution, prior_sigma), solution.sites
    covariance = DrawnCovariance.of(system)
    variances = drawn_variances(solution, system, votes)
    position = inverse_permutation(sites.order)
    variance = np.maximum(covariance.variance, variances.widened)[position]
    # Nothing tells the models of one class apart, so they must not differ by their draws.
    of_class = np.bincount(sites.classes, variance) / np.bincount(sites.classes)
    correlation = DrawnCorrelation(covariance, position)
    return _told(solution, votes, np.sqrt(of_class[sites.classes]), correlation, variances)


def _told(
    solution: Solution,
    votes: AxisVotes | AxisSums,
    error: Floats,
    correlation: Floats | DrawnCorrelation,
    variances: ClusterVariances,
) -> Uncertainty:
    return Uncertainty(
        np.round(error, DECIMALS).astype(np.float64),
        correlation,
        Intervals.BY_VOTER if votes.prompts is None else Intervals.BY_VOTER_AND_PROMPT,
        votes.named,
        variances.shares(part_of_outputs(solution, votes) if isinstance(votes, AxisVotes) else None),
        variances.freedom,
    )


def system_matrix(solution: Solution, prior_sigma: float) -> Floats:
    """A of the solver's linear system (M x M), in canonical order: the precision of the means given all sites."""
    sites, size = solution.sites, len(solution.mu)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (sites.winner, sites.loser), -sites.weight * solution.precision)
    matrix += matrix.T
    matrix[np.diag_indices(size)] = prior_sigma**-2 - matrix.sum(axis=1)
    return matrix


def _without_common_rise(matrix: Floats, group: Ints) -> Floats:
    """The matrix A (M x M) made stiff against a common rise of each group, which A resists by the prior alone.

    A common rise is an eigenvector of A, so this changes nothing about the means of the groups; but under a wide prior
    the inverse of A would be all but the common rise, and the rest of it rounding errors.
    """
    together = group[:, None] == group[None, :]
    size = together.sum(axis=1)
    return matrix + np.where(together & (size > 1), np.diag(matrix).mean() / size, 0.0)


def _about_means(rows: Floats, group: Ints) -> Floats:
    """The rows of a matrix (M x M) less the mean row of their group; a lone model keeps its own."""
    centred = rows.copy()
    names, sizes = np.unique(group, return_counts=True)
    for name in names[sizes > 1]:
        members = np.flatnonzero(group == name)
        centred[members] -= rows[members].mean(axis=0)
    return centred

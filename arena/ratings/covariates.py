"""What else explains a win: covariates on the difference between two models, fitted together with their strengths.

The difference of two performances has the mean

    s_i - s_j + x' b

x being what sets the two pictures of a battle apart, and b how much a unit of each of it is worth, in points. Noise and
margin of ties are those of the ratings, so that without covariates this is the model of the ratings again; strengths
have their prior, and so have effects. All of it is fitted at once by Newton's method to the largest posterior density,
which has one peak, since the likelihood is log-concave (J. W. Pratt, "Concavity of the log likelihood", Journal of the
American Statistical Association 76, 1981). Votes with equal models, covariates and outcome are one row with a weight.

The covariance of b is the sandwich estimate of ``arena.ratings.clusters`` with the votes of a voter, and those on a
prompt, taken together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arena.errors import RatingsError
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.clusters import Clusters, ClusterVariances
from arena.ratings.kernels import outcome_losses

MOST_STEPS = 100
TOLERANCE = 1e-8
"""Of the last step, in points."""
ROWS_AT_ONCE = 65_536
"""Of the covariates' products: all of them would be a second copy of the covariates."""
LEAST_SPREAD = 1e-3
"""Of the prior of a group of effects, in points: a group without any effect comes to this."""
SHRINKING_STEPS = 15
"""After so many the prior stays as it is: near nothing it may go back and forth, and no forecast tells the difference.
"""
SETTLED = 1e-2
"""The relative change of a prior's precision from which it is left as it is."""


@dataclass(frozen=True, slots=True)
class CovariateRows:
    """Distinct kinds of votes (R): two models, their covariates, an outcome, and how many votes are alike.

    ``first`` and ``second`` index M models. ``x`` (R x K) is that of the first less that of the second. ``sign`` is 1
    where the first won or neither did, and -1 where the second won.
    """

    first: Ints
    second: Ints
    x: Floats
    sign: Floats
    draw: Flags
    weight: Floats

    def without(self) -> CovariateRows:
        """The same votes without covariates."""
        return CovariateRows(self.first, self.second, self.x[:, :0], self.sign, self.draw, self.weight)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The noise of a difference (a standard deviation) and the margin of ties, in points."""

    noise: float
    margin: float

    def of(self, rows: CovariateRows, gap: Floats) -> tuple[Floats, Floats, Floats]:
        """For each row the loss -log P of its outcome at this mean difference (R), its slope downwards in the gap, and
        its curvature.
        """
        loss, slope, curvature = outcome_losses(rows.sign * gap / self.noise, rows.draw, self.margin / self.noise)
        return loss, rows.sign * slope / self.noise, curvature / self.noise**2


@dataclass(frozen=True)
class CovariateFit:
    """Strengths (M) and effects (K) in points, and what they were fitted with.

    ``hessian`` is the matrix of second derivatives (M + K squared) of minus the log posterior; ``slope`` (R) is how
    strongly one vote of each row pulls its first model up.
    """

    rows: CovariateRows
    strengths: Floats
    effects: Floats
    hessian: Floats
    slope: Floats

    @cached_property
    def inverse(self) -> Floats:
        """The model's own covariance (M + K squared), which takes every vote as independent."""
        return np.asarray(np.linalg.inv(self.hessian), np.float64)

    def loss(self, rows: CovariateRows, likelihood: Likelihood) -> float:
        """The mean loss -log P of a vote of these rows, which may be others than those of the fit."""
        return float(np.average(likelihood.of(rows, self.gap(rows))[0], weights=rows.weight))

    def gap(self, rows: CovariateRows) -> Floats:
        """The mean difference that is expected of each row (R)."""
        gap: Floats = self.strengths[rows.first] - self.strengths[rows.second] + rows.x @ self.effects
        return gap

    def covariance(self, row: Ints, voters: Clusters, prompts: Clusters | None, crossings: Clusters | None) -> Floats:
        """The covariance of the effects (K x K).

        ``row`` (N) is the row of each vote, and the clusters are of the same votes. Variances are the larger of the
        sandwich estimate, widened for few clusters, and the model's own; correlations are the model's.
        """
        size = len(self.strengths)
        own = self.inverse[size:, size:]
        errors = np.sqrt(np.diag(own))
        if not len(row):
            return own
        pulls = self._pulls()

        def spread(clusters: Clusters) -> Floats:
            # As in cr2 of ``arena.ratings.clusters``'s source: the fit follows a cluster by its share of all votes.
            follows = np.sqrt(np.maximum(1.0 - clusters.sizes / len(row), 1e-6))
            starts = np.concatenate([[0], np.cumsum(clusters.sizes)[:-1]])
            ordered = row[clusters.order]
            return np.array([((np.add.reduceat(pull[ordered], starts) / follows) ** 2).sum() for pull in pulls])

        if prompts is None or crossings is None:
            variances = ClusterVariances(spread(voters), None, spread(Clusters.single(len(row))), voters.freedom)
        else:
            each = spread(voters), spread(prompts), spread(crossings)
            variances = ClusterVariances(*each, voters.freedom, prompts.freedom)
        wide = np.sqrt(np.maximum(variances.widened, errors**2))
        return np.asarray(own * np.outer(wide / errors, wide / errors), np.float64)

    def _pulls(self) -> Floats:
        """How far one vote of each row moved the effects (K x R): the inverse Hessian times its slope."""
        size, rows = len(self.strengths), self.rows
        to_models = self.inverse[size:, :size]
        moved = to_models[:, rows.first] - to_models[:, rows.second] + self.inverse[size:, size:] @ rows.x.T
        return np.asarray(moved * self.slope, np.float64)

    @property
    def follow(self) -> Floats:
        """How far the strengths move for a point of each effect (M x K), all votes given."""
        size = len(self.strengths)
        return np.asarray(-np.linalg.solve(self.hessian[:size, :size], self.hessian[:size, size:]), np.float64)


def fit_covariates(
    rows: CovariateRows,
    models: int,
    likelihood: Likelihood,
    prior: float,
    spreads: Floats,
    *,
    groups: Ints | None = None,
) -> CovariateFit:
    """Fit strengths and effects.

    ``prior`` is the standard deviation of a strength before any vote, ``spreads`` (K) that of each effect. Effects of
    one of the ``groups`` (K numbers, 0 for none) have one spread together, that under which the votes are likeliest; it
    begins at theirs and never exceeds it (D. J. C. MacKay, "Bayesian interpolation", Neural Computation 4, 1992).
    Raises RatingsError where the fit does not converge.
    """
    precision = np.concatenate([np.full(models, prior**-2.0), spreads**-2.0])
    shrinking: list[Ints] = (
        [] if groups is None else [np.flatnonzero(groups == group) for group in np.unique(groups[groups > 0])]
    )
    found, value = np.zeros(len(precision)), np.inf
    for number in range(MOST_STEPS):
        value, gradient, hessian, slope = _derivatives(rows, models, likelihood, precision, found)
        step = np.linalg.solve(hessian, gradient)
        size, moved = 1.0, found
        while size > 1e-6:
            moved = found + size * step
            if _value(rows, models, likelihood, precision, moved) <= value + 1e-9 * (1.0 + abs(value)):
                break
            size *= 0.5
        found = moved
        changed = 0.0
        if number < SHRINKING_STEPS:
            for group in shrinking:
                least = float(spreads[group[0]] ** -2.0)
                changed = max(changed, _shrink(precision, group + models, found, hessian, least))
        if max(float(np.abs(size * step).max(initial=0.0)), changed) <= TOLERANCE:
            return CovariateFit(rows, found[:models], found[models:], hessian, slope)
    raise RatingsError("effects of pictures do not converge", hint="report the votes: this should not happen")


def _shrink(precision: Floats, group: Ints, found: Floats, hessian: Floats, least: float) -> float:
    """Give the effects of a group the precision that fits them best, in place, but no lower one than ``least``; by how
    much, relative, it changed.
    """
    before = float(precision[group[0]])
    variances = np.diag(np.linalg.inv(hessian))[group]
    # How many of them the votes decide, and not the prior.
    decided = max(float(len(group) - before * variances.sum()), 1e-9)
    after = float(np.clip(decided / max(float((found[group] ** 2).sum()), 1e-12), least, LEAST_SPREAD**-2.0))
    if abs(after / before - 1.0) <= SETTLED:
        return 0.0
    precision[group] = after
    return abs(after / before - 1.0)


def _gap(rows: CovariateRows, models: int, found: Floats) -> Floats:
    gap: Floats = found[rows.first] - found[rows.second] + rows.x @ found[models:]
    return gap


def _value(rows: CovariateRows, models: int, likelihood: Likelihood, precision: Floats, found: Floats) -> float:
    """Minus the log posterior, but for a constant."""
    loss = likelihood.of(rows, _gap(rows, models, found))[0]
    return float(loss @ rows.weight + 0.5 * (precision * found**2).sum())


def _derivatives(
    rows: CovariateRows, models: int, likelihood: Likelihood, precision: Floats, found: Floats
) -> tuple[float, Floats, Floats, Floats]:
    """Minus the log posterior; minus its gradient and its Hessian (M + K); and the slope of one vote of each row."""
    loss, slope, curvature = likelihood.of(rows, _gap(rows, models, found))
    pull, stiff, covariates = slope * rows.weight, curvature * rows.weight, rows.x.shape[1]
    gradient = np.concatenate([_by_model(rows, models, pull), rows.x.T @ pull]) - precision * found
    hessian = np.zeros((len(precision), len(precision)))
    pairs = np.bincount(rows.first * models + rows.second, stiff, models * models).reshape(models, models)
    hessian[:models, :models] = -(pairs + pairs.T)
    hessian[np.arange(models), np.arange(models)] += pairs.sum(axis=0) + pairs.sum(axis=1)
    if covariates:
        for column in range(covariates):
            hessian[:models, models + column] = _by_model(rows, models, stiff * rows.x[:, column])
        hessian[models:, :models] = hessian[:models, models:].T
        for start in range(0, len(stiff), ROWS_AT_ONCE):
            part = rows.x[start : start + ROWS_AT_ONCE]
            hessian[models:, models:] += (part * stiff[start : start + ROWS_AT_ONCE, None]).T @ part
    hessian[np.diag_indices(len(precision))] += precision
    value = float(loss @ rows.weight + 0.5 * (precision * found**2).sum())
    return value, gradient, hessian, slope


def _by_model(rows: CovariateRows, models: int, values: Floats) -> Floats:
    """The sum over rows of what is given to the first model and taken from the second (M)."""
    given, taken = (np.bincount(side, values, models) for side in (rows.first, rows.second))
    return np.asarray(given - taken, np.float64)

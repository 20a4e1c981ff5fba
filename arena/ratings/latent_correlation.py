"""How far two sets of strengths agree that are known with errors: the correlation of what is behind them.

The correlation of estimates is too low, the more so the fewer votes they rest on (C. Spearman, "The proof and
measurement of association between two things", American Journal of Psychology 15, 1904). Here the strengths of a model
on two boards are taken as normal with a correlation r, and its estimates as these strengths plus errors of known size;
r is where that is likeliest, the spreads of both boards fitted with it, and its interval is where the likelihood is not
much less (the profile likelihood, with the quantile of Student's t for few models).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Floats
from arena.ratings.clusters import Z_95

LEAST_MODELS = 4
"""A correlation of three would say nothing."""
CANDIDATES = np.tanh(np.linspace(-3.0, 3.0, 61))
"""Correlations between -1 and 1 that are tried, in equal steps on Fisher's scale."""
SPREADS = np.geomspace(0.05, 1.4, 12)
"""Of the strengths, as a share of the estimates' own standard deviation, which has the errors in it."""
MOST_OVERLAP = 0.999
"""Of two boards from the very same votes: with all of it their errors would be one, and have no density."""
FINER = np.geomspace(0.75, 1.0 / 0.75, 7)
"""Around the best of these."""


@dataclass(frozen=True, slots=True)
class KnownStrengths:
    """Estimates of the strengths of M models, and their standard errors."""

    mu: Floats
    error: Floats


def latent_correlation(one: KnownStrengths, other: KnownStrengths, overlap: float) -> tuple[float, float, float]:
    """The correlation of the strengths of the same ``LEAST_MODELS`` models or more, and its 95% interval.

    ``overlap`` is the correlation of the errors of a model's two estimates: the share of votes that both rest on.
    """
    candidates = np.concatenate([[-1.0], CANDIDATES, [1.0]])
    spread = [each.mu.std() for each in (one, other)]
    if min(spread) < 1e-9:
        return 0.0, -1.0, 1.0
    units = [
        KnownStrengths(each.mu / unit, np.maximum(each.error / unit, 1e-3))
        for each, unit in zip((one, other), spread, strict=True)
    ]
    errors = min(overlap, MOST_OVERLAP) * units[0].error * units[1].error
    profile = np.array([_profile(units[0], units[1], errors, candidate) for candidate in candidates])
    best = int(profile.argmax())
    limit = profile[best] - _student(len(one.mu) - 2) ** 2 / 2.0
    inside = np.flatnonzero(profile >= limit)
    low, high = (
        _crossing(candidates, profile, limit, int(inner), int(outer))
        for inner, outer in ((inside[0], inside[0] - 1), (inside[-1], inside[-1] + 1))
    )
    return _peak(candidates, profile, best), low, high


def _profile(one: KnownStrengths, other: KnownStrengths, errors: Floats, correlation: float) -> float:
    """The largest log likelihood of this correlation over the spreads of both, but for a constant.

    ``errors`` (M) are the covariances of the errors of each model.
    """
    spreads = np.stack([grid.ravel() for grid in np.meshgrid(SPREADS, SPREADS)])
    value = _log_likelihood(one, other, errors, correlation, spreads)
    best = spreads[:, int(value.argmax())]
    finer = np.stack([grid.ravel() for grid in np.meshgrid(best[0] * FINER, best[1] * FINER)])
    return float(_log_likelihood(one, other, errors, correlation, finer).max())


def _log_likelihood(
    one: KnownStrengths, other: KnownStrengths, errors: Floats, correlation: float, spreads: Floats
) -> Floats:
    """Of each two spreads (2 x K); means are where each board alone has them."""
    parts = []
    for each, spread in zip((one, other), spreads, strict=True):
        variance = spread[:, None] ** 2 + each.error**2
        mean = (each.mu / variance).sum(axis=1) / (1.0 / variance).sum(axis=1)
        parts.append((variance, each.mu - mean[:, None]))
    (left, x), (right, y) = parts
    between = correlation * spreads.prod(axis=0)[:, None] + errors
    determinant = left * right - between**2
    distance = (right * x**2 - 2.0 * between * x * y + left * y**2) / determinant
    return np.asarray(-0.5 * (np.log(determinant) + distance).sum(axis=1), np.float64)


def _peak(candidates: Floats, profile: Floats, best: int) -> float:
    """Where a parabola through the best candidate and its neighbours is highest, on Fisher's scale."""
    if not 1 < best < len(candidates) - 2:
        return float(candidates[best])
    below, at, above = profile[best - 1 : best + 2]
    bend = below - 2.0 * at + above
    step = 0.5 * (below - above) / bend if bend < 0 else 0.0
    apart = math.atanh(candidates[best + 1]) - math.atanh(candidates[best])
    return math.tanh(math.atanh(candidates[best]) + step * apart)


def _crossing(candidates: Floats, profile: Floats, limit: float, inner: int, outer: int) -> float:
    """Where the profile falls below the limit between two candidates, of which ``inner`` is above it."""
    if not 0 <= outer < len(candidates):
        return float(candidates[inner])
    part = (profile[inner] - limit) / (profile[inner] - profile[outer])
    return float(candidates[inner] + part * (candidates[outer] - candidates[inner]))


def _student(freedom: int) -> float:
    """The 97.5% quantile of Student's t, by the expansion of Fisher and Cornish; 1% off with 2 degrees of freedom."""
    z = Z_95
    terms = (
        (z**3 + z) / 4.0,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96.0,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384.0,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160.0,
    )
    return z + sum(term / float(freedom**power) for power, term in enumerate(terms, 1))

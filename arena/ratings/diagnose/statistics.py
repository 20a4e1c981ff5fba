"""Tails of distributions, tests of groups of votes, and how several tests share one rate of false alarms.

The tails are approximations good to a few per cent of p from p = 0.5 down to 1e-12, which decides no verdict otherwise;
they spare the program a dependency of its own size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from arena.ratings.arrays import Flags, Floats, Ints

NORMAL = NormalDist()
LEAST_P = 1e-300


def normal_tail(z: float) -> float:
    """P(a standard normal exceeds z)."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def t_tail(t: float, degrees: float) -> float:
    """P(Student's t exceeds t): the normal tail at sqrt(d log(1 + t^2 / d)) (8 d + 1) / (8 d + 3), with the sign of t.

    D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Annals of
    Mathematical Statistics 30 (1959). ``degrees`` is 1 or more.
    """
    d = max(degrees, 1.0)
    z = math.sqrt(d * math.log1p(t * t / d)) * (8.0 * d + 1.0) / (8.0 * d + 3.0)
    return normal_tail(math.copysign(z, t))


def chi_square_tail(x: float, degrees: float) -> float:
    """P(chi-square exceeds x), by the cube root of E. B. Wilson and M. M. Hilferty (PNAS 17, 1931)."""
    if degrees <= 0.0 or x <= 0.0:
        return 1.0
    spread = 2.0 / (9.0 * degrees)
    return normal_tail(((x / degrees) ** (1.0 / 3.0) - (1.0 - spread)) / math.sqrt(spread))


def bridge_tail(x: float) -> float:
    """P(the largest absolute value of a Brownian bridge exceeds x): Kolmogorov, 1933."""
    if x < 0.2:
        return 1.0
    terms = range(1, 101)
    return min(1.0, max(0.0, 2.0 * sum((-1.0) ** (k - 1) * math.exp(-2.0 * (k * x) ** 2) for k in terms)))


def poisson_tail(count: int, mean: float) -> float:
    """P(a Poisson variable of this mean is ``count`` or more), by its relation to chi-square."""
    if count <= 0:
        return 1.0
    if mean <= 0.0:
        return LEAST_P
    if count < 50:
        below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count))
        # Far in the tail 1 - below has no digits left: the first term bounds the rest from above within a factor.
        first = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        return min(1.0, max(1.0 - below, first))
    return 1.0 - chi_square_tail(2.0 * mean, 2.0 * count)


def several(p: float, tests: int) -> float:
    """The chance that the smallest of so many p is ``p`` or less: Sidak's 1 - (1 - p)^n, exact where independent."""
    if p >= 1.0 or tests < 1:
        return 1.0
    return max(LEAST_P, -math.expm1(tests * math.log1p(-p)))


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Adjusted p: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 (1979).

    Calling all of 5% and less a finding errs on a board without defects in 5% of cases at most, whatever the dependence
    between the tests. None stays None, and counts as no test.
    """
    known = sorted((value, index) for index, value in enumerate(p) if value is not None)
    adjusted: list[float | None] = [None] * len(p)
    largest = 0.0
    for rank, (value, index) in enumerate(known):
        largest = max(largest, min(1.0, value * (len(known) - rank)))
        adjusted[index] = largest
    return adjusted


def group_sums(group: Ints, values: Floats, size: int) -> Floats:
    """The sum of the values (N) of each group from 0 to ``size`` - 1."""
    return np.bincount(group, values, size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class GroupTests:
    """How far each of G groups is from what the others are like.

    ``z`` (G) are normal scores of the groups that were ``tested``, and NaN for others; ``spread`` is the standard
    deviation between groups that chance within them does not explain, in the unit of the sums' weights.
    """

    z: Floats
    tested: Flags
    spread: float

    @property
    def tests(self) -> int:
        return int(self.tested.sum())

    def p_lowest(self) -> float:
        """The chance that a group is as far below the others as the lowest, by chance."""
        return several(normal_tail(-float(np.nanmin(self.z))), self.tests) if self.tests else 1.0

    def p_highest(self) -> float:
        """The same of the highest."""
        return several(normal_tail(float(np.nanmax(self.z))), self.tests) if self.tests else 1.0

    def p_farthest(self) -> float:
        """The same of the one that is farthest on either side."""
        farthest = float(np.nanmax(np.abs(self.z))) if self.tests else 0.0
        return several(min(1.0, 2.0 * normal_tail(farthest)), self.tests)


def outlying_groups(
    sums: Floats, variance: Floats, weight: Floats, tested: Flags, owner: Ints | None = None
) -> GroupTests:
    """Groups that are farther from the rest than groups differ among each other.

    The sum of a group has mean 0, ``variance`` by chance, and weight^2 spread^2 by what is the group's own. The spread
    is estimated by moments without the group that is judged (R. DerSimonian and N. Laird, Controlled Clinical Trials 7,
    1986), for else a group far out would hide itself; with few groups its t has few degrees of freedom. ``owner`` (G)
    numbers whom groups belong to: then the spread is that of the groups of all others.
    """
    z = np.full(len(sums), np.nan)
    index = np.flatnonzero(tested)
    if not len(index):
        return GroupTests(z, tested, 0.0)
    excess, square = sums[index] ** 2 - variance[index], weight[index] ** 2
    # Weighted by 1 / (variance + common spread), so that one large group does not decide on the spread of all.
    share = 1.0 / (variance[index] + square * max(0.0, float(excess.sum() / max(square.sum(), 1e-12)))) ** 2
    top, bottom = excess * square * share, square * square * share
    theirs = np.arange(len(index)) if owner is None else owner[index]
    own_top, own_bottom = (group_sums(theirs, values, int(theirs.max()) + 1)[theirs] for values in (top, bottom))
    others = np.maximum(0.0, (top.sum() - own_top) / np.maximum(bottom.sum() - own_bottom, 1e-12))
    score = sums[index] / np.sqrt(variance[index] + others * square)
    # What the spread is worth in degrees of freedom: groups whose sums say something of it.
    told = float(bottom.sum() ** 2 / max((bottom**2).sum(), 1e-300))
    mixed = others * square / (variance[index] + others * square)
    for place, (value, part) in enumerate(zip(score.tolist(), mixed.tolist(), strict=True)):
        degrees = max(2.0, told - 1.0) / max(part * part, 1e-9)
        tail = max(LEAST_P, t_tail(abs(value), degrees))
        z[index[place]] = math.copysign(-NORMAL.inv_cdf(min(tail, 0.5)) if tail > 1e-15 else abs(value), value)
    spread = math.sqrt(max(0.0, float(top.sum() / max(bottom.sum(), 1e-12))))
    return GroupTests(z, tested, spread)


def chi_square_quantile(p: float, degrees: float) -> float:
    """The value that chi-square stays below with probability p, by the same cube root."""
    spread = 2.0 / (9.0 * degrees)
    return degrees * max(1e-9, 1.0 - spread + NORMAL.inv_cdf(p) * math.sqrt(spread)) ** 3

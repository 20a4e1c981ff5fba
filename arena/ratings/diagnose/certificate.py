"""How many votes at least it takes to change the first place: a bound that is proved, beside the greedy one.

It is about the mode of TrueSkill's model, the strengths theta that make prior and votes likeliest, of the models with
30 rated votes or more and the votes between these. Each vote n adds the loss l_n = -log P(its outcome), a convex
function of the gap of its two models, and F is the sum of all losses and of (theta - mu)^2 / (2 sigma^2). The margin
for ties stays as it is. The published score, mu - 3 sigma, is another statistic, for which nothing is proved here.

**Removal.** Let theta^ be the mode, F^ = F(theta^), and model a first in it. Say that without the votes R, |R| = k, the
mode is theta' and some b is level with a or above: F_R = F - sum over R of l_n is least at theta'. F_R is convex, so
F_R <= F_R(theta^) on the whole way from theta^ to theta'. F rises along it from F^ to F(theta') >= F^ + D, D being how
far F must rise before any b is level with a. So for each L <= D some point of the way has F = F^ + L, and there

    sum over R of (l_n - l_n(theta^))  =  F - F^ - (F_R - F_R(theta^))  >=  L.

If M_n bounds l_n - l_n(theta^) wherever F <= F^ + L, the k largest M_n add up to L or more. Hence: **where they add up
to less, no removal of k votes changes who is first.**

**Addition** of votes A: F + sum over A of l_n in place of F_R gives sum over A of (l_n(theta^) - l_n) >= L. A convex
loss falls by no more than its slope at theta^ times the way that its gap moves, so k such products must reach L.

**What is needed where F <= F^ + L.** Let H be the Hessian of F with each curvature replaced by its least value while no
gap p has moved by more than r_p. As long as that holds from theta^ to theta, Taylor's formula gives F - F^ >=
(theta - theta^)^T H (theta - theta^) / 2, and by Cauchy and Schwarz a gap has moved by sqrt(2 L R_p) at most, where R_p
is the variance of the gap under the inverse of H. If sqrt(2 L R_p) < r_p for all p, no point with F <= F^ + L lies
outside: the way there would leave the box somewhere, having stayed in the set, which is convex. Likewise D >= L if
gap_b^2 / (2 R_b) > L for every b, gap_b being how far a is above b.

The curvature of a win falls with the gap, so it is least at the far end. That of a tie is 1 less the variance of a
normal variable cut to an interval as wide as the margin, which is largest with the interval in the middle: so it is
least at an even gap, or at the end that is nearest to it. A convex loss is largest at one of the two ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.kernels import outcome_losses

LEAST_VOTES = 30
"""Rated votes of the models that the bound is about: of others a single vote may move the strength by any amount."""
LARGEST = 150
"""Models that the bound is about at most, those with most votes."""
LEVELS = (0.95, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.1, 0.05)
"""Of the rise at which the first place would change if curvatures stayed: each level gives a bound, the best counts."""
WIDER = 1.02
BOX_STEPS = 40
NEWTON_STEPS = 100
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Certificate:
    """No removal of ``removed`` votes, and no addition of ``added``, changes who is first of so many ``models``."""

    models: int
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class _Losses:
    """The votes between M models as S sites: the first and second model, whether a tie, and how many votes (S each).

    The first has won where it is no tie. ``noise`` and ``margin`` are in points, and so is the prior's ``sigma``.
    """

    first: Ints
    second: Ints
    tie: Flags
    votes: Floats
    size: int
    noise: float
    margin: float
    sigma: float

    def at(self, gap: Floats) -> tuple[Floats, Floats, Floats]:
        """Loss, slope against a rise of the gap, and curvature of one vote of each site, for these gaps (S)."""
        loss, slope, curvature = outcome_losses(gap / self.noise, self.tie, self.margin / self.noise)
        return loss, slope / self.noise, curvature / self.noise**2

    def gaps(self, theta: Floats) -> Floats:
        return np.asarray(theta[self.first] - theta[self.second])

    def hessian(self, curvature: Floats) -> Floats:
        """M x M, with these curvatures of one vote of each site (S)."""
        matrix = np.zeros((self.size, self.size))
        np.add.at(matrix, (self.first, self.second), -self.votes * curvature)
        matrix += matrix.T
        matrix[np.diag_indices(self.size)] = self.sigma**-2 - matrix.sum(axis=1)
        return matrix

    def mode(self) -> Floats | None:
        """The mode (M), about the prior's mean; None where Newton's method, with halved steps, does not get there."""
        theta = np.zeros(self.size)
        value = self._total(theta)
        for _ in range(NEWTON_STEPS):
            _, slope, curvature = self.at(self.gaps(theta))
            down = np.bincount(self.first, self.votes * slope, self.size)
            down -= np.bincount(self.second, self.votes * slope, self.size)
            step = np.linalg.solve(self.hessian(curvature), down - theta / self.sigma**2)
            if float(np.abs(step).max()) < 1e-9:
                return theta
            for _ in range(30):
                tried = self._total(theta + step)
                # The sum has no more digits: without this slack the last steps would be halved for ever.
                if np.isfinite(tried) and tried <= value + ROUNDING * abs(value):
                    break
                step /= 2.0
            theta, value = theta + step, self._total(theta + step)
        return None

    def _total(self, theta: Floats) -> float:
        return float(self.votes @ self.at(self.gaps(theta))[0] + (theta**2).sum() / (2.0 * self.sigma**2))

    def least_curvature(self, gap: Floats, reach: Floats) -> Floats:
        """The least curvature of one vote of each site while its gap is within ``reach`` of ``gap``."""
        nearest = np.sign(gap) * np.maximum(0.0, np.abs(gap) - reach)
        return self.at(np.where(self.tie, nearest, gap + reach))[2]


def certify(  # noqa: PLR0917 - counts, and the model's three numbers
    first: Ints, second: Ints, counts: Ints, leader: int, noise: float, margin: float, sigma: float
) -> Certificate | None:
    """The bound for pairs of models (P), counts of wins, losses and ties (P x 3), and the model that is ``leader``.

    None where it is not first in the mode of the models with 30 votes or more, or not among them.
    """
    rated = np.bincount(np.concatenate([first, second]), np.tile(counts.sum(axis=1), 2))
    chosen = np.argsort(-rated, kind="stable")[:LARGEST]
    chosen = np.sort(chosen[rated[chosen] >= LEAST_VOTES])
    if leader not in chosen or len(chosen) < 2 or (margin <= 0.0 and counts[:, 2].any()) or not np.isfinite(margin):
        return None
    position = np.full(len(rated), -1)
    position[chosen] = np.arange(len(chosen))
    kept = np.flatnonzero((position[first] >= 0) & (position[second] >= 0))
    low, high, counts = position[first[kept]], position[second[kept]], counts[kept]
    cast = counts.T.ravel()
    voted = cast > 0
    losses = _Losses(
        first=np.concatenate([low, high, low])[voted],
        second=np.concatenate([high, low, high])[voted],
        tie=np.repeat([False, False, True], len(low))[voted],
        votes=cast[voted].astype(np.float64),
        size=len(chosen),
        noise=noise,
        margin=margin,
        sigma=sigma,
    )
    mode, lead = losses.mode(), int(position[leader])
    if mode is None or (np.delete(mode, lead) >= mode[lead]).any():
        return None
    return _best_bound(losses, mode, lead)


def _best_bound(losses: _Losses, mode: Floats, lead: int) -> Certificate:
    gap = losses.gaps(mode)
    ahead = mode[lead] - np.delete(mode, lead)
    inverse = _inverse(losses.hessian(losses.at(gap)[2]))
    rise = float((ahead**2 / (2.0 * _variances(inverse, lead))).min())
    removed = added = 0
    for share in LEVELS:
        level = share * rise
        box = _box(losses, gap, level)
        if box is None or (ahead**2 / (2.0 * _variances(box[1], lead)) <= level).any():
            continue
        reach, spread = box
        removed = max(removed, _removable(losses, gap, reach, level))
        added = max(added, _addable(losses, mode, spread, level))
    return Certificate(losses.size, removed, added)


def _variances(inverse: Floats, lead: int) -> Floats:
    """The variance of the gap between the leader and each other model (M - 1)."""
    diagonal = np.diag(inverse)
    variance: Floats = np.maximum(np.delete(diagonal + diagonal[lead] - 2.0 * inverse[lead], lead), 1e-12)
    return variance


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _box(losses: _Losses, gap: Floats, level: float) -> tuple[Floats, Floats] | None:
    """How far each gap can move while F rises by ``level`` (S), and the inverse of H that proves it; or None."""
    reach = np.zeros(len(gap))
    for _ in range(BOX_STEPS):
        inverse = _inverse(losses.hessian(losses.least_curvature(gap, reach)))
        diagonal = np.diag(inverse)
        variance = diagonal[losses.first] + diagonal[losses.second] - 2.0 * inverse[losses.first, losses.second]
        needed = np.sqrt(2.0 * level * np.maximum(variance, 0.0))
        if (needed < reach).all():
            return reach, inverse
        reach = np.maximum(reach, WIDER * needed + 1e-12)
    return None


def _removable(losses: _Losses, gap: Floats, reach: Floats, level: float) -> int:
    """The most votes whose losses can together not rise by ``level``."""
    before = losses.at(gap)[0]
    rise = np.maximum(losses.at(gap - reach)[0], losses.at(gap + reach)[0]) - before
    order = np.argsort(-rise, kind="stable")
    removed, left = 0, level
    for each, votes in zip(rise[order].tolist(), losses.votes[order].tolist(), strict=True):
        fits = int(votes) if each * votes < left else max(0, int(np.ceil(left / each)) - 1)
        removed, left = removed + fits, left - fits * each
        if fits < votes:
            return removed
    return removed


def _addable(losses: _Losses, mode: Floats, inverse: Floats, level: float) -> int:
    """The most votes, of any two models and any outcome, whose losses can together not fall by ``level``."""
    low, high = np.triu_indices(losses.size, 1)
    diagonal = np.diag(inverse)
    reach = np.sqrt(2.0 * level * np.maximum(diagonal[low] + diagonal[high] - 2.0 * inverse[low, high], 0.0))
    gap, most = (mode[low] - mode[high]) / losses.noise, 0.0
    margin = losses.margin / losses.noise
    for tie, sign in ((False, 1.0), (False, -1.0), (True, 1.0)):
        if tie and margin <= 0.0:
            continue
        slope = outcome_losses(sign * gap, np.full(len(gap), tie), margin)[1] / losses.noise
        most = max(most, float((np.abs(slope) * reach).max()))
    return max(0, int(np.ceil(level / most)) - 1) if most > 0.0 else 0

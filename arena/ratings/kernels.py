"""TrueSkill's two-player update in closed form, and the loops over votes and matrices, compiled by numba.

The model: a model i has a strength of mean m_i and variance s_i^2; its output in a battle performs like the strength
plus normal noise of variance beta^2; the better performance wins, and a difference below the draw margin is a tie. With

    c^2 = 2 beta^2 + s_i^2 + s_j^2        t = (m_i - m_j) / c        e = margin / c

v is the slope of the outcome's log likelihood in t, and -w its curvature. A win of i over j updates

    m_i + s_i^2 / c v        m_j - s_j^2 / c v        s_i^2 (1 - s_i^2 / c^2 w)        s_j^2 (1 - s_j^2 / c^2 w)

Source: R. Herbrich, T. Minka, T. Graepel, "TrueSkill: a Bayesian skill rating system", Advances in Neural Information
Processing Systems 19 (NIPS 2006, printed 2007), the functions V and W. Written as there, v divides 0 by 0 from |t| = 39
on. Here v and w are exact to 1e-12 up to |t| = 250, follow their asymptotes to 1e6 and beyond, and are not clipped.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from arena.ratings.arrays import Flags, Floats, Ints, Shorts
from arena.ratings.compiling import compiled

RIGHT, LEFT, TIE, UNRATED = 0, 1, 2, 3
"""The outcome of a vote, as ``rate_in_order`` reads it."""

TAIL = 4.0
"""Standard deviations from which on the normal tail comes from its continued fraction."""
TAIL_TERMS = 40
"""Enough for full precision from ``TAIL`` on; nearer the middle it takes more."""
NARROW_MARGIN = 0.002
"""In units of c. Below it a draw's mass, as a difference of two values of the normal distribution, loses digits."""
NODES, WEIGHTS = (half[5:] for half in np.polynomial.legendre.leggauss(10))
"""The positive half of the ten-point Gauss-Legendre rule on [-1, 1], which is symmetric."""
RESIDUAL = 1e-10
"""Of what conjugate gradients leave, in the norm of their preconditioner, as a share of what they began with."""

_SQRT_2 = math.sqrt(2.0)
_SQRT_2PI = math.sqrt(2.0 * math.pi)


@compiled()
def tail_excess(z: float) -> float:
    """E[x - z | x > z] of a standard normal x, for z >= 4; it falls like 1 / z.

    Laplace's continued fraction 1 / (z + 2 / (z + 3 / (z + ...))), from Abramowitz and Stegun 26.2.14.
    """
    below = z
    for term in range(TAIL_TERMS, 1, -1):
        below = z + term / below
    return 1.0 / below


@compiled()
def win_moments(x: float) -> tuple[float, float]:
    """Moments v and w of a win, for x = t - e: v = phi(x) / Phi(x) and w = v (v + x).

    Certain wins teach nothing: for x -> inf, v and w -> 0. Upsets teach in proportion to their surprise: for x -> -inf,
    v -> -x and w -> 1.
    """
    if x < -TAIL:
        # v + x would take two numbers near |x| from each other to get one near 1 / |x|: the excess is that number.
        excess = tail_excess(-x)
        v = excess - x
        return v, v * excess
    v = 2.0 * math.exp(-0.5 * x * x) / (_SQRT_2PI * math.erfc(-x / _SQRT_2))
    return v, v * (v + x)


@compiled()
def draw_moments(t: float, e: float) -> tuple[float, float]:
    """Moments v and w of a draw at a signed t with a margin e >= 0.

    For e = 0 they are the limit v = -t and w = 1: the performances were equal. For |t| -> inf, v -> e - |t| with the
    sign of -t, and w -> 1.
    """
    size = abs(t)
    z = size - e  # how far the nearer edge of the margin is from the middle of the distribution
    if e * size <= 1.0 and (e < NARROW_MARGIN or z > TAIL):
        v, w = _narrow_draw(size, e)
    elif z > TAIL:
        v, w = _far_draw(z, 2.0 * e)
    else:
        # With both edges on one side of the middle, complements of Phi are small and their difference keeps its digits.
        if z < 0.0:
            mass = 0.5 * (math.erf(-z / _SQRT_2) + math.erf((e + size) / _SQRT_2))
        else:
            mass = 0.5 * (math.erfc(z / _SQRT_2) - math.erfc((e + size) / _SQRT_2))
        near = math.exp(-0.5 * z * z) / (_SQRT_2PI * mass)
        faded = math.expm1(-2.0 * e * size)  # the density at the far edge over that at the near one, less 1
        v = near * faded
        w = v * v + near * ((e + size) * (1.0 + faded) - z)
    return (v, w) if t >= 0.0 else (-v, w)


@compiled()
def _narrow_draw(t: float, e: float) -> tuple[float, float]:
    """A draw with e t <= 1: mean and variance of the normal density over [t - e, t + e] by ten-point quadrature.

    Nodes at s and -s are summed as cosh and sinh, so that the small mean is no difference of large sums.
    """
    mass = first = second = 0.0
    for node in range(5):
        s = e * NODES[node]
        weight = WEIGHTS[node] * math.exp(-0.5 * s * s)
        mass += weight * math.cosh(s * t)
        first += weight * s * math.sinh(s * t)
        second += weight * s * s * math.cosh(s * t)
    mean = first / mass
    return mean - t, 1.0 - (second / mass - mean * mean)


@compiled()
def _far_draw(z: float, h: float) -> tuple[float, float]:
    """A draw whose margin, of width h, begins z >= 4 standard deviations away: the tail from z less that from z + h.

    Both are written with the tail's excess and relative to the density at z, which itself may be 0 in a double.
    """
    near, far = tail_excess(z), tail_excess(z + h)
    mills_near, mills_far = 1.0 / (z + near), 1.0 / (z + h + far)
    fade = math.exp(-h * (z + 0.5 * h))
    mass = mills_near - fade * mills_far
    excess = (near * mills_near - fade * (far + h) * mills_far) / mass
    mean = z + excess
    return -mean, mean * excess + h * fade / mass


@compiled()
def outcome_moments(t: float, e: float, draw: bool) -> tuple[float, float]:
    """Moments v and w of a win of the first of two models, or of a draw."""
    if draw:
        return draw_moments(t, e)
    return win_moments(t - e)


@compiled()
def moments_of_sites(t: Floats, e: Floats, draw: Flags) -> tuple[Floats, Floats]:
    """``outcome_moments`` of S sites."""
    v, w = np.empty(len(t)), np.empty(len(t))
    for site in range(len(t)):
        v[site], w[site] = outcome_moments(t[site], e[site], draw[site])
    return v, w


# Sums may be reordered here and so vectorised. The last bits then depend on the machine; ``solver`` rounds them away.
@compiled(fastmath={"reassoc", "contract"})
def conjugate_gradients(low: Shorts, high: Shorts, weight: Floats, diagonal: Floats, vector: Floats) -> None:
    """Solve A x = vector (M) in place, A having this ``diagonal`` (M) and -weight[p] where low[p] and high[p] meet.

    M. R. Hestenes and E. Stiefel, "Methods of conjugate gradients for solving linear systems", Journal of Research of
    the National Bureau of Standards 49 (1952), preconditioned by the diagonal. No sum depends on threads.
    """
    models, size = len(vector), 0.0
    rest, direction, applied = np.empty(models), np.empty(models), np.empty(models)
    for i in range(models):
        rest[i], direction[i], vector[i] = vector[i], vector[i] / diagonal[i], 0.0
        size += rest[i] * direction[i]
    wanted = RESIDUAL * RESIDUAL * size
    # Without rounding errors M steps would be exact; a long chain of models may need some more.
    for _ in range(10 * models):
        if size <= wanted:
            return
        for i in range(models):
            applied[i] = diagonal[i] * direction[i]
        p = 0
        while p < len(low):  # 32-bit indexes, and one sum for all pairs of a model, take half the time
            i, pulled = low[p], 0.0
            while p < len(low) and low[p] == i:
                pulled += weight[p] * direction[high[p]]
                applied[high[p]] -= weight[p] * direction[i]
                p += 1
            applied[i] -= pulled
        along = 0.0
        for i in range(models):
            along += direction[i] * applied[i]
        length, before, size = size / along, size, 0.0
        for i in range(models):
            vector[i] += length * direction[i]
            rest[i] -= length * applied[i]
            size += rest[i] * rest[i] / diagonal[i]
        turn = size / before
        for i in range(models):
            direction[i] = rest[i] / diagonal[i] + turn * direction[i]


@compiled()
def propagate(  # noqa: PLR0917 - compiled code takes arrays, not records
    winner: Ints,
    loser: Ints,
    draw: Flags,
    weight: Floats,
    prior: float,
    noise: float,
    margin: float,
    tolerance: float,
    stages: tuple[int, ...],
    mean: Floats,
    variance: Floats,
    k: Floats,
    ky: Floats,
    to_winner: Floats,
    to_loser: Floats,
) -> int:
    """Passes of expectation propagation (EP) to its fixed point: the batch ratings of one axis.

    A site is EP's normal approximation of one vote's likelihood: it says that m_i - m_j is y with precision k. Votes
    with the same models and outcome have equal sites, so one of S sites stands for ``weight`` votes. ``winner`` and
    ``loser`` (S) index M models. ``prior`` is the prior precision of a strength whose prior mean is 0, ``noise`` is
    2 beta^2, ``margin`` the draw margin; all in points.

    ``mean`` and ``variance`` (M) come in as those of the prior and go out as those of the fixed point: the last pass
    moved no mean and no standard deviation by more than ``tolerance``. ``k`` and ``ky`` (S) come in as 0 and go out as
    each site's precision and that times its y; ``to_winner`` and ``to_loser`` (S), the precisions of its messages, do
    likewise. All six may come in as those of another fixed point of the same sites, which is then nearer. Returns the
    number of passes, or -1 when those of all ``stages`` were not enough. Source of EP: T. Minka, "Expectation
    propagation for approximate Bayesian inference", UAI 2001.
    """
    models, stride, passes, precision = len(mean), 1.0, 0, 1.0 / variance
    low, high, pair = pairs_of_sites(winner, loser)
    for stage in range(len(stages)):
        for _ in range(stages[stage]):
            passes += 1
            precision, step = update_sites(
                winner, loser, draw, weight, prior, noise, margin, stride, mean, precision, to_winner, to_loser, k, ky
            )
            # All means move at once, to where pulls of sites and prior would balance if no site changed any more. EP
            # message by message carries what a vote says one battle further a pass; 143 axes of a million votes take 10
            # passes like this. With a factor, 3,000 models with 100,000 votes took more than 100 s; now 0.3 s.
            joined, diagonal = pair_weights(pair, low, high, weight, k, prior, models)
            for i in range(models):
                step[i] -= prior * mean[i]
            conjugate_gradients(low, high, joined, diagonal, step)
            # Shorter steps move less while the fixed point is as far as before, so they must move less to be there.
            most, settled = tolerance * stride * stride, True
            for i in range(models):
                mean[i] += step[i]
                moved = abs(math.sqrt(variance[i]) - 1.0 / math.sqrt(precision[i]))
                if not (moved <= most and abs(step[i]) <= most):  # nor where a number is none
                    settled = False
                variance[i] = 1.0 / precision[i]
            if settled:
                return passes
        # Undamped, a million equal wins of one pair go back and forth for ever, each pass undoing the last.
        stride *= 0.5
    return -1


@compiled()
def update_sites(  # noqa: PLR0917 - compiled code takes arrays, not records
    winner: Ints,
    loser: Ints,
    draw: Flags,
    weight: Floats,
    prior: float,
    noise: float,
    margin: float,
    step_size: float,
    mean: Floats,
    precision: Floats,
    to_winner: Floats,
    to_loser: Floats,
    k: Floats,
    ky: Floats,
) -> tuple[Floats, Floats]:
    """Match each site's moments once, all from the same ``mean`` and ``precision`` (M), those of the pass before.

    ``k``, ``ky`` and the precisions of the messages ``to_winner`` and ``to_loser`` (S) are updated in place. Returns
    each model's new precision and the pull of the sites on its mean (M each). Sites do not see each other's changes
    within a pass, so that their order decides nothing.
    """
    new_precision, pull = np.empty(len(mean)), np.empty(len(mean))
    for i in range(len(mean)):
        new_precision[i], pull[i] = prior, 0.0
    for s in range(len(winner)):
        i, j = winner[s], loser[s]
        # The cavity: what all but this one vote say of the two strengths, and of their difference.
        spare_i, spare_j = 1.0 / (precision[i] - to_winner[s]), 1.0 / (precision[j] - to_loser[s])
        spread = spare_i + spare_j
        gap = mean[i] - mean[j]
        gap -= spread * (ky[s] - k[s] * gap)
        c = math.sqrt(noise + spread)
        v, w = outcome_moments(gap / c, margin / c, draw[s])
        # The site that takes the cavity's mean and variance to gap + spread v / c and spread (1 - spread w / c^2).
        rest = 1.0 / (noise + spread * (1.0 - w))
        k[s] += step_size * (w * rest - k[s])
        ky[s] += step_size * ((w * gap + v * c) * rest - ky[s])
        # Seen from one model, the other's spare variance adds to the site's own.
        to_winner[s] = k[s] / (1.0 + k[s] * spare_j)
        to_loser[s] = k[s] / (1.0 + k[s] * spare_i)
        new_precision[i] += weight[s] * to_winner[s]
        new_precision[j] += weight[s] * to_loser[s]
        slope = weight[s] * (ky[s] - k[s] * (mean[i] - mean[j]))
        pull[i] += slope
        pull[j] -= slope
    return new_precision, pull


@compiled()
def pairs_of_sites(winner: Ints, loser: Ints) -> tuple[Shorts, Shorts, Ints]:
    """The earlier and the later model of each of P pairs, and the pair of each of S sites: those of one pair are next
    to each other.
    """
    low, high = np.empty(len(winner), np.int32), np.empty(len(winner), np.int32)
    pair, pairs = np.empty(len(winner), np.int64), 0
    for s in range(len(winner)):
        i, j = min(winner[s], loser[s]), max(winner[s], loser[s])
        if not pairs or i != low[pairs - 1] or j != high[pairs - 1]:
            low[pairs], high[pairs] = i, j
            pairs += 1
        pair[s] = pairs - 1
    return low[:pairs], high[:pairs], pair


@compiled()
def pair_weights(  # noqa: PLR0917 - compiled code takes arrays, not records
    pair: Ints, low: Shorts, high: Shorts, weight: Floats, k: Floats, prior: float, size: int
) -> tuple[Floats, Floats]:
    """The matrix A (M x M) as what is taken from it at each of P pairs, and its diagonal (M): pulls balance where A
    times the means is the sum of weight ky, signed.

    Each site (S) of i and j adds ``weight`` times ``k`` to A_ii and A_jj and takes it from A_ij; the prior stands on
    the diagonal.
    """
    joined, diagonal = np.empty(len(low)), np.empty(size)
    for p in range(len(low)):
        joined[p] = 0.0
    for i in range(size):
        diagonal[i] = prior
    for s in range(len(pair)):
        joined[pair[s]] += weight[s] * k[s]
    for p in range(len(low)):
        diagonal[low[p]] += joined[p]
        diagonal[high[p]] += joined[p]
    return joined, diagonal


@compiled()
def rate_in_order(  # noqa: PLR0917 - compiled code takes arrays, not records
    left: Ints,
    right: Ints,
    outcome: npt.NDArray[np.int8],
    margin: Floats,
    noise: float,
    drift: float,
    mean: Floats,
    variance: Floats,
) -> None:
    """The online ratings: update ``mean`` and ``variance`` in place, vote by vote (N).

    ``left`` and ``right`` index them; ``outcome`` is one of LEFT, RIGHT, TIE and UNRATED; ``margin`` is the draw margin
    of each vote, ``noise`` 2 beta^2, and ``drift`` tau^2, which is added to both variances before each vote.
    """
    for vote in range(len(outcome)):
        if outcome[vote] == UNRATED:
            continue
        i, j = (left[vote], right[vote]) if outcome[vote] != RIGHT else (right[vote], left[vote])
        s_i, s_j = variance[i] + drift, variance[j] + drift
        c2 = noise + s_i + s_j
        c = math.sqrt(c2)
        v, w = outcome_moments((mean[i] - mean[j]) / c, margin[vote] / c, outcome[vote] == TIE)
        mean[i] += s_i / c * v
        mean[j] -= s_j / c * v
        variance[i] = s_i * (1.0 - s_i / c2 * w)
        variance[j] = s_j * (1.0 - s_j / c2 * w)


@compiled()
def outcome_losses(gap: Floats, draw: Flags, margin: float) -> tuple[Floats, Floats, Floats]:
    """For each of S gaps the loss -log P of a win of the first (or of a ``draw``), its slope v downwards, curvature w.

    Gaps and ``margin`` are in standard deviations of the difference of two performances.
    """
    loss, slope, curvature = np.empty(len(gap)), np.empty(len(gap)), np.empty(len(gap))
    for s in range(len(gap)):
        v, w = outcome_moments(gap[s], margin, draw[s])
        slope[s], curvature[s] = v, w
        if draw[s]:
            near, far = abs(gap[s]) - margin, abs(gap[s]) + margin
            loss[s] = -math.log(0.5 * (math.erfc(near / _SQRT_2) - math.erfc(far / _SQRT_2)))
        else:
            x = gap[s] - margin
            # v is the density over the chance, which keeps its digits where the chance itself has none.
            loss[s] = 0.5 * x * x + math.log(_SQRT_2PI * v) if x < 0.0 else -math.log1p(-0.5 * math.erfc(x / _SQRT_2))
    return loss, slope, curvature

"""TrueSkill's two-player update in closed form, compiled, exact from the middle to the far tails.

Herbrich, Minka, Graepel, "TrueSkill: a Bayesian skill rating system" (NIPS 2006), V and W. With performances of
variance beta^2 around skills of variance s_i^2 and s_j^2, c^2 = 2 beta^2 + s_i^2 + s_j^2, t = (m_i - m_j) / c and e the
draw margin / c, v is the slope of the outcome's log likelihood in t and -w its curvature, and a game updates

    mean of the winner     m_i + s_i^2 / c v        variance     s_i^2 (1 - s_i^2 / c^2 w)

The moments are finite for |t| up to 1e6 and beyond; nothing is clipped. The loops of the batch and the online method
are in this file too, because numba's cache on disk only notices a change in the file that a function is in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from arena.errors import RatingsError

if TYPE_CHECKING:
    from arena.ratings.tally import Floats, Ints

Flags = npt.NDArray[np.bool_]
Outcomes = npt.NDArray[np.int8]

RIGHT, LEFT, TIE, UNRATED = 0, 1, 2, 3
"""What a vote says, as ``rate_in_order`` reads it."""

P = ParamSpec("P")
R = TypeVar("R")

_SQRT_2 = math.sqrt(2.0)
_SQRT_2PI = math.sqrt(2.0 * math.pi)
_TAIL = 4.0
"""From here on the normal tail comes from its continued fraction, which then needs 40 terms for full precision."""
_NARROW = 0.002
"""Below this margin differences of the normal distribution lose digits."""
_NODES, _WEIGHTS = (half[5:] for half in np.polynomial.legendre.leggauss(10))


def compiled(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """``numba.njit`` with its cache on disk, or in memory only where no folder can be written."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        try:
            return cast("Callable[P, R]", numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function))
        except RuntimeError:
            return cast("Callable[P, R]", numba.njit(nogil=True, error_model="numpy", **options)(function))

    return wrap


@compiled()
def tail_excess(z: float) -> float:
    """E[x - z | x > z] of a standard normal x, for z >= 4: the continued fraction 1 / (z + 2 / (z + 3 / (z + ...)))."""
    below = z
    for term in range(40, 1, -1):
        below = z + term / below
    return 1.0 / below


@compiled()
def win_moments(x: float) -> tuple[float, float]:
    """Moments v and w of a win at x = t - e: v = phi(x) / Phi(x), w = v (v + x); for x -> -infinity v -> -x, w -> 1."""
    if x < -_TAIL:
        excess = tail_excess(-x)
        v = excess - x
        return v, v * excess
    v = 2.0 * math.exp(-0.5 * x * x) / (_SQRT_2PI * math.erfc(-x / _SQRT_2))
    return v, v * (v + x)


@compiled()
def _narrow_draw(t: float, e: float) -> tuple[float, float]:
    """A draw within a margin of e t <= 1: ten-point quadrature over its width, paired so that nothing cancels."""
    mass = first = second = 0.0
    for node in range(5):
        s = e * _NODES[node]
        weight = _WEIGHTS[node] * math.exp(-0.5 * s * s)
        mass += weight * math.cosh(s * t)
        first += weight * s * math.sinh(s * t)
        second += weight * s * s * math.cosh(s * t)
    mean = first / mass
    return mean - t, 1.0 - (second / mass - mean * mean)


@compiled()
def _far_draw(z: float, h: float) -> tuple[float, float]:
    """A draw of width h that lies z >= 4 standard deviations away, in terms of the normal tail's excess."""
    near, far = tail_excess(z), tail_excess(z + h)
    mills_near, mills_far = 1.0 / (z + near), 1.0 / (z + h + far)
    fade = math.exp(-h * (z + 0.5 * h))
    mass = mills_near - fade * mills_far
    excess = (near * mills_near - fade * (far + h) * mills_far) / mass
    mean = z + excess
    return -mean, mean * excess + h * fade / mass


@compiled()
def draw_moments(t: float, e: float) -> tuple[float, float]:
    """Moments v and w of a draw at signed t with margin e >= 0; e = 0 is the limit v = -t, w = 1."""
    size = abs(t)
    z = size - e
    if e * size <= 1.0 and (e < _NARROW or z > _TAIL):
        v, w = _narrow_draw(size, e)
    elif z > _TAIL:
        v, w = _far_draw(z, 2.0 * e)
    else:
        if z < 0.0:
            mass = 0.5 * (math.erf(-z / _SQRT_2) + math.erf((e + size) / _SQRT_2))
        else:
            mass = 0.5 * (math.erfc(z / _SQRT_2) - math.erfc((e + size) / _SQRT_2))
        near = math.exp(-0.5 * z * z) / (_SQRT_2PI * mass)
        faded = math.expm1(-2.0 * e * size)
        v = near * faded
        w = v * v + near * ((e + size) * (1.0 + faded) - z)
    return (v, w) if t >= 0.0 else (-v, w)


@compiled()
def match_moments(t: float, e: float, draw: bool) -> tuple[float, float]:
    """Moments v and w of a win of the first player, or of a draw."""
    if draw:
        return draw_moments(t, e)
    return win_moments(t - e)


def draw_margin(draw_probability: float, beta: float) -> float:
    """The margin within which two equals' performances are a draw: sqrt(2) beta Phi^-1((p + 1) / 2).

    Halley's steps on erf(x) = p keep full relative precision for tiny p, where (p + 1) / 2 has none. Raises
    RatingsError for a probability below 0 or not below 1.
    """
    p = draw_probability
    if not 0.0 <= p < 1.0:
        raise RatingsError(f"the draw probability is {p}", hint="give a number from 0 to below 1, or observed")
    x = p * math.sqrt(math.pi) / 2.0
    for _ in range(200):
        gap = math.erf(x) - p if p < 0.5 else (1.0 - p) - math.erfc(x)
        step = gap * math.sqrt(math.pi) / 2.0 * math.exp(x * x)
        x -= step / (1.0 + x * step)
        if abs(step) <= 1e-15 * x:
            break
    return 2.0 * beta * x


def win_probability(difference: float, spread: float, margin: float) -> tuple[float, float]:
    """The chances of a win of the first and of a draw, the performances differing by N(difference, spread^2)."""
    win = 0.5 * math.erfc((margin - difference) / (spread * _SQRT_2))
    lose = 0.5 * math.erfc((margin + difference) / (spread * _SQRT_2))
    return win, max(0.0, 1.0 - win - lose)


@compiled(fastmath={"reassoc", "contract"})
def factor(matrix: Floats) -> None:
    """Cholesky factor of a positive definite matrix (M x M), in place in its lower triangle."""
    for column in range(len(matrix)):
        for row in range(column, len(matrix)):
            rest = matrix[row, column]
            for k in range(column):
                rest -= matrix[row, k] * matrix[column, k]
            matrix[row, column] = math.sqrt(rest) if row == column else rest / matrix[column, column]


@compiled(fastmath={"reassoc", "contract"})
def substitute(lower: Floats, vector: Floats) -> None:
    """Solve L L^T x = vector in place, L being a factor from ``factor``."""
    for row in range(len(vector)):
        rest = vector[row]
        for k in range(row):
            rest -= lower[row, k] * vector[k]
        vector[row] = rest / lower[row, row]
    for row in range(len(vector) - 1, -1, -1):
        vector[row] /= lower[row, row]
        for k in range(row):
            vector[k] -= lower[row, k] * vector[row]


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
) -> int:
    """Passes of EP until ``mean`` and the root of ``variance`` (M, updated in place) move by at most ``tolerance``.

    ``k`` and ``ky`` (S, updated in place) start at 0 and end as the precision of each site and that times its centre.
    ``prior`` is the prior precision, ``noise`` the variance of the difference of two performances. Returns the number
    of passes, or -1 when those of all ``stages`` were not enough.
    """
    sites, size = len(winner), len(mean)
    to_winner, to_loser = np.zeros(sites), np.zeros(sites)
    matrix, factored_at, precision = np.empty((size, size)), np.zeros(size), 1.0 / variance
    step_size, stage_end, stage = 1.0, stages[0], 0
    for passes in range(1, sum(stages) + 1):
        if passes > stage_end:
            stage += 1
            stage_end += stages[stage]
            step_size *= 0.5
        held, precision, pull = precision, np.full(size, prior), np.zeros(size)
        for s in range(sites):
            i, j = winner[s], loser[s]
            spare_i, spare_j = 1.0 / (held[i] - to_winner[s]), 1.0 / (held[j] - to_loser[s])
            spread = spare_i + spare_j
            gap = mean[i] - mean[j]
            gap -= spread * (ky[s] - k[s] * gap)
            c = math.sqrt(noise + spread)
            v, w = match_moments(gap / c, margin / c, draw[s])
            rest = 1.0 / (noise + spread * (1.0 - w))
            k[s] += step_size * (w * rest - k[s])
            ky[s] += step_size * ((w * gap + v * c) * rest - ky[s])
            to_winner[s] = k[s] / (1.0 + k[s] * spare_j)
            to_loser[s] = k[s] / (1.0 + k[s] * spare_i)
            precision[i] += weight[s] * to_winner[s]
            precision[j] += weight[s] * to_loser[s]
            slope = weight[s] * (ky[s] - k[s] * (mean[i] - mean[j]))
            pull[i] += slope
            pull[j] -= slope
        if np.max(np.abs(precision / np.maximum(factored_at, prior) - 1.0)) > 0.1 or passes == 1:
            factored_at = precision
            matrix[:] = 0.0
            for i in range(size):
                matrix[i, i] = prior
            for s in range(sites):
                i, j = winner[s], loser[s]
                matrix[i, i] += weight[s] * k[s]
                matrix[j, j] += weight[s] * k[s]
                matrix[max(i, j), min(i, j)] -= weight[s] * k[s]
            factor(matrix)
        step = pull - prior * mean
        substitute(matrix, step)
        mean += step
        moved = max(np.max(np.abs(step)), np.max(np.abs(np.sqrt(variance) - 1.0 / np.sqrt(precision))))
        variance[:] = 1.0 / precision
        if moved <= tolerance * step_size * step_size:
            return passes
    return -1


@compiled()
def rate_in_order(  # noqa: PLR0917 - compiled code takes arrays, not records
    left: Ints,
    right: Ints,
    outcome: Outcomes,
    margin: Floats,
    noise: float,
    drift: float,
    mean: Floats,
    variance: Floats,
) -> None:
    """Update ``mean`` and ``variance`` in place, vote by vote. ``noise`` is 2 beta^2 and ``drift`` tau^2."""
    for vote in range(len(outcome)):
        if outcome[vote] == UNRATED:
            continue
        i, j = (left[vote], right[vote]) if outcome[vote] != RIGHT else (right[vote], left[vote])
        s_i, s_j = variance[i] + drift, variance[j] + drift
        c2 = noise + s_i + s_j
        c = math.sqrt(c2)
        v, w = match_moments((mean[i] - mean[j]) / c, margin[vote] / c, outcome[vote] == TIE)
        mean[i] += s_i / c * v
        mean[j] -= s_j / c * v
        variance[i] = s_i * (1.0 - s_i / c2 * w)
        variance[j] = s_j * (1.0 - s_j / c2 * w)

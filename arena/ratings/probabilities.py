"""What TrueSkill's model expects of a battle: the margin for draws, and the chances of each outcome.

The performances of two models differ by a normal variable whose mean is the difference of their strengths. A difference
within the margin is a draw, else the better performance wins.
"""

from __future__ import annotations

import math

from arena.errors import RatingsError


def draw_margin(draw_probability: float, beta: float) -> float:
    """The margin within which the performances of two equals are a draw: sqrt(2) beta Phi^-1((p + 1) / 2), in points.

    That is 2 beta x for erf(x) = p. Halley's steps on it keep full relative precision for tiny p, where (p + 1) / 2 has
    none. Raises RatingsError for a probability below 0 or not below 1.
    """
    p = draw_probability
    if not 0.0 <= p < 1.0:
        raise RatingsError(f"the draw probability is {p}", hint="give a number from 0 to below 1")
    x = p * math.sqrt(math.pi) / 2.0
    for _ in range(200):
        gap = math.erf(x) - p if p < 0.5 else (1.0 - p) - math.erfc(x)
        step = gap * math.sqrt(math.pi) / 2.0 * math.exp(x * x)
        x -= step / (1.0 + x * step)
        if abs(step) <= 1e-15 * x:
            break
    return 2.0 * beta * x


def win_and_draw_probability(difference: float, spread: float, margin: float) -> tuple[float, float]:
    """The chances of a win of the first and of a draw, where its performance is better by N(difference, spread^2)."""
    win = 0.5 * math.erfc((margin - difference) / (spread * math.sqrt(2.0)))
    lose = 0.5 * math.erfc((margin + difference) / (spread * math.sqrt(2.0)))
    return win, max(0.0, 1.0 - win - lose)


def expected_points(gap: float, doubt: float, beta: float, margin: float) -> float:
    """P(first wins) + P(draw) / 2 for a difference of mu known up to a standard deviation of ``doubt``."""
    win, draw = win_and_draw_probability(gap, math.hypot(math.sqrt(2.0) * beta, doubt), margin)
    return win + 0.5 * draw

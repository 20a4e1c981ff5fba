"""What a rule needs to know of chance: bounds on tails, the strengths that most voters agree on, and e-values."""

from __future__ import annotations

import math

import numpy as np

from arena.votes.audit.vote_arrays import Bools, Floats, Frame, Ints

RIDGE = 0.5


def successes_bound(successes: Floats, trials: Floats, expected: Floats) -> Floats:
    """Bound the natural logarithm of P(X >= successes), X the sum of independent trials with ``expected`` mean sum.

    Chernoff's bound, exp(-n KL(k/n || p)). The chances of single trials may differ (Hoeffding 1956, theorem 5).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / trials
        chance = np.clip(expected / trials, 1e-12, 1 - 1e-12)
        distance = _times_log(share, share / chance) + _times_log(1 - share, (1 - share) / (1 - chance))
    return np.where((trials > 0) & (share > chance), -trials * distance, 0.0)


def count_bound(count: Floats, expected: Floats) -> Floats:
    """Bound the natural logarithm of P(X >= count), X a Poisson count with the ``expected`` mean (Chernoff)."""
    mean = np.maximum(expected, 1e-12)
    return np.where(count > mean, -(count * np.log(np.maximum(count, 1) / mean) - count + mean), 0.0)


def _times_log(factor: Floats, value: Floats) -> Floats:
    return np.where(factor > 0, factor * np.log(np.where(value > 0, value, 1.0)), 0.0)


def left_odds(frame: Frame, trusted: Bools) -> Floats:
    """The log-odds that the left model is preferred, where one is, by the strengths that the trusted votes agree on.

    Bradley and Terry's model, one an arena, with a weak normal prior on strengths (precision ``RIDGE``).
    """
    odds = np.zeros(len(frame))
    for arena in np.unique(frame.arena):
        there = frame.arena == arena
        used = there & trusted & frame.decided
        strength = _strengths(frame.winner[used], frame.loser[used], len(frame.models))
        odds[there] = strength[frame.left[there]] - strength[frame.right[there]]
    return odds


def _strengths(winner: Ints, loser: Ints, models: int) -> Floats:
    """The maximum a posteriori strengths in log-odds, by Newton's method; the objective is strictly concave."""
    wins = np.bincount(winner * models + loser, minlength=models**2).reshape(models, models).astype(np.float64)
    battles = wins + wins.T
    strength = np.zeros(models)
    for _ in range(50):
        chance = sigmoid(strength[:, None] - strength[None, :])
        weight = battles * chance * (1 - chance)
        slope = (wins - battles * chance).sum(axis=1) - RIDGE * strength
        step = np.linalg.solve(np.diag(weight.sum(axis=1) + RIDGE) - weight, slope)
        strength = strength + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-9:
            break
    return strength


def sigmoid(value: Floats) -> Floats:
    """1 / (1 + exp(-value)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(value / 2)))


def coin(heads: Floats, throws: Floats, rate: Floats, weight: float) -> Floats:
    """Log of the probability of a sequence of throws, by coins whose chance of heads is spread around ``rate``.

    The spread is Beta(weight rate, weight (1 - rate)), as after ``weight`` throws that showed the rate.
    """
    start, other = weight * rate, weight * (1 - rate)
    grown = log_gamma(start + heads) + log_gamma(other + throws - heads) - log_gamma(weight + throws)
    return np.asarray(grown - log_gamma(start) - log_gamma(other) + math.lgamma(weight))


def log_gamma(value: Floats) -> Floats:
    """The logarithm of the gamma function of positive numbers, to 1e-12 of its size or of 1.

    Stirling's series (Abramowitz and Stegun, 6.1.41) at ``value`` + 8, and gamma(x + 1) = x gamma(x) back from there.
    """
    high, product = value + 8, np.prod([value + step for step in range(8)], axis=0)
    inverse = 1 / high**2
    series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / high
    return np.asarray((high - 0.5) * np.log(high) - high + math.log(2 * math.pi) / 2 + series - np.log(product))

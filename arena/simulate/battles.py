"""Which two outputs meet, and what the voter says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from arena.records import Outcome
from arena.simulate.streams import stream
from arena.simulate.strengths import BETA, LUCK, Field
from arena.simulate.voters import Voters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUTCOMES = (Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD)
TASTE = float(np.sqrt(2 * (BETA**2 - LUCK**2)))
"""Standard deviation of one voter's judgement of a difference, so that with the outputs' luck it is TrueSkill's."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of all votes that are ties, and that call both outputs bad."""

    ties: float
    both_bad: float


GENERATION = Rates(ties=156 / 1735, both_bad=273 / 1735)
EDITING = Rates(ties=24 / 919, both_bad=392 / 919)
"""Measured among human votes of GenAI-Arena: 1,735 on generated and 919 on edited pictures."""


def exposure(field: Field, first: date, days: int) -> Floats:
    """Return the (days, models) weights of being shown: 0 up to the day of release, raised for the first weeks.

    A model whose release date nobody knows counts as released before the first day.
    """
    weights = np.ones((days, len(field.models)))
    for number, released in enumerate(field.released):
        age = np.arange(days) - ((released - first).days if released else -1000)
        weights[:, number] = np.where(age <= 0, 0.0, 1 + 2.5 * np.exp(-np.maximum(age, 0) / 14))
    return weights


def opening_day(field: Field, first: date, days: int) -> int:
    """Return the first day, from 0, on which two of the models are out."""
    return int(np.argmax((exposure(field, first, days) > 0).sum(axis=1) >= 2))


def pair_up(field: Field, weights: Floats, *, seed: int) -> tuple[Ints, Ints]:
    """Choose two models for each row of ``weights`` (battles, models): left and right, sides at random.

    The second one is likelier to be of the first one's strength, as where a matchmaker looks for close battles.
    Each model draws from its own stream (the Gumbel trick), so that a new one changes only battles that it enters.
    """
    battles = len(weights)
    with np.errstate(divide="ignore"):
        chances = np.log(weights)
    lots = np.empty((2, len(field.models), battles))
    for number, model in enumerate(field.models):
        lots[:, number] = stream(seed, "lots", field.arena, model).gumbel(size=(2, battles))
    one = np.argmax(chances + lots[0].T, axis=1)
    gap = field.strength[None, :] - field.strength[one][:, None]
    close = stream(seed, "lanes", field.arena).random(battles) < 0.6
    second = chances + lots[1].T - np.where(close[:, None], (gap / 2.5) ** 2, 0)
    second[np.arange(battles), one] = -np.inf
    other = np.argmax(second, axis=1)
    swapped = stream(seed, "sides", field.arena).random(battles) < 0.5
    return np.where(swapped, other, one), np.where(swapped, one, other)


def judge(
    left: Floats,
    right: Floats,
    difficulty: Floats,
    *,
    who: Ints,
    voters: Voters,
    rates: Rates,
    rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    """Return each battle's outcome (an index into ``OUTCOMES``) and how clear the difference looked (in mu).

    ``left`` and ``right`` are the outputs' qualities. Both are bad where even the better one is below the voter's
    standard; a tie is a perceived difference within the voter's margin. Standard and margin are set so that the
    expected shares over these battles are ``rates``.
    """
    if not len(who):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    shortfall = difficulty + voters.strictness[who] - np.maximum(left, right)
    standard = _solve(lambda level: float(_logistic(shortfall + level).mean()), rates.both_bad)
    bad = rng.random(len(who)) < _logistic(shortfall + standard)
    seen = right - left + voters.side[who] + TASTE * voters.noise[who] * rng.normal(size=len(who))
    clear = np.abs(seen) / voters.ties[who]
    likely_good = 1 - _logistic(shortfall + standard)
    margin = _solve(lambda level: float(((clear < level) * likely_good).mean()), rates.ties)
    outcome = np.where(bad, 3, np.where(clear < margin, 2, np.where(seen > 0, 1, 0)))
    return outcome.astype(np.int64), np.abs(seen)


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value / 0.9)))


def _solve(share: Callable[[float], float], wanted: float) -> float:
    """Return the level at which a growing share reaches what is wanted, by halving [-60, 60] forty times."""
    low, high = -60.0, 60.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < wanted else (low, middle)
    return (low + high) / 2

"""What the measured blindness of pictures in play amounts to: shares with intervals, and whether luck explains them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.catalogue.outputs import Blindness

Z95 = 1.959964
LUCK = 0.05
"""What has a smaller probability than this by blind guessing is called better than chance."""
LEAST_WEIGHT = 0.2
"""However much the pictures for a prompt give away, it is drawn a fifth as often as another: none is lost."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """Names that a program gave pictures: ``right`` of ``pictures``, where blind guesses get the share ``chance``.

    ``low`` and ``high`` bound the 95% interval of the share that is named rightly (Wilson). ``p`` is the probability
    that as many or more are right by luck: a small one says that the pictures give their models away.
    """

    pictures: int
    right: int
    chance: float
    p: float

    @property
    def share(self) -> float:
        return self.right / self.pictures if self.pictures else 0.0

    @property
    def low(self) -> float:
        return wilson_interval(self.right, self.pictures)[0]

    @property
    def high(self) -> float:
        return wilson_interval(self.right, self.pictures)[1]

    @property
    def better_than_chance(self) -> bool:
        return self.p < LUCK


def named_from_the_site(measured: Sequence[Blindness]) -> Guesses:
    """How many pictures were named by their bytes or a perceptual hash; those without a match are guessed blind."""
    pictures = sum(entry.pictures for entry in measured)
    right = sum(entry.named for entry in measured)
    chance = sum(entry.pictures * entry.chance for entry in measured) / pictures if pictures else 0.0
    answered = ((entry.pictures - entry.abstained, entry.chance) for entry in measured)
    return Guesses(pictures, right, chance, luck(right, answered))


def guessed_by_style(measured: Sequence[Blindness]) -> Guesses:
    """How many pictures were named by their style alone."""
    pictures = sum(entry.guessable for entry in measured)
    right = sum(entry.guessed for entry in measured)
    chance = sum(entry.guessable * entry.guess_chance for entry in measured) / pictures if pictures else 0.0
    return Guesses(pictures, right, chance, luck(right, ((entry.guessable, entry.guess_chance) for entry in measured)))


def wilson_interval(right: float, of: float) -> tuple[float, float]:
    """The bounds of the 95% interval of a share (Wilson, 1927); 0 to 1 where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, Z95**2 / of
    middle = (share + square / 2) / (1 + square)
    half = Z95 * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def luck(right: int, guesses: Iterable[tuple[int, float]]) -> float:
    """The probability that so many or more are right, of guesses in groups of (number, chance of each): exact."""
    distribution = np.ones(1)
    for number, chance in guesses:
        distribution = np.convolve(distribution, _binomial(number, chance))
    return float(min(1.0, distribution[right:].sum())) if right else 1.0


def _binomial(number: int, chance: float) -> npt.NDArray[np.float64]:
    """The probabilities of 0 to ``number`` right guesses."""
    if number == 0 or chance in (0.0, 1.0):
        certain = np.zeros(number + 1)
        certain[number if chance == 1.0 else 0] = 1.0
        return certain
    log_chance, log_other = math.log(chance), math.log1p(-chance)
    ways = [math.lgamma(number + 1) - math.lgamma(k + 1) - math.lgamma(number - k + 1) for k in range(number + 1)]
    return np.exp([way + k * log_chance + (number - k) * log_other for k, way in enumerate(ways)])


def prompt_weights(measured: Iterable[Blindness]) -> dict[str, float]:
    """How often to draw a prompt, by its id, against one that gives nothing away, which has the weight 1.

    ``chance`` / the lower bound of the 95% interval (Wilson) of the share of its pictures that a program names, from
    what is published or by their style, whichever tells more. So a prompt is drawn less only where more was named than
    luck explains.
    """
    return {
        entry.prompt: min(
            _weight(entry.named, entry.pictures, entry.chance),
            _weight(entry.guessed, entry.guessable, entry.guess_chance),
        )
        for entry in measured
    }


def _weight(right: int, of: int, chance: float) -> float:
    low = wilson_interval(right, of)[0] if of else 0.0
    return 1.0 if low <= chance else max(LEAST_WEIGHT, chance / low)

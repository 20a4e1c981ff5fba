"""What a scene is asked to paint, shared by all scenes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from arena.simulate.painter.palettes import Palette

T = TypeVar("T")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Brief:
    """``words`` is the prompt in lower-case English, ``script`` its language, ``quality`` 0 (weak) to 1 (refined).

    ``rng`` decides the composition; ``topic`` decides what the prompt itself leaves open, alike for all its pictures.
    """

    palette: Palette
    rng: np.random.Generator
    topic: np.random.Generator
    quality: float
    words: str
    script: str

    def subject(self, subjects: Mapping[str, T]) -> T:
        """Pick the subject whose key (words joined by ``|``) the prompt names first; by chance if it names none."""
        text = f" {' '.join(_WORD.findall(self.words))} "
        found = [
            (text.index(f" {word} "), number)
            for number, key in enumerate(subjects)
            for word in key.split("|")
            if f" {word} " in text
        ]
        chance = int(self.topic.integers(len(subjects)))
        return list(subjects.values())[min(found)[1] if found else chance]

    def between(self, low: float, high: float) -> float:
        """Draw a number evenly from the interval."""
        return float(self.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """Draw a whole number evenly, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        """Toss a coin that lands on True with the given probability."""
        return bool(self.rng.random() < probability)

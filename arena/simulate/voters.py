"""Who votes: people with habits, languages, and very different amounts of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.simulate.streams import stream

Floats = npt.NDArray[np.float64]

BUSIEST = 22.0
"""No voter is more active than this many times the median."""

HOURS_AHEAD: Mapping[str, tuple[float, ...]] = {
    "en": (-8, -5, 0, 1, 10),
    "zh": (8,),
    "ja": (9,),
    "ko": (9,),
    "ar": (2, 3, 4),
    "hi": (5.5,),
    "ru": (3, 5, 7),
    "es": (-6, -5, -3, 1),
    "fr": (1,),
    "de": (1,),
    "pt": (-3, 0),
}
"""Hours ahead of UTC where the readers of a language mostly live."""


@dataclass(frozen=True, slots=True)
class Voters:
    """The crowd, one row a voter. ``reads`` is (voters, languages) and holds chances that sum to 1."""

    activity: Floats
    """Relative number of visits; heavy-tailed."""
    side: Floats
    """Added to the right side's quality, in mu; 0 for most."""
    ties: Floats
    """Factor on the margin below which two outputs count as equal."""
    strictness: Floats
    """Added to the quality that an output needs so as not to be bad, in mu."""
    noise: Floats
    """Factor on how far a single judgement strays."""
    pace: Floats
    """Median milliseconds to decide."""
    ahead: Floats
    """Hours ahead of UTC."""
    reads: Floats

    def __len__(self) -> int:
        return len(self.activity)


def draw_voters(number: int, languages: Sequence[str], *, seed: int) -> Voters:
    """Draw a crowd that reads ``languages``, the first of them most often. A voter does not depend on the others."""
    rows = [_draw_voter(stream(seed, "voter", str(voter)), languages) for voter in range(number)]
    columns = np.array([row[0] for row in rows], dtype=float).reshape(number, 7).T
    activity, side, ties, strictness, noise, pace, ahead = columns
    reads = np.array([row[1] for row in rows]).reshape(number, len(languages))
    return Voters(activity, side, ties, strictness, noise, pace, ahead, reads)


def _draw_voter(rng: np.random.Generator, languages: Sequence[str]) -> tuple[tuple[float, ...], Floats]:
    activity = min(float(rng.lognormal(0.0, 1.35)), BUSIEST)
    habit, lean, sigh, glance = rng.random(4)
    side = 0.08 + (float(rng.choice([-1.0, 1.0])) * float(rng.uniform(1.0, 4.0)) if habit < 0.1 else 0.0)
    ties = float(rng.uniform(2.2, 4.0)) if lean < 0.12 else float(rng.lognormal(0.0, 0.35))
    strictness = float(rng.uniform(1.2, 3.0)) if sigh < 0.12 else float(rng.normal(0.0, 0.4))
    hasty = glance < 0.05
    noise = float(rng.uniform(1.8, 3.0)) if hasty else float(rng.lognormal(-0.05, 0.2))
    pace = float(rng.uniform(700, 1500)) if hasty else float(rng.lognormal(np.log(7500), 0.4))
    reads, primary = _draw_languages(rng, languages)
    zones = HOURS_AHEAD.get(primary, (0,))
    ahead = float(zones[int(rng.integers(len(zones)))])
    return (activity, side, ties, strictness, noise, pace, ahead), reads


def _draw_languages(rng: np.random.Generator, languages: Sequence[str]) -> tuple[Floats, str]:
    """Return the chance of a prompt in each language, and the voter's own; half of the crowd reads a second one."""
    common = 1 / (3 + np.arange(len(languages)))
    common /= common.sum()
    primary, second = (int(pick) for pick in rng.choice(len(languages), 2, p=common))
    chances = 0.03 * common
    chances[primary] += 0.67
    chances[second if rng.random() < 0.5 else primary] += 0.15
    chances[0 if rng.random() < 0.6 else primary] += 0.15
    return chances / chances.sum(), languages[primary]

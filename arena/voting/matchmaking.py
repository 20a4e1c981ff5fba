"""Which two models meet: lanes that put votes where they tell most about the order of the board.

coverage      the model with the fewest votes, against one of about its strength that it has seldom met
contenders    any two of the best in a ranking drawn from the posterior, so that a model meets the top as often as it
              may belong there; they need not be neighbours, as votes between close models tell about as much
uncertainty   neighbours in a ranking drawn from the posterior (Thompson, "On the likelihood that one unknown
              probability exceeds another", 1933), so that pairs come up as often as their order is in doubt
exploration   any two, so that no pair is ever out of reach

Pure functions of what is known of an arena; whatever is random comes from the ``rng`` that is handed in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from arena.catalogue.settings import Lanes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Draw = Callable[["Standing", Ints, Flags, random.Random], tuple[int, int] | None]

CONTENDERS = 14
"""How far down a drawn ranking the contenders go: past the ten that a reader looks at, to who may be among them."""
NEAR = 3.0
"""Opponents are drawn by a normal curve over the difference in mu with this standard deviation."""


class Lane(StrEnum):
    """Why two models meet; stored with the battle."""

    COVERAGE = "coverage"
    CONTENDERS = "contenders"
    UNCERTAINTY = "uncertainty"
    EXPLORATION = "exploration"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an arena's models: ``mu`` and ``sigma`` (M), and ``met`` (M x M, symmetric), votes by pair."""

    models: tuple[str, ...]
    mu: Floats
    sigma: Floats
    met: Ints


@dataclass(frozen=True, slots=True)
class Match:
    """Two models for the two sides of the screen, and the lane that brought them together."""

    left: str
    right: str
    lane: Lane


def choose_match(
    standing: Standing,
    able: Sequence[int],
    barred: Collection[frozenset[str]],
    lanes: Lanes,
    rng: random.Random,
) -> Match | None:
    """Two of the ``able`` models (indexes into the standing's), on sides at random; never a ``barred`` pair.

    A lane that has no pair to offer hands over to exploration. None where no pair is left at all.
    """
    present = np.asarray(able, np.int64)
    allowed = _allowed(standing, present, barred)
    if not allowed.any():
        return None
    lane = rng.choices(tuple(Lane), [lanes.coverage, lanes.contenders, lanes.uncertainty, lanes.exploration])[0]
    pair = DRAWS[lane](standing, present, allowed, rng)
    if pair is None:
        lane, pair = Lane.EXPLORATION, _explore(standing, present, allowed, rng)
    first, second = (standing.models[present[place]] for place in pair)
    left, right = (first, second) if rng.random() < 0.5 else (second, first)
    return Match(left, right, lane)


def _allowed(standing: Standing, present: Ints, barred: Collection[frozenset[str]]) -> Flags:
    """P x P: which of the present models may meet."""
    allowed = ~np.eye(len(present), dtype=bool)
    place = {standing.models[model]: index for index, model in enumerate(present.tolist())}
    for pair in barred:
        if pair <= place.keys():
            first, second = (place[model] for model in pair)
            allowed[first, second] = allowed[second, first] = False
    return allowed


def _cover(standing: Standing, present: Ints, allowed: Flags, rng: random.Random) -> tuple[int, int] | None:
    votes = standing.met.sum(axis=1)[present].astype(np.float64)
    votes[~allowed.any(axis=1)] = np.inf
    first = _any_of(np.flatnonzero(votes == votes.min()), rng)
    gap = standing.mu[present] - standing.mu[present[first]]
    weights = np.exp(-0.5 * (gap / NEAR) ** 2) / (1 + standing.met[present[first], present])
    return first, _weighted(np.where(allowed[first], weights + 1e-12, 0.0), rng)


def _contend(standing: Standing, present: Ints, allowed: Flags, rng: random.Random) -> tuple[int, int] | None:
    top = _drawn_order(standing, present, rng)[:CONTENDERS]
    among = allowed[np.ix_(top, top)]
    weights = standing.sigma[present[top]] ** 2
    if not among.any():
        return None
    first = _weighted(np.where(among.any(axis=1), weights, 0.0), rng)
    second = _weighted(np.where(among[first], weights, 0.0), rng)
    return int(top[first]), int(top[second])


def _doubt(standing: Standing, present: Ints, allowed: Flags, rng: random.Random) -> tuple[int, int] | None:
    sigma, order = standing.sigma[present], _drawn_order(standing, present, rng)
    first, second = order[:-1], order[1:]
    weights = np.where(allowed[first, second], sigma[first] ** 2 + sigma[second] ** 2, 0.0)
    if not weights.any():
        return None
    chosen = _weighted(weights, rng)
    return int(first[chosen]), int(second[chosen])


def _drawn_order(standing: Standing, present: Ints, rng: random.Random) -> Ints:
    """A ranking drawn from the posterior: places among the present models, the best first."""
    luck = np.array([rng.gauss() for _ in range(len(present))])
    return np.argsort(-(standing.mu[present] + standing.sigma[present] * luck), kind="stable")


def _explore(standing: Standing, present: Ints, allowed: Flags, rng: random.Random) -> tuple[int, int]:  # noqa: ARG001
    first, second = divmod(_any_of(np.flatnonzero(allowed), rng), len(present))
    return first, second


DRAWS: dict[Lane, Draw] = {
    Lane.COVERAGE: _cover,
    Lane.CONTENDERS: _contend,
    Lane.UNCERTAINTY: _doubt,
    Lane.EXPLORATION: _explore,
}


def _any_of(places: Ints, rng: random.Random) -> int:
    return int(places[rng.randrange(len(places))])


def _weighted(weights: Floats, rng: random.Random) -> int:
    """An index drawn in proportion to ``weights``, never one whose weight is 0."""
    drawn = np.searchsorted(np.cumsum(weights), rng.random() * float(weights.sum()), side="right")
    return int(min(drawn, np.flatnonzero(weights)[-1]))

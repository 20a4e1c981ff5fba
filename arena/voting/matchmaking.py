"""Which two models to compare next: four lanes that put votes where they tell most about the order of the board.

coverage      the model with the fewest votes, against one of about its strength that it has seldom been shown with
contenders    any two of the best in a ranking drawn from the posterior, so that a model meets the top as often as it
              may belong there; they need not be neighbours, as votes between close models tell about as much
uncertainty   neighbours in a ranking drawn from the posterior (Thompson, "On the likelihood that one unknown
              probability exceeds another", 1933), so that pairs come up as often as their order is in doubt
exploration   any two, so that no pair is ever out of reach

How often each lane is taken is a setting (``Lanes``); ``benchmarks/matchmaking.py`` compares them with uniform pairing
and with an oracle. Pure functions of what is known of an arena; all randomness comes from the ``rng`` passed in.
"""

from __future__ import annotations

import math
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
PairDraw = Callable[["ModelEstimates", Ints, Flags, random.Random], tuple[int, int] | None]
"""(estimates, candidates, allowed, rng) -> positions of two among the candidates; None where the lane has no pair."""

CONTENDERS = 14
"""How far down a drawn ranking the contenders go: past the ten that a reader looks at, to who may be among them."""
NEAR = 3.0
"""Opponents are drawn by a normal curve over the difference in mu with this standard deviation."""


class Lane(StrEnum):
    """Why two models were drawn; stored with the battle."""

    COVERAGE = "coverage"
    CONTENDERS = "contenders"
    UNCERTAINTY = "uncertainty"
    EXPLORATION = "exploration"


@dataclass(frozen=True, slots=True)
class ModelEstimates:
    """What is known of an arena's M models: ``mu`` and ``sigma`` (M), and ``pair_votes`` (M x M, symmetric)."""

    models: tuple[str, ...]
    mu: Floats
    sigma: Floats
    pair_votes: Ints


@dataclass(frozen=True, slots=True)
class ChosenPair:
    """Two models for the two sides of the screen, and the lane that they were drawn by."""

    left: str
    right: str
    lane: Lane


def choose_pair(
    estimates: ModelEstimates,
    candidates: Sequence[int],
    excluded: Collection[frozenset[str]],
    lanes: Lanes,
    rng: random.Random,
) -> ChosenPair | None:
    """Two of the candidates (indexes into the estimates' models), on sides at random; never an ``excluded`` pair.

    A lane that has no pair to offer hands over to exploration. None where no pair is left at all.
    """
    indexes = np.asarray(candidates, np.int64)
    allowed = _allowed(estimates, indexes, excluded)
    if not allowed.any():
        return None
    lane = rng.choices(tuple(Lane), [lanes.coverage, lanes.contenders, lanes.uncertainty, lanes.exploration])[0]
    pair = DRAWS[lane](estimates, indexes, allowed, rng)
    if pair is None:
        lane, pair = Lane.EXPLORATION, _exploration(estimates, indexes, allowed, rng)
    first, second = (estimates.models[indexes[position]] for position in pair)
    # The sides are drawn apart: a lane draws its first model by a rule, and some voters favour a side.
    left, right = (first, second) if rng.random() < 0.5 else (second, first)
    return ChosenPair(left, right, lane)


def _allowed(estimates: ModelEstimates, candidates: Ints, excluded: Collection[frozenset[str]]) -> Flags:
    """C x C: which of the C candidates may be shown together."""
    allowed = ~np.eye(len(candidates), dtype=bool)
    position = {estimates.models[model]: index for index, model in enumerate(candidates.tolist())}
    for pair in excluded:
        if pair <= position.keys():
            first, second = (position[model] for model in pair)
            allowed[first, second] = allowed[second, first] = False
    return allowed


def _coverage(estimates: ModelEstimates, candidates: Ints, allowed: Flags, rng: random.Random) -> tuple[int, int]:
    votes = estimates.pair_votes.sum(axis=1)[candidates].astype(np.float64)
    votes[~allowed.any(axis=1)] = np.inf
    first = _any_of(np.flatnonzero(votes == votes.min()), rng)
    # A vote tells most where its outcome is open, which is between models of about one strength; dividing by the votes
    # of the pair spreads a newcomer's opponents.
    gap = estimates.mu[candidates] - estimates.mu[candidates[first]]
    weights = np.exp(-0.5 * (gap / NEAR) ** 2) / (1 + estimates.pair_votes[candidates[first], candidates])
    # Far away the curve is next to 0, and the only allowed opponent may be there.
    return first, _weighted(np.where(allowed[first], weights + 1e-12, 0.0), rng)


def _contenders(
    estimates: ModelEstimates, candidates: Ints, allowed: Flags, rng: random.Random
) -> tuple[int, int] | None:
    top = _drawn_ranking(estimates, candidates, rng)[:CONTENDERS]
    among = allowed[np.ix_(top, top)]
    # By variance: the next vote on a model lowers its sigma by more, the larger sigma is.
    weights = estimates.sigma[candidates[top]] ** 2
    if not among.any():
        return None
    first = _weighted(np.where(among.any(axis=1), weights, 0.0), rng)
    second = _weighted(np.where(among[first], weights, 0.0), rng)
    return int(top[first]), int(top[second])


def _uncertainty(
    estimates: ModelEstimates, candidates: Ints, allowed: Flags, rng: random.Random
) -> tuple[int, int] | None:
    sigma, ranking = estimates.sigma[candidates], _drawn_ranking(estimates, candidates, rng)
    first, second = ranking[:-1], ranking[1:]
    weights = np.where(allowed[first, second], sigma[first] ** 2 + sigma[second] ** 2, 0.0)
    if not weights.any():
        return None
    chosen = _weighted(weights, rng)
    return int(first[chosen]), int(second[chosen])


def _exploration(
    estimates: ModelEstimates,  # noqa: ARG001 - as every lane
    candidates: Ints,
    allowed: Flags,
    rng: random.Random,
) -> tuple[int, int]:
    first, second = divmod(_any_of(np.flatnonzero(allowed), rng), len(candidates))
    return first, second


DRAWS: dict[Lane, PairDraw] = {
    Lane.COVERAGE: _coverage,
    Lane.CONTENDERS: _contenders,
    Lane.UNCERTAINTY: _uncertainty,
    Lane.EXPLORATION: _exploration,
}


def _drawn_ranking(estimates: ModelEstimates, candidates: Ints, rng: random.Random) -> Ints:
    """A ranking drawn from the posterior: positions among the candidates, the best first."""
    luck = np.array([rng.gauss() for _ in range(len(candidates))])
    return np.argsort(-(estimates.mu[candidates] + estimates.sigma[candidates] * luck), kind="stable")


def _any_of(positions: Ints, rng: random.Random) -> int:
    return int(positions[rng.randrange(len(positions))])


def _weighted(weights: Floats, rng: random.Random) -> int:
    """An index drawn in proportion to ``weights``, never one whose weight is 0."""
    drawn = np.searchsorted(np.cumsum(weights), rng.random() * float(weights.sum()), side="right")
    # Rounding can put the drawn number on the far end of the sum: the last index with a weight is meant then.
    return int(min(drawn, np.flatnonzero(weights)[-1]))


def prompts_in_random_order(weights: Sequence[float], rng: random.Random) -> list[int]:
    """Indexes drawn one after the other without replacement, each in proportion to its weight.

    Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): by u ^ (1 / weight), here as logarithm.
    """
    keys = [math.log(1.0 - rng.random()) / weight for weight in weights]
    return sorted(range(len(weights)), key=lambda index: -keys[index])

"""Which two models to compare next: four lanes that put votes where they tell most about the order of the board.

coverage      the model with the fewest votes, against one of about its strength that it has seldom been shown with
contenders    two models on which a vote tells most about the order at the top of the board, as far as readers look
uncertainty   two models on which a vote tells most about the order of the whole board
exploration   any two, so that no pair is ever out of reach

What a vote tells is the drop of the expected number of wrong orders. Let d be the difference of two mu, and V their
variances together. Votes to come will lower V by some share of it, by t, and meanwhile move d by about the root of t.
The two are then in the wrong order with a chance whose expectation falls, for each unit that t grows by, by

    exp(-d^2 / (2 t)) / (2 pi sqrt(t (V - t)))

which is the heat equation with a kink at d = 0, where the order turns. A vote on a and b, whose Fisher information is
I, lowers the variance of a by I v_a^2 / (1 + I (v_a + v_b)). Summed over all pairs that a is one of, weighed by how
likely they are among the readers' ones, that is a's ``urgency``; pairs are drawn by the square of what they tell.

How often each lane is taken is a setting (``Lanes``); ``benchmarks/matchmaking.py`` compares them with uniform, Swiss
and Fisher-information pairing, and with an oracle. Pure functions of what is known of an arena; all randomness comes
from the ``rng`` passed in.
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

TOP = 10
"""How many models of a board readers look at: the contenders are those that may be among them."""
DOUBT = 1.5
"""Errors are taken as so many times as large when it is asked who may be among the best: who had bad luck is then
looked at again, where a matchmaker that believes its errors would let them stay unlucky."""
AHEAD = 0.8
"""t / V: votes are planned for when there are five times as many."""
MOST_SHOWN = 0.25
"""The largest share of either draw of a pair that goes to one model: nobody is to know whom they will be shown when a
model is new, or how to be shown one by casting odd votes on it."""
LEAST = 1e-100
"""What is worth less is worth nothing; its square is still a number."""
NEAR = 3.0
"""Opponents are drawn by a normal curve over the difference in mu with this standard deviation."""
ROWS_AT_ONCE = 2**21
"""Numbers of the matrix of models by models that is summed in rows."""


class Lane(StrEnum):
    """Why two models were drawn; stored with the battle."""

    COVERAGE = "coverage"
    CONTENDERS = "contenders"
    UNCERTAINTY = "uncertainty"
    EXPLORATION = "exploration"


@dataclass(frozen=True, slots=True)
class OrderDoubt:
    """What a vote on each of M models tells about the order of those that matter.

    ``relevance`` is the chance of each to matter, ``urgency`` what a vote on it is worth by what it says of this model
    alone, and ``weight`` how often it is drawn first (M each).
    """

    relevance: Floats
    urgency: Floats
    weight: Floats

    @classmethod
    def of(cls, relevance: Floats, urgency: Floats) -> OrderDoubt:
        # The mean over b of (u_a + u_b)^2, as if votes with all opponents told as much.
        scaled = urgency / max(urgency.max(initial=0.0), LEAST)
        weight = scaled * scaled + 2.0 * scaled * scaled.mean() + (scaled * scaled).mean()
        return cls(relevance, urgency, capped(weight))


@dataclass(frozen=True, slots=True)
class ModelEstimates:
    """What is known of an arena's M models: ``mu`` and ``sigma`` (M), and ``pair_votes`` (M x M, symmetric).

    ``beta`` is the noise of one output in points. ``top`` and ``board`` say where votes are worth most, for the first
    TOP ranks and for all.
    """

    models: tuple[str, ...]
    mu: Floats
    sigma: Floats
    pair_votes: Ints
    beta: float
    top: OrderDoubt
    board: OrderDoubt

    @classmethod
    def of(cls, models: tuple[str, ...], mu: Floats, sigma: Floats, pair_votes: Ints, beta: float) -> ModelEstimates:
        """With what follows from these: takes a pass over all pairs of models, for the draws of the next seconds."""
        relevances = _chance_at_top(mu, sigma), np.ones(len(models))
        top, board = map(OrderDoubt.of, relevances, _urgencies(mu, sigma, relevances))
        return cls(models, mu, sigma, pair_votes, beta, top, board)


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
    if not excluded:
        return allowed
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
    return _by_worth(estimates, estimates.top, candidates, allowed, rng)


def _uncertainty(
    estimates: ModelEstimates, candidates: Ints, allowed: Flags, rng: random.Random
) -> tuple[int, int] | None:
    return _by_worth(estimates, estimates.board, candidates, allowed, rng)


def _by_worth(
    estimates: ModelEstimates, doubt: OrderDoubt, candidates: Ints, allowed: Flags, rng: random.Random
) -> tuple[int, int] | None:
    """Two of the candidates, drawn by the square of what a vote on them tells about the order."""
    weights = doubt.weight[candidates] * allowed.any(axis=1)
    if not weights.any():
        return None
    first = _weighted(weights, rng)
    worth = vote_worth(estimates, doubt, int(candidates[first]), candidates)
    most = float((worth * allowed[first]).max())
    if most < LEAST:
        return None
    # No opponent is so useless that it cannot come where no other is allowed.
    return first, _weighted(capped(np.maximum(worth / most, LEAST) ** 2 * allowed[first]), rng)


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


def _chance_at_top(mu: Floats, sigma: Floats) -> Floats:
    """About how likely each model (M) is one of the TOP: above the middle between the last of them and the next."""
    if len(mu) <= TOP:
        return np.ones(len(mu))
    ranked = np.sort(mu)[::-1]
    below = (ranked[TOP - 1 : TOP + 1].mean() - mu) / (DOUBT * sigma)
    return np.array([0.5 * math.erfc(each / math.sqrt(2.0)) for each in below.tolist()])


def _urgencies(mu: Floats, sigma: Floats, relevances: Sequence[Floats]) -> list[Floats]:
    """The urgency of each model (M) for each of these relevances (M each)."""
    variance, size = sigma * sigma, len(mu)
    found = [np.empty(size) for _ in relevances]
    for rows in np.array_split(np.arange(size), max(1, size * size // ROWS_AT_ONCE)):
        turning = _turning(mu[rows, None] - mu, variance[rows, None] + variance)
        # With itself a model has no order.
        turning[np.arange(len(rows)), rows] = 0.0
        for urgency, relevance in zip(found, relevances, strict=True):
            urgency[rows] = variance[rows] ** 2 * (relevance[rows] * turning.sum(axis=1) + turning @ relevance)
    return found


def _turning(difference: Floats, variance: Floats) -> Floats:
    """How fast the chance of the wrong order falls with the variance that votes take away, but for a factor."""
    turning: Floats = np.exp(difference * difference / (variance * (-2.0 * AHEAD))) / variance
    return turning


def vote_worth(estimates: ModelEstimates, doubt: OrderDoubt, model: int, others: Ints) -> Floats:
    """What a vote on the model and each of the others (N indexes) tells about the order, but for a factor."""
    own, variance = float(estimates.sigma[model]) ** 2, estimates.sigma[others] ** 2
    difference, together = estimates.mu[others] - estimates.mu[model], own + variance
    told = vote_information(difference, estimates.beta)
    # That the two turn out in the other order counts for both, and what a vote says of their difference is a square.
    between = 2.0 * own * variance * _turning(difference, together)
    between *= doubt.relevance[model] + doubt.relevance[others]
    worth: Floats = told * (doubt.urgency[model] + doubt.urgency[others] + between) / (1.0 + told * together)
    return worth


def vote_information(difference: Floats, beta: float) -> Floats:
    """The Fisher information of a vote about each difference of two strengths (N), ties left out.

    It is phi^2 / (Phi (1 - Phi)) in units of the noise. This has the first two terms of its logarithm's Taylor series,
    and is within 5% of it as long as the weaker model wins 7% of its battles.
    """
    noise = 2.0 * beta * beta
    told: Floats = np.exp(difference * difference * (-(1.0 - 2.0 / math.pi) / noise)) * (2.0 / math.pi / noise)
    return told


def capped(weights: Floats) -> Floats:
    """The weights (N), the largest lowered until none has more than MOST_SHOWN of all, or twice an equal share where
    few are above 0.
    """
    share = max(MOST_SHOWN, 2.0 / max(int(np.count_nonzero(weights)), 1))
    if weights.max() <= share * weights.sum():
        return weights
    rising = np.sort(weights)
    sums, lowered, level = rising.cumsum(), 0, 0.0
    # Of 1 / share weights that are lowered to a level, each would have its share.
    while share * (lowered + 1) < 1.0 and rising[-1 - lowered] > level:
        lowered += 1
        level = share * sums[-1 - lowered] / (1.0 - share * lowered)
    return np.minimum(weights, level)


def _any_of(positions: Ints, rng: random.Random) -> int:
    return int(positions[rng.randrange(len(positions))])


def _weighted(weights: Floats, rng: random.Random) -> int:
    """An index drawn in proportion to ``weights``, never one whose weight is 0."""
    sums = weights.cumsum()
    drawn = int(sums.searchsorted(rng.random() * float(sums[-1]), side="right"))
    # Rounding can put the drawn number on the far end of the sum: the last index with a weight is meant then.
    return drawn if drawn < len(weights) else int(np.flatnonzero(weights)[-1])


def prompts_in_random_order(weights: Sequence[float], rng: random.Random) -> list[int]:
    """Indexes drawn one after the other without replacement, each in proportion to its weight.

    Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006): by u ^ (1 / weight), here as logarithm.
    """
    keys = [math.log(1.0 - rng.random()) / weight for weight in weights]
    return sorted(range(len(weights)), key=lambda index: -keys[index])

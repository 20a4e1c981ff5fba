"""How all voters vote, and whether one voter's votes depend on the pictures at all: a test of each against chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arena.votes.audit.statistics import coin, sigmoid
from arena.votes.audit.vote_arrays import BOTH_BAD, LEFT, TIE, Bools, Floats, Frame, Ints

SWEEPS = 15
DAMPING = 0.6
CLOSE_ENOUGH = 1e-2
ROUNDS = 60
SUREST = 6.0
"""The crowd is held to be no surer of a choice than these log-odds, 400 to 1."""
FLOOR = 0.02
"""The share of habits that is spread over the whole grid, so that no taste is held to be impossible."""

OFFSETS = (-12.0, -8.0, -5.0, *np.arange(-3.0, 3.6, 0.5), 5.0, 8.0, 12.0)
FOLLOWING = (0.3, 0.5, 0.75, 1.0, 1.4)
LEANINGS = (-2.0, -1.2, -0.6, 0.0, 0.6, 1.2, 2.0)
CLOSENESS = 8
"""Into how many equal groups battles are put by how sure the crowd is of the better output."""


@dataclass(frozen=True)
class Term:
    """Effects by level, ``size`` of them with normal priors of precision ``ridge``; each part adds sign x effect."""

    parts: tuple[tuple[Ints, float], ...]
    size: int
    ridge: float

    @property
    def damping(self) -> float:
        """How much of a Newton step to take: less where a vote moves two effects at once."""
        return 1.0 if len(self.parts) == 1 else DAMPING


@dataclass(frozen=True)
class Choice:
    """One of the three choices: among which votes it was made, how it went, and its log-odds without the voter."""

    made: Bools
    yes: Bools
    odds: Floats
    habits: tuple[tuple[float, float], ...]
    """The grid: factors on the log-odds, and what is added to them."""


def choices_of(frame: Frame, odds: Floats, trusted: Bools) -> tuple[Choice, Choice, Choice]:
    """Learn from the trusted votes. ``odds`` are the log-odds by the models' strengths that the left one is better."""
    everything = np.ones(len(frame), np.bool_)
    good = frame.outcome != BOTH_BAD
    models, prompts, lead, flaws = _terms(frame)
    arena = Term(((frame.arena, 1.0),), int(frame.arena.max(initial=0)) + 1, 0.01)
    bad, tie, left = frame.outcome == BOTH_BAD, frame.outcome == TIE, frame.outcome == LEFT
    better = _fit(frame, odds, [lead], left, frame.decided & trusted)
    close = _closeness(np.abs(better), trusted)
    zero = np.zeros(len(frame))
    flat = tuple((1.0, offset) for offset in OFFSETS)
    slanted = tuple((slope, leaning) for slope in FOLLOWING for leaning in LEANINGS)
    worthless = _fit(frame, zero, [arena, models, prompts, flaws, close], bad, everything & trusted)
    equal = _fit(frame, zero, [arena, close], tie, good & trusted)
    return (
        Choice(everything, bad, worthless, flat),
        Choice(good, tie, equal, flat),
        Choice(frame.decided, left, better, slanted),
    )


def _closeness(distance: Floats, trusted: Bools) -> Term:
    """Battles in equal groups by how sure the crowd is of the better output: the surer, the rarer bad and equal."""
    steps = np.linspace(0, 1, CLOSENESS + 1)[1:-1]
    edges = np.quantile(distance[trusted], steps) if trusted.any() else np.zeros(len(steps))
    return Term(((np.searchsorted(edges, distance), 1.0),), CLOSENESS, 1.0)


def _terms(frame: Frame) -> tuple[Term, Term, Term, Term]:
    """Models and prompts; outputs, by how much the one leads; and outputs, by how bad either is, which varies more."""
    models, prompts = len(frame.models), int(frame.prompt.max(initial=0)) + 1
    left, right = frame.prompt * models + frame.left, frame.prompt * models + frame.right
    _, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = place[: len(frame)], place[len(frame) :]
    return (
        Term(((frame.left, 1.0), (frame.right, 1.0)), models, 2.0),
        Term(((frame.prompt, 1.0),), prompts, 2.0),
        Term(((one, 1.0), (other, -1.0)), int(place.max(initial=0)) + 1, 6.0),
        Term(((one, 1.0), (other, 1.0)), int(place.max(initial=0)) + 1, 0.25),
    )


def _fit(frame: Frame, offset: Floats, terms: Sequence[Term], yes: Bools, used: Bools) -> Floats:
    """The log-odds of each vote's choice, from everybody's choices but its own voter's.

    Newton's method by coordinates. A voter's own part is taken out of each effect to first order: else everybody would
    seem to follow a crowd that they are part of.
    """
    learnt = [replace(term, parts=tuple((level[used], sign) for level, sign in term.parts)) for term in terms]
    odds, said = offset[used], yes[used]
    effects = [np.zeros(term.size) for term in terms]
    for _ in range(SWEEPS):
        before = odds.copy()
        for term, effect in zip(learnt, effects, strict=True):
            chance = sigmoid(odds)
            pull, weight = _sums(term, said - chance, chance * (1 - chance))
            step = (pull - term.ridge * effect) / (weight + term.ridge) * term.damping
            np.add(effect, step, out=effect)
            odds += _read(term, step)
        if np.abs(odds - before).max(initial=0) < CLOSE_ENOUGH:
            break
    odds = offset + sum(_read(term, effect) for term, effect in zip(terms, effects, strict=True))
    chance = sigmoid(odds)
    residual, spread = np.where(used, yes - chance, 0.0), np.where(used, chance * (1 - chance), 0.0)
    return np.clip(odds - sum(_own(frame, term, residual, spread) for term in terms), -SUREST, SUREST)


def _read(term: Term, effect: Floats) -> Floats:
    return np.asarray(sum(sign * effect[level] for level, sign in term.parts))


def _sums(term: Term, residual: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Of each level of a term: the slope and the curvature of the logarithm of the likelihood."""
    pull, weight = np.zeros(term.size), np.zeros(term.size)
    for level, sign in term.parts:
        pull += np.bincount(level, sign * residual, term.size)
        weight += np.bincount(level, spread, term.size)
    return pull, weight


def _own(frame: Frame, term: Term, residual: Floats, spread: Floats) -> Floats:
    """How much of each vote's log-odds its voter made."""
    _, weight = _sums(term, residual, spread)
    keys = np.concatenate([frame.voter * term.size + level for level, _ in term.parts])
    pull = np.concatenate([sign * residual for _, sign in term.parts])
    _, place = np.unique(keys, return_inverse=True)
    mine = np.bincount(place, pull)[place]
    held = np.bincount(place, np.tile(spread, len(term.parts)))[place]
    level = np.concatenate([level for level, _ in term.parts])
    moved = mine / (weight[level] - held + term.ridge)
    signs = np.repeat([sign for _, sign in term.parts], len(frame))
    return np.asarray((signs * moved).reshape(len(term.parts), -1).sum(axis=0))


def crowd_likelihood(frame: Frame, choice: Choice, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of how likely the crowd's habits make their choices; 0 who made none."""
    voter, yes, odds = frame.voter[choice.made], choice.yes[choice.made], choice.odds[choice.made]
    sign = np.where(yes, 1.0, -1.0)
    by_habit: Floats = np.stack(
        [
            np.bincount(voter, -np.log(1 + np.exp(-sign * (factor * odds + added))), frame.voters)
            for factor, added in choice.habits
        ],
        axis=1,
    )
    honest = np.bincount(frame.voter[choice.made & trusted], minlength=frame.voters) > 0
    shares = _shares(by_habit[honest])
    most = by_habit.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(by_habit - most) @ shares) + most[:, 0], np.float64)


def _shares(by_habit: Floats) -> Floats:
    """The share of each habit among voters that makes their choices likeliest, but for ``FLOOR``."""
    size = by_habit.shape[1]
    shares: Floats = np.full(size, 1 / size)
    likely: Floats = np.exp(by_habit - by_habit.max(axis=1, keepdims=True))
    for _ in range(ROUNDS if len(by_habit) else 0):
        part = likely * shares
        shares = (part / part.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.asarray((1 - FLOOR) * shares + FLOOR / size)


USUAL = (10.0, 100.0)
"""How surely a clicker presses a button as often as people do, in votes: roughly so, and as one who studied them."""
FAIR = (2.0, 20.0)
"""How surely a clicker takes either side equally often."""


def clicking(frame: Frame, odds: Floats, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of an e-value against "this voter is one of the crowd".

    It is the likelihood of the voter's votes under chance, over that under the crowd: the mean over the habits that
    its members have. Chance is a mixture of who clicks on any of the four buttons, and of who calls pictures bad or
    equal at rates around those of other people, and prefers a side by a coin that is fair, nearly so, or not at all
    (beta mixtures). Over voters whom the crowd stands for its expectation is 1, so by Markov's inequality it exceeds
    1/a for at most a share a of them: where FastChat multiplies p-values of discrete votes, which has no such error
    rate, this product of likelihood ratios has one.
    """
    crowd = sum(crowd_likelihood(frame, choice, trusted) for choice in choices_of(frame, odds, trusted))
    bad, tie, left = (frame.outcome == one for one in (BOTH_BAD, TIE, LEFT))
    bads, ties, lefts = (_by_voter(frame, mask) for mask in (bad, tie, left))
    cast, half = frame.votes_of.astype(np.float64), np.full(frame.voters, 0.5)
    usual = _usual_rate(frame, bad, trusted), _usual_rate(frame, tie, trusted & ~bad)
    good, decided = cast - bads, cast - bads - ties
    called_bad = _mean([coin(bads, cast, usual[0], weight) for weight in USUAL])
    called_equal = _mean([coin(ties, good, usual[1], weight) for weight in USUAL])
    side = _mean([-decided * math.log(2), *(coin(lefts, decided, half, weight) for weight in FAIR)])
    return np.asarray(_mean([-cast * math.log(4), called_bad + called_equal + side]) - crowd)


def _usual_rate(frame: Frame, yes: Bools, among: Bools) -> Floats:
    """For each voter: how often others chose so, in the arenas that the voter votes in."""
    arenas = int(frame.arena.max(initial=0)) + 1
    visit, shape = frame.voter * arenas + frame.arena, (frame.voters, arenas)
    chose, made, cast = (
        np.bincount(visit[mask], minlength=frame.voters * arenas).reshape(shape)
        for mask in (yes & among, among, slice(None))
    )
    rate = (chose.sum(axis=0) - chose + 1) / (made.sum(axis=0) - made + 2)
    return np.asarray((rate * cast).sum(axis=1) / frame.votes_of)


def _by_voter(frame: Frame, chosen: Bools) -> Floats:
    return np.bincount(frame.voter[chosen], minlength=frame.voters).astype(np.float64)


def _mean(kinds: list[Floats]) -> Floats:
    """The logarithm of the mean of likelihoods, given their logarithms."""
    return np.asarray(np.logaddexp.reduce(kinds, axis=0) - math.log(len(kinds)))

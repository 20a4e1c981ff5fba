"""What the crowd agrees on, and whether a voter's choices depend on the pictures at all: a test of each against chance.

A vote is three choices in turn: whether both pictures are bad; if not, whether they are equally good; if not, whether
the left one is better. For each choice a logistic model learns from everybody's votes how likely it is, without the
voter's own part in it. A voter whose choices are better explained by chance than by the crowd, with all the habits
that its members have, clicks without looking.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arena.votes.audit.vote_arrays import BOTH_BAD, LEFT, TIE, Bools, Floats, Ints, VoteArrays

STRENGTH_PRECISION = 0.5
"""Of the normal prior on strengths, in log-odds: weak, so that it matters only for models with few votes."""

MAX_SWEEPS = 15
DAMPING = 0.6
CONVERGED = 1e-2
"""Fitting ends after a sweep that moves no vote's log-odds by more than this."""
MAX_LOG_ODDS = 6.0
"""The crowd is held to be no surer of a choice than these log-odds, 400 to 1."""
CLOSENESS_GROUPS = 8
"""Into how many equal groups battles are put by how sure the crowd is of the better output."""

OFFSETS = (-12.0, -8.0, -5.0, *np.arange(-3.0, 3.6, 0.5), 5.0, 8.0, 12.0)
"""How much more or less often than the crowd a voter may call pictures bad, or equal, in log-odds."""
SLOPES = (0.3, 0.5, 0.75, 1.0, 1.4)
"""How closely a voter may follow the crowd's preferences: a factor on its log-odds."""
LEANINGS = (-2.0, -1.2, -0.6, 0.0, 0.6, 1.2, 2.0)
"""How much a voter may lean to one side, in log-odds."""
HABIT_ROUNDS = 60
HABIT_FLOOR = 0.02
"""The share of habits that is spread over the whole grid, so that no habit is held to be impossible."""

USUAL_WEIGHTS = (10.0, 100.0)
"""How surely a clicker presses a button as often as people do, in votes: roughly so, and as one who studied them."""
FAIR_WEIGHTS = (2.0, 20.0)
"""How surely a clicker takes either side equally often."""


@dataclass(frozen=True)
class Term:
    """A term of a logistic model: effects by level, ``size`` of them with normal priors of precision ``ridge``.

    Each part adds sign x the effect of a vote's level to the vote's log-odds.
    """

    parts: tuple[tuple[Ints, float], ...]
    size: int
    ridge: float

    @property
    def damping(self) -> float:
        """How much of a Newton step to take: less where a vote moves two effects at once."""
        # The steps of two effects that share votes each make up for the whole error, and together overshoot it.
        return 1.0 if len(self.parts) == 1 else DAMPING


@dataclass(frozen=True)
class CrowdChoice:
    """One of the three choices: among which votes it was made, how it went, and its log-odds without the voter."""

    made: Bools
    yes: Bools
    odds: Floats
    habits: tuple[tuple[float, float], ...]
    """The grid of habits: factors on the log-odds, and what is added to them."""


def clicking_log_e_values(votes: VoteArrays, odds: Floats, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of an e-value against "this voter is one of the crowd".

    ``odds`` are the log-odds, by the models' strengths, that the left model of each vote is better. The e-value is the
    likelihood of the voter's votes under chance, over that under the crowd: the mean over the habits that its members
    have. Chance is a mixture of who clicks on any of the four buttons, and of who calls pictures bad or equal at rates
    around those of other people, and prefers a side by a coin that is fair, nearly so, or not at all (beta mixtures).

    Over voters for whom the crowd stands its expectation is 1, so by Markov's inequality it exceeds 1/a for at most a
    share a of them (Vovk and Wang, *E-values: Calibration, combination and applications*, Annals of Statistics 49,
    2021). FastChat multiplies p-values of discrete votes, which has no such error rate; a product of likelihood ratios
    has one.
    """
    crowd = sum(crowd_log_likelihood(votes, choice, trusted) for choice in crowd_choices(votes, odds, trusted))
    bad, tie, left = (votes.outcome == outcome for outcome in (BOTH_BAD, TIE, LEFT))
    bads, ties, lefts = (votes.count_by_voter(mask) for mask in (bad, tie, left))
    cast, half = votes.votes_per_voter.astype(np.float64), np.full(votes.voters, 0.5)
    usual_bad, usual_tie = _usual_rate(votes, bad, trusted), _usual_rate(votes, tie, trusted & ~bad)
    good, decided = cast - bads, cast - bads - ties
    called_bad = _log_mean([log_beta_mixture(bads, cast, usual_bad, weight) for weight in USUAL_WEIGHTS])
    called_equal = _log_mean([log_beta_mixture(ties, good, usual_tie, weight) for weight in USUAL_WEIGHTS])
    sides = [log_beta_mixture(lefts, decided, half, weight) for weight in FAIR_WEIGHTS]
    side = _log_mean([-decided * math.log(2), *sides])
    return np.asarray(_log_mean([-cast * math.log(4), called_bad + called_equal + side]) - crowd)


def _usual_rate(votes: VoteArrays, yes: Bools, among: Bools) -> Floats:
    """For each voter: how often others chose so, in the arenas that the voter votes in."""
    cell, shape = votes.voter * votes.arenas + votes.arena, (votes.voters, votes.arenas)
    chose, made, cast = (
        np.bincount(cell[mask], minlength=votes.voters * votes.arenas).reshape(shape)
        for mask in (yes & among, among, slice(None))
    )
    rate = (chose.sum(axis=0) - chose + 1) / (made.sum(axis=0) - made + 2)
    return np.asarray((rate * cast).sum(axis=1) / votes.votes_per_voter)


def _log_mean(logs: list[Floats]) -> Floats:
    """The logarithm of the mean of likelihoods, given their logarithms."""
    return np.asarray(np.logaddexp.reduce(logs, axis=0) - math.log(len(logs)))


def crowd_choices(votes: VoteArrays, odds: Floats, trusted: Bools) -> tuple[CrowdChoice, CrowdChoice, CrowdChoice]:
    """What the trusted votes say of each vote's three choices: bad or not, equal or not, left or right."""
    everything = np.ones(len(votes), np.bool_)
    good = votes.outcome != BOTH_BAD
    models, prompts, lead, flaws = _terms(votes)
    arena = Term(((votes.arena, 1.0),), votes.arenas, 0.01)
    bad, tie, left = votes.outcome == BOTH_BAD, votes.outcome == TIE, votes.outcome == LEFT
    left_better = _fit(votes, odds, [lead], left, votes.decided & trusted)
    close = _closeness(np.abs(left_better), trusted)
    zero = np.zeros(len(votes))
    flat = tuple((1.0, offset) for offset in OFFSETS)
    slanted = tuple((slope, leaning) for slope in SLOPES for leaning in LEANINGS)
    both_bad = _fit(votes, zero, [arena, models, prompts, flaws, close], bad, everything & trusted)
    equal = _fit(votes, zero, [arena, close], tie, good & trusted)
    return (
        CrowdChoice(everything, bad, both_bad, flat),
        CrowdChoice(good, tie, equal, flat),
        CrowdChoice(votes.decided, left, left_better, slanted),
    )


def _closeness(distance: Floats, trusted: Bools) -> Term:
    """Battles in equal groups by how sure the crowd is of the better output: the surer, the rarer bad and equal."""
    steps = np.linspace(0, 1, CLOSENESS_GROUPS + 1)[1:-1]
    edges = np.quantile(distance[trusted], steps) if trusted.any() else np.zeros(len(steps))
    return Term(((np.searchsorted(edges, distance), 1.0),), CLOSENESS_GROUPS, 1.0)


def _terms(votes: VoteArrays) -> tuple[Term, Term, Term, Term]:
    """Models; prompts; outputs, by how much the left one leads; and outputs, by how bad either is.

    The badness of outputs varies most, so it has the widest prior.
    """
    models, prompts = len(votes.models), int(votes.prompt.max(initial=0)) + 1
    left, right = votes.prompt * models + votes.left, votes.prompt * models + votes.right
    _, output = np.unique(np.concatenate([left, right]), return_inverse=True)
    left_output, right_output = output[: len(votes)], output[len(votes) :]
    outputs = int(output.max(initial=0)) + 1
    return (
        Term(((votes.left, 1.0), (votes.right, 1.0)), models, 2.0),
        Term(((votes.prompt, 1.0),), prompts, 2.0),
        Term(((left_output, 1.0), (right_output, -1.0)), outputs, 6.0),
        Term(((left_output, 1.0), (right_output, 1.0)), outputs, 0.25),
    )


def _fit(votes: VoteArrays, offset: Floats, terms: Sequence[Term], yes: Bools, used: Bools) -> Floats:
    """The log-odds of each vote's choice, from everybody's choices but its own voter's.

    A penalized logistic regression by Newton's method, one coordinate after another. A voter's own part is taken out of
    each effect to first order: else everybody would seem to follow a crowd that they are part of.
    """
    learnt = [replace(term, parts=tuple((level[used], sign) for level, sign in term.parts)) for term in terms]
    odds, answered = offset[used], yes[used]
    effects = [np.zeros(term.size) for term in terms]
    for _ in range(MAX_SWEEPS):
        before = odds.copy()
        for term, effect in zip(learnt, effects, strict=True):
            chance = sigmoid(odds)
            slope, curvature = _slope_and_curvature(term, answered - chance, chance * (1 - chance))
            step = (slope - term.ridge * effect) / (curvature + term.ridge) * term.damping
            np.add(effect, step, out=effect)
            odds += _contribution(term, step)
        if np.abs(odds - before).max(initial=0) < CONVERGED:
            break
    odds = offset + sum(_contribution(term, effect) for term, effect in zip(terms, effects, strict=True))
    chance = sigmoid(odds)
    residual, spread = np.where(used, yes - chance, 0.0), np.where(used, chance * (1 - chance), 0.0)
    own = sum(_own_part(votes, term, residual, spread) for term in terms)
    return np.clip(odds - own, -MAX_LOG_ODDS, MAX_LOG_ODDS)


def _contribution(term: Term, effect: Floats) -> Floats:
    """What a term adds to each vote's log-odds."""
    return np.asarray(sum(sign * effect[level] for level, sign in term.parts))


def _slope_and_curvature(term: Term, residual: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Of each level of a term: the first and minus the second derivative of the logarithm of the likelihood."""
    slope, curvature = np.zeros(term.size), np.zeros(term.size)
    for level, sign in term.parts:
        slope += np.bincount(level, sign * residual, term.size)
        curvature += np.bincount(level, spread, term.size)
    return slope, curvature


def _own_part(votes: VoteArrays, term: Term, residual: Floats, spread: Floats) -> Floats:
    """How much of each vote's log-odds its voter made."""
    # At the maximum the slope of a level over all votes is zero. Without a voter's votes it is minus theirs, and one
    # Newton step from there, with the curvature of the others, is how far the effect would move without them.
    _, curvature = _slope_and_curvature(term, residual, spread)
    keys = np.concatenate([votes.voter * term.size + level for level, _ in term.parts])
    slope = np.concatenate([sign * residual for _, sign in term.parts])
    _, cell = np.unique(keys, return_inverse=True)
    own_slope = np.bincount(cell, slope)[cell]
    own_curvature = np.bincount(cell, np.tile(spread, len(term.parts)))[cell]
    level = np.concatenate([level for level, _ in term.parts])
    moved = own_slope / (curvature[level] - own_curvature + term.ridge)
    signs = np.repeat([sign for _, sign in term.parts], len(votes))
    return np.asarray((signs * moved).reshape(len(term.parts), -1).sum(axis=0))


def crowd_log_likelihood(votes: VoteArrays, choice: CrowdChoice, trusted: Bools) -> Floats:
    """For each voter, the natural logarithm of how likely the crowd's habits make their choices; 0 who made none."""
    voter, yes, odds = votes.voter[choice.made], choice.yes[choice.made], choice.odds[choice.made]
    sign = np.where(yes, 1.0, -1.0)
    costs = [
        np.bincount(voter, -np.log(1 + np.exp(-sign * (factor * odds + added))), votes.voters)
        for factor, added in choice.habits
    ]
    by_habit: Floats = np.stack([np.asarray(cost, np.float64) for cost in costs], axis=1)
    honest = np.bincount(votes.voter[choice.made & trusted], minlength=votes.voters) > 0
    shares = _habit_shares(by_habit[honest])
    # The likelihood of hundreds of votes is below the smallest float; relative to its largest habit it is not.
    most = by_habit.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(by_habit - most) @ shares) + most[:, 0], np.float64)


def _habit_shares(by_habit: Floats) -> Floats:
    """The share of each habit among voters that makes their choices likeliest, but for ``HABIT_FLOOR``.

    Expectation maximization for the weights of a mixture whose parts are known (Dempster, Laird and Rubin 1977, 4.3).
    """
    size = by_habit.shape[1]
    shares: Floats = np.full(size, 1 / size)
    likelihood: Floats = np.exp(by_habit - by_habit.max(axis=1, keepdims=True))
    for _ in range(HABIT_ROUNDS if len(by_habit) else 0):
        part = likelihood * shares
        shares = (part / part.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.asarray((1 - HABIT_FLOOR) * shares + HABIT_FLOOR / size)


def left_odds(votes: VoteArrays, trusted: Bools) -> Floats:
    """The log-odds that the left model is preferred, where one is, by the strengths that the trusted votes agree on.

    Bradley and Terry's model (Biometrika 39, 1952), one an arena, with a weak normal prior on strengths (precision
    ``STRENGTH_PRECISION``).
    """
    odds = np.zeros(len(votes))
    for arena in np.unique(votes.arena):
        in_arena = votes.arena == arena
        used = in_arena & trusted & votes.decided
        strength = _strengths(votes.winner[used], votes.loser[used], len(votes.models))
        odds[in_arena] = strength[votes.left[in_arena]] - strength[votes.right[in_arena]]
    return odds


def _strengths(winner: Ints, loser: Ints, models: int) -> Floats:
    """The maximum a posteriori strengths in log-odds, by Newton's method; the objective is strictly concave."""
    wins = np.bincount(winner * models + loser, minlength=models**2).reshape(models, models).astype(np.float64)
    battles = wins + wins.T
    strength = np.zeros(models)
    for _ in range(50):
        chance = sigmoid(strength[:, None] - strength[None, :])
        weight = battles * chance * (1 - chance)
        slope = (wins - battles * chance).sum(axis=1) - STRENGTH_PRECISION * strength
        step = np.linalg.solve(np.diag(weight.sum(axis=1) + STRENGTH_PRECISION) - weight, slope)
        # A model that won everything starts far from its strength, where the curvature is nearly nothing and a whole
        # step would overshoot.
        strength = strength + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0) < 1e-9:
            break
    return strength


def sigmoid(value: Floats) -> Floats:
    """1 / (1 + exp(-value)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(value / 2)))


def log_beta_mixture(heads: Floats, throws: Floats, rate: Floats, weight: float) -> Floats:
    """Log of the probability of a sequence of throws, by coins whose chance of heads is spread around ``rate``.

    The spread is Beta(weight rate, weight (1 - rate)), as after ``weight`` throws that showed the rate; the probability
    is B(a + heads, b + tails) / B(a, b) with the beta function B.
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

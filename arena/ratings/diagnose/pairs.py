"""Pairs of models: whether strengths explain who wins, rounds of models that beat each other, and clones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from arena import wording
from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.sides import CASES
from arena.ratings.diagnose.statistics import (
    chi_square_quantile,
    chi_square_tail,
    group_sums,
    normal_tail,
    outlying_groups,
    poisson_tail,
    several,
)
from arena.ratings.diagnose.votes import TIE, DiagnosedVotes

LEAST_PAIR_VARIANCE = 0.5
"""Of a pair's points that is part of the sum over pairs: two votes at even odds."""
LEAST_TESTED_VARIANCE = 1.25
"""Of a pair's points that is tested alone: five votes at even odds."""
CLEAR = 1.0
"""Standard errors from an even chance, from which on a pair of a round counts as won."""
ROUND_DRAWS = 200
LARGEST_ROUNDS = 150
"""Models with the most votes among which rounds are counted: the work grows with the cube."""
EQUAL_LOW, EQUAL_HIGH = 0.45, 0.55
"""Chances to win between which two models are as good as equal."""
CLONE_VOTES = 5


@dataclass(frozen=True, slots=True)
class PairSums:
    """By pair (P), seen from its first model: surprise, its variance by chance and with tastes, and votes."""

    surprise: Floats
    chance: Floats
    variance: Floats
    votes: Floats


def pair_sums(votes: DiagnosedVotes) -> PairSums:
    """The sums of each pair; tastes of voters and prompts for both models add to the variance."""
    pair, key = votes.pairs
    expected, side, size = votes.expected, votes.left_is_first, len(key)
    chance = group_sums(pair, expected.variance, size)
    # Of two independent tastes, one for each model, the difference has twice the variance of either.
    own = 2.0 * votes.clustered(pair, size, expected.slope)
    return PairSums(
        group_sums(pair, side * votes.surprise, size), chance, chance + own, group_sums(pair, np.ones(len(pair)), size)
    )


def pair_fit(votes: DiagnosedVotes) -> Answer:
    """Chi-square over pairs: how far the points of each pair are from those that two strengths explain.

    M - 1 degrees of freedom go to the strengths. Beside the sum over all pairs stands the pair that is farthest off,
    which finds a single one; the p is twice the smaller of the two.
    """
    sums, (_, key) = pair_sums(votes), votes.pairs
    part, alone = sums.chance >= LEAST_PAIR_VARIANCE, sums.chance >= LEAST_TESTED_VARIANCE
    z = sums.surprise / np.sqrt(sums.variance)
    degrees = int(part.sum()) - (votes.size - 1)
    total = float((z[part] ** 2).sum())
    farthest = float(np.abs(z[alone]).max()) if alone.any() else 0.0
    p_sum = chi_square_tail(total, float(degrees)) if degrees > 0 else 1.0
    p_farthest = several(min(1.0, 2.0 * normal_tail(farthest)), int(alone.sum()))
    order = np.argsort(-np.abs(np.where(alone, z, 0.0)), kind="stable")[: min(CASES, int(alone.sum()))]
    cases = tuple(
        Case(votes.name_of_pair(int(key[at])), int(sums.votes[at]), sums.surprise[at] / sums.votes[at]) for at in order
    )
    ratio = total / degrees if degrees > 0 else None
    low, high = (total / chi_square_quantile(p, degrees) if degrees > 0 else None for p in (0.975, 0.025))
    farthest_words = (
        f" Farthest off: {cases[0].name}, {wording.count(cases[0].votes, 'vote')}, where the first scores "
        f"{wording.percent(abs(cases[0].value))} {'more' if cases[0].value > 0 else 'less'} than expected."
        if cases
        else ""
    )
    return Answer(
        name="pair-fit",
        question="Do the strengths explain every pair?",
        finding=f"Chi-square per degree of freedom over {wording.count(int(part.sum()), 'pair')}: "
        f"{wording.number(ratio or 0.0)} (1 by chance; {wording.number(low or 0.0)} to {wording.number(high or 0.0)})."
        + farthest_words,
        fine="One number a model is enough to say who wins against whom.",
        look="Some models do better or worse against particular opponents than one strength can say: believe direct "
        "results of a pair more than its forecast.",
        unknown="" if degrees > 0 else "because there are no more pairs than strengths to explain them",
        p=min(1.0, 2.0 * min(p_sum, p_farthest)) if degrees > 0 else None,
        measure="chi-square per degree of freedom over pairs; 1 by chance",
        estimate=ratio,
        low=low,
        high=high,
        case_measure="points a vote more than expected of the first",
        cases=cases,
    )


def rounds(votes: DiagnosedVotes) -> Answer:
    """Rounds of three models that beat each other, each result clear by one standard error, and what chance makes.

    What comes by chance is counted in ``ROUND_DRAWS`` boards of the same pairs whose points are drawn about those
    expected; the tail is that of a Poisson variable, with more variance where the draws have more.
    """
    sums, (pair, key) = pair_sums(votes), votes.pairs
    first, second = np.divmod(key, votes.size)
    rated = np.bincount(np.concatenate([first, second]), np.tile(sums.votes, 2), votes.size)
    kept = np.sort(np.argsort(-rated, kind="stable")[:LARGEST_ROUNDS])
    position = np.full(votes.size, -1)
    position[kept] = np.arange(len(kept))
    among = (position[first] >= 0) & (position[second] >= 0)
    first, second = position[first[among]], position[second[among]]
    expected = group_sums(pair, votes.left_is_first * (votes.expected.points - 0.5), len(key))[among]
    spread = np.sqrt(np.maximum(sums.chance[among], 1e-6))

    def count(points: Floats) -> float:
        """Rounds of a board with these points above an even chance."""
        wins = np.zeros((len(kept), len(kept)))
        clear = points / spread
        wins[first, second], wins[second, first] = clear > CLEAR, clear < -CLEAR
        return float(np.einsum("ij,ji->", wins @ wins, wins)) / 3.0

    found = count(expected + sums.surprise[among])
    random = np.random.RandomState(votes.seed)
    noise = random.standard_normal((ROUND_DRAWS, len(expected))) * np.sqrt(sums.variance[among])
    drawn = np.array([count(expected + row) for row in noise])
    mean, spare = float(drawn.mean()), max(1.0, float(drawn.var(ddof=1)) / max(float(drawn.mean()), 1e-9))
    # Half a round at least: none in all draws is no proof of a chance of 0.
    p = poisson_tail(math.ceil(found / spare), max(mean, 0.5) / spare)
    low, high = (float(np.quantile(drawn, share)) for share in (0.025, 0.975))
    met = votes.size > 2 and len(key) > 2
    return Answer(
        name="rounds",
        question="Do models beat each other in rounds, as in rock, paper, scissors?",
        finding=f"{wording.count(round(found), 'round')} of three models with clear results, where chance makes "
        f"{wording.number(mean, 1)} ({wording.number(low, 0)} to {wording.number(high, 0)}).",
        fine="There is an order: no more rounds than chance makes.",
        look="There is no single order of these models: who wins depends on who meets whom. A rank hides that; look at "
        "the table of pairs.",
        unknown="" if met else "because no three models were compared with each other",
        p=p if met else None,
        measure="rounds of three models with clear results",
        estimate=found,
        low=low,
        high=high,
    )


def clones(votes: DiagnosedVotes) -> Answer:
    """Two models that no vote tells apart: one picture shown for both, or far more ties than two equals have.

    Equal strength alone is no clone. Pairs that are certainly as good as equal are counted as well: those whose whole
    95% interval of the chance to win is between 45% and 55% (an equivalence test at 2.5%; D. J. Schuirmann, Journal of
    Pharmacokinetics and Biopharmaceutics 15, 1987).
    """
    pair, key = votes.pairs
    ties, expected = (votes.columns.outcome == TIE).astype(np.float64), np.clip(votes.expected.tie, 1e-6, 1.0 - 1e-6)
    size = len(key)
    count, tied = group_sums(pair, np.ones(len(pair)), size), group_sums(pair, ties, size)
    mean = group_sums(pair, expected, size)
    variance = group_sums(pair, expected * (1.0 - expected), size)
    tests = outlying_groups(tied - mean, variance, mean, (count >= CLONE_VOTES) & (len(key) > 2))
    apart, close = _apart(votes, key)
    suspects = [at for at in np.argsort(-np.nan_to_num(tests.z), kind="stable") if tests.tested[at] and not apart[at]]
    p = several(normal_tail(float(tests.z[suspects[0]])), tests.tests) if suspects else 1.0
    shared = [
        Case(f"{votes.label(one)} and {votes.label(other)}", pictures, float(pictures))
        for one, other, pictures in votes.shared
    ]
    cases = shared or [Case(votes.name_of_pair(int(key[at])), int(count[at]), tied[at] / count[at]) for at in suspects]
    equal = wording.count(int(close.sum()), "pair")
    told = f"{equal} of models {'is' if close.sum() == 1 else 'are'} certainly as good as equal "
    told += "(a chance to win between 45% and 55%). "
    if shared:
        told += f"The same picture was shown for {shared[0].name} ({wording.count(shared[0].votes, 'picture')})."
    elif cases:
        told += f"Most ties beyond what is expected: {cases[0].name}, {wording.percent(cases[0].value)} of their "
        told += f"{wording.count(cases[0].votes, 'vote')}."
    return Answer(
        name="clones",
        question="Are two models one and the same?",
        finding=told.strip(),
        fine="No two models show the same pictures, or tie far more often than equal models do.",
        look="These two may be one model under two names: it takes two ranks, and votes between them are wasted.",
        unknown="" if shared or suspects else f"because no pair of models has {CLONE_VOTES} votes, or none is close",
        p=min(p, 1e-12) if shared else p if suspects else None,
        measure="pairs of models that are certainly as good as equal",
        estimate=float(close.sum()),
        case_measure="pictures shown for both" if shared else "share of their votes that are ties",
        cases=tuple(cases[:CASES]),
    )


def _apart(votes: DiagnosedVotes, key: Ints) -> tuple[np.typing.NDArray[np.bool_], np.typing.NDArray[np.bool_]]:
    """Of each pair whether its models certainly differ in strength, and whether they are certainly as good as equal."""
    first, second = np.divmod(key, votes.size)
    error = votes.strengths.estimate.uncertainty.of_pairs(first, second)
    gap, reach = votes.mu[first] - votes.mu[second], Z_95 * error
    # The chance to win of two equals changes by 1 / (noise sqrt(2 pi)) a point, and by less beyond.
    most = (EQUAL_HIGH - 0.5) * votes.noise * math.sqrt(2.0 * math.pi)
    return np.abs(gap) > reach, np.abs(gap) + reach < most

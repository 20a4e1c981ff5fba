"""Whether forecasts come true: chances to win in votes that the ratings have not seen, and where ties are."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from arena import wording
from arena.ratings.arrays import Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.compiling import compiled
from arena.ratings.diagnose.records import Answer, Case
from arena.ratings.diagnose.statistics import GroupTests, chi_square_tail, group_sums, normal_tail, outlying_groups
from arena.ratings.diagnose.votes import TIE, DiagnosedVotes

FOLDS = 5
EDGES = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0 + 1e-9])
"""Of the chance that the favourite wins, the parts that forecasts are sorted into."""
LEAST_VOTES, LEAST_VOTERS = 100, 10
LEAST_BIN_VARIANCE = 2.5
TIE_PARTS = 5
NODES, WEIGHTS = np.array([-math.sqrt(3.0), 0.0, math.sqrt(3.0)]), np.array([1.0, 4.0, 1.0]) / 6.0
"""Gauss-Hermite's three points for a normal variable, and their weights."""


def win_calibration(votes: DiagnosedVotes) -> Answer:
    """Five times, votes of a fifth of the voters are forecast from the votes of the others.

    The chance of the favourite is compared with what favourites scored, by parts of the chance. The variance of a part
    is that of the votes (voters and prompts together) and that of the strengths which forecast them.
    """
    if len(votes.columns) < LEAST_VOTES:
        return _wins(unknown=f"because there are fewer than {LEAST_VOTES} votes")
    if not votes.without_voters and len(votes.voters[1]) < LEAST_VOTERS:
        return _wins(unknown=f"because fewer than {LEAST_VOTERS} voters cannot forecast each other")
    forecasts = _forecasts(votes)
    chance, scored = forecasts.chance, forecasts.scored
    parts, total, cases = _by_part(votes, forecasts)
    p = min(1.0, 2.0 * min(chi_square_tail(total, float(parts)), _bend(votes, forecasts)))
    slope = float(((chance - 0.5) * (scored - 0.5)).sum() / max(float(((chance - 0.5) ** 2).sum()), 1e-9))
    score = (chance - 0.5) * (scored - 0.5 - slope * (chance - 0.5))
    error = math.sqrt(votes.cluster_variance(score)) / max(float(((chance - 0.5) ** 2).sum()), 1e-9)
    said = "; ".join(
        f"{case.name}: {wording.percent(case.value)} of {wording.count(case.votes, 'vote')}" for case in cases
    )
    return _wins(
        finding="Of votes that they had not seen, ratings forecast this chance of the favourite, and it scored: "
        f"{said}.",
        p=p if parts else None,
        unknown="" if parts else "because all forecasts are near an even chance",
        estimate=slope,
        low=slope - Z_95 * error,
        high=slope + Z_95 * error,
        cases=cases,
    )


def _wins(**found: Any) -> Answer:
    return Answer(
        name="win-calibration",
        question="Do forecasts of wins come true?",
        fine="Where the board says 70%, it is about 70%.",
        look="Chances to win on the board are too large or too small: votes are noisier at one end than the model "
        "believes, for example since some are cast at random.",
        measure="points of favourites from an even chance, over those forecast: 1 where forecasts are right",
        case_measure="points that favourites scored",
        **found,
    )


@dataclass(frozen=True, slots=True)
class _Forecasts:
    """Of each vote (N) the chance of its favourite, what it scored, and the slope of the chance in the left's strength.

    ``doubt`` (M) is sigma of each model, from the votes that forecasts are made of.
    """

    chance: Floats
    scored: Floats
    slope: Floats
    doubt: Floats

    def variance(self, votes: DiagnosedVotes, weight: Floats) -> float:
        """Of the weighted sum of scores less chances: that of the votes, and that of the strengths."""
        by_chance = float((weight**2 * self.chance * (1.0 - self.chance)).sum())
        # Ties have less variance than wins: half is a lower limit for clusters that happen to agree.
        cast = max(votes.cluster_variance(weight * (self.scored - self.chance)), 0.5 * by_chance)
        pull = weight * self.slope
        lever = group_sums(votes.columns.left, pull, votes.size) - group_sums(votes.columns.right, pull, votes.size)
        return cast + float(lever**2 @ self.doubt**2)


def _forecasts(votes: DiagnosedVotes) -> _Forecasts:
    """Every vote forecast from those of other voters."""
    voters, names = votes.voters
    # Dealt to voters by lot, so that no fold holds the first or the busiest ones.
    fold = np.random.RandomState(votes.seed).permutation(len(names))[voters] % FOLDS
    chance, scored, slope = (np.empty(len(voters)) for _ in range(3))
    doubt = np.zeros(votes.size)
    for number in range(FOLDS):
        held = np.flatnonzero(fold == number)
        if not len(held):
            continue
        mu, sigma = votes.refit(held)
        expected = votes.expectations(mu, sigma, held)
        favourite = np.where(expected.points >= 0.5, 1.0, -1.0)
        chance[held] = 0.5 + favourite * (expected.points - 0.5)
        scored[held] = 0.5 + favourite * (votes.points[held] - 0.5)
        slope[held] = favourite * expected.slope
        doubt = np.maximum(doubt, sigma)
    return _Forecasts(chance, scored, slope, doubt)


def _by_part(votes: DiagnosedVotes, forecasts: _Forecasts) -> tuple[int, float, tuple[Case, ...]]:
    """How many parts of the chance have enough votes, their chi-square, and what favourites scored in each part."""
    part = np.searchsorted(EDGES, forecasts.chance, side="right") - 1
    parts, total = 0, 0.0
    cases: list[Case] = []
    for number in np.unique(part).tolist():
        here = (part == number).astype(np.float64)
        count, chance = int(here.sum()), float(here @ forecasts.chance)
        if float(here @ (forecasts.chance * (1.0 - forecasts.chance))) >= LEAST_BIN_VARIANCE:
            off = float(here @ (forecasts.scored - forecasts.chance))
            parts, total = parts + 1, total + off**2 / forecasts.variance(votes, here)
        cases.append(Case(f"forecast {wording.percent(chance / count)}", count, float(here @ forecasts.scored) / count))
    return parts, total, tuple(cases)


def _bend(votes: DiagnosedVotes, forecasts: _Forecasts) -> float:
    """The p of a bend: favourites who score too much where chances are middling and too little where they are large.

    The weight is a parabola without what a slope would take up; ratings that are fitted to a mixture of good votes and
    of random ones get the slope right on average, and the bend shows.
    """
    side = forecasts.chance - 0.5
    square = side**2
    weight = square - side * float((square * side).sum() / max(float(square.sum()), 1e-12))
    variance = forecasts.variance(votes, weight)
    return (
        1.0
        if variance <= 0.0
        else min(
            1.0, 2.0 * normal_tail(abs(float(weight @ (forecasts.scored - forecasts.chance))) / math.sqrt(variance))
        )
    )


def tie_calibration(votes: DiagnosedVotes) -> Answer:
    """Whether ties are where the model expects them: between models that are close.

    The margin is fitted to the number of ties, and voters are as ready to tie as their own ties show; what is tested is
    the shape. Votes are sorted by the expected chance into five parts of equally many votes. Voters together, as
    clusters, make the variance of how far each part is off.
    """
    outcome, margin = votes.columns.outcome, votes.fitted_margin
    tied = (outcome == TIE).astype(np.float64)
    common = Answer(
        name="tie-calibration",
        question="Are ties where the model expects them?",
        fine="Ties are between close models, as often as the model says.",
        look="Ties come where the model does not expect them: voters may call a tie to avoid a decision, or the tie "
        "margin may not fit. Chances of ties on the board are off, and clear favourites lose points for ties.",
        measure="ties over those that the board's margin expects",
        case_measure="share of ties",
    )
    if tied.sum() < TIE_PARTS * 2 or not math.isfinite(margin):
        return replace(
            common, unknown="because there are too few ties" if math.isfinite(margin) else "because all votes are ties"
        )
    chance = _tie_chances(votes, tied)
    # Ranks by chance, pairs with the same chance together.
    levels, where, counts = np.unique(np.round(chance, 9), return_inverse=True, return_counts=True)
    part = (((np.cumsum(counts) - 0.5 * counts) / len(chance)) * TIE_PARTS).astype(np.int64)[where]
    parts = np.unique(part)
    p = _shape(votes, tied - chance, chance * (1.0 - chance), part, parts)
    cases = tuple(
        Case(
            f"expected {wording.percent(float(chance[part == number].mean()), 1)}",
            int((part == number).sum()),
            float(tied[part == number].mean()),
        )
        for number in parts.tolist()
    )
    said = "; ".join(f"{case.name}, found {wording.percent(case.value, 1)}" for case in cases)
    by_board = _expected_ties(votes, votes.margin)
    ratio = float(tied.sum()) / max(by_board, 1e-9)
    error = math.sqrt(votes.cluster_variance(tied - chance)) / max(by_board, 1e-9)
    # Twice or half as many is no chance of voters but a margin that was set wrongly.
    margin_off = ratio - Z_95 * error > 2.0 or ratio + Z_95 * error < 0.5
    return replace(
        common,
        finding=f"Ties by the chance expected: {said}. All ties are {wording.number(ratio)} times as many as the "
        "board's "
        "margin expects.",
        p=min(p, 1e-12) if margin_off else p,
        unknown="" if len(levels) > 1 and len(parts) > 1 else "because all pairs have the same chance of a tie",
        estimate=ratio,
        low=ratio - Z_95 * error,
        high=ratio + Z_95 * error,
        cases=cases,
    )


def _readiness(votes: DiagnosedVotes) -> GroupTests:
    """How far voters differ in how readily they tie: the spread of ties over ties expected."""
    codes, names = votes.voters
    chance = np.clip(votes.expected.tie, 1e-6, 1.0 - 1e-6)
    sums = group_sums(codes, (votes.columns.outcome == TIE) - chance, len(names))
    variance = group_sums(codes, chance * (1.0 - chance), len(names))
    weight = group_sums(codes, chance, len(names))
    return outlying_groups(sums, variance, weight, weight > 0.0)


def _tie_chances(votes: DiagnosedVotes, tied: Floats) -> Floats:
    """The chance of a tie in each vote (N) where the log of voters' margins varies as their ties show, and as many ties
    are expected as there are.
    """
    spread = 0.0 if votes.without_voters else math.sqrt(math.log1p(min(_readiness(votes).spread, 2.0) ** 2))
    pair, key = votes.pairs
    first, second = np.divmod(key, votes.size)
    gaps = votes.mu[first] - votes.mu[second]
    # Weak models tie more often than strong ones, as the arena's model of ties knows.
    level = ((votes.mu[first] + votes.mu[second]) / 2.0).tolist()
    factors = np.array([votes.strengths.ties.levels.factor(mean) for mean in level])
    counts = group_sums(pair, np.ones(len(pair)), len(key))

    def chances(margin: float) -> Floats:
        mixed = np.zeros(len(gaps))
        for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
            reach = margin * math.exp(spread * node)
            mixed += weight * _draw_chances(gaps, votes.noise, reach * factors)
        return mixed

    low, high = 0.0, 20.0 * max(votes.fitted_margin, 1e-6)
    for _ in range(25):
        middle = (low + high) / 2.0
        low, high = (middle, high) if float(chances(middle) @ counts) < tied.sum() else (low, middle)
    return np.clip(chances((low + high) / 2.0), 1e-6, 1.0 - 1e-6)[pair]


def _shape(votes: DiagnosedVotes, error: Floats, variance: Floats, part: Ints, parts: Ints) -> float:
    """The p of chi-square of the errors by part, given that they add up to 0 or nearly so."""
    size = len(parts)
    where = np.searchsorted(parts, part)
    sums = group_sums(where, error, size)
    by_chance = np.diag(group_sums(where, variance, size))
    codes, names = votes.voters
    clusters = len(names)
    by_voter = np.zeros((clusters, size))
    np.add.at(by_voter, (codes, where), error)
    share = group_sums(where, variance, size)
    share /= share.sum()
    # Fitting the margin takes the common part out of the errors, so it comes out of the clusters' too.
    project = np.eye(size) - np.outer(share, np.ones(size))
    covariance = by_voter.T @ by_voter if not votes.without_voters and clusters >= 4 * size else by_chance
    covariance = project @ covariance @ project.T
    least = project @ by_chance @ project.T
    # Never surer than independent votes can be, direction by direction.
    covariance = covariance + np.maximum(0.0, 1.0 - np.trace(covariance) / max(np.trace(least), 1e-12)) * least
    off = project @ sums
    total = float(off @ np.linalg.pinv(covariance, rcond=1e-9) @ off)
    degrees = size - 1
    if clusters >= 4 * size:
        total *= (clusters - degrees) / clusters
    return chi_square_tail(total, float(degrees))


def _expected_ties(votes: DiagnosedVotes, margin: float) -> float:
    pair, key = votes.pairs
    first, second = np.divmod(key, votes.size)
    counts = group_sums(pair, np.ones(len(pair)), len(key))
    chances = _draw_chances(votes.mu[first] - votes.mu[second], votes.noise, np.full(len(key), margin))
    return math.fsum((counts * chances).tolist())


def _draw_chances(gap: Floats, spread: float, margin: Floats) -> Floats:
    """The chance of a draw in each of N battles: see ``win_and_draw_probability``."""
    scale = spread * math.sqrt(2.0)
    ends = complementary_errors((margin - gap) / scale) + complementary_errors((margin + gap) / scale)
    return np.maximum(0.0, 1.0 - 0.5 * ends)


@compiled()
def complementary_errors(x: Floats) -> Floats:
    """Erfc of each of N numbers, which numpy does not have."""
    found = np.empty(len(x))
    for number in range(len(x)):
        found[number] = math.erfc(x[number])
    return found

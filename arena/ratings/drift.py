"""Whether a model has changed: what it scored in a week, less what was to be expected of it.

When stronger models join, a model loses more often without having changed. Drift tells the two apart: expected is what
a model's own earlier votes say, against the opponents it had.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.cluster_rows import SUM_GRAIN
from arena.ratings.probabilities import win_and_draw_probability
from arena.ratings.tally import sum_by_key

WINDOWS = (1, 2, 3)
"""Weeks taken together and compared with all weeks before them: longer windows find smaller changes, later."""
LOOKS_PER_YEAR = 52
THRESHOLD = -NormalDist().inv_cdf(NormalDist().cdf(-3.0) / LOOKS_PER_YEAR)
"""Standard errors from which a week is flagged: the chance to pass 3, shared out among a year of looks (Bonferroni)."""
VOTES_AT_ONCE = 2**21
"""Votes whose surprises are worked out at a time."""
LEAST_VARIANCE = 10.0
"""Flags need windows and pasts of that much variance (40 votes at even odds): below, chances are too skewed to tell."""


@dataclass(frozen=True, slots=True)
class ScoredVotes:
    """Rated votes of one arena (N): indexes of the models, points of the first, voters, and weeks from 0.

    Points are 1 for a win, 1/2 for a tie and 0 for a loss.
    """

    first: Codes
    second: Codes
    points: Floats
    voter: Codes
    week: Codes

    def by_voter(self) -> Iterator[ScoredVotes]:
        """All votes of some voters at a time, about ``VOTES_AT_ONCE``."""
        votes = self
        if (np.diff(self.voter) < 0).any():
            votes = self._take(np.argsort(self.voter, kind="stable"))
        start = 0
        while start < len(votes.voter):
            last = votes.voter[min(start + VOTES_AT_ONCE, len(votes.voter)) - 1]
            stop = int(np.searchsorted(votes.voter, last, side="right"))
            yield votes._take(slice(start, stop))
            start = stop

    def _take(self, rows: Ints | slice) -> ScoredVotes:
        return ScoredVotes(self.first[rows], self.second[rows], self.points[rows], self.voter[rows], self.week[rows])


@dataclass(frozen=True, slots=True)
class Drift:
    """By model and week (M x W): votes, drift and its standard error (NaN where there is nothing to compare), flags."""

    votes: Ints
    drift: Floats
    error: Floats
    flagged: Flags

    def of(self, model: int, week: int) -> tuple[int, float | None, float, bool]:
        """Those four of one model and week, drift None where there is nothing to compare."""
        drift = float(self.drift[model, week])
        return (
            int(self.votes[model, week]),
            drift if math.isfinite(drift) else None,
            float(self.error[model, week]),
            bool(self.flagged[model, week]),
        )


def drift_of(votes: ScoredVotes, mu: Floats, beta: float, margin: float) -> Drift:
    """The drift of each model (M, rated ``mu`` overall) in each week.

    The surprise of a vote is the points of a model less those expected of it. Overall ratings are fitted to all weeks,
    so the surprises of a model add up to about 0, and a change shows as a contrast between its weeks.
    """
    shape = (len(mu), int(votes.week.max(initial=-1)) + 1)
    moments = MomentsOfPairs(mu, beta, margin)
    counts, surprises, variances = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    squares = 0.0
    for part in votes.by_voter():
        expected, variance = moments.of(part)
        # Multiples of the grain add up exactly: the order of votes must not decide about a flag.
        surprise = np.round((part.points - expected) * SUM_GRAIN) / SUM_GRAIN
        variance = np.round(variance * SUM_GRAIN) / SUM_GRAIN
        # Every vote counts for two models: what the first scores above expectation the second scores below it.
        cell = np.concatenate([part.first, part.second]).astype(np.int64) * shape[1] + np.tile(part.week, 2)
        surprise = np.concatenate([surprise, -surprise])
        counts += _sums(cell, np.ones(len(cell)), shape)
        surprises += _sums(cell, surprise, shape)
        variances += _sums(cell, np.tile(variance, 2), shape)
        squares += squares_by_voter(cell, np.tile(part.voter, 2), surprise)
    variances *= design_effect(squares, variances)
    drift, error, _ = _contrast(counts, surprises, variances, 1)
    flagged = np.zeros(shape, bool)
    for window in WINDOWS:
        gap, gap_error, least = _contrast(counts, surprises, variances, window)
        flagged |= (np.abs(gap) > THRESHOLD * gap_error) & (least >= LEAST_VARIANCE)
    return Drift(counts.astype(np.int64), drift, error, flagged)


def _sums(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """The sum of the values of each cell, in a matrix of that shape."""
    return np.asarray(np.bincount(cell, values, shape[0] * shape[1]), np.float64).reshape(shape)


class MomentsOfPairs:
    """The expected points of the first model of a vote and their variance, for ``mu`` (M): worked out once a pair."""

    def __init__(self, mu: Floats, beta: float, margin: float) -> None:
        self._mu, self._beta, self._margin = mu, beta, margin
        self._known: dict[int, tuple[float, float]] = {}

    def of(self, votes: ScoredVotes) -> tuple[Floats, Floats]:
        """Those of each vote (N)."""
        key = votes.first.astype(np.int64) * len(self._mu) + votes.second
        pairs, pair_of_vote = np.unique(key, return_inverse=True)
        moments = np.array([self._of_pair(pair) for pair in pairs.tolist()]).reshape(-1, 2)
        return moments[pair_of_vote, 0], moments[pair_of_vote, 1]

    def _of_pair(self, pair: int) -> tuple[float, float]:
        if pair not in self._known:
            first, second = divmod(pair, len(self._mu))
            gap = float(self._mu[first] - self._mu[second])
            win, draw = win_and_draw_probability(gap, math.sqrt(2.0) * self._beta, self._margin)
            points = win + 0.5 * draw
            self._known[pair] = points, win + 0.25 * draw - points * points
        return self._known[pair]


def squares_by_voter(cell: Ints, voter: Codes, surprise: Floats) -> float:
    """The sum of squares of the surprises of each voter in each cell; all votes of a voter are among these."""
    voter = voter - voter.min()
    _, sums = sum_by_key(cell * (int(voter.max()) + 1) + voter, surprise[:, None])
    return float((sums**2).sum())


def design_effect(squares: float, variances: Floats) -> float:
    """How many times more than by chance points vary, one voter's for a model in a week taken together; 1 or more.

    One number for the whole arena: a week of one model has too few voters to tell its own (L. Kish, "Survey Sampling",
    1965, on the design effect of clusters).
    """
    expected = float(variances.sum())
    return max(1.0, squares / expected) if expected else 1.0


def _contrast(votes: Floats, surprises: Floats, variances: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """The mean surprise of the last ``window`` weeks less that of all before, its standard error, and the lesser of the
    two sides' variances. NaN where the week, or the past, has no votes.
    """
    until = np.cumsum(np.stack([votes, surprises, variances]), axis=2)
    # Running sums, so that the sum of any stretch of weeks is a difference of two.
    before = np.pad(until, ((0, 0), (0, 0), (window, 0)))[:, :, : until.shape[2]]
    inside = until - before
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = inside[1] / inside[0] - before[1] / before[0]
        error = np.sqrt(inside[2] / inside[0] ** 2 + before[2] / before[0] ** 2)
    gap[votes == 0] = np.nan
    return gap, error, np.minimum(inside[2], before[2])

"""Over time: each arena's overall ratings from all votes up to the end of each week, and whether a model has changed.

When stronger models join, a model loses more often without having changed. Drift tells the two apart: it is what a
model scored in a week less what was to be expected of it, by its own earlier votes, against the opponents it had.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from arena.progress import CountedWork
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.boards import Estimate, leaders
from arena.ratings.cluster_rows import SUM_GRAIN
from arena.ratings.clusters import Z_95
from arena.ratings.leader import LeaderClaim, claims_of, proven_leader
from arena.ratings.probabilities import draw_margin, win_and_draw_probability
from arena.ratings.solver import Solution, axis_sites, solve
from arena.ratings.tally import AxisTally, Tally, sum_by_key
from arena.ratings.ties import find_draw_probability
from arena.ratings.uncertainty import SmallInts, VoterVotes, axis_votes, uncertainty_of
from arena.records import HistoryPoint, Origin

FIRST_SUNDAY = date(1970, 1, 11)
"""The last day of week 0."""

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
class History:
    """Points by arena, model and week; and who was proven to lead each arena, one after the other."""

    points: tuple[HistoryPoint, ...] = ()
    leaders: tuple[LeaderClaim, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RatedWeek:
    """The ratings of an arena as of the end of a week, of the ``models`` (M) that were ranked then, best first.

    ``week`` is its Sunday. ``mu``, ``sigma``, the standard ``error`` of mu and the rated ``votes`` have M each;
    ``leader`` is the model that was proven to lead, if any.
    """

    week: date
    models: tuple[str, ...]
    mu: Floats
    sigma: Floats
    error: Floats
    votes: Ints
    leader: str | None


class KeptWeeks:
    """Weeks that an earlier run rated, by a key of all that they hang on; and which of them, or anew, this run has.

    ``key_of`` says what the week of an arena hangs on: the arena, the origin of its votes, and the Sunday.
    """

    def __init__(self, key_of: Callable[[str, Origin, date], str], kept: Mapping[str, RatedWeek]) -> None:
        self._key_of = key_of
        self._kept = kept
        self.rated: dict[str, RatedWeek] = {}

    def of(self, arena: str, origin: Origin, week: date, rate: Callable[[], RatedWeek]) -> RatedWeek:
        """The week as it was rated, or as it is ``rate``d now."""
        key = self._key_of(arena, origin, week)
        self.rated[key] = self._kept.get(key) or rate()
        return self.rated[key]


def weekly_history(
    voter_votes: VoterVotes,
    tally: Tally,
    overall: Iterable[tuple[AxisTally, Solution, Origin]],
    settings: RatingSettings,
    draw_probability: dict[str, float],
    *,
    work: CountedWork,
    kept: KeptWeeks | None = None,
) -> History:
    """Batch ratings of each arena's overall axis as of each Sunday (UTC), for models that were ranked by then.

    A week is rated as it would have been on its Sunday: from the votes until then, and with the draw probability that
    the settings find in these. So a week that is over stays as it is when votes are added, and those in ``kept`` are
    not rated again. Drift is what all votes say today: ``overall`` are the overall axes, their batch ratings today and
    the origin of their votes, and ``draw_probability`` is that of each arena. Weeks run from the first rated vote of an
    arena to its last. Raises RatingsError where the ratings of a week do not converge. ``work`` is told how many weeks
    there are, and of each that is done.
    """
    rows_of = dict(voter_votes.by_axis(tally, ((0,),)))
    arenas = [
        (ArenaVotes.of(voter_votes, rows_of[axis.axis], tally, axis), today, origin)
        for axis, today, origin in overall
        if axis.axis in rows_of
    ]
    work.expect(sum(len(arena.span) for arena, _, _ in arenas))
    points: list[HistoryPoint] = []
    leaders: list[LeaderClaim] = []
    for arena, today, origin in arenas:
        name, weeks = arena.axis.axis.arena, list[RatedWeek]()
        for week in arena.span:
            weeks.append(_week(arena, week, settings, origin, kept))
            work.part_done()
        margin = draw_margin(draw_probability[name], settings.beta)
        points += _points(arena, weeks, drift_of(arena.scored(), today.mu, settings.beta, margin))
        leaders += claims_of(name, ((week.week, week.leader) for week in weeks))
    leaders.sort(key=lambda claim: (claim.arena, claim.week))
    return History(tuple(sorted(points, key=lambda point: (point.arena, point.model, point.week))), tuple(leaders))


@dataclass(frozen=True, slots=True)
class ArenaVotes:
    """The rated votes of one arena: the ``rows`` of all votes and the week of each, and its overall axis today."""

    votes: VoterVotes
    rows: Ints
    week: SmallInts
    tally: Tally
    axis: AxisTally

    @classmethod
    def of(cls, votes: VoterVotes, rows: Ints, tally: Tally, axis: AxisTally) -> ArenaVotes:
        return cls(votes, rows, votes.week[rows], tally, axis)

    @property
    def span(self) -> range:
        """Every week from the first vote to the last."""
        return range(int(self.week.min()), int(self.week.max()) + 1)

    def until(self, week: int) -> tuple[Ints, AxisTally]:
        """The rows up to the end of a week, and their tally."""
        rows = self.rows[self.week <= week]
        first, second, outcome = self.votes.first[rows], self.votes.second[rows], self.votes.outcome[rows]
        return rows, AxisTally.count(self.axis.axis, self.tally.models, first, second, outcome)

    def scored(self) -> ScoredVotes:
        """The votes by index of the model on the axis, and by week from the first."""
        models = self.tally.codes_of(self.axis.models)
        index = np.zeros(int(models.max(initial=0)) + 1, np.int32)
        index[models] = np.arange(len(models))
        points = np.array([1.0, 0.0, 0.5])  # by FIRST_WINS, SECOND_WINS, DRAW
        return ScoredVotes(
            first=index[self.votes.first[self.rows]],
            second=index[self.votes.second[self.rows]],
            points=points[self.votes.outcome[self.rows]],
            voter=self.votes.voter[self.rows],
            week=self.week - self.week.min(),
        )


def _week(arena: ArenaVotes, week: int, settings: RatingSettings, origin: Origin, kept: KeptWeeks | None) -> RatedWeek:
    sunday = FIRST_SUNDAY + timedelta(weeks=week)

    def rate() -> RatedWeek:
        # From all votes so far, not from the week before: a batch rating has no state to go on from.
        rows, axis = arena.until(week)
        sites = axis_sites(axis)
        solution = solve(axis, settings, find_draw_probability(axis, settings, sites), sites=sites)
        votes = axis_votes(solution, arena.votes, rows, arena.tally.codes_of(axis.models))
        estimate = Estimate(solution.mu, solution.sigma, uncertainty_of(solution, settings.sigma, votes))
        ranked = leaders(axis, estimate.score, settings.min_votes)
        proven = proven_leader(estimate, ranked, axis.rated, settings.beta)
        return RatedWeek(
            sunday,
            tuple(axis.models[index] for index in ranked.tolist()),
            solution.mu[ranked],
            solution.sigma[ranked],
            estimate.uncertainty.error[ranked],
            axis.rated[ranked],
            None if proven is None else axis.models[proven],
        )

    return kept.of(arena.axis.axis.arena, origin, sunday, rate) if kept else rate()


def _points(arena: ArenaVotes, weeks: list[RatedWeek], drift: Drift) -> Iterator[HistoryPoint]:
    index_today = {model: index for index, model in enumerate(arena.axis.models)}
    for number, rated in enumerate(weeks):
        columns = (rated.mu, rated.sigma, rated.error, rated.votes)
        for model, mu, sigma, error, votes in zip(rated.models, *(c.tolist() for c in columns), strict=True):
            week_votes, gap, gap_error, flagged = drift.of(index_today[model], number)
            score = mu - 3.0 * sigma
            yield HistoryPoint(
                arena=arena.axis.axis.arena,
                model=model,
                week=rated.week,
                mu=mu,
                sigma=sigma,
                score=score,
                votes=votes,
                score_low=score - Z_95 * error,
                score_high=score + Z_95 * error,
                week_votes=week_votes,
                drift=gap,
                drift_low=None if gap is None else gap - Z_95 * gap_error,
                drift_high=None if gap is None else gap + Z_95 * gap_error,
                flagged=flagged,
            )


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

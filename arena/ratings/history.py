"""Over time: each arena's overall ratings from all votes up to the end of each week, and whether a model has changed.

When stronger models join, a model loses more often without having changed. Drift tells the two apart: it is what a
model scored in a week less what was to be expected of it, by its own earlier votes, against the opponents it had.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from arena.progress import CountedWork
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.boards import Estimate, leaders
from arena.ratings.clusters import SUM_GRAIN, Z_95
from arena.ratings.leader import LeaderClaim, claims_of, proven_leader
from arena.ratings.probabilities import draw_margin, win_and_draw_probability
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally, Tally, sum_by_key
from arena.ratings.uncertainty import DRAW, FIRST_WINS, VoterVotes, axis_votes, uncertainty_of
from arena.records import HistoryPoint

FIRST_SUNDAY = date(1970, 1, 11)
"""The last day of week 0."""

WINDOWS = (1, 2, 3)
"""Weeks taken together and compared with all weeks before them: longer windows find smaller changes, later."""
LOOKS_PER_YEAR = 52
THRESHOLD = -NormalDist().inv_cdf(NormalDist().cdf(-3.0) / LOOKS_PER_YEAR)
"""Standard errors from which a week is flagged: the chance to pass 3, shared out among a year of looks (Bonferroni)."""
LEAST_VARIANCE = 10.0
"""Flags need windows and pasts of that much variance (40 votes at even odds): below, chances are too skewed to tell."""


def weekly_history(
    voter_votes: VoterVotes,
    tally: Tally,
    overall: Iterable[tuple[AxisTally, Solution]],
    settings: RatingSettings,
    draw_probability: dict[str, float],
    *,
    work: CountedWork,
) -> History:
    """Batch ratings of each arena's overall axis as of each Sunday (UTC), for models that were ranked by then.

    ``overall`` are the overall axes and their batch ratings today; ``draw_probability`` is that of each arena, the same
    for all weeks so that scores compare. Weeks run from the first rated vote of an arena to its last. Raises
    RatingsError where the ratings of a week do not converge. ``work`` is told how many weeks there are, and of each
    that is done.
    """
    rows_of = dict(voter_votes.by_axis(tally, ((0,),)))
    arenas = [
        (ArenaVotes(voter_votes, rows_of[axis.axis], tally, axis), today)
        for axis, today in overall
        if axis.axis in rows_of
    ]
    work.expect(sum(len(arena.span) for arena, _ in arenas))
    points: list[HistoryPoint] = []
    leaders: list[LeaderClaim] = []
    for arena, today in arenas:
        name = arena.axis.axis.arena
        weeks = list(_weeks_of(arena, today, settings, draw_probability[name], work))
        points += (point for week in weeks for point in week.points)
        leaders += claims_of(name, ((week.week, week.leader) for week in weeks))
    leaders.sort(key=lambda claim: (claim.arena, claim.week))
    return History(tuple(sorted(points, key=lambda point: (point.arena, point.model, point.week))), tuple(leaders))


@dataclass(frozen=True, slots=True)
class History:
    """Points by arena, model and week; and who was proven to lead each arena, one after the other."""

    points: tuple[HistoryPoint, ...] = ()
    leaders: tuple[LeaderClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class RatedWeek:
    """The points of one week (``week`` is its Sunday) of an arena, and the model that was proven to lead, if any."""

    week: date
    points: tuple[HistoryPoint, ...]
    leader: str | None


@dataclass(frozen=True, slots=True)
class ArenaVotes:
    """The rated votes of one arena: the ``rows`` of all votes, and the tally of its overall axis today."""

    votes: VoterVotes
    rows: Ints
    tally: Tally
    axis: AxisTally

    @property
    def weeks(self) -> Ints:
        """The week of each row."""
        return self.votes.week[self.rows].astype(np.int64)

    @property
    def span(self) -> range:
        """Every week from the first vote to the last."""
        weeks = self.weeks
        return range(int(weeks.min()), int(weeks.max()) + 1)

    def until(self, week: int) -> tuple[Ints, AxisTally]:
        """The rows up to the end of a week, and their tally."""
        rows = self.rows[self.weeks <= week]
        first, second, outcome = self.votes.first[rows], self.votes.second[rows], self.votes.outcome[rows]
        return rows, AxisTally.count(self.axis.axis, self.tally.models, first, second, outcome)

    def scored(self) -> ScoredVotes:
        """The votes by index of the model on the axis, and by week from the first."""
        models = self.tally.codes_of(self.axis.models)
        index = np.zeros(int(models.max(initial=0)) + 1, np.int64)
        index[models] = np.arange(len(models))
        outcome = self.votes.outcome[self.rows]
        return ScoredVotes(
            first=index[self.votes.first[self.rows]],
            second=index[self.votes.second[self.rows]],
            points=np.where(outcome == DRAW, 0.5, np.where(outcome == FIRST_WINS, 1.0, 0.0)),
            voter=self.votes.voter[self.rows].astype(np.int64),
            week=self.weeks - int(self.weeks.min()),
        )


def _weeks_of(
    arena: ArenaVotes, today: Solution, settings: RatingSettings, draw_probability: float, work: CountedWork
) -> Iterator[RatedWeek]:
    index_today = {model: index for index, model in enumerate(arena.axis.models)}
    drift = drift_of(arena.scored(), today.mu, settings.beta, draw_margin(draw_probability, settings.beta))
    span = arena.span
    for week in span:
        # From all votes so far, not from the week before: a batch rating has no state to go on from.
        rows, axis = arena.until(week)
        solution = solve(axis, settings, draw_probability)
        votes = axis_votes(solution, arena.votes, rows, arena.tally.codes_of(axis.models))
        estimate = Estimate(solution.mu, solution.sigma, uncertainty_of(solution, settings.sigma, votes))
        ranked = leaders(axis, estimate.score, settings.min_votes)
        sunday = FIRST_SUNDAY + timedelta(weeks=week)
        proven = proven_leader(estimate, ranked, axis.rated, settings.beta)
        yield RatedWeek(
            sunday,
            tuple(
                _point(axis, estimate, index, sunday, drift.of(index_today[axis.models[index]], week - span.start))
                for index in ranked.tolist()
            ),
            None if proven is None else axis.models[proven],
        )
        work.part_done()


def _point(
    axis: AxisTally, estimate: Estimate, index: int, week: date, drift: tuple[int, float | None, float, bool]
) -> HistoryPoint:
    week_votes, gap, gap_error, flagged = drift
    score, reach = float(estimate.score[index]), Z_95 * float(estimate.uncertainty.error[index])
    return HistoryPoint(
        arena=axis.axis.arena,
        model=axis.models[index],
        week=week,
        mu=float(estimate.mu[index]),
        sigma=float(estimate.sigma[index]),
        score=score,
        votes=int(axis.rated[index]),
        score_low=score - reach,
        score_high=score + reach,
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

    first: Ints
    second: Ints
    points: Floats
    voter: Ints
    week: Ints


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
    expected, variance = expectations(votes, mu, beta, margin)
    # Multiples of the grain add up exactly: the order of votes must not decide about a flag.
    surprise = np.round((votes.points - expected) * SUM_GRAIN) / SUM_GRAIN
    variance = np.round(variance * SUM_GRAIN) / SUM_GRAIN
    shape = (len(mu), int(votes.week.max(initial=-1)) + 1)
    # Every vote counts for two models: what the first scores above expectation the second scores below it.
    cell = np.concatenate([votes.first, votes.second]) * shape[1] + np.tile(votes.week, 2)
    surprise, variance = np.concatenate([surprise, -surprise]), np.tile(variance, 2)
    counts = _sums(cell, np.ones(len(cell)), shape)
    surprises, variances = _sums(cell, surprise, shape), _sums(cell, variance, shape)
    variances *= design_effect(cell, np.tile(votes.voter, 2), surprise, variances)
    drift, error, _ = _contrast(counts, surprises, variances, 1)
    flagged = np.zeros(shape, bool)
    for window in WINDOWS:
        gap, gap_error, least = _contrast(counts, surprises, variances, window)
        flagged |= (np.abs(gap) > THRESHOLD * gap_error) & (least >= LEAST_VARIANCE)
    return Drift(counts.astype(np.int64), drift, error, flagged)


def _sums(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """The sum of the values of each cell, in a matrix of that shape."""
    return np.asarray(np.bincount(cell, values, shape[0] * shape[1]), np.float64).reshape(shape)


def expectations(votes: ScoredVotes, mu: Floats, beta: float, margin: float) -> tuple[Floats, Floats]:
    """The expected points of the first model of each vote (N), and their variance (N)."""
    pairs, pair_of_vote = np.unique(votes.first * len(mu) + votes.second, return_inverse=True)
    moments = np.empty((len(pairs), 2))
    for row, pair in enumerate(pairs.tolist()):
        first, second = divmod(pair, len(mu))
        win, draw = win_and_draw_probability(float(mu[first] - mu[second]), math.sqrt(2.0) * beta, margin)
        points = win + 0.5 * draw
        moments[row] = points, win + 0.25 * draw - points * points
    return moments[pair_of_vote, 0], moments[pair_of_vote, 1]


def design_effect(cell: Ints, voter: Ints, surprise: Floats, variances: Floats) -> float:
    """How many times more than by chance points vary, one voter's for a model in a week taken together; 1 or more.

    One number for the whole arena: a week of one model has too few voters to tell its own (L. Kish, "Survey Sampling",
    1965, on the design effect of clusters).
    """
    voters = int(voter.max(initial=0)) + 1
    _, sums = sum_by_key(cell * voters + voter, surprise[:, None])
    expected = float(variances.sum())
    return max(1.0, float((sums**2).sum()) / expected) if expected else 1.0


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

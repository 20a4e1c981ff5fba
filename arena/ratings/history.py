"""Over time: each arena's overall ratings from all votes up to the end of each week, and whether a model itself
changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from arena.ratings.boards import leaders
from arena.ratings.kernels import draw_margin, win_probability
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally, Floats, Ints, Tally, sum_by_key
from arena.ratings.uncertainty import DRAW, FIRST_WINS, Z_95, VoterVotes, axis_votes, uncertainty_of
from arena.records import Axis, HistoryPoint, RatingSettings

LOOKS = 52
WINDOWS = (1, 2, 3)
THRESHOLD = -NormalDist().inv_cdf(NormalDist().cdf(-3.0) / LOOKS)
LEAST_VARIANCE = 10.0
"""Flags need windows and pasts of that much variance (40 votes at even odds): below, chances are too skewed to tell."""
GRAIN = 2.0**32


@dataclass(frozen=True, slots=True)
class Games:
    """Rated votes of one arena (N): codes of models, points of the first, voters, and weeks from 0."""

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
    flagged: npt.NDArray[np.bool_]


def drift_of(games: Games, mu: Floats, beta: float, margin: float) -> Drift:
    """The drift of each model (M, rated ``mu`` overall) in each week."""
    expected, variance = _expectations(games, mu, beta, margin)
    surprise = np.round((games.points - expected) * GRAIN) / GRAIN
    variance = np.round(variance * GRAIN) / GRAIN
    shape = (len(mu), int(games.week.max(initial=-1)) + 1)
    cell = np.concatenate([games.first, games.second]) * shape[1] + np.tile(games.week, 2)
    surprise, variance = np.concatenate([surprise, -surprise]), np.tile(variance, 2)
    votes = _sums(cell, np.ones(len(cell)), shape)
    surprises, variances = _sums(cell, surprise, shape), _sums(cell, variance, shape)
    variances *= _design_effect(cell, np.tile(games.voter, 2), surprise, variances)
    drift, error, _ = _contrast(votes, surprises, variances, 1)
    flagged = np.zeros(shape, bool)
    for window in WINDOWS:
        gap, doubt, least = _contrast(votes, surprises, variances, window)
        flagged |= (np.abs(gap) > THRESHOLD * doubt) & (least >= LEAST_VARIANCE)
    return Drift(votes.astype(np.int64), drift, error, flagged)


def _sums(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """The sum of the values of each cell, in a matrix of that shape."""
    return np.asarray(np.bincount(cell, values, shape[0] * shape[1]), np.float64).reshape(shape)


def _expectations(games: Games, mu: Floats, beta: float, margin: float) -> tuple[Floats, Floats]:
    """The expected points of the first of each game, and their variance."""
    pairs, which = np.unique(games.first * len(mu) + games.second, return_inverse=True)
    chances = np.empty((len(pairs), 2))
    for row, pair in enumerate(pairs.tolist()):
        first, second = divmod(pair, len(mu))
        win, draw = win_probability(float(mu[first] - mu[second]), math.sqrt(2.0) * beta, margin)
        points = win + 0.5 * draw
        chances[row] = points, win + 0.25 * draw - points * points
    return chances[which, 0], chances[which, 1]


def _design_effect(cell: Ints, voter: Ints, surprise: Floats, variances: Floats) -> float:
    """How many times more than by chance points vary, one voter's for a model in a week taken together; 1 or more."""
    voters = int(voter.max(initial=0)) + 1
    _, sums = sum_by_key(cell * voters + voter, surprise[:, None])
    expected = float(variances.sum())
    return max(1.0, float((sums**2).sum()) / expected) if expected else 1.0


def _contrast(votes: Floats, surprises: Floats, variances: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """The mean surprise of the last ``window`` weeks less that of all before, its standard error, and the lesser of the
    two sides' variances. NaN where the week, or the past, has no votes.
    """
    until = np.cumsum(np.stack([votes, surprises, variances]), axis=2)
    before = np.pad(until, ((0, 0), (0, 0), (window, 0)))[:, :, : until.shape[2]]
    inside = until - before
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = inside[1] / inside[0] - before[1] / before[0]
        error = np.sqrt(inside[2] / inside[0] ** 2 + before[2] / before[0] ** 2)
    gap[votes == 0] = np.nan
    return gap, error, np.minimum(inside[2], before[2])


MONDAY = date(1970, 1, 5)

WeekOfModel = dict[tuple[str, int], tuple[int, float | None, float, bool]]
"""By model and week: votes, drift (None where nothing is there to compare), its standard error, flagged."""


def weekly_history(
    voted: VoterVotes,
    tally: Tally,
    overall: Iterable[tuple[AxisTally, Solution]],
    settings: RatingSettings,
    draw: dict[str, float],
) -> tuple[HistoryPoint, ...]:
    """Batch ratings of each arena's overall axis as of each Sunday (UTC), for models that were ranked by then.

    ``overall`` are the overall axes and their batch ratings today; ``draw`` is each arena's draw probability, the same
    for all weeks so that scores compare. Weeks run from the first rated vote of an arena to its last.
    """
    rows = dict(voted.by_axis(tally, ((0,),)))
    points = [
        point
        for axis, today in overall
        if axis.axis in rows
        for point in _arena_history(voted, rows[axis.axis], tally, (axis, today), settings, draw[axis.axis.arena])
    ]
    return tuple(sorted(points, key=lambda point: (point.arena, point.model, point.week)))


def _arena_history(  # noqa: PLR0917 - the votes, what they were tallied to, and how to rate them
    voted: VoterVotes,
    rows: Ints,
    tally: Tally,
    overall: tuple[AxisTally, Solution],
    settings: RatingSettings,
    draw: float,
) -> Iterator[HistoryPoint]:
    axis, today = overall
    weeks = voted.week[rows]
    start = int(weeks.min())
    games = _games(voted, rows, tally.codes_of(axis.models))
    drift = _by_model(axis, drift_of(games, today.mu, settings.beta, draw_margin(draw, settings.beta)), start)
    for week in range(start, int(weeks.max()) + 1):
        held = rows[weeks <= week]
        yield from _points(voted, held, tally, _cumulative(voted, held, tally, axis.axis), settings, draw, week, drift)


def _games(voted: VoterVotes, rows: Ints, models: Ints) -> Games:
    """The votes by model of the axis and week from the first."""
    place = np.zeros(int(models.max(initial=0)) + 1, np.int64)
    place[models] = np.arange(len(models))
    outcome = voted.outcome[rows]
    return Games(
        first=place[voted.first[rows]],
        second=place[voted.second[rows]],
        points=np.where(outcome == DRAW, 0.5, np.where(outcome == FIRST_WINS, 1.0, 0.0)),
        voter=voted.voter[rows].astype(np.int64),
        week=voted.week[rows].astype(np.int64) - int(voted.week[rows].min()),
    )


def _by_model(axis: AxisTally, drift: Drift, start: int) -> WeekOfModel:
    known = np.isfinite(drift.drift)
    return {
        (model, start + week): (
            int(drift.votes[index, week]),
            float(drift.drift[index, week]) if known[index, week] else None,
            float(drift.error[index, week]),
            bool(drift.flagged[index, week]),
        )
        for index, model in enumerate(axis.models)
        for week in range(drift.votes.shape[1])
    }


def _cumulative(voted: VoterVotes, rows: Ints, tally: Tally, axis: Axis) -> AxisTally:
    """The tally of these votes on an overall axis."""
    return AxisTally.count(axis, tally.models, voted.first[rows], voted.second[rows], voted.outcome[rows])


def _points(  # noqa: PLR0917 - as above, for one week
    voted: VoterVotes,
    rows: Ints,
    tally: Tally,
    axis: AxisTally,
    settings: RatingSettings,
    draw: float,
    week: int,
    drift: WeekOfModel,
) -> Iterator[HistoryPoint]:
    found = solve(axis, settings, draw)
    error = uncertainty_of(found, settings.sigma, axis_votes(found, voted, rows, tally.codes_of(axis.models))).error
    rated, score = axis.rated, found.mu - 3.0 * found.sigma
    for index in leaders(axis, score, settings.min_votes).tolist():
        reach = Z_95 * float(error[index])
        week_votes, gap, doubt, flagged = drift[axis.models[index], week]
        yield HistoryPoint(
            arena=axis.axis.arena,
            model=axis.models[index],
            week=MONDAY + timedelta(days=7 * week + 6),
            mu=float(found.mu[index]),
            sigma=float(found.sigma[index]),
            score=float(score[index]),
            votes=int(rated[index]),
            score_low=float(score[index]) - reach,
            score_high=float(score[index]) + reach,
            week_votes=week_votes,
            drift=gap,
            drift_low=None if gap is None else gap - Z_95 * doubt,
            drift_high=None if gap is None else gap + Z_95 * doubt,
            flagged=flagged,
        )

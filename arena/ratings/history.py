"""Over time: each arena's overall ratings from all votes up to the end of each week, and each week's drift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from arena.ratings.drift import Drift, Games, drift_of
from arena.ratings.guards import leaders
from arena.ratings.kernels import draw_margin
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally, Ints, Tally
from arena.ratings.uncertainty import Z_95, axis_votes, uncertainty_of
from arena.ratings.voters import DRAW, FIRST_WINS, VoterVotes
from arena.records import Axis, HistoryPoint, RatingSettings

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

"""Over time: each arena's overall ratings from all votes up to the end of each week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np

from arena.ratings.solver import solve
from arena.ratings.tally import COUNTS, MIRRORED, AxisTally, Ints, Tally, count_votes, encode, sum_by_key
from arena.records import Axis, HistoryPoint, RatingSettings

DAY = 24 * 60 * 60
FIRST_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True)
class WeeklyTally:
    """Counts (N x 4) by arena, week and pair, sorted by week; codes index the names of the whole tally."""

    arena: Ints
    week: Ints
    first: Ints
    second: Ints
    counts: Ints


def weekly_history(
    votes: ibis.Table, tally: Tally, settings: RatingSettings, draw: dict[str, float]
) -> tuple[HistoryPoint, ...]:
    """Batch ratings of each arena's overall axis as of each Sunday (UTC), for models with ``min_votes`` by then.

    ``draw`` is each arena's draw probability, the same for all weeks so that scores compare.
    """
    weekly = tally_weeks(votes, settings)
    points = [
        point
        for code, arena in enumerate(tally.arenas)
        for week, cumulative in _cumulative(weekly, code, arena, tally.models)
        for point in _points(cumulative, week, settings, draw[arena])
    ]
    return tuple(sorted(points, key=lambda point: (point.arena, point.model, point.week)))


def tally_weeks(votes: ibis.Table, settings: RatingSettings) -> WeeklyTally:
    """One group-by by arena, week (number of the Monday-to-Sunday week since 1970, UTC) and pair."""
    days = (votes.at.epoch_seconds() / DAY).floor().cast("int64")
    dated = votes.mutate(week=((days - 4) / 7).floor().cast("int64"))
    rows = count_votes(dated, ("arena", "week")).to_pyarrow()
    _, arena = encode([rows["arena"]])
    _, models = encode([rows["first"], rows["second"]])
    first, second = np.split(models, 2)
    counts = np.column_stack([rows[name].to_numpy() for name in COUNTS]).astype(np.int64)
    if settings.both_bad == "tie":
        counts[:, 2] += counts[:, 3]
        counts[:, 3] = 0
    swapped = first > second
    counts[swapped] = counts[swapped][:, MIRRORED]
    week = rows["week"].to_numpy().astype(np.int64)
    sort = np.lexsort((np.maximum(first, second), np.minimum(first, second), week))
    low, high = np.minimum(first, second), np.maximum(first, second)
    return WeeklyTally(arena[sort], week[sort], low[sort], high[sort], counts[sort])


def _cumulative(
    weekly: WeeklyTally, code: int, arena: str, models: tuple[str, ...]
) -> Iterator[tuple[date, AxisTally]]:
    """The Sunday and the tally of all votes so far, for each week from an arena's first to its last."""
    rows = weekly.arena == code
    week, first, second, counts = weekly.week[rows], weekly.first[rows], weekly.second[rows], weekly.counts[rows]
    for last in range(int(week[0]), int(week[-1]) + 1):
        stop = int(np.searchsorted(week, last, side="right"))
        pair, summed = sum_by_key(first[:stop] * len(models) + second[:stop], counts[:stop])
        yield FIRST_MONDAY + timedelta(days=7 * last + 6), AxisTally.of(Axis(arena), models, pair, summed)


def _points(tally: AxisTally, week: date, settings: RatingSettings, draw: float) -> Iterator[HistoryPoint]:
    solution = solve(tally, settings, draw)
    for index, votes in enumerate(tally.rated.tolist()):
        if votes >= settings.min_votes:
            mu, sigma = float(solution.mu[index]), float(solution.sigma[index])
            yield HistoryPoint(tally.axis.arena, tally.models[index], week, mu, sigma, mu - 3.0 * sigma, votes)

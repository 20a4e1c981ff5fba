"""The rank of every model of an arena after each week, from the ratings over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from arena.records import Board, HistoryPoint


def places_by_week(
    board: Board, history: Mapping[tuple[str, str], Sequence[HistoryPoint]], fewest: int
) -> Iterator[tuple[date, dict[str, int]]]:
    """The place of every model after each week: 1 + how many have a higher score of that week or the last before it.

    Models that are ranked on the board now, from the week in which they have the ``fewest`` votes that a rank takes.
    """
    changes: dict[date, dict[str, float]] = defaultdict(dict)
    for rating in board.ratings:
        for point in history.get((board.axis.arena, rating.model), ()):
            if point.votes >= fewest:
                changes[point.week][rating.model] = point.score
    scores: dict[str, float] = {}
    for until in sorted(changes):
        scores |= changes[until]
        yield until, _places(scores)


def _places(scores: Mapping[str, float]) -> dict[str, int]:
    """Equal scores share a place."""
    places: dict[str, int] = {}
    last, place = float("nan"), 0
    for count, (model, score) in enumerate(sorted(scores.items(), key=lambda item: (-item[1], item[0])), 1):
        place = place if score == last else count
        places[model], last = place, score
    return places

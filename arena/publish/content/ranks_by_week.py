"""The rank of every model of an arena after each week, from the ratings over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from arena.records import Board, HistoryPoint


def ranks_by_week(
    board: Board, history: Mapping[tuple[str, str], Sequence[HistoryPoint]], min_votes: int
) -> Iterator[tuple[date, dict[str, int]]]:
    """The ranks after each week: 1 + how many models have a higher score of that week or the last week before it.

    Only models that are ranked on the board now, each from the week in which it has ``min_votes`` votes.
    """
    changes: dict[date, dict[str, float]] = defaultdict(dict)
    for rating in board.ratings:
        for point in history.get((board.axis.arena, rating.model), ()):
            if point.votes >= min_votes:
                changes[point.week][rating.model] = point.score
    scores: dict[str, float] = {}
    for week in sorted(changes):
        scores |= changes[week]
        yield week, _ranks(scores)


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Equal scores share a rank."""
    ranks: dict[str, int] = {}
    last_score, rank = float("nan"), 0
    for count, (model, score) in enumerate(sorted(scores.items(), key=lambda item: (-item[1], item[0])), 1):
        rank = rank if score == last_score else count
        ranks[model], last_score = rank, score
    return ranks

"""ratings.csv: its columns, declared here and nowhere else, and its text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from arena.records import Ratings

AXIS_COLUMNS = ("arena", "axis", "category", "language")
RATING_COLUMNS = (
    "model",
    "rank",
    "rank_low",
    "rank_high",
    "score",
    "score_low",
    "score_high",
    "mu",
    "sigma",
    "votes",
    "wins",
    "losses",
    "ties",
    "both_bad",
    "win_rate",
)
RATINGS_COLUMNS: tuple[str, ...] = (*AXIS_COLUMNS, *RATING_COLUMNS, "method", "origin")


def ratings_rows(ratings: Ratings) -> Iterator[tuple[str | int | float | None, ...]]:
    """The rows of ratings.csv, unformatted, in its column order and sorting.

    A model that is not comparable with the rest of its board comes after it, its rank and rank interval None.
    """
    method = ratings.settings.method.value
    fewest = ratings.settings.min_votes
    for board in ratings.boards:
        axis = board.axis
        apart = (rating for rating in board.unranked if rating.votes >= fewest)
        for rating in (*board.ratings, *apart):
            values = (
                None if column.startswith("rank") and not rating.rank else getattr(rating, column)
                for column in RATING_COLUMNS
            )
            yield (axis.arena, axis.kind.value, axis.category, axis.language, *values, method, board.origin)


def count_rows(ratings: Ratings) -> int:
    """How many rows ratings.csv has."""
    fewest = ratings.settings.min_votes
    return sum(len(board.ratings) + sum(r.votes >= fewest for r in board.unranked) for board in ratings.boards)


def ratings_csv(ratings: Ratings) -> str:
    """The text of ratings.csv: a header, floats with 6 decimals, lines that end in a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(RATINGS_COLUMNS)
    for row in ratings_rows(ratings):
        writer.writerow([f"{round(value, 6) + 0.0:.6f}" if isinstance(value, float) else value for value in row])
    return text.getvalue()

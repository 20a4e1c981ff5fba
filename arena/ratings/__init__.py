"""Votes -> tally -> TrueSkill ratings, pairs and history."""

from arena.ratings.compute import METHOD_VERSION, compute_ratings
from arena.ratings.settings import override, rating_settings
from arena.ratings.table import RATINGS_COLUMNS, ratings_csv, ratings_rows

__all__ = [
    "METHOD_VERSION",
    "RATINGS_COLUMNS",
    "compute_ratings",
    "override",
    "rating_settings",
    "ratings_csv",
    "ratings_rows",
]

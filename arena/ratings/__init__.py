"""Votes -> tally -> TrueSkill ratings, pairs and history."""

from arena.rating_settings import override, rating_settings
from arena.ratings.compute import METHOD_VERSION, compute_ratings

__all__ = ["METHOD_VERSION", "compute_ratings", "override", "rating_settings"]

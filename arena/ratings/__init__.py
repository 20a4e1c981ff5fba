"""Votes -> tally -> TrueSkill ratings, pairs and history."""

from arena.ratings.compute import METHOD_VERSION, compute_ratings, override, rating_settings

__all__ = ["METHOD_VERSION", "compute_ratings", "override", "rating_settings"]

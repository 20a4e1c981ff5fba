"""Votes -> tally -> TrueSkill ratings, pairs and history."""

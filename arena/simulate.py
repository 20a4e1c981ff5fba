"""Simulated outputs and votes for demonstrations and statistical tests."""

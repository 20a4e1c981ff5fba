"""Outputs from the models: what is missing is planned, asked for within a budget, checked and kept.

Where to begin: ``planning`` (what to ask, of whom) -> ``collecting`` (a run) -> ``asking`` (a job) -> ``line`` (a
request); ``ledger`` holds every job, ``shelf`` every picture.
"""

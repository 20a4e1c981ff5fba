"""How soon a model that silently got worse is flagged, and how often a stable one is.

    python -m benchmarks.drift [WORLDS]

A year of 20 models with 150 votes a model and week from voters with habits. To measure how soon, a middling model loses
20 points of win probability against the field, or a fifth of it, after 26 weeks.
"""

from __future__ import annotations

import math
import sys
from statistics import NormalDist

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.drift import Drift, ScoredVotes, drift_of
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import solve
from arena.ratings.voter_votes import VoterVotes
from benchmarks.coverage import tally_votes

SETTINGS = RatingSettings()
MODELS, WEEKS, WEEKLY = 20, 52, 150
CHANGE = 26
VOTERS, HABIT, TIE = 1000, 2.0, 0.15


def simulate(rng: np.random.Generator, lost: float) -> Drift:
    """A year in which the win probability of model 0 falls from 1/2 by ``lost`` after CHANGE weeks."""
    strength = rng.normal(SETTINGS.mu, 3.0, MODELS)
    strength[0] = strength[1:].mean()
    habits = rng.normal(0.0, HABIT, (VOTERS, MODELS))
    noise = math.sqrt(2.0) * math.hypot(SETTINGS.beta, HABIT)
    drop = -NormalDist().inv_cdf(0.5 - lost) * math.hypot(noise, 3.0)
    votes = MODELS * WEEKLY // 2 * WEEKS
    week = np.repeat(np.arange(WEEKS), votes // WEEKS)
    here = rng.integers(0, MODELS, votes)
    there = (here + rng.integers(1, MODELS, votes)) % MODELS
    first, second = np.minimum(here, there), np.maximum(here, there)
    voter = rng.integers(0, VOTERS, votes)
    gap = strength[first] + habits[voter, first] - strength[second] - habits[voter, second]
    gap -= np.where((first == 0) & (week >= CHANGE), drop, 0.0)
    gap += rng.normal(0.0, math.sqrt(2.0) * SETTINGS.beta, votes)
    outcome = np.where(np.abs(gap) <= draw_margin(TIE, SETTINGS.beta), 2, np.where(gap > 0, 0, 1))
    columns = (column.astype(np.int32) for column in (first, second, outcome, voter, week, np.full(votes, -1)))
    tie = float((outcome == 2).mean())
    rated = solve(tally_votes(VoterVotes(np.zeros((votes, 3), np.int32), *columns), MODELS), SETTINGS, tie)
    points = np.where(outcome == 2, 0.5, np.where(outcome == 0, 1.0, 0.0))
    scored = ScoredVotes(first, second, points, voter, week)
    return drift_of(scored, rated.mu, SETTINGS.beta, draw_margin(tie, SETTINGS.beta))


def false_flags(worlds: int, seed: int = 1) -> float:
    """Flags in 100 stable model-years; a run of flagged weeks is one."""
    rng = np.random.default_rng(seed)
    runs = 0
    for _ in range(worlds):
        flagged = simulate(rng, 0.0).flagged
        runs += int((flagged & ~np.pad(flagged, ((0, 0), (1, 0)))[:, :-1]).sum())
    return runs / (worlds * MODELS / 100)


def found_within(weeks: int, worlds: int, lost: float, seed: int = 2) -> float:
    """The share of worlds in which the model is flagged in one of the first so many weeks after it changed."""
    rng = np.random.default_rng(seed)
    return float(np.mean([simulate(rng, lost).flagged[0, CHANGE : CHANGE + weeks].any() for _ in range(worlds)]))


def main(worlds: int = 100) -> None:
    """Print the table of docs/ratings.md."""
    print("| 150 votes a week | measured |\n| --- | --- |")
    print(f"| flags in 100 stable model-years ({worlds * MODELS} simulated) | {false_flags(worlds):.2f} |")
    for lost, words in ((0.2, "50% to 30%"), (0.1, "50% to 40%")):
        for weeks in (1, 2, 3):
            share = found_within(weeks, worlds, lost)
            print(f"| win probability falls from {words}: flagged within {weeks} weeks | {share:.0%} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

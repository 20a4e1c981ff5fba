"""How often 95% intervals hold the truth, in simulated arenas whose strengths are known.

    python -m benchmarks.coverage [ARENAS]

Voters have habits: each sees every model stronger or weaker than the public does (normal, 2 by default, against a noise
of 25/6 an output) and calls ties more or less readily (log-normal). Averaged over voters a habit is more noise: the
truth that ratings can find is strength x beta / sqrt(beta^2 + habit^2).
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace

import numpy as np

from arena.ratings.arrays import Floats
from arena.ratings.boards import rank_intervals
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Z_95, AxisVotes, Uncertainty, VoterVotes, axis_votes, uncertainty_of
from arena.records import Axis, RatingSettings

SETTINGS = RatingSettings()
NAMES = ("voters as clusters", "every vote a voter")


@dataclass(frozen=True)
class World:
    """What an arena is simulated from; ``heavy`` voters cast half of the votes."""

    name: str
    models: int = 30
    votes: int = 3000
    voters: int = 150
    heavy: int = 0
    habit: float = 2.0
    spread: float = 4.0
    tie: float = 0.15


WORLDS = (
    World("voters alike", habit=0.0),
    World("voters with habits"),
    World("40 voters with habits", voters=40),
    World("ten voters with habits", voters=10),
    World("three voters with habits", voters=3),
    World("ten heavy voters cast half of the votes", heavy=10),
    World("ten heavy voters with strong habits", heavy=10, habit=4.0),
)


@dataclass(frozen=True)
class Arena:
    """A simulated arena: true strengths and votes."""

    strength: Floats
    tally: AxisTally
    votes: VoterVotes


def simulate(world: World, rng: np.random.Generator) -> Arena:
    """Draw strengths, voters and votes."""
    strength = rng.normal(SETTINGS.mu, world.spread, world.models)
    habits = rng.normal(0.0, world.habit, (world.voters, world.models))
    margins = draw_margin(world.tie, SETTINGS.beta) * np.exp(rng.normal(0.0, 0.3 if world.habit else 0.0, world.voters))
    voter = rng.integers(world.heavy, world.voters, world.votes)
    if world.heavy:
        busy = rng.random(world.votes) < 0.5
        voter[busy] = rng.integers(0, world.heavy, int(busy.sum()))
    here = rng.integers(0, world.models, world.votes)
    there = (here + rng.integers(1, world.models, world.votes)) % world.models
    first, second = np.minimum(here, there), np.maximum(here, there)
    seen = strength[None, :] + habits
    gap = seen[voter, first] - seen[voter, second]
    gap += rng.normal(0.0, math.sqrt(2.0) * SETTINGS.beta, world.votes)
    outcome = np.where(np.abs(gap) <= margins[voter], 2, np.where(gap > 0, 0, 1))
    attenuation = SETTINGS.beta / math.hypot(SETTINGS.beta, world.habit)
    cells = np.zeros((world.votes, 3), np.int32)
    votes = VoterVotes.sorted_by_voter(
        cells, *(column.astype(np.int32) for column in (first, second, outcome, voter, 0 * voter))
    )
    return Arena(strength * attenuation, tally_votes(votes, world.models), votes)


def tally_votes(votes: VoterVotes, models: int) -> AxisTally:
    """The counts of these votes, as one axis."""
    names = tuple(f"m{model:03d}" for model in range(models))
    return AxisTally.count(Axis("simulated"), names, votes.first, votes.second, votes.outcome)


def covered(arena: Arena) -> Floats:
    """Share of models whose interval of mu and of rank holds the truth, and mean width of the rank interval: a row for
    each of NAMES.
    """
    models = len(arena.strength)
    tie = float(arena.tally.counts[:, 2].sum() / arena.tally.counts.sum())
    found = solve(arena.tally, SETTINGS, tie)
    votes = axis_votes(found, arena.votes, np.arange(len(arena.votes.voter)), np.arange(models))
    truth = arena.strength - arena.strength.mean()
    ranks = 1 + np.argsort(np.argsort(-arena.strength))
    rows = []
    for uncertainty in (uncertainty_of(found, SETTINGS.sigma, votes), ignoring_voters(found, votes)):
        inside = np.abs(found.mu - found.mu.mean() - truth) <= Z_95 * uncertainty.error
        low, high = rank_intervals(found.mu, uncertainty)
        rows.append((inside.mean(), ((low <= ranks) & (ranks <= high)).mean(), (high - low + 1).mean()))
    return np.array(rows)


def ignoring_voters(found: Solution, votes: AxisVotes) -> Uncertainty:
    """Standard errors as if each vote came from a voter of its own."""
    return uncertainty_of(found, SETTINGS.sigma, replace(votes, turnout=np.ones_like(votes.site)))


def coverage(world: World, arenas: int, seed: int = 1) -> Floats:
    """The mean of ``covered`` over simulated arenas (2 x 3)."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.mean([covered(simulate(world, rng)) for _ in range(arenas)], axis=0), np.float64)


def main(arenas: int = 200) -> None:
    """Print the table of docs/ratings.md."""
    print(f"| {arenas} arenas of 30 models and 3,000 votes | intervals | mu | rank | ranks wide |")
    print("| --- | --- | --- | --- | --- |")
    for world in WORLDS:
        for name, (mu, rank, width) in zip(NAMES, coverage(world, arenas), strict=True):
            print(f"| {world.name} | {name} | {mu:.1%} | {rank:.1%} | {width:.1f} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""How often 95% intervals hold the truth, in simulated arenas whose strengths are known.

    python -m benchmarks.coverage [ARENAS]

Voters have habits: each sees every model stronger or weaker than the public does (normal, 2 by default, against a noise
of 25/6 an output) and calls ties more or less readily (log-normal). Prompts have effects: on each of them a model is
stronger or weaker than on others (normal). The truth is about all voters and prompts of which these are a sample.
Averaged over them habits and effects are more noise, so what ratings can find is

    strength x beta / sqrt(beta^2 + habit^2 + effect^2)
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Flags, Floats
from arena.ratings.boards import rank_intervals
from arena.ratings.clusters import Z_95, AxisVotes
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Uncertainty, axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis

SETTINGS = RatingSettings()
NAMES = ("voters as clusters", "every vote a voter")
NAMES_WITH_PROMPTS = ("voters and prompts as clusters", "voters as clusters")


@dataclass(frozen=True)
class World:
    """What an arena is simulated from; ``heavy`` voters cast half of the votes. Without ``prompts`` none are named."""

    name: str
    models: int = 30
    votes: int = 3000
    voters: int = 150
    heavy: int = 0
    habit: float = 2.0
    spread: float = 4.0
    tie: float = 0.15
    prompts: int = 0
    effect: float = 0.0

    @property
    def names(self) -> tuple[str, str]:
        return NAMES_WITH_PROMPTS if self.prompts else NAMES


WORLDS = (
    World("voters alike", habit=0.0),
    World("voters with habits"),
    World("40 voters with habits", voters=40),
    World("ten voters with habits", voters=10),
    World("three voters with habits", voters=3),
    World("ten heavy voters cast half of the votes", heavy=10),
    World("ten heavy voters with strong habits", heavy=10, habit=4.0),
    World("3,000 votes on 200 prompts", prompts=200, effect=2.0),
    World("3,000 votes on 20 prompts", prompts=20, effect=2.0),
    World("12,000 votes on 50 prompts", votes=12000, prompts=50, effect=2.0),
    World("12,000 votes on 20 prompts", votes=12000, prompts=20, effect=2.0),
    World("3,000 votes on 20 prompts by ten voters", voters=10, prompts=20, effect=2.0),
    World("3,000 votes on 5 prompts", prompts=5, effect=2.0),
)


@dataclass(frozen=True)
class Arena:
    """A simulated arena: true strengths and votes."""

    strength: Floats
    tally: AxisTally
    votes: VoterVotes


def simulate(world: World, rng: np.random.Generator, strength: Floats | None = None) -> Arena:
    """Draw strengths where none are given, voters and votes."""
    strength = rng.normal(SETTINGS.mu, world.spread, world.models) if strength is None else strength
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
    prompt = np.full(world.votes, -1)
    if world.prompts:
        prompt = rng.integers(0, world.prompts, world.votes)
        effects = rng.normal(0.0, world.effect, (world.prompts, world.models))
        gap += effects[prompt, first] - effects[prompt, second]
    gap += rng.normal(0.0, math.sqrt(2.0) * SETTINGS.beta, world.votes)
    outcome = np.where(np.abs(gap) <= margins[voter], 2, np.where(gap > 0, 0, 1))
    attenuation = SETTINGS.beta / math.hypot(SETTINGS.beta, world.habit, world.effect)
    cells = np.zeros((world.votes, 3), np.int32)
    votes = VoterVotes.sorted_by_voter(
        cells, *(column.astype(np.int32) for column in (first, second, outcome, voter, 0 * voter, prompt))
    )
    return Arena(strength * attenuation, tally_votes(votes, world.models), votes)


def tally_votes(votes: VoterVotes, models: int) -> AxisTally:
    """The counts of these votes, as one axis."""
    names = tuple(f"m{model:03d}" for model in range(models))
    return AxisTally.count(Axis("simulated"), names, votes.first, votes.second, votes.outcome)


def covered(arena: Arena) -> Floats:
    """Share of models whose interval of mu and of rank holds the truth, share of pairs of models whose interval of the
    difference does, and mean width of the rank interval: a row for each way of clustering that ``World.names`` has.
    """
    models = len(arena.strength)
    tie = float(arena.tally.counts[:, 2].sum() / arena.tally.counts.sum())
    found = solve(arena.tally, SETTINGS, tie)
    votes = axis_votes(found, arena.votes, np.arange(len(arena.votes.voter)), np.arange(models))
    truth = arena.strength - arena.strength.mean()
    ranks = 1 + np.argsort(np.argsort(-arena.strength))
    rows = []
    less = replace(votes, prompts=None, crossings=None) if votes.prompts else every_vote_a_voter(votes)
    for uncertainty in (uncertainty_of(found, SETTINGS.sigma, each) for each in (votes, less)):
        inside = np.abs(found.mu - found.mu.mean() - truth) <= Z_95 * uncertainty.error
        low, high = rank_intervals(found.mu, uncertainty)
        pairs = differences_inside(found.mu - truth, uncertainty).mean()
        rows.append((inside.mean(), ((low <= ranks) & (ranks <= high)).mean(), pairs, (high - low + 1).mean()))
    return np.array(rows)


def differences_inside(excess: Floats, uncertainty: Uncertainty) -> Flags:
    """Of every two models whether the interval of the difference of their mu, too high by ``excess`` (M), holds it."""
    one, other = np.triu_indices(len(excess), 1)
    error = uncertainty.error
    shared = uncertainty.matrix[one, other] * error[one] * error[other]
    reach = Z_95 * np.sqrt(np.maximum(error[one] ** 2 + error[other] ** 2 - 2.0 * shared, 0.0))
    return np.asarray(np.abs(excess[one] - excess[other]) <= reach, np.bool_)


def every_vote_a_voter(votes: AxisVotes) -> AxisVotes:
    """The same votes as if each came from a voter of its own, on a prompt that it does not name."""
    count = len(votes.site)
    return AxisVotes.of(votes.low, votes.high, votes.site, np.arange(count), np.full(count, -1))


def coverage(world: World, arenas: int, seed: int = 1) -> Floats:
    """The mean of ``covered`` over simulated arenas (2 x 4)."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.mean([covered(simulate(world, rng)) for _ in range(arenas)], axis=0), np.float64)


def main(arenas: int = 200) -> None:
    """Print the table of docs/ratings.md."""
    print(f"| {arenas} arenas of 30 models, 3,000 votes if not said | intervals | mu | rank | pairs | ranks wide |")
    print("| --- | --- | --- | --- | --- | --- |")
    for world in WORLDS:
        for name, (mu, rank, pairs, width) in zip(world.names, coverage(world, arenas), strict=True):
            print(f"| {world.name} | {name} | {mu:.1%} | {rank:.1%} | {pairs:.1%} | {width:.1f} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

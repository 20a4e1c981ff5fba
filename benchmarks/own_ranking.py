"""How often intervals of rankings by own weights hold the truth, in simulated arenas whose strengths are known.

    python -m benchmarks.own_ranking [ARENAS]

A model is stronger or weaker in each category and each language; voters have habits, which they carry everywhere, and
prompts have effects, as in ``benchmarks.coverage``. The weights are 2 and 1 on two categories and 1 on a language: the
boards share votes, voters and prompts. Three ways of joining the boards are compared: as one joint distribution, as if
they were independent, and as if their errors were the same error.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace

import numpy as np

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Floats, Ints
from arena.ratings.boards import Estimate, board_of
from arena.ratings.clusters import Z_95
from arena.ratings.joint import AxisPart, JointStrengths, joint_strengths
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, Board

SETTINGS = RatingSettings()
CATEGORIES, LANGUAGES = 3, 2
WEIGHTS = {Axis("simulated", "c0"): 2.0, Axis("simulated", "c1"): 1.0, Axis("simulated", "", "l0"): 1.0}
NAMES = ("as one joint distribution", "as if independent", "as if one error")


@dataclass(frozen=True)
class World:
    """What an arena is simulated from; standard deviations in points."""

    name: str
    models: int = 12
    votes: int = 3000
    voters: int = 150
    prompts: int = 120
    habit: float = 2.0
    effect: float = 2.0
    spread: float = 4.0
    by_category: float = 1.5
    by_language: float = 1.0


WORLDS = (
    World("voters and prompts with habits"),
    World("voters alike, prompts alike", habit=0.0, effect=0.0),
    World("20 voters with strong habits", voters=20, habit=4.0, effect=0.0),
    World("30 prompts", prompts=30),
)


@dataclass(frozen=True)
class Arena:
    """A simulated arena: the true strengths by category and language (C x L x M), and its votes."""

    strength: Floats
    votes: VoterVotes

    def rows(self, axis: Axis) -> Ints:
        """The votes of an axis."""
        _, category, language = code_of(axis)
        cell = self.votes.cell
        return np.flatnonzero(((category < 0) | (cell[:, 1] == category)) & ((language < 0) | (cell[:, 2] == language)))

    def truth(self, axis: Axis) -> Floats:
        """The true strengths on an axis (M), its cells having as many votes each."""
        _, category, language = code_of(axis)
        chosen = self.strength[slice(None) if category < 0 else [category]]
        mean: Floats = chosen[:, slice(None) if language < 0 else [language]].mean(axis=(0, 1))
        return mean


def code_of(axis: Axis) -> Ints:
    """The codes of an axis, -1 for any."""
    return np.array([0, *(int(name[1:]) if name else -1 for name in (axis.category, axis.language))])


def simulate(world: World, rng: np.random.Generator) -> Arena:
    """Draw strengths, voters, prompts and votes; each prompt is in one cell."""
    base = rng.normal(SETTINGS.mu, world.spread, world.models)
    strength = (
        base
        + rng.normal(0.0, world.by_category, (CATEGORIES, 1, world.models))
        + rng.normal(0.0, world.by_language, (1, LANGUAGES, world.models))
    )
    cells = np.stack(np.unravel_index(np.arange(world.prompts) % (CATEGORIES * LANGUAGES), (CATEGORIES, LANGUAGES)), 1)
    prompt = rng.integers(0, world.prompts, world.votes)
    voter = rng.integers(0, world.voters, world.votes)
    here = rng.integers(0, world.models, world.votes)
    there = (here + rng.integers(1, world.models, world.votes)) % world.models
    first, second = np.minimum(here, there), np.maximum(here, there)
    seen = strength[tuple(cells[prompt].T)]
    seen = seen + rng.normal(0.0, world.habit, (world.voters, world.models))[voter]
    seen = seen + rng.normal(0.0, world.effect, (world.prompts, world.models))[prompt]
    every = np.arange(world.votes)
    gap = seen[every, first] - seen[every, second] + rng.normal(0.0, math.sqrt(2.0) * SETTINGS.beta, world.votes)
    outcome = np.where(np.abs(gap) <= 1.0, 2, np.where(gap > 0, 0, 1))
    # Averaged over voters and prompts, their habits and effects are more noise: see benchmarks.coverage.
    attenuation = SETTINGS.beta / math.hypot(SETTINGS.beta, world.habit, world.effect)
    columns = (first, second, outcome, voter, 0 * voter, prompt)
    votes = VoterVotes.sorted_by_voter(
        np.column_stack([0 * prompt, cells[prompt]]).astype(np.int32), *(column.astype(np.int32) for column in columns)
    )
    return Arena(strength * attenuation, votes)


def part_of(arena: Arena, axis: Axis, models: tuple[str, ...]) -> tuple[Board, AxisPart]:
    """The board of an axis, and its part in the joint distribution."""
    rows, votes = arena.rows(axis), arena.votes
    tally = AxisTally.count(axis, models, votes.first[rows], votes.second[rows], votes.outcome[rows])
    solution = solve(tally, SETTINGS, float(tally.counts[:, 2].sum() / tally.counts.sum()))
    here = axis_votes(solution, votes, rows, np.arange(len(models)))
    estimate = Estimate(solution.mu, solution.sigma, uncertainty_of(solution, SETTINGS.sigma, here))
    board = board_of(tally, estimate, SETTINGS)
    return board, AxisPart.of(board, estimate, tally.models, models)


def joined(arena: Arena) -> tuple[JointStrengths, JointStrengths, JointStrengths]:
    """The boards of an arena joined in the three ways of NAMES."""
    models = tuple(f"m{model:02d}" for model in range(arena.strength.shape[-1]))
    axes = (Axis("simulated"), *sorted(WEIGHTS))
    made = [part_of(arena, axis, models) for axis in axes]
    variance = made[0][0].variance
    if variance is None:
        raise ValueError("an arena without votes")
    joint = joint_strengths(models, [part for _, part in made], arena.votes, [code_of(axis) for axis in axes], variance)
    same = np.zeros((len(axes), len(axes)))
    same[:, 0] = 1.0
    return joint, replace(joint, mixing=np.eye(len(axes))), replace(joint, mixing=same)


def covered(arena: Arena) -> Floats:
    """Share of models whose interval of strength and of rank holds the truth, and the mean width of the rank interval:
    a row for each of NAMES.
    """
    truth = np.sum([weight * arena.truth(axis) for axis, weight in WEIGHTS.items()], axis=0) / sum(WEIGHTS.values())
    truth -= truth.mean()
    ranks = 1 + np.argsort(np.argsort(-truth))
    rows = []
    for joint in joined(arena):
        found = sorted(joint.rank(WEIGHTS), key=lambda row: row.model)
        strength = np.array([row.strength for row in found])
        low, high = (np.array([getattr(row, name) for row in found]) for name in ("rank_low", "rank_high"))
        inside = np.abs(strength - strength.mean() - truth) <= Z_95 * np.array([row.error for row in found])
        rows.append((inside.mean(), ((low <= ranks) & (ranks <= high)).mean(), (high - low + 1).mean()))
    return np.array(rows)


def coverage(world: World, arenas: int, seed: int = 1) -> Floats:
    """The mean of ``covered`` over simulated arenas (3 x 3)."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.mean([covered(simulate(world, rng)) for _ in range(arenas)], axis=0), np.float64)


def main(arenas: int = 200) -> None:
    """Print the table of docs/ratings.md."""
    print(f"| {arenas} arenas of 12 models, 3,000 votes | boards joined | strength | rank | ranks wide |")
    print("| --- | --- | --- | --- | --- |")
    for world in WORLDS:
        for name, (strength, rank, width) in zip(NAMES, coverage(world, arenas), strict=True):
            print(f"| {world.name} | {name} | {strength:.1%} | {rank:.1%} | {width:.1f} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

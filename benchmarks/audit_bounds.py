"""What any audit could find at best, beside what ours finds: the second table of docs/audit.md.

    python -m benchmarks.audit_bounds [--runs 3]

The best possible is the most powerful test (Neyman and Pearson, 1933): it knows the simulation's true chances, the
quality of every output, the distribution of voters' habits, and which attack it looks for. Its threshold is set so that
it finds 1%, or 0.2%, of honest voters. That share is worked out from the attackers' own likelihood ratios: P(LR >= t)
of honest voters is the mean of 1 / LR where LR >= t.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import erf, log

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.simulate import SimulatedArena
from arena.simulate.strengths import stream
from arena.simulate.voters import draw_voters
from arena.simulate.votes import GENERATION, TASTE
from arena.votes.audit import judge
from benchmarks.crowds import ARENA, SEED, SIDES, Attack, Crowd, at_random, honest_crowd, omnipresent, votes_of

HABITS, ATTACKERS = 1_500, 300
LENGTHS = (20, 40, 100, 200, 400)
RATES = np.array([0.375, 0.375, 0.09, 0.16])
"""About how often honest votes are left, right, tie and both bad."""
STEPS = np.linspace(-9, 9, 20_001)
NORMAL = np.array([0.5 * (1 + erf(step / 2**0.5)) for step in STEPS])


def normal(value: np.ndarray) -> np.ndarray:
    """The normal distribution function, by a table."""
    return np.interp(value, STEPS, NORMAL)


def logistic(value: np.ndarray) -> np.ndarray:
    """As in arena/simulate/votes.py: how likely pictures that fall short by so much are bad."""
    return 1 / (1 + np.exp(-value / 0.9))


@dataclass(frozen=True)
class World:
    """The simulation's battles with what is true of them, and a crowd of its kind."""

    votes: pa.Table
    arena: SimulatedArena
    languages: tuple[str, ...]

    @cached_property
    def battles(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Quality of the left and right output, and the prompt's difficulty, of each battle of ``ARENA``."""
        table = self.votes.filter(pc.equal(self.votes["arena"], ARENA))
        models = {model: place for place, model in enumerate(self.arena.models)}
        prompts = {prompt: place for place, prompt in enumerate(self.arena.prompts)}
        left, right = ([models[name] for name in table[side].to_pylist()] for side in ("left", "right"))
        prompt = [prompts[name] for name in table["prompt"].to_pylist()]
        hard = np.array([0.8 * stream(SEED, "difficulty", name).normal() for name in self.arena.prompts])
        return self.arena.quality[left, prompt], self.arena.quality[right, prompt], hard[prompt]

    @cached_property
    def habits(self) -> np.ndarray:
        """Side, ties, strictness and noise of a crowd (4 x HABITS) that this simulation did not use."""
        crowd = draw_voters(HABITS, self.languages, seed=SEED + 5)
        return np.stack([crowd.side, crowd.ties, crowd.strictness, crowd.noise])

    @cached_property
    def levels(self) -> tuple[float, float]:
        """The standard and the margin that give the simulation's shares of both bad and of ties."""
        rows = np.arange(0, len(self.battles[0]), 15)

        def shares(standard: float, margin: float) -> np.ndarray:
            return np.asarray(self.chances(rows, self.habits, (standard, margin)).mean(axis=(0, 1)))

        standard = halve(lambda level: shares(level, 1.0)[3], GENERATION.both_bad, 0.0, 60.0)
        return standard, halve(lambda level: shares(standard, level)[2], GENERATION.ties, 0.0, 20.0)

    def log_chance(self, rows: np.ndarray, outcome: np.ndarray, rng: np.random.Generator) -> float:
        """The log of how likely these outcomes of these battles are, each for an honest voter of any habit."""
        if not len(rows):
            return 0.0
        habits = self.habits[:, rng.integers(HABITS, size=50)]
        chances = self.chances(rows, habits).mean(axis=1)[np.arange(len(rows)), outcome]
        return float(np.log(chances).sum())

    def chances(self, rows: np.ndarray, habits: np.ndarray, levels: tuple[float, float] | None = None) -> np.ndarray:
        """(rows, habits, 4): how likely each outcome is, in the order of ``SIDES``."""
        standard, margin = levels or self.levels
        left, right, hard = (column[rows][:, None] for column in self.battles)
        side, ties, strictness, noise = habits
        bad = logistic(hard + strictness - np.maximum(left, right) + standard)
        mean, width = right - left + side, TASTE * noise
        low, high = normal((-margin * ties - mean) / width), normal((margin * ties - mean) / width)
        return np.stack([low * (1 - bad), (1 - high) * (1 - bad), (high - low) * (1 - bad), bad], axis=-1)


def halve(share: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < wanted else (low, middle)
    return (low + high) / 2


def best_for_clickers(world: World, length: int, rates: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Log-likelihood ratios of clickers who choose by ``rates`` against the crowd."""
    found = np.empty(ATTACKERS)
    for place in range(ATTACKERS):
        rows = rng.integers(len(world.battles[0]), size=length)
        chosen = rng.choice(4, length, p=rates)
        likely = world.chances(rows, world.habits)[np.arange(length), :, chosen]
        crowd = np.logaddexp.reduce(np.log(np.maximum(likely, 1e-12)).sum(axis=0)) - log(HABITS)
        found[place] = np.log(rates[chosen]).sum() - crowd
    return found


def best_for_liars(world: World, length: int, target: str, rng: np.random.Generator) -> np.ndarray:
    """Log-likelihood ratios of voters who lie on the target alone; the test knows even their habits."""
    sides = _sides_of(world, target)
    found = np.zeros(20 * ATTACKERS)
    for place in range(len(found)):
        rows = rng.integers(sides.shape[1], size=length)
        rows = rows[sides[:, rows].any(axis=0)]
        found[place] = -world.log_chance(rows, np.where(sides[0, rows], 0, 1), rng)
    return found


def best_for_pickers(world: World, length: int, target: str, rng: np.random.Generator) -> np.ndarray:
    """The same of voters all of whose votes are on the target, which others meet as often as it is drawn."""
    sides = _sides_of(world, target)
    about = np.flatnonzero(sides.any(axis=0))
    found = np.full(ATTACKERS, -length * log(len(about) / sides.shape[1]))
    for place in range(ATTACKERS):
        rows = rng.choice(about, size=length)
        found[place] -= world.log_chance(rows, np.where(sides[0, rows], 0, 1), rng)
    return found


def best_for_omnipresent(world: World, length: int, crowd: Crowd, rng: np.random.Generator) -> np.ndarray:
    """The same of voters who choose the side that helps the target on every battle."""
    table = world.votes.filter(pc.equal(world.votes["arena"], ARENA))
    chosen = np.where(omnipresent(rng, table, crowd) == "left", 0, 1)
    found = np.zeros(ATTACKERS)
    for place in range(ATTACKERS):
        rows = rng.integers(len(table), size=length)
        found[place] = -world.log_chance(rows, chosen[rows], rng)
    return found


def _sides_of(world: World, target: str) -> np.ndarray:
    """(2, battles): whether the target is on the left, on the right."""
    table = world.votes.filter(pc.equal(world.votes["arena"], ARENA))
    return np.stack([pc.equal(table[side], target).to_numpy(zero_copy_only=False) for side in ("left", "right")])


def recall_at(ratios: np.ndarray, honest: float) -> float:
    """The share of attackers above the threshold that this share of honest voters passes; ties by lot."""
    order = np.sort(ratios)[::-1]
    passed = np.cumsum(np.exp(-order)) / len(order)
    place = int(np.searchsorted(passed, honest))
    if place == len(order):
        return 1.0
    before = passed[place - 1] if place else 0.0
    return float((place + (honest - before) / (passed[place] - before)) / len(order))


def ours(crowd: Crowd, attack: Attack, runs: int, rng: np.random.Generator) -> tuple[float, float]:
    """The share of attackers, and of honest voters, whom the audit quarantines."""
    recall, harm = [], []
    for _ in range(runs):
        table = pa.concat_tables([crowd.votes, votes_of(attack, crowd, rng)[0]]).combine_chunks()
        found = judge(table).quarantined
        voters = table["voter"].to_numpy()
        honest = len(crowd.votes)
        recall.append(len(set(voters[honest:][found[honest:]])) * attack.each / attack.votes)
        harm.append(len(set(voters[:honest][found[:honest]])) / len(set(voters[:honest])))
    return float(np.mean(recall)), float(np.max(harm))


def by_rates(rng: np.random.Generator, votes: pa.Table, _: Crowd) -> np.ndarray:
    return rng.choice(SIDES, len(votes), p=RATES / RATES.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    runs, rng, crowd = parser.parse_args().runs, np.random.default_rng(SEED), honest_crowd()
    world = World(crowd.votes, crowd.arena, crowd.languages)
    print("| attack | votes of each | ours | honest voters quarantined, at most | best possible at 1% | at 0.2% |")
    print("|---|---|---|---|---|---|")
    kinds = (("any button", np.full(4, 0.25), at_random), ("buttons as often as people", RATES / RATES.sum(), by_rates))
    for name, rates, outcome in kinds:
        for length in LENGTHS:
            voters = max(6, 800 // length)
            found, harm = ours(crowd, Attack(name, voters * length, length, voters, 40, outcome), runs, rng)
            best = best_for_clickers(world, length, rates, rng)
            print(f"| random clickers: {name} | {length} | {found:.0%} | {harm:.2%} | {recall_at(best, 0.01):.0%}"
                  f" | {recall_at(best, 0.002):.0%} |", flush=True)  # fmt: skip
    others = [("only on the target, for it", length, best_for_pickers(world, length, crowd.target, rng))
              for length in (1, 2, 5)]  # fmt: skip
    others += [("honest but on the target", length, best_for_liars(world, length, crowd.target, rng))
               for length in (12, 48)]  # fmt: skip
    others += [("omnipresent", length, best_for_omnipresent(world, length, crowd, rng)) for length in (11, 50, 100)]
    for name, length, best in others:
        print(f"| {name} | {length} | see above | | {recall_at(best, 0.01):.0%} | {recall_at(best, 0.002):.0%} |")


if __name__ == "__main__":
    main()

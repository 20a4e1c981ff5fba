"""How often a year names a leader that is not the strongest, looked at again and again; and how soon one that is.

    python -m benchmarks.leader [YEARS [SEED [DAYS FROM LOOK TO LOOK]]]

Voters have habits and prompts have effects as in ``benchmarks.coverage``, and both come again all year. A claim is
false where the model named is not stronger than all others ranked that day, averaged over the voters and prompts that
these are a sample of. Equal models are the hardest case: whoever is named, the claim is false. "By 95% intervals" is
what a site would name that believes an interval of each difference every day.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from arena.ratings.arrays import Floats
from arena.ratings.boards import Estimate, leaders
from arena.ratings.clusters import Z_95
from arena.ratings.leader import proven_leader
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis
from benchmarks.coverage import SETTINGS, World, simulate

DAYS = 365
TIE = 0.15
SEED = 20_000


@dataclass(frozen=True)
class Year:
    """A world of ``coverage`` for a year; ``best`` models are equally strong, ``lead`` points above the next ones,
    which are spread below; ``late`` models join one after another over the first half of the year.
    """

    world: World
    best: int
    lead: float = 0.0
    late: int = 0


SMALL = World("", models=12, votes=7_300, voters=150, prompts=60, effect=2.0)
YEARS = (
    Year(replace(SMALL, name="12 equal models", spread=0.0), 12),
    Year(replace(SMALL, name="six equal models, and six more that join during the year", spread=0.0), 12, late=6),
    Year(replace(SMALL, name="two equal at the top"), 2, 2.0),
    Year(replace(SMALL, name="two equal at the top, 20 voters, 20 prompts", voters=20, prompts=20), 2, 2.0),
    Year(replace(SMALL, name="a leader by 2 points"), 1, 2.0),
    Year(replace(SMALL, name="a leader by 3 points"), 1, 3.0),
)


@dataclass(frozen=True)
class Looked:
    """One year: the day of the first true claim (None for none), and whether there was a false one, by either rule."""

    true: int | None
    false: bool
    false_by_intervals: bool


def looks(year: Year, seed: int, every: int = 1) -> Iterator[tuple[int, Estimate, AxisTally]]:
    """The estimates of each day that somebody looks."""
    rng = np.random.default_rng(seed)
    votes = simulate(year.world, rng, strengths(year, rng)).votes
    # Days take the place of weeks, and a model that joins late has no votes before.
    day = rng.integers(0, DAYS, len(votes.voter))
    joined = np.zeros(year.world.models, int)
    if year.late:
        joined[-year.late :] = np.linspace(10, DAYS // 2, year.late).astype(int)
    there = (joined[votes.first] <= day) & (joined[votes.second] <= day)
    for last in range(every - 1, DAYS, every):
        rows = np.flatnonzero(there & (day <= last))
        if not len(rows):
            continue
        axis = counted(votes, rows, year.world.models)
        found = solve(axis, SETTINGS, TIE)
        codes = np.array([int(name[1:]) for name in axis.models])
        uncertainty = uncertainty_of(found, SETTINGS.sigma, axis_votes(found, votes, rows, codes))
        yield last, Estimate(found.mu, found.sigma, uncertainty), axis


def strengths(year: Year, rng: np.random.Generator) -> Floats:
    below = np.sort(-np.abs(rng.normal(0.0, year.world.spread, year.world.models - year.best)))[::-1]
    below = below - year.lead - (below[0] if len(below) else 0.0)
    return SETTINGS.mu + np.concatenate([np.zeros(year.best), below])


def counted(votes: VoterVotes, rows: np.ndarray, models: int) -> AxisTally:
    names = tuple(f"m{model:03d}" for model in range(models))
    return AxisTally.count(Axis("simulated"), names, votes.first[rows], votes.second[rows], votes.outcome[rows])


def looked_at(year: Year, seed: int, every: int = 1) -> Looked:
    """One simulated year."""
    true, false, by_intervals = None, False, False
    for day, estimate, axis in looks(year, seed, every):
        ranked = leaders(axis, estimate.score, SETTINGS.min_votes)
        if len(ranked) < 2:
            continue
        strongest = axis.models[0] == "m000" and year.best == 1
        proven = proven_leader(estimate, ranked, axis.rated, SETTINGS.beta)
        right = strongest and proven == 0
        true = day if right and true is None else true
        false |= proven is not None and not right
        first = int(ranked[np.argmax(estimate.mu[ranked])])
        others = ranked[ranked != first]
        sure = estimate.mu[first] - estimate.mu[others] > Z_95 * estimate.uncertainty.of_differences(first, others)
        by_intervals |= bool(sure.all()) and not (strongest and first == 0)
    return Looked(true, false, by_intervals)


def main(years: int = 100, seed: int = SEED, every: int = 3) -> None:
    """Print the table of docs/ratings.md, of looks at every third day."""
    print(f"| {years} years each, {365 // every} looks | false leader | by 95% intervals | true leader | after days |")
    print("| --- | --- | --- | --- | --- |")
    with ProcessPoolExecutor() as pool:
        for year in YEARS:
            found = list(pool.map(partial(looked_at, year, every=every), range(seed, seed + years), chunksize=5))
            false = f"{float(np.mean([each.false for each in found])):.1%}"
            by_intervals = f"{float(np.mean([each.false_by_intervals for each in found])):.1%}"
            days = [each.true for each in found if each.true is not None]
            true, after = (f"{len(days) / years:.0%}", f"{np.median(days or [0]):.0f}") if year.best == 1 else ("", "")
            after = after if days else ""
            print(f"| {year.world.name} | {false} | {by_intervals} | {true} | {after} |", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""Whether intervals foretell what other prompts say: real votes, halved by prompt, and each half rated alone.

    python -m benchmarks.half_splits FOLDER [SPLITS]

FOLDER holds the data sets imagenhub_human_ratings and llmfao as their projects publish them; a sample of ImagenHub is a
prompt. The difference of a model's mu between two halves should lie within 1.96 root of both squared errors 95 times in
100. The halves share their voters, or, where there are enough, each has half of them, so that it is about both.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arena.ratings.arrays import Codes, Flags, Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis
from arena.votes.files import load_votes
from benchmarks.coverage import NAMES_WITH_PROMPTS, SETTINGS

ENOUGH_VOTERS = 20
LLMFAO_COLUMNS = ("left", "right", "winner", "worker", "prompt")


@dataclass(frozen=True)
class NamedVotes:
    """Votes of ``models`` models that name their prompts."""

    name: str
    models: int
    votes: VoterVotes

    @classmethod
    def of(cls, name: str, rows: Iterable[tuple[str, ...]]) -> NamedVotes:
        """From (left, right, outcome, voter, prompt)."""
        left, right, outcome, voter, prompt = (np.array(column) for column in zip(*rows, strict=True))
        names, both = np.unique(np.concatenate([left, right]), return_inverse=True)
        left, right = np.split(both, 2)
        said = np.select([outcome == "tie", outcome == "left"], [2, 0], 1)
        said = np.where((left > right) & (said != 2), 1 - said, said)
        voter, prompt = (np.unique(column, return_inverse=True)[1] for column in (voter, prompt))
        columns = (np.minimum(left, right), np.maximum(left, right), said, voter, 0 * voter, prompt)
        cell = np.zeros((len(left), 3), np.int32)
        votes = VoterVotes.sorted_by_voter(cell, *(column.astype(np.int32) for column in columns))
        return cls(name, len(names), votes)


def load_imagenhub(folder: Path, task: str) -> NamedVotes:
    """Votes derived from ImagenHub's ratings of one task; a battle's id begins with its sample."""
    table = load_votes(sorted((folder / "imagenhub_human_ratings" / task).glob("*.tsv")), "imagenhub").table
    samples = [battle.rsplit("-", 2)[0] for battle in table["battle"].to_pylist()]
    columns = (table[name].to_pylist() for name in ("left", "right", "outcome", "voter"))
    return NamedVotes.of(f"ImagenHub {task}", zip(*columns, samples, strict=True))


def load_llmfao(folder: Path) -> NamedVotes:
    """The human votes of LLMFAO."""
    with (folder / "llmfao" / "crowd-comparisons.csv").open(encoding="utf-8", newline="") as lines:
        rows = [tuple(row[name] for name in LLMFAO_COLUMNS) for row in csv.DictReader(lines)]
    return NamedVotes.of("LLMFAO", rows)


def rated(named: NamedVotes, chosen: Ints, *, prompts: bool) -> tuple[Floats, Floats]:
    """Mu and its error (a value a model, NaN without votes) from the chosen votes."""
    votes = named.votes
    names = tuple(f"m{model:03d}" for model in range(named.models))
    tally = AxisTally.count(Axis(named.name), names, votes.first[chosen], votes.second[chosen], votes.outcome[chosen])
    models = np.array([names.index(model) for model in tally.models], np.int64)
    found = solve(tally, SETTINGS, float(tally.counts[:, 2].sum() / tally.counts.sum()))
    axis = axis_votes(found, votes, chosen, models)
    axis = axis if prompts else replace(axis, prompts=None, crossings=None)
    mu, error = np.full(named.models, np.nan), np.full(named.models, np.nan)
    mu[models], error[models] = found.mu, uncertainty_of(found, SETTINGS.sigma, axis).error
    return mu, error


def half(codes: Codes, rng: np.random.Generator) -> Flags:
    """A random half of what the codes stand for, as a flag of each of its votes."""
    return np.asarray((rng.permutation(int(codes.max()) + 1) % 2 == 0)[codes], np.bool_)


def agreement(named: NamedVotes, splits: int, *, voters: bool, prompts: bool, seed: int = 1) -> float:
    """The share of models whose two halves agree within their 95% interval, over random halves."""
    rng, votes, inside = np.random.default_rng(seed), named.votes, []
    for _ in range(splits):
        first = half(votes.prompt, rng)
        second = ~first
        if voters:
            mine = half(votes.voter, rng)
            first, second = first & mine, second & ~mine
        halves = [rated(named, np.flatnonzero(chosen), prompts=prompts) for chosen in (first, second)]
        gap = halves[0][0] - halves[1][0]
        both = np.isfinite(gap)
        reach = Z_95 * np.hypot(halves[0][1], halves[1][1])
        inside.append((np.abs(gap - gap[both].mean()) <= reach)[both].mean())
    return float(np.mean(inside))


def main(folder: str, splits: int = 100) -> None:
    """Print the table of docs/ratings.md."""
    data = [load_imagenhub(Path(folder), task) for task in ("Text-To-Image", "Text-Guided_IE")]
    data.append(load_llmfao(Path(folder)))
    print(f"| {splits} random halves | voters | prompts | halved by | {' | '.join(NAMES_WITH_PROMPTS)} |")
    print("| --- | --- | --- | --- | --- | --- |")
    for named in data:
        counts = [len(np.unique(codes)) for codes in (named.votes.voter, named.votes.prompt)]
        for voters in (False, True) if counts[0] >= ENOUGH_VOTERS else (False,):
            shares = [f"{agreement(named, splits, voters=voters, prompts=prompts):.1%}" for prompts in (True, False)]
            by = "prompt and voter" if voters else "prompt"
            print(f"| {named.name} | {counts[0]} | {counts[1]} | {by} | {' | '.join(shares)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))

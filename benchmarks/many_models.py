"""How ratings grow with the number of models: whole commands, with processor time and peak memory, beside evalica's
Bradley-Terry and arena-rank's fit where they are installed.

    python -m benchmarks.many_models FOLDER                     the sizes of ``SIZES``
    python -m benchmarks.many_models FOLDER 3000 1000000        one size, with intervals
    python -m benchmarks.many_models FOLDER 3000 1000000 plain  one size, without

Votes are made up in FOLDER on the first run: one arena with one category and one language, random pairs, 20 votes a
voter, on 400 prompts.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.runs import watched
from benchmarks.speed import PROGRAMS

SIZES = ((3_000, 100_000, "intervals"), (3_000, 1_000_000, "plain"), (3_000, 1_000_000, "intervals"))
SIZES += ((10_000, 1_000_000, "plain"), (10_000, 1_000_000, "intervals"))
VOTES_A_VOTER, PROMPTS = 20, 400
SPREAD, NOISE, MARGIN = 4.0, 25 / 6 * 2**0.5, 1.0
"""In points: of strengths, of the difference of two performances, and within which that is a tie."""


def votes_file(folder: Path, models: int, votes: int) -> Path:
    """The Parquet file of so many votes on so many models, written once."""
    path = folder / f"votes-{votes}-on-{models}-models.parquet"
    if path.exists():
        return path
    rng = np.random.default_rng(models)
    strength = rng.normal(25.0, SPREAD, models)
    left = rng.integers(0, models, votes)
    right = (left + rng.integers(1, models, votes)) % models
    gap = strength[left] - strength[right] + rng.normal(0.0, NOISE, votes)
    outcome = np.where(np.abs(gap) < MARGIN, 2, np.where(gap > 0, 0, 1))
    names = [f"organization-{model % 97}/model-{model:05d}" for model in range(models)]
    voters = [f"voter-{number:08d}" for number in range(max(1, votes // VOTES_A_VOTER))]
    prompts = [f"text-to-image/prompt-{number:03d}" for number in range(PROMPTS)]

    def named(codes: np.ndarray, known: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(codes.astype(np.int32), known).cast(pa.string())

    zeros = np.zeros(votes, np.int64)
    at = 1_767_225_600_000_000 + np.arange(votes) * (15_552_000_000_000 // votes)
    columns = {
        "battle": [f"battle-{number:09d}" for number in range(votes)],
        "at": pa.array(at, pa.timestamp("us", "UTC")),
        "arena": named(zeros, ["text-to-image"]),
        "category": named(zeros, ["photo"]),
        "language": named(zeros, ["en"]),
        "left": named(left, names),
        "right": named(right, names),
        "outcome": named(outcome, ["left", "right", "tie"]),
        "voter": named(rng.integers(0, len(voters), votes), voters),
        "prompt": named(rng.integers(0, PROMPTS, votes), prompts),
    }
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def report(what: str, command: list[str]) -> None:
    """A program with a clock and an eye on its memory."""
    print(f"| {what} | {watched(command, Path(command[-1]).parent)} |", flush=True)


def main(folder: Path, sizes: tuple[tuple[int, int, str], ...]) -> None:
    print("| whole program | time | processor time | peak memory |\n| --- | --- | --- | --- |")
    for models, votes, kind in sizes:
        path, intervals = votes_file(folder.resolve(), models, votes), kind == "intervals"
        option = "--intervals" if intervals else "--no-intervals"
        what = f"{models:,} models, {votes:,} votes"
        report(f"{what}: `arena rate {option}`, 4 axes", [sys.executable, "-m", "arena", "rate", option, str(path)])
        for package in ("evalica", "arena_rank"):
            if find_spec(package):
                report(f"{what}: {package}, one axis", [sys.executable, "-c", PROGRAMS[package], str(path)])


if __name__ == "__main__":
    place, *size = sys.argv[1:]
    kind = size[2] if len(size) > 2 else "intervals"
    main(Path(place), ((int(size[0]), int(size[1]), kind),) if size else SIZES)

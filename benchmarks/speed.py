"""How long ratings take and how that grows, beside evalica, arena-rank and trueskill where they are installed.

    python -m benchmarks.speed calls FOLDER      the steps of a rating run, on one million votes
    python -m benchmarks.speed processes FOLDER  whole programs from the Parquet file to the printed scores
    python -m benchmarks.speed growth FOLDER     time and peak memory from 10^4 to 10^7 votes

Votes are made up in FOLDER on the first run: 100 models, 12 categories, 10 languages (143 axes), 20 votes a voter, on
prompts of which each category and language has four.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings, rating_settings
from arena.ratings.kernels import rate_in_order
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally, encode, tally
from arena.records import Axis
from benchmarks.runs import watched

MODELS, CATEGORIES, LANGUAGES, PROMPTS_A_CELL, VOTES_A_VOTER = 100, 12, 10, 4, 20
CHUNK = 500_000
MILLION = 1_000_000


def votes_file(folder: Path, votes: int) -> Path:
    """The Parquet file of so many votes, written once."""
    path = folder / f"votes-{votes}-with-prompts.parquet"
    if path.exists():
        return path
    rng = np.random.default_rng(votes)
    strength = rng.normal(25.0, 4.0, MODELS)
    names = {
        "models": [f"organization-{model % 13}/model-{model:03d}" for model in range(MODELS)],
        "categories": [f"category-{number}" for number in range(CATEGORIES)],
        "languages": [f"language-{number}" for number in range(LANGUAGES)],
        "voters": [f"voter-{number:08d}" for number in range(max(VOTES_A_VOTER, votes // VOTES_A_VOTER))],
        "outcomes": ["left", "right", "tie", "both_bad"],
        "prompts": [f"text-to-image/prompt-{number:03d}" for number in range(CATEGORIES * LANGUAGES * PROMPTS_A_CELL)],
    }
    arrays = {kind: pa.array(known, pa.string()) for kind, known in names.items()}

    def named(codes: np.ndarray, kind: str) -> pa.Array:
        return arrays[kind].take(pa.array(codes))

    writer = None
    for start in range(0, votes, CHUNK):
        size = min(CHUNK, votes - start)
        left = rng.integers(0, MODELS, size)
        right = (left + rng.integers(1, MODELS, size)) % MODELS
        gap = strength[left] - strength[right] + rng.normal(0.0, 25 / 6 * 2**0.5, size)
        outcome = np.where(rng.random(size) < 0.1, 3, np.where(np.abs(gap) < 1.0, 2, np.where(gap > 0, 0, 1)))
        prompt = rng.integers(0, len(names["prompts"]), size)
        category, language = prompt % CATEGORIES, prompt // CATEGORIES % LANGUAGES
        at = 1_767_225_600_000_000 + np.arange(start, start + size) * (15_552_000_000_000 // votes)
        table = pa.table(
            {
                "battle": [f"battle-{number:09d}" for number in range(start, start + size)],
                "at": pa.array(at, pa.timestamp("us", "UTC")),
                "arena": pa.array(["text-to-image"] * size),
                "category": named(category, "categories"),
                "language": named(language, "languages"),
                "left": named(left, "models"),
                "right": named(right, "models"),
                "outcome": named(outcome, "outcomes"),
                "voter": named(rng.integers(0, len(names["voters"]), size), "voters"),
                "prompt": named(prompt, "prompts"),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
    return path


def timed(call: Callable[[], Any], repeat: int = 3) -> float:
    """The best of a few runs, in seconds."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def row(what: str, seconds: float, note: str = "") -> None:
    print(f"| {what} | {seconds:.3f} s | {note} |", flush=True)


def calls(folder: Path) -> None:
    """The steps of a rating run in one warm process."""
    votes = ibis.duckdb.connect().read_parquet(votes_file(folder, MILLION))
    settings = rating_settings()
    axes = tally(votes).axes()
    for axis in axes:
        solve(axis, settings, 0.1)
    print(f"| {MILLION:,} votes, {MODELS} models, {len(axes)} axes | time | |\n| --- | --- | --- |")
    row("tally: group-by and roll-ups", timed(lambda: tally(votes).axes()))
    row("solve all axes", timed(lambda: [solve(axis, settings, 0.1) for axis in axes]))
    row("tally and solve all axes", timed(lambda: [solve(axis, settings, 0.1) for axis in tally(votes).axes()]))
    row(
        "all ratings, ranks and pairs, errors of mu that ignore voters",
        timed(lambda: compute_ratings(votes, settings, intervals=False)),
    )
    by_voter = rating_settings(prompts="these")
    row("all ratings with all intervals and fragility, by voter", timed(lambda: compute_ratings(votes, by_voter)))
    row("the same by voter and prompt", timed(lambda: compute_ratings(votes, settings)))
    overall(votes)
    online(votes)


def overall(votes: Any) -> None:
    """One axis from arrays: ours, evalica's Bradley-Terry, arena-rank's fit."""
    names, left, right, outcome = arrays(votes)
    axis = Axis("text-to-image")
    settings = RatingSettings()
    ours = timed(lambda: solve(AxisTally.count(axis, names, left, right, outcome), settings, 0.1))
    row("overall axis from integer arrays: ours", ours, "count and solve")
    if find_spec("evalica"):
        import evalica
        import pandas as pd

        winners = [(evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw)[code] for code in outcome.tolist()]
        index = pd.Index(names)
        xs, ys = [names[code] for code in left.tolist()], [names[code] for code in right.tolist()]
        seconds = timed(lambda: evalica.bradley_terry(xs, ys, winners, index=index))
        row("the same: evalica's Bradley-Terry", seconds, f"{seconds / ours:.0f} times ours; takes names, not codes")
    if find_spec("arena_rank"):
        peer_arena_rank(names, left, right, outcome, ours)


def peer_arena_rank(
    names: tuple[str, ...], left: np.ndarray, right: np.ndarray, outcome: np.ndarray, ours: float
) -> None:
    import pandas as pd
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    words = np.array(["model_a", "model_b", "tie"])
    frame = pd.DataFrame(
        {"model_a": np.array(names)[left], "model_b": np.array(names)[right], "winner": words[outcome]}
    )

    def fit() -> None:
        BradleyTerry(n_competitors=len(dataset.competitors)).fit(dataset)

    dataset = PairDataset.from_pandas(frame)
    seconds = timed(fit)
    row("the same: arena-rank's fit alone", seconds, f"{seconds / ours:.0f} times ours; its counting is not included")


def arrays(votes: Any) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """The rated votes as codes."""
    rows = votes.filter(votes.outcome != "both_bad").select("left", "right", "outcome").to_pyarrow()
    names, both = encode([rows["left"], rows["right"]])
    left, right = np.split(both, 2)
    outcomes, codes = encode([rows["outcome"]])
    return names, left, right, np.array([("left", "right", "tie").index(name) for name in outcomes])[codes]


def online(votes: Any) -> None:
    """One pass over one axis, beside ``trueskill.rate_1vs1``."""
    _, left, right, outcome = arrays(votes)
    coded = np.array([1, 0, 2], np.int8)[outcome]
    margin = np.full(len(left), draw_margin(0.1, 25 / 6))

    def one_pass() -> None:
        mean, variance = np.full(MODELS, 25.0), np.full(MODELS, (25 / 3) ** 2)
        rate_in_order(left, right, coded, margin, 2 * (25 / 6) ** 2, (25 / 300) ** 2, mean, variance)

    one_pass()
    seconds = timed(one_pass)
    speed = len(left) / seconds
    row("online, one axis", seconds, f"{speed / 1e6:.0f} million votes a second")
    if find_spec("trueskill"):
        import trueskill

        env = trueskill.TrueSkill()
        first = 5000

        def by_package() -> None:
            ratings = [env.create_rating() for _ in range(MODELS)]
            for i, j, code in zip(left[:first].tolist(), right[:first].tolist(), coded[:first].tolist(), strict=True):
                pair = (i, j) if code else (j, i)
                ratings[pair[0]], ratings[pair[1]] = trueskill.rate_1vs1(
                    ratings[pair[0]], ratings[pair[1]], drawn=code == 2, env=env
                )

        package = first / timed(by_package, 1)
        row(
            f"online, the package trueskill ({first:,} votes)",
            first / package,
            f"ours does {speed / package:,.0f} times its votes a second",
        )


PROGRAMS = {
    "evalica": """
import sys, evalica, pyarrow.parquet as pq
rows = pq.read_table(sys.argv[1], columns=["left", "right", "outcome"]).to_pandas()
rows = rows[rows.outcome != "both_bad"]
words = {"left": evalica.Winner.X, "right": evalica.Winner.Y, "tie": evalica.Winner.Draw}
print(evalica.bradley_terry(rows.left, rows.right, rows.outcome.map(words)).scores)
""",
    "arena_rank": """
import sys, pyarrow.parquet as pq
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset
rows = pq.read_table(sys.argv[1], columns=["left", "right", "outcome"]).to_pandas()
rows = rows[rows.outcome != "both_bad"].replace({"outcome": {"left": "model_a", "right": "model_b"}})
data = PairDataset.from_pandas(rows.rename(columns={"left": "model_a", "right": "model_b", "outcome": "winner"}))
print(BradleyTerry(n_competitors=len(data.competitors)).compute_ratings_and_cis(data)["ratings"])
""",
}


def processes(folder: Path) -> None:
    """Whole programs, started anew, the caches on disk warm."""
    path = votes_file(folder.resolve(), MILLION)
    print("| whole program, one million votes as Parquet | time | processor time | peak memory |")
    print("| --- | --- | --- | --- |")
    report("`arena rate`: 143 axes with all intervals", [sys.executable, "-m", "arena", "rate", str(path)])
    report(
        "143 axes, errors of mu that ignore voters",
        [sys.executable, "-m", "arena", "rate", "--no-intervals", str(path)],
    )
    for package in ("evalica", "arena_rank"):
        if find_spec(package):
            report(f"{package}, overall axis alone", [sys.executable, "-c", PROGRAMS[package], str(path)])


def report(what: str, command: list[str]) -> None:
    """Run a program twice, the second time with a clock and an eye on its memory."""
    folder = Path(command[-1]).resolve().parent
    watched(command, folder)
    print(f"| {what} | {watched(command, folder)} |", flush=True)


def growth(folder: Path) -> None:
    """Time and peak memory of each step, each number of votes in a process of its own."""
    print("| votes | tally | solve 143 axes | all with intervals | peak memory: tally and solve | with intervals |")
    print("| --- | --- | --- | --- | --- | --- |")
    for votes in (10**4, 10**5, 10**6, 10**7):
        path = votes_file(folder, votes)
        command = [sys.executable, "-m", "benchmarks.speed", "one", str(path)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        cells = [f"{found[name]:.2f} s" for name in ("tally", "solve", "intervals")]
        cells += [f"{found[name]:,.0f} MB" for name in ("tally_memory", "memory")]
        print(f"| {votes:,} | {' | '.join(cells)} |", flush=True)


def one(path: Path) -> None:
    """The steps for one file, as JSON."""
    settings = rating_settings()
    compute_ratings(ibis.duckdb.connect().read_parquet(votes_file(path.parent, 10**4)), settings)
    votes = ibis.duckdb.connect().read_parquet(path)
    axes = tally(votes).axes()
    found = {
        "tally": timed(lambda: tally(votes).axes(), 1),
        "solve": timed(lambda: [solve(axis, settings, 0.1) for axis in axes], 1),
        "tally_memory": peak_memory(),
        "intervals": timed(lambda: compute_ratings(votes, settings), 1),
        "memory": peak_memory(),
    }
    print(json.dumps(found))


def peak_memory() -> float:
    """In megabytes, since the process began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    {"calls": calls, "processes": processes, "growth": growth, "one": one}[sys.argv[1]](Path(sys.argv[2]))

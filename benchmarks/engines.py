"""Ratings with intervals on several engines: seconds, peak memory of our process, and how far the numbers are apart.

    python -m benchmarks.engines FOLDER 100000,1000000 [duckdb,polars,datafusion]

Every run is a process. "loaded" brings each voter's votes here, "summed" has the engine sum them. Mu of every
model on every axis is compared with that of DuckDB, loaded; and the errors of the overall axis, in which a sum over
groups of voters has a share of chance. The files of votes are those of ``benchmarks.speed``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.speed import votes_file

LOADED, SUMMED = "loaded", "summed"
LIMIT = 10**9
"""Votes that a run which loads them may load."""


def rate(path: Path, engine: str, way: str) -> dict[str, Any]:
    """One run in this process."""
    from arena.ratings import compute_ratings, rating_settings
    from arena.votes.engines import votes_at

    start = time.perf_counter()
    connection = "local[2]" if engine == "spark" else ""
    with votes_at(f"{engine}://{connection}#{path}") as votes:
        limit = LIMIT if way == LOADED else 0
        ratings = compute_ratings(votes, rating_settings(), threads=2, votes_in_memory=limit)
    seconds = time.perf_counter() - start
    boards = {board.axis.name: [*board.ratings, *board.unranked] for board in ratings.boards}
    return {
        "seconds": seconds,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "mu": {f"{name} {rating.model}": rating.mu for name, rated in boards.items() for rating in rated},
        "error": {rating.model: rating.error for rating in ratings.boards[0].ratings},
    }


def main() -> None:
    folder, sizes, engines = Path(sys.argv[1]), sys.argv[2].split(","), (*sys.argv[3:], "duckdb")[0].split(",")
    print("| votes | engine | voters | seconds | peak MB | largest gap in mu | mean and largest change of an error |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: |")
    for size in map(int, sizes):
        path, known = votes_file(folder, size), None
        for engine in engines:
            for way in (LOADED, SUMMED):
                command = [sys.executable, "-m", "benchmarks.engines", "run", str(path), engine, way]
                ran = subprocess.run(command, capture_output=True, text=True, check=False)
                if ran.returncode:
                    print(f"| {size:,} | {engine} | {way} | failed: {ran.stderr.strip().splitlines()[-1][:80]} |")
                    continue
                found = json.loads(ran.stdout.splitlines()[-1])
                known = known or found
                gap = max(abs(found["mu"][name] - known["mu"][name]) for name in known["mu"])
                changes = [abs(found["error"][name] / known["error"][name] - 1.0) for name in known["error"]]
                change = f"{sum(changes) / len(changes):.1%}, {max(changes):.1%}"
                cost = f"{found['seconds']:.1f} | {found['memory']:.0f}"
                print(f"| {size:,} | {engine} | {way} | {cost} | {gap:.1e} | {change} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "run":
        print(json.dumps(rate(Path(sys.argv[2]), *sys.argv[3:5])))
    else:
        main()

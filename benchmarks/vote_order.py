"""What the order of votes does to ranks: a vote file rated as it is, and with the times of its votes shuffled.

python -m benchmarks.vote_order [FILE] [SHUFFLES]      FILE: the log of this repository; SHUFFLES: 20
"""

from __future__ import annotations

import sys
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa

from arena.rating_settings import Method
from arena.ratings import compute_ratings, rating_settings
from arena.records import AxisKind
from arena.votes.files import load_votes
from arena.votes.log import open_log

LOG = Path(__file__).resolve().parents[1] / "data" / "votes"
MU_AND_RANK = dict[tuple[str, str], tuple[float, int]]


def overall(rows: pa.Table, method: Method) -> MU_AND_RANK:
    """Mu and rank by arena and model, on the overall boards."""
    ratings = compute_ratings(ibis.memtable(rows), rating_settings(method=method), intervals=False)
    boards = [board for board in ratings.boards if board.axis.kind is AxisKind.OVERALL]
    return {(board.axis.arena, row.model): (row.mu, row.rank) for board in boards for row in board.ratings}


def main(path: Path | None, shuffles: int) -> None:
    """Print a table with a row a method."""
    votes = load_votes([path]).votes() if path else open_log(LOG).votes()
    rows, rng = votes.to_pyarrow(), np.random.default_rng(2026)
    print(f"{len(rows):,} votes, {shuffles} shuffles\n")
    print(
        "| method | mean change of a rank | largest | another model first in an arena | the same mu, to the last bit |"
    )
    print("| --- | --- | --- | --- | --- |")
    at = rows.schema.get_field_index("at")
    orders = [rng.permutation(len(rows)) for _ in range(shuffles)]
    for method in Method:
        before = overall(rows, method)
        moved: list[int] = []
        first = same = 0
        for order in orders:
            after = overall(rows.set_column(at, "at", rows["at"].take(pa.array(order))), method)
            moved += [abs(after[key][1] - rank) for key, (_, rank) in before.items()]
            first += any(rank == 1 and after[key][1] != 1 for key, (_, rank) in before.items())
            same += after == before
        mean = float(np.mean(moved))
        print(f"| {method} | {mean:.2f} | {max(moved)} | {first} of {shuffles} | {same} of {shuffles} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None, int(sys.argv[2]) if sys.argv[2:] else 20)

"""Vote files in and out: CSV, JSON Lines and Parquet, told apart by suffix.

The columns are those of ``Vote``: nine required ones, and ``prompt``, ``left_output``, ``right_output``, ``dwell_ms``
and ``origin``, which may be missing or empty. Anything else that is not as it should be is refused with its line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import pyarrow as pa

from arena.errors import ArenaError, VotesError
from arena.votes import checks
from arena.votes.csv_files import read_csv
from arena.votes.durable import write_bytes
from arena.votes.faults import Fault, Place, did_you_mean, raise_faults
from arena.votes.jsonl_files import read_jsonl
from arena.votes.parquet_files import read_parquet
from arena.votes.raw import RawVotes
from arena.votes.rendering import csv_bytes, jsonl_bytes, parquet_bytes
from arena.votes.table import VOTE_SCHEMA, as_votes, row_faults

READERS: dict[str, Callable[[Path], RawVotes]] = {".csv": read_csv, ".jsonl": read_jsonl, ".parquet": read_parquet}
RENDERERS: dict[str, Callable[[pa.Table], bytes]] = {
    ".csv": csv_bytes,
    ".jsonl": jsonl_bytes,
    ".parquet": parquet_bytes,
}


def load_votes(paths: Iterable[Path]) -> pa.Table:
    """The votes of some files as one table of ``VOTE_SCHEMA``, in the order of the files and their rows.

    Raises ``VotesError`` with the findings of all files, the first 20 in words, each with ``file:line`` (the line on
    which a CSV row begins) or the row of a Parquet file. A file without rows gives an empty table.
    """
    return load_placed_votes(paths)[0]


def load_placed_votes(paths: Iterable[Path]) -> tuple[pa.Table, Place]:
    """As ``load_votes``, and where each row stands."""
    raws = _read_all(list(paths))
    starts = [0, *accumulate(len(raw.table) for raw in raws)]

    def place(row: int) -> str:
        number = bisect_right(starts, row) - 1
        return raws[number].place(row - starts[number])

    faults: list[Fault] = []
    for raw, start in zip(raws, starts, strict=False):
        faults += [fault.moved(start) for fault in row_faults(raw.table)]
    faults.append(_repeats(raws, place))
    broken = [finding for raw in raws for finding in raw.broken]
    raise_faults(faults, place, broken, sum(raw.more for raw in raws))
    return pa.concat_tables([VOTE_SCHEMA.empty_table(), *(as_votes(raw.table) for raw in raws)]), place


def _read_all(paths: Sequence[Path]) -> list[RawVotes]:
    raws: list[RawVotes] = []
    findings: list[ArenaError] = []
    for path in paths:
        try:
            raws.append(_reader(path)(path))
        except VotesError as error:
            findings.extend(error.findings)
    raise_faults([], str, findings)
    return raws


def _reader(path: Path) -> Callable[[Path], RawVotes]:
    return READERS[_suffix(path)]


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        hint = did_you_mean(suffix, READERS)
        raise VotesError("the suffix does not name a vote file's format", where=str(path), hint=hint)
    return suffix


def _repeats(raws: list[RawVotes], place: Place) -> Fault:
    battle, voter = (
        pa.chunked_array([chunk for raw in raws for chunk in raw.table[name].cast(pa.string()).chunks], pa.string())
        for name in ("battle", "voter")
    )
    return checks.repeat_fault(battle, voter, place)


def write_votes(table: pa.Table, path: Path) -> None:
    """Write a table of ``VOTE_SCHEMA`` with all its columns, in the format that the suffix names.

    The bytes depend on the votes and their order alone. The file appears whole or not at all. Raises ``VotesError``
    where it cannot be written.
    """
    write_bytes(path, RENDERERS[_suffix(path)](table))

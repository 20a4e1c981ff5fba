"""What was counted of a log, kept for the next run: a sealed file never changes, so it is counted once.

The log is a chain: the hash of its last entry stands for all files before. Counts that were kept under a hash that the
log has are those of its files up to there, and only later ones are read. Votes that decisions leave out are counted
apart, and taken off; they are looked for in all files again when a decision was added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from arena.kept import CACHE, keep, read_kept
from arena.ratings.source import source_sum
from arena.ratings.vote_counts import COUNTS_SCHEMA, VoteCounts
from arena.votes.decision_file import NO_DECISIONS, VoteState
from arena.votes.log import Log
from arena.votes.renames import NO_RENAMES

FILE = f"{CACHE}/ratings/counts.arrow"
STORED = COUNTS_SCHEMA.append(pa.field("left_out", pa.bool_()))
FACTS = b"counted"
"""The key of what the table is of, in the metadata of its schema."""
LARGEST = 2**256


@dataclass(frozen=True, slots=True)
class LogCounts:
    """The votes of a log that count, as ``Log.counted_votes`` has them; and which were left out, by month.

    ``left_out`` has for each month with such votes the sum of the SHA-256 of their battles and voters, which two sets
    of votes do not share, whatever the order they came in.
    """

    counts: VoteCounts
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts of the files of a log up to the entry whose hash is ``head``, under the names that the files have.

    ``left_out`` are those of ``logged`` that the decisions leave out, whose sum is ``decisions``.
    """

    head: str
    decisions: str
    logged: VoteCounts
    left_out: VoteCounts
    sums: dict[str, int]


def count_log(log: Log, project: Path | None = None) -> LogCounts:
    """The counts of a log. With ``project``, only files are read that were not counted before, and all is kept."""
    found = _read(project / FILE, log) if project else None
    counted = _count(log, found)
    if project and counted != found:
        _keep(project / FILE, counted)
    counts = counted.logged.renamed(log.renames)
    if not len(counted.left_out.rows):
        return LogCounts(counts, counted.sums)
    left = counts.without(counted.left_out.renamed(log.renames))
    # Where all votes of people on an arena are left out, so are its simulated ones: they never take their place.
    return LogCounts(left.without_simulated(counts.real_arenas() - left.real_arenas()), counted.sums)


def _count(log: Log, found: _Counted | None) -> _Counted:
    known = found or _Counted("", NO_DECISIONS.sha256, VoteCounts.none(), VoteCounts.none(), {})
    files = replace(log, renames=NO_RENAMES, decisions=NO_DECISIONS)
    heads = [entry.hash for entry in log.entries]
    further = log.entries[heads.index(known.head) + 1 if known.head else 0 :]
    logged = known.logged.plus(VoteCounts.of(replace(files, entries=further).votes())) if further else known.logged
    left_out: VoteCounts = known.left_out
    sums: dict[str, int] = known.sums
    if known.decisions != log.decisions.sha256:
        left_out, further = VoteCounts.none(), log.entries
        sums = {}
    if further and log.decisions.rows:
        more, more_sums = _left_out(replace(files, entries=further, decisions=log.decisions))
        left_out = left_out.plus(more)
        sums = {
            month: (sums.get(month, 0) + more_sums.get(month, 0)) % LARGEST for month in sorted({*sums, *more_sums})
        }
    return replace(known, head=log.head, decisions=log.decisions.sha256, logged=logged, left_out=left_out, sums=sums)


def _left_out(log: Log) -> tuple[VoteCounts, dict[str, int]]:
    judged = log.judged_votes()
    votes = judged.filter(judged.decision != VoteState.COUNTED.value)
    keys = votes.select("battle", "voter", "at").to_pyarrow()
    months = pc.strftime(keys["at"].cast(pa.timestamp("us")), "%Y-%m").to_pylist()
    sums: dict[str, int] = {}
    for month, battle, voter in zip(months, keys["battle"].to_pylist(), keys["voter"].to_pylist(), strict=True):
        named = hashlib.sha256(json.dumps([battle, voter]).encode()).digest()
        sums[month] = (sums.get(month, 0) + int.from_bytes(named)) % LARGEST
    return VoteCounts.of(votes), sums


def _read(path: Path, log: Log) -> _Counted | None:
    """What was kept of this log; None where it is of something else, or of another form."""
    content = read_kept(path)
    if content is None:
        return None
    try:
        table = pa.ipc.open_stream(content).read_all()
        facts = json.loads(table.schema.metadata[FACTS])
        if facts["source"] != source_sum() or not table.schema.equals(STORED):
            return None
        logged, left_out = (
            VoteCounts(table.filter(mask).select(COUNTS_SCHEMA.names).replace_schema_metadata())
            for mask in (pc.invert(table["left_out"]), table["left_out"])
        )
        sums = {month: int(value, 16) for month, value in facts["sums"].items()}
        found = _Counted(facts["head"], facts["decisions"], logged, left_out, sums)
    except Exception:  # of another form it may raise anything, and the answer to all of it is to count anew
        return None
    votes = 0
    for entry in log.entries:
        votes += entry.votes
        if entry.hash == found.head:
            return found if found.logged.votes == votes else None
    return None


def _keep(path: Path, counted: _Counted) -> None:
    facts = {
        "source": source_sum(),
        "head": counted.head,
        "decisions": counted.decisions,
        "sums": {month: f"{value:x}" for month, value in counted.sums.items()},
    }
    tables = [
        part.rows.append_column(STORED.field("left_out"), pa.repeat(pa.scalar(left_out), len(part.rows)))
        for part, left_out in ((counted.logged, False), (counted.left_out, True))
    ]
    schema = STORED.with_metadata({FACTS: json.dumps(facts).encode()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        for table in tables:
            stream.write_table(table.cast(STORED).replace_schema_metadata(schema.metadata))
    keep(path, sink.getvalue().to_pybytes())

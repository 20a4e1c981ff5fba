"""What changed since an earlier data set: votes, ranks, models and prices, by its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena import wording
from arena.errors import PublishError
from arena.exports.dataset.facts import DatasetFacts
from arena.exports.dataset.tables import DataTable
from arena.folder_swap import GENERATOR, OwnFolder

MARKER = "dataset.json"
KIND = "data set"
DATASET_FOLDER = OwnFolder("the data set", "export", MARKER, "choose another folder")
CHANGES = "CHANGES.md"
TOLD_RANKS = 10
"""Changes of rank that are told one by one, of each arena."""


@dataclass(frozen=True)
class EarlierDataset:
    """A data set that was exported before: its dataset.json, and the changes that it tells."""

    folder: Path
    marker: Mapping[str, Any]
    changes: str

    @property
    def title(self) -> str:
        return heading(self.marker["version"], self.marker["log_head"])

    def table(self, name: str) -> pa.Table | None:
        """One of its tables; None where it has none such, or cannot be read."""
        try:
            return pq.read_table(self.folder / "data" / f"{name}.parquet")
        except (OSError, pa.ArrowException):
            return None


def read_earlier(folder: Path) -> EarlierDataset | None:
    """The data set in a folder; None where there is none. Raises PublishError where its dataset.json is damaged."""
    try:
        text = (folder / MARKER).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PublishError(f"cannot be read: {error.strerror}", where=str(folder / MARKER)) from error
    try:
        marker = json.loads(text)
        if marker["generator"] != GENERATOR or marker["kind"] != KIND:
            return None
        if not (isinstance(marker["version"], str) and isinstance(marker["log_head"], str)):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        hint = "export into another folder, or restore the file"
        raise PublishError("is not what an export wrote", where=str(folder / MARKER), hint=hint) from error
    try:
        changes = (folder / CHANGES).read_text("utf-8")
    except OSError:
        changes = ""
    return EarlierDataset(folder, marker, changes)


def heading(version: str, log_head: str) -> str:
    """What a section of CHANGES.md is called: the version, and the first digits of the log's head."""
    return f"## {version}" + (f" (log {log_head[:16]})" if log_head else "")


def changes_file(facts: DatasetFacts, earlier: EarlierDataset | None) -> str:
    """CHANGES.md: what is new since the earlier data set, above what that one tells.

    An export of the same log on the same day tells the same as the one before it, so that repeating it changes nothing.
    """
    title = heading(facts.version, facts.log_head)
    if earlier is None:
        return f"# Changes\n\n{title}\n\n* No earlier version to compare with.\n"
    older = earlier.changes.removeprefix("# Changes\n").strip("\n")
    if earlier.title == title:
        # The section that stands there was about this very snapshot: it is told anew only by another one.
        return f"# Changes\n\n{older}\n"
    lines = [f"* {line}" for line in _differences(facts.tables, earlier)] or ["* Nothing."]
    since = earlier.title.removeprefix("## ")
    return "\n".join(["# Changes", "", title, "", f"Since {since}:", "", *lines, "", older, ""])


def _differences(tables: tuple[DataTable, ...], earlier: EarlierDataset) -> Iterator[str]:
    with duckdb.connect() as engine:
        for table in tables:
            before = earlier.table(table.name)
            if before is None:
                yield f"`{table.name}` is new."
                continue
            yield from _column_changes(table, before)
            if table.key and set(table.key) <= set(before.column_names):
                yield from _row_changes(engine, table, before)
    ratings = next(table for table in tables if table.name == "ratings")
    old = earlier.table("ratings")
    if old is not None and {"arena", "axis", "model", "rank"} <= set(old.column_names):
        yield from _rank_changes(ratings.rows, old)


def _column_changes(table: DataTable, before: pa.Table) -> Iterator[str]:
    new = [name for name in table.rows.column_names if name not in before.column_names]
    gone = [name for name in before.column_names if name not in table.rows.column_names]
    for names, verb in ((new, "has new columns"), (gone, "lost the columns")):
        if names:
            yield f"`{table.name}` {verb} {wording.listing(names)}."


def _row_changes(engine: duckdb.DuckDBPyConnection, table: DataTable, before: pa.Table) -> Iterator[str]:
    """How many rows came and went, and how many are there with other values in a column that both have."""
    # By the engine: votes may be many millions, and a row of each as a Python object would fill the memory.
    engine.register("now", table.rows)
    engine.register("old", before)
    same_row = " AND ".join(f'now."{name}" = old."{name}"' for name in table.key)
    shared = [field.name for field in table.rows.schema if field in list(before.schema) and field.name not in table.key]
    differs = " OR ".join(f'now."{name}" IS DISTINCT FROM old."{name}"' for name in shared) or "false"
    counts = {
        "added": f"FROM now WHERE NOT EXISTS (FROM old WHERE {same_row})",
        "gone": f"FROM old WHERE NOT EXISTS (FROM now WHERE {same_row})",
        "with other values": f"FROM now JOIN old ON {same_row} WHERE {differs}",
    }
    parts = []
    for what, rows in counts.items():
        (count,) = engine.sql(f"SELECT count(*) {rows}").fetchall()[0]
        if count:
            parts.append(f"{wording.whole(count)} {what}")
    if parts:
        yield f"`{table.name}`: {wording.listing(parts)}, {wording.count(len(table.rows), 'row')} in all."


def _rank_changes(now: pa.Table, before: pa.Table) -> Iterator[str]:
    """Overall ranks that are others, a line an arena."""
    ranks, old = _overall_ranks(now), _overall_ranks(before)
    for arena in sorted({arena for arena, _ in ranks.keys() & old.keys()}):
        moved = [
            f"{model} from {old[arena, model]} to {rank}"
            for (of, model), rank in sorted(ranks.items(), key=lambda item: item[1])
            if of == arena and (arena, model) in old and old[arena, model] != rank
        ]
        if moved:
            more = len(moved) - TOLD_RANKS
            told = wording.listing([*moved[:TOLD_RANKS], *([f"{more} more"] if more > 0 else [])])
            yield f"Ranks in {arena}: {told}."


def _overall_ranks(rows: pa.Table) -> dict[tuple[str, str], int]:
    overall = rows.filter(pc.equal(rows["axis"], "overall")).select(["arena", "model", "rank"]).to_pylist()
    return {(row["arena"], row["model"]): row["rank"] for row in overall if row["rank"]}

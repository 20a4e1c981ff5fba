"""What comes back from an engine: whole where it is small, in batches where it has a row for each vote."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from arena.errors import VotesError

if TYPE_CHECKING:
    import ibis.expr.types as ir

IN_THIS_PROCESS = ("duckdb", "polars", "datafusion")
IN_BATCHES = (*IN_THIS_PROCESS, "postgres")
"""Engines on one machine that hand over rows while they make them, so that nothing holds all of them."""

_HERE = "see whether the files are whole, and disk and memory have room"
_ELSEWHERE = "whoever logs in there has to read the votes and to make temporary tables (docs/scale.md)"


def fetch(rows: ir.Table) -> pa.Table:
    """All rows of an answer. Raises ``VotesError`` with what the engine says where it cannot give one."""
    # Unless told so, Ibis 12 has Polars load whole files.
    how = {"engine": "streaming"} if rows.get_backend().name == "polars" else {}
    with _engine_errors(rows):
        return rows.to_pyarrow(**how)


def fetch_batches(rows: ir.Table) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time and in any order; see ``IN_BATCHES``. Raises as ``fetch`` does."""
    with _engine_errors(rows):
        yield from _batches(rows)


def _batches(rows: ir.Table) -> Iterator[pa.RecordBatch]:
    engine = rows.get_backend()
    if engine.name == "duckdb":
        # Not to_pyarrow_batches: for it, Ibis 12 calls a method that DuckDB 2 has no more.
        return iter(pa.RecordBatchReader.from_stream(engine._to_duckdb_relation(rows)))
    if engine.name == "polars":
        frames = engine.compile(rows).collect_batches(engine="streaming", maintain_order=False)
        return (batch for frame in frames for batch in frame.to_arrow().to_batches())
    return iter(rows.to_pyarrow_batches(chunk_size=2**17))


@contextmanager
def _engine_errors(rows: ir.Table) -> Generator[None]:
    try:
        yield
    except Exception as error:  # each engine has errors of its own
        name = rows.get_backend().name
        hint = _HERE if name in IN_THIS_PROCESS else _ELSEWHERE
        raise VotesError(first_line(error), where=f"the engine {name}", hint=hint) from error


def first_line(error: Exception) -> str:
    """What an error says first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__

"""What comes back from an engine: whole where it is small, in batches where it has a row for each vote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

IN_BATCHES = ("duckdb", "polars", "datafusion", "postgres")
"""Engines on one machine that hand over rows while they make them, so that nothing holds all of them."""


def fetch(rows: ir.Table) -> pa.Table:
    """All rows of an answer."""
    if rows.get_backend().name == "polars":
        # Unless told so, Ibis 12 has it load whole files.
        return rows.to_pyarrow(engine="streaming")
    return rows.to_pyarrow()


def fetch_batches(rows: ir.Table) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time and in any order; see ``IN_BATCHES``."""
    engine = rows.get_backend()
    if engine.name == "duckdb":
        # Not to_pyarrow_batches: for it, Ibis 12 calls a method that DuckDB 2 has no more.
        return iter(pa.RecordBatchReader.from_stream(engine._to_duckdb_relation(rows)))
    if engine.name == "polars":
        frames = engine.compile(rows).collect_batches(engine="streaming", maintain_order=False)
        return (batch for frame in frames for batch in frame.to_arrow().to_batches())
    return iter(rows.to_pyarrow_batches(chunk_size=2**17))

"""Votes that an engine may get wrong, and how they come to each engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from tests.conftest import ROOT
from tests.engines.clickhouse_server import ClickHouse
from tests.ratings.voting import random_ballots, table

NAMES = {"org/m00": "org/Zebra", "org/m01": "org/ape", "org/m02": "org-b/x", "org/m03": "org.b/x"}
"""Names that collations order otherwise than code points do."""


def votes(count: int = 400, *, voters: int = 25, prompts: int = 12, seed: int = 3) -> pa.Table:
    """Votes of all columns that ratings need: some name no prompt, some none of the languages."""
    rng = np.random.default_rng(seed)
    cast = [
        replace(
            ballot,
            left=NAMES.get(ballot.left, ballot.left),
            right=NAMES.get(ballot.right, ballot.right),
            language="" if rng.random() < 0.1 else ballot.language,
        )
        for ballot in random_ballots(count, 6, seed, voters=voters)
    ]
    named = [None if rng.random() < 0.1 else f"p{int(rng.integers(prompts)):02d}" for _ in cast]
    rows = table(cast).to_pyarrow()
    return rows.append_column("prompt", pa.array(named, pa.string())).append_column(
        "origin", pa.array(["human"] * count)
    )


def as_file(rows: pa.Table, folder: Path) -> str:
    path = folder / "votes.parquet"
    pq.write_table(rows, path)
    return str(path)


def in_postgres(rows: pa.Table, url: str) -> str:
    """The address of a table in a database whose clock is in another zone; partitioned as docs/scale.md has it."""
    guide = (ROOT / "docs" / "scale.md").read_text("utf-8")
    (documented,) = re.findall(r"```sql\n(CREATE TABLE votes .*?)```", guide, re.DOTALL)
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET timezone TO 'America/New_York'".encode())
        cursor.execute("DROP SCHEMA IF EXISTS arena CASCADE")
        cursor.execute("CREATE SCHEMA arena")
        cursor.execute(f"SET search_path TO arena; {documented}".encode())
        cursor.execute("CREATE TABLE votes_of_other_months PARTITION OF votes DEFAULT")
        with cursor.copy(f"COPY votes ({columns}) FROM STDIN".encode()) as copy:
            for row in rows.to_pylist():
                copy.write_row(tuple(row.values()))
    return f"{url.replace('postgresql://', 'postgres://')}#arena.votes"


def in_clickhouse(rows: pa.Table, server: ClickHouse, folder: Path) -> str:
    path = as_file(rows, folder)
    server.engine.query("DROP TABLE IF EXISTS votes")
    server.engine.query(f"CREATE TABLE votes ENGINE = Memory AS SELECT * FROM file('{path}', Parquet)")
    return f"{server.address}#votes"


Place = Callable[[pa.Table], str]
"""Brings votes to an engine, and returns their address."""

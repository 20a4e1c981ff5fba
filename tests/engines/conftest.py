"""The engines of this run: each test that asks for ``place`` is run on every one of ``--engines``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pyarrow as pa
import pytest

from tests.engines.worlds import Place, as_file, in_postgres

PACKAGES = {"duckdb": "duckdb", "polars": "polars", "datafusion": "datafusion", "spark": "pyspark"}
CONNECTIONS = {"spark": "local[2]"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        engines = metafunc.config.getoption("--engines").split(",")
        metafunc.parametrize("engine", engines, scope="module")


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path, in_ci: bool) -> Place:
    """Votes come to this engine as a Parquet file, to PostgreSQL as a table."""
    if engine == "postgres":
        server = request.getfixturevalue("postgres")
        return lambda rows: in_postgres(rows, server.empty_database())
    if importlib.util.find_spec(PACKAGES[engine]) is None:
        (pytest.fail if in_ci else pytest.skip)(f"{PACKAGES[engine]} is not installed here")

    def put(rows: pa.Table) -> str:
        return f"{engine}://{CONNECTIONS.get(engine, '')}#{as_file(rows, tmp_path)}"

    return put

"""The engines of this run: each test that asks for ``place`` is run on every one of ``--engines``."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from tests.engines.clickhouse_server import ClickHouse, running_clickhouse
from tests.engines.worlds import Place, as_file, in_clickhouse, in_postgres

PACKAGES = {
    "duckdb": "duckdb",
    "polars": "polars",
    "datafusion": "datafusion",
    "spark": "pyspark",
    "clickhouse": "chdb",
}
CONNECTIONS = {"spark": "local[2]"}
SPARK = "--conf spark.sql.shuffle.partitions=2 --conf spark.driver.memory=1g pyspark-shell"
"""For a few hundred votes in one process; Spark starts 200 tasks for every group-by else."""
WARNS = {"spark"}
"""Engines whose packages warn by themselves: PySpark 4.0 calls pandas in a way that pandas 3 deprecates, and leaves
sockets to the garbage collector. Their warnings are no errors here."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        engines = metafunc.config.getoption("--engines").split(",")
        marks = {engine: [pytest.mark.filterwarnings("default")] if engine in WARNS else [] for engine in engines}
        metafunc.parametrize(
            "engine", [pytest.param(engine, marks=marks[engine]) for engine in engines], scope="module"
        )


@pytest.fixture(scope="session")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with running_clickhouse(tmp_path_factory.mktemp("clickhouse")) as server:
        yield server


@pytest.fixture
def place(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, in_ci: bool, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Votes come to this engine as a Parquet file, to PostgreSQL and ClickHouse as a table."""
    if engine == "postgres":
        server = request.getfixturevalue("postgres")
        return lambda rows: in_postgres(rows, server.empty_database())
    if importlib.util.find_spec(PACKAGES[engine]) is None:
        (pytest.fail if in_ci else pytest.skip)(f"{PACKAGES[engine]} is not installed here")
    if engine == "clickhouse":
        running = request.getfixturevalue("clickhouse")
        return lambda rows: in_clickhouse(rows, running, tmp_path)
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", SPARK)

    def put(rows: pa.Table) -> str:
        return f"{engine}://{CONNECTIONS.get(engine, '')}#{as_file(rows, tmp_path)}"

    return put

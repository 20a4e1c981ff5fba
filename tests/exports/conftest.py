"""Fixtures of the data set, made once for all tests of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.exports.dataset.tables import DataTable
from arena.exports.dataset.writing import facts_of, write_dataset
from arena.votes.decision_file import DECISIONS
from tests.catalogue.projects import put
from tests.exports.datasets import DAY, MEASURED, TEXTS, Rated, make_project, rate


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with votes of people, reasons, measurements, and votes that were set aside."""
    folder = make_project(tmp_path_factory.mktemp("project"))
    text = (folder / "data/arena.toml").read_text()
    put(folder / "data", "arena.toml", text + TEXTS)
    put(folder / "data", "outputs/measurements.jsonl", json.dumps(MEASURED) + "\n")
    rows = "more-0,v0,,exclude,,Clicked left ten times,Ann,2026-03-21T08:00:00Z\n"
    rows += "more-1,v1,,wait,snap,,audit,2026-03-21T08:00:00Z\n"
    put(folder / "data/votes", DECISIONS, "battle,voter,group,decision,rules,reason,by,at\n" + rows)
    return folder


@pytest.fixture(scope="session")
def rated(project: Path) -> Rated:
    return rate(project)


@pytest.fixture(scope="session")
def dataset(rated: Rated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "votes"
    write_dataset(*rated, folder, day=DAY)
    return folder


@pytest.fixture(scope="session")
def tables(rated: Rated) -> tuple[DataTable, ...]:
    return facts_of(*rated, DAY).tables

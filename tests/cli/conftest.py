"""A project that commands are tried on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import HEADER, arena, rows


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A started project with 60 votes and a built site; tests work on copies."""
    folder = tmp_path_factory.mktemp("cli") / "project"
    votes = folder.parent / "votes.csv"
    votes.write_text(HEADER + rows(60))
    assert arena("init", folder).exit_code == 0
    result = arena("import", votes, "--new-models", "--project", folder)
    assert result.exit_code == 0, result.output
    result = arena("build", "--project", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def project(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "project"))

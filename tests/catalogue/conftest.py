"""A small catalogue on disk, which tests spoil."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.projects import write_project


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_project(tmp_path)

"""One small site for all tests of this folder, each of which takes a copy where it changes something."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.votes.decision_file import LogRuling, deciding
from arena.votes.log import open_log, write_decisions
from tests.publish.worlds import World, read_world, write_project

EXCLUDED = ("simulated-000004", "simulated-004")
DECIDED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A project of 42 votes, of which somebody excluded one."""
    folder = tmp_path_factory.mktemp("verified")
    write_project(folder)
    why = deciding(LogRuling.EXCLUDE, "a test", by="Ann", now=DECIDED, votes=[EXCLUDED])
    write_decisions(open_log(folder / "data/votes"), lambda log: log.decisions.with_rows(why))
    return read_world(folder)


@pytest.fixture(scope="session")
def published(world: World) -> Path:
    """The site; tests read it and change nothing in it."""
    out = world.catalogue.folder.parent / "site"
    settings = world.catalogue.project.ratings
    build_site(world.catalogue, world.log, compute_ratings(world.log.counted_votes(), settings, history=True), out)
    return out


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    """A copy of the site, to change."""
    return Path(shutil.copytree(published, tmp_path / "site"))

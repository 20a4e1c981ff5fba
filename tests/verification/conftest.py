"""One small site for all tests of this folder, each of which takes a copy where it changes something."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from arena.publish.site import build_site
from arena.ratings import compute_ratings
from tests.publish.worlds import World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("verified"))


@pytest.fixture(scope="session")
def published(world: World) -> Path:
    """The site; tests read it and change nothing in it."""
    out = world.catalogue.folder.parent / "site"
    settings = world.catalogue.project.ratings
    build_site(world.catalogue, world.log, compute_ratings(world.log.votes(), settings, history=True), out)
    return out


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    """A copy of the site, to change."""
    return Path(shutil.copytree(published, tmp_path / "site"))

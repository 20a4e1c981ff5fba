"""A small project read from disk, and the site built from it, once a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arena.publish.site import build_site
from arena.ratings import compute_ratings
from tests.publish.worlds import World, make_world


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three models, two of them ranked on one arena, by 42 simulated votes; with ratings over time."""
    world = make_world(tmp_path_factory.mktemp("world"))
    ratings = compute_ratings(world.log.votes(), world.catalogue.project.ratings, history=True)
    return replace(world, ratings=ratings)


@pytest.fixture(scope="session")
def site(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; tests read it and change nothing in it."""
    out = tmp_path_factory.mktemp("built") / "site"
    build_site(small_world.catalogue, small_world.log, small_world.ratings, out)
    return out

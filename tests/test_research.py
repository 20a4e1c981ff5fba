"""A project is opened from Python, and the programs of docs/research.md run on its site."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest

import arena
from arena.verification import verify
from tests.conftest import ROOT
from tests.publish.worlds import World, make_world


def blocks_of(document: str, site: str) -> list[str]:
    """The programs of a document, which ask the site at this address."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8").replace("https://arena.example.org", site)
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@contextmanager
def served(folder: Path) -> Generator[str]:
    """The address of a folder on this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with (
        patch.object(SimpleHTTPRequestHandler, "log_message"),
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
    ):
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("project"))


def test_a_project_is_opened_and_its_site_is_researched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = world.catalogue.folder.parent
    catalogue = arena.load_catalogue(str(project))
    assert catalogue.models == arena.load_catalogue(project / "data").models == world.catalogue.models
    votes = arena.load_votes(str(project))
    assert votes.head == world.log.head
    assert votes.table.equals(arena.load_votes(project / "data" / "votes").table)
    ratings = arena.rate(votes, settings=catalogue.project.ratings)
    assert ratings.log_sha256 == world.log.head
    assert ratings.boards == world.ratings.boards
    report = arena.build_site(project, tmp_path / "site")
    assert report.pages > 10
    assert arena.verify is verify
    monkeypatch.chdir(tmp_path)
    with served(tmp_path / "site") as address:
        figure_of_scores, own_ratings = blocks_of("research.md", address)
        assert len([line for line in figure_of_scores.splitlines() if line]) <= 15
        names: dict[str, Any] = {}
        exec(figure_of_scores, names)
        exec(own_ratings, names)
    (points,) = names["figure"].data
    board = world.ratings.board("text-to-image")
    bars = zip(points.x, points.error_x.array, points.error_x.arrayminus, strict=True)
    shown = dict(zip(points.y, bars, strict=True))
    for rating in board.ratings:
        bounds = (rating.score, rating.score_high - rating.score, rating.score - rating.score_low)
        assert shown[rating.model] == pytest.approx(bounds, abs=2e-6)
    assert "simulated votes" in names["figure"].layout.title.text
    assert "plotly" in (tmp_path / "scores.html").read_text(encoding="utf-8")
    assert names["ratings"].boards == world.ratings.boards
    assert f"{board.ratings[0].model} is stronger than {board.ratings[1].model}" in capsys.readouterr().out

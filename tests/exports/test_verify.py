from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from arena.errors import ArenaError
from arena.exports.files import write_ratings, write_votes
from arena.exports.verify import FACTS, RATINGS, VOTES, read_address, read_folder, recompute
from tests.publish.worlds import World, make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def site(world: World, tmp_path: Path) -> Path:
    """The files of a site that its ratings are recomputed from."""
    (tmp_path / "data").mkdir()
    write_votes(world.log.votes(), tmp_path / VOTES)
    for name in (RATINGS, FACTS):
        write_ratings(world.ratings, tmp_path / name)
    return tmp_path


def test_an_honest_site_passes(site: Path) -> None:
    found = recompute(read_folder(site))
    assert found.passed
    assert found.votes > 0
    assert found.ratings == (site / RATINGS).read_text().count("\n") - 1


def test_a_single_changed_digit_is_found(site: Path) -> None:
    path = site / RATINGS
    lines = path.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace(".", ".9", 1)
    path.write_text("".join(lines))
    found = recompute(read_folder(site))
    assert not found.passed
    assert found.difference in {f"-{lines[1].rstrip()}", lines[1].rstrip()}


def test_other_settings_than_published_are_found(site: Path) -> None:
    facts = json.loads((site / FACTS).read_text())
    facts["settings"]["beta"] = 1.0
    (site / FACTS).write_text(json.dumps(facts))
    assert not recompute(read_folder(site)).passed


@pytest.mark.parametrize("content", ["", "{}", '{"settings": {"beta": -1}}', '{"settings": 3}'])
def test_what_says_no_settings_is_refused(site: Path, content: str) -> None:
    (site / FACTS).write_text(content)
    with pytest.raises(ArenaError, match="settings"):
        recompute(read_folder(site))


def test_a_missing_file_is_named(site: Path) -> None:
    (site / VOTES).unlink()
    with pytest.raises(ArenaError, match=r"votes\.parquet"):
        recompute(read_folder(site))


def test_a_site_is_read_over_http(site: Path) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        path = site / request.url.path.removeprefix("/sub/")
        return httpx.Response(200, content=path.read_bytes()) if path.is_file() else httpx.Response(404)

    transport = httpx.MockTransport(serve)
    assert recompute(read_address("https://arena.example/sub/", transport)).passed
    (site / RATINGS).unlink()
    with pytest.raises(ArenaError, match="404"):
        recompute(read_address("https://arena.example/sub", transport))

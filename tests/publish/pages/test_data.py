"""The page of downloads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import pytest

from arena import wording
from arena.catalogue.settings import DatasetTexts
from arena.exports.dictionary import data_dictionary
from arena.publish.content.downloads import write_downloads
from arena.publish.pages import data
from arena.publish.pages.data import EXAMPLE, DataView
from arena.ratings import compute_ratings
from arena.records import Origin
from arena.verification import verify
from tests.publish.worlds import SharedWorld, World, html_of


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World) -> DataView:
    return cast("DataView", next(data.pages(world.site_data)).view)


def test_every_download_is_listed_once_and_every_listed_file_is_in_the_dictionary(world: World) -> None:
    listed = [file.name for group in view(world).groups for file in group.files]
    assert sorted(listed) == sorted(download.name for download in world.site_data.downloads.values())
    assert sorted(listed) == sorted(name for entry in data_dictionary() for name in entry.files)


def test_rows_are_counted_and_what_is_simulated_is_marked(world: World) -> None:
    files = {file.name: file for group in view(world).groups for file in group.files}
    assert files["votes.csv"].rows == "42 simulated votes"
    assert files["prices.csv"].rows == "3 prices"
    assert {name for name, file in files.items() if file.simulated} == {
        "ratings.csv",
        "ratings.parquet",
        "ratings.json",
        "votes.csv",
        "votes.parquet",
    }


def test_human_votes_are_not_marked(shared_world: SharedWorld) -> None:
    world = shared_world(origin=Origin.HUMAN)
    assert not any(file.simulated for group in view(world).groups for file in group.files)
    assert "simulated" not in view(world).citation


def test_the_citation_names_the_log_and_says_what_is_simulated(world: World) -> None:
    shown = view(world)
    assert "ratings of image models (simulated votes)" in shown.citation
    assert world.log.head[:16] in shown.citation
    assert world.log.head[:16] in shown.bibtex
    assert "year = {2026}" in shown.bibtex


def test_a_missing_licence_is_said(world: World, bare_world: World) -> None:
    assert "CC0-1.0" in html_of(world, next(data.pages(world.site_data)))
    assert "No licence is stated" in html_of(bare_world, next(data.pages(bare_world.site_data)))


def test_the_three_lines_run_and_print_the_leaders(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(next(iter(world.site_data.downloads.values())).file.parent)
    assert len(EXAMPLE.splitlines()) == 3
    exec(EXAMPLE, {})
    printed = capsys.readouterr().out
    assert "acme/one" in printed and "acme/two" in printed


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1_340_000, "1.3 MB"),
        (5 * 10**12, "5,000.0 GB"),
    ],
)
def test_sizes_read_like_sizes(count: int, text: str) -> None:
    assert wording.readable_size(count) == text


def test_published_data_sets_keep_their_own_licence_and_notice(shipped_site: Path) -> None:
    html = (shipped_site / "data/index.html").read_text("utf-8")
    assert "CC0-1.0; Text to image (ImagenHub) and Image editing (ImagenHub): MIT" in html
    assert 'data/licences/imagenhub.txt"' in html
    notice = (shipped_site / "data/licences/imagenhub.txt").read_text("utf-8")
    assert "Permission is hereby granted" in notice


def test_the_site_offers_the_data_set_where_the_project_says_so(world: World, tmp_path: Path) -> None:
    settings = world.catalogue.project.model_copy(
        update={"dataset": DatasetTexts(in_site=True, catalogue_licence="X-1")}
    )
    catalogue = replace(world.catalogue, project=settings)
    ratings = compute_ratings(world.log.votes(), settings.ratings, history=True)
    archives = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = write_downloads(catalogue, world.log, ratings, tmp_path / name)
        archives.append((tmp_path / name / "dataset.zip").read_bytes())
    assert archives[0] == archives[1]
    site = replace(world.site_data, catalogue=catalogue, downloads=made)
    html = html_of(replace(world, site_data=site), next(data.pages(site)))
    assert 'dataset.zip" download' in html and "The collection: X-1." in html
    ZipFile(tmp_path / "two/dataset.zip").extractall(tmp_path)
    assert verify(tmp_path / "dataset").passed
    assert "dataset.zip" not in html_of(world, next(data.pages(world.site_data)))

"""Nothing that a site publishes tells which model made a picture in play."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.outputs import Blindness
from arena.catalogue.play import sums_in_play
from arena.collect.playing import enter_play, leave_play
from arena.publish.content.prepare import prepare_site_data
from arena.publish.pages import integrity
from arena.publish.pages.integrity_blindness import blindness_section
from arena.publish.site import build_site
from arena.ratings import compute_ratings
from arena.records import Origin
from arena.verification import verify
from arena.votes.log import open_log
from tests.publish.worlds import World, html_of, write_project

DAY, LATER = date(2026, 3, 1), date(2026, 4, 1)
PROMPT = "text-to-image/coffee"
VOTES = ("data/votes.", "data/log/")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of people with the pictures for one of its two prompts in play, and its site."""
    folder = tmp_path_factory.mktemp("play")
    write_project(folder, arena='base_url = "https://arena.example/"\n', origin=Origin.HUMAN)
    enter_play(folder / "data", (PROMPT,), DAY)
    build(folder, DAY, folder / "site")
    return folder


def build(folder: Path, day: date, out: Path) -> int:
    catalogue, log = load_catalogue(folder / "data", day), open_log(folder / "data" / "votes")
    return build_site(
        catalogue, log, compute_ratings(log.votes(), catalogue.project.ratings, history=True), out
    ).in_play


def sums(catalogue: Catalogue, *, of_coffee: bool) -> set[str]:
    return {output.sha256 for output in catalogue.outputs if (output.prompt == PROMPT) is of_coffee}


def files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_no_file_is_a_picture_in_play_or_names_one_but_the_votes(project: Path) -> None:
    catalogue = load_catalogue(project / "data", DAY)
    published = files(project / "site")
    pictures = {catalogue.output_path(o).read_bytes() for o in catalogue.outputs if o.prompt == PROMPT}
    assert pictures.isdisjoint(published.values())
    for sha256 in sums(catalogue, of_coffee=True):
        named = {name for name, content in published.items() if sha256.encode() in content or sha256 in name}
        # Votes name the picture of each side, so that every number can be computed anew. The sum is that of a file
        # which nobody outside has: voters get another file, from which it cannot be computed.
        assert all(name.startswith(VOTES) for name in named), named
        assert any(name.endswith("votes.csv") for name in named)
    for sha256 in sums(catalogue, of_coffee=False):
        assert f"outputs/{sha256[:2]}/{sha256}.webp" in published, "what was never in play is shown"


def test_anybody_can_build_the_site_again_without_what_is_in_play(project: Path) -> None:
    listed = json.loads((project / "site/data/catalogue.json").read_text("utf-8"))["in_play"]
    assert listed == [{"prompt": PROMPT, "model": f"acme/{name}", "pictures": 1} for name in ("one", "two")]
    report = verify(project / "site")
    assert report.passed, report.findings


def test_pages_say_how_many_are_in_play(project: Path) -> None:
    site = project / "site"
    said = "2 pictures are in play: people vote on them without names, so they show here when they have left play."
    for page in (site / "prompts" / f"{PROMPT}.html", site / "prompts" / "index.html"):
        assert said in page.read_text("utf-8"), page
    model = "1 picture by One is in play: people vote on it without names, so it shows here when it has left play."
    for name in ("models/acme/one.html", "models/acme/one.md"):
        assert model in (site / name).read_text("utf-8").replace("&lt;One&gt;", "One"), name
    assert said not in (site / "prompts" / "text-to-image" / "lighthouse.html").read_text("utf-8")


def test_what_left_play_is_shown_from_that_day_on(project: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(project / "data")
    before = (project / "data/outputs/outputs.jsonl").read_bytes()
    try:
        leave_play(project / "data", (), LATER, everything=True)
        earlier = load_catalogue(project / "data", DAY)
        assert sums_in_play(earlier) == sums(earlier, of_coffee=True), "on an earlier day they still are in play"
        assert build(tmp_path, LATER, tmp_path / "site") == 0
    finally:
        (project / "data/outputs/outputs.jsonl").write_bytes(before)
    catalogue = load_catalogue(project / "data", LATER)
    for sha256 in sums(catalogue, of_coffee=True):
        assert (tmp_path / f"site/outputs/{sha256[:2]}/{sha256}.webp").is_file()
    listed = json.loads((tmp_path / "site/data/catalogue.json").read_text("utf-8"))["outputs"]
    assert {entry["left_play"] for entry in listed if entry["prompt"] == PROMPT} == {LATER.isoformat()}


def test_the_integrity_page_says_what_a_program_names(project: Path) -> None:
    measured = Blindness(
        prompt=PROMPT,
        pictures=2,
        models=2,
        abstained=2,
        named=0,
        chance=0.5,
        guessable=2,
        guessed=1,
        guess_chance=0.5,
        measured=LATER,
    )
    catalogue, log = load_catalogue(project / "data", DAY), open_log(project / "data" / "votes")
    ratings = compute_ratings(log.votes(), catalogue.project.ratings)
    site_data = prepare_site_data(catalogue, log, ratings)
    unmeasured = blindness_section(site_data)
    assert unmeasured
    assert unmeasured.in_play.startswith("2 pictures are in play")
    assert (unmeasured.recognised, unmeasured.rows) == (
        "How far a program can name them all the same has not been measured yet.",
        (),
    )
    section = blindness_section(prepare_site_data(replace(catalogue, blindness=(measured,)), log, ratings))
    assert section
    assert "recognised 0 (0.0%; 95% interval 0.0% to 65.8%; blind guesses: 50.0%)" in section.recognised
    assert section.recognised.endswith("That is no better than chance.")
    assert "it named 1 (50.0%; 95% interval 9.5% to 90.5%; blind guesses: 50.0%) of 2 pictures" in section.style
    assert [(row.path, row.by_style, row.drawn) for row in section.rows] == [
        (f"prompts/{PROMPT}.html", "1 of 2", "as others")
    ]
    leaking = measured.model_copy(update={"pictures": 9, "named": 9, "abstained": 0})
    section = blindness_section(prepare_site_data(replace(catalogue, blindness=(leaking,)), log, ratings))
    assert section
    assert "That is better than chance: the pictures, or copies of them, were public before." in section.recognised
    assert section.rows[0].drawn == "×0.71"
    world = World(catalogue, log, ratings, replace(site_data, catalogue=replace(catalogue, blindness=(leaking,))))
    (page,) = integrity.pages(world.site_data)
    assert "Can a program tell who made what people vote on?" in html_of(world, page)
    nobody = replace(catalogue, outputs=())
    assert blindness_section(prepare_site_data(nobody, log, ratings)) is None

"""Parts of a site that are kept from the one before: never a stale one, and all that show nothing that changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.kept import keep
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.parts import NOTES, read_notes
from arena.publish.site import SiteReport, build_site
from arena.ratings.results import Ratings
from arena.votes.log import open_log
from tests.catalogue.projects import put
from tests.publish.worlds import PRICES, STORY, read_world, write_project

TODAY = date(2026, 6, 1)
OFFER, OTHER_OFFER = "data/providers/shop/acme/one.toml", "data/providers/bare/zeta/three.toml"
A_STORY = "data/stories/2025-03-01-batch.toml"
ABOUT_TWO = STORY.format(
    title="Two", kind="news", happened="2025-06-10", evidence="primary", read="2026-01-05", rest=""
)


Build = Callable[[Path], SiteReport]


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Ratings:
    """The ratings of the votes that all projects here have."""
    folder = tmp_path_factory.mktemp("rated")
    write_project(folder)
    return read_world(folder).ratings


@pytest.fixture(scope="module")
def build(ratings: Ratings) -> Build:
    """Builds the site of a project."""

    def build_again(project: Path) -> SiteReport:
        catalogue, log = load_catalogue(project / "data", TODAY), open_log(project / "data/votes")
        return build_site(catalogue, log, lambda: ratings, project / "site")

    return build_again


@pytest.fixture(scope="module")
def project(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a built site, of which tests take a copy."""
    folder = tmp_path_factory.mktemp("parts") / "project"
    write_project(folder)
    build(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def from_nothing(build: Build, project: Path) -> dict[str, bytes]:
    """The site of a project that has no cache."""
    bare = project.with_name("bare")
    shutil.copytree(project, bare, ignore=shutil.ignore_patterns(".cache", "site"))
    build(bare)
    found = contents(bare / "site")
    shutil.rmtree(bare)
    return found


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(project: Path) -> None:
        text = (project / name).read_text("utf-8")
        assert old in text
        put(project, name, text.replace(old, new))

    return change


def add_and_change(project: Path) -> None:
    put(project, OTHER_OFFER, PRICES)
    edit(A_STORY, '["acme/one"]', '["acme/two", "zeta/three"]')(project)
    put(project, "data/stories/2025-06-10-two.toml", ABOUT_TWO)


def remove_and_read_later(project: Path) -> None:
    for name in (OFFER, A_STORY):
        (project / name).unlink()
    edit(OTHER_OFFER, "2026-02-03", "2026-05-30")(project)


FACTS: dict[str, Callable[[Path], object]] = {
    "a price": edit(OFFER, "0.0425", "0.05"),
    "a first offer, whom a story is about, and a new story": add_and_change,
    "an offer and a story that are gone, and the day of the newest fact": remove_and_read_later,
}
"""Changes of offers and stories, one after another in one project."""
KEPT = ["prompts/text-to-image/coffee.html", "integrity.html", "methodology.html"]
"""Pages without a price and a story."""


def test_after_each_change_of_a_fact_the_site_is_as_if_built_from_nothing(
    build: Build, project: Path, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(project, tmp_path / "project"))
    before = contents(place / "site")
    for what, change in FACTS.items():
        change(place)
        report = build(place)
        after = contents(place / "site")
        assert after == from_nothing(build, place), what
        changed = {name for name in after if after[name] != before.get(name)}
        assert (len(changed) > 0, report.written) == (True, len(changed)), what
        before = after


def test_parts_that_read_nothing_that_changed_are_not_made(
    build: Build, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(project, tmp_path / "project"))
    made: list[str] = []

    def note(_: SiteData, page: Page) -> str:
        made.append(page.path)
        return ""

    monkeypatch.setattr("arena.publish.parts.render_page", note)
    edit(OFFER, "0.0425", "0.05")(place)
    build(place)
    assert {"models/acme/one.html", "prices.html", "index.html"} <= set(made)
    others = {"models/zeta/three.html", "providers/bare.html", "organizations/zeta.html"}
    assert not {*KEPT, *others} & set(made)


@pytest.mark.parametrize("harm", ["none", "short", "another form", "another type", "a path that leads out"])
def test_notes_that_cannot_be_read_are_none(project: Path, tmp_path: Path, harm: str) -> None:
    notes, content = tmp_path / NOTES, (project / NOTES).read_bytes()
    sound = content[hashlib.sha256().digest_size :]
    if harm == "short":
        put(tmp_path, NOTES, content[:-9])
    elif harm != "none":
        keep(
            notes,
            {
                "another form": json.dumps({**json.loads(sound), "form": 0}).encode(),
                "another type": json.dumps({"form": 1, "base": "", "facts": [], "names": [], "parts": [[1]]}).encode(),
                "a path that leads out": sound.replace(b'"index.html"', b'"../../x.html"'),
            }[harm],
        )
    assert notes.exists() is (harm != "none")
    assert read_notes(project) and read_notes(tmp_path) is None


def test_a_file_that_is_not_as_it_was_made_is_made_again(build: Build, project: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(project, tmp_path / "project"))
    sound = contents(place / "site")
    (place / "site" / KEPT[0]).write_text("spoilt", "utf-8")
    (place / "site" / KEPT[1]).unlink()
    assert build(place).written == 2
    assert contents(place / "site") == sound


def test_a_build_that_another_one_overtakes_keeps_nothing_of_it(
    build: Build, project: Path, ratings: Ratings, tmp_path: Path
) -> None:
    place, other = (Path(shutil.copytree(project, tmp_path / name)) for name in ("project", "other"))
    edit(OFFER, "0.0425", "0.05")(place)
    edit("data/arena.toml", "For tests", "For others")(other)

    def rate_while_another_builds() -> Ratings:
        overtaking = load_catalogue(other / "data", TODAY)
        build_site(overtaking, open_log(other / "data/votes"), lambda: ratings, place / "site")
        return ratings

    catalogue, log = load_catalogue(place / "data", TODAY), open_log(place / "data/votes")
    build_site(catalogue, log, rate_while_another_builds, place / "site")
    assert contents(place / "site") == from_nothing(build, place)

"""The whole site of a small project: valid pages, links that resolve, the same bytes twice, honest words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from arena.errors import PublishError
from arena.pairs import Pair, Pairs
from arena.publish.content.prepare import prepare_site_data
from arena.publish.layout.render import names_used
from arena.publish.page import context_of
from arena.publish.site import build_site, check_paths, gather_pages, write_site
from arena.rating_settings import RatingSettings
from arena.ratings.results import Ratings
from arena.records import Axis, Board, HistoryPoint, Origin
from arena.votes.audit import Thresholds, statements
from tests.publish.sites import make_board, make_rating
from tests.publish.worlds import SharedWorld, World
from tests.web.html import parsed_file


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 20
    return found


def ids(page: Path) -> list[str]:
    return [element.attrib["id"] for element in parsed_file(page).iter() if "id" in element.attrib]


def references(page: Path) -> list[tuple[str, str, str]]:
    """Every reference of a page: tag, attribute, value."""
    return [
        (str(element.tag), name, element.attrib[name])
        for element in parsed_file(page).iter()
        for name in ("href", "src", "srcset", "action", "poster", "data")
        if name in element.attrib
    ]


def broken(site: Path, page: Path, reference: str) -> str:
    """What is wrong with a relative reference; empty where it resolves."""
    parts = urlsplit(reference)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return f"{page.relative_to(site)}: {reference} is not there"
    if parts.fragment and parts.fragment not in ids(target):
        return f"{page.relative_to(site)}: {reference} has no such fragment"
    return ""


def test_every_page_is_valid_html_with_unique_ids_and_a_text_for_every_picture(pages: list[Path]) -> None:
    for page in pages:
        assert len(ids(page)) == len(set(ids(page))), page
        assert all(image.attrib.get("alt") for image in parsed_file(page).iter("img")), page
        assert all("width" in image.attrib and "height" in image.attrib for image in parsed_file(page).iter("img")), (
            page
        )
        assert len(list(parsed_file(page).iter("h1"))) == 1, page
        assert all(header.attrib.get("scope") for header in parsed_file(page).iter("th")), page
        assert all(table.find("caption") is not None for table in parsed_file(page).iter("table")), page


def test_every_internal_link_and_fragment_resolves(site: Path, pages: list[Path]) -> None:
    findings = [
        broken(site, page, value)
        for page in pages
        for _, _, value in references(page)
        if not re.match(r"[a-z]+:", value)
    ]
    assert len(findings) > 500
    assert [finding for finding in findings if finding] == []


def test_nothing_is_loaded_from_elsewhere_and_no_link_is_absolute(site: Path, pages: list[Path]) -> None:
    for page in pages:
        for tag, name, value in references(page):
            assert not value.startswith("/"), (page, value)
            if re.match(r"[a-z]+:", value):
                assert (tag, name) == ("a", "href"), (page, value)
                assert value.startswith(("https://", "http://", "mailto:")), (page, value)
        for script in parsed_file(page).iter("script"):
            data = script.attrib.get("type", "") in ("application/json", "application/ld+json")
            assert data or (script.attrib.get("src") and not script.text), page
        assert not any("style" in element.attrib for element in parsed_file(page).iter()), page
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert "@import" not in text
        named = {url for url in re.findall(r"url\(([^)]*)", text) if not url.startswith('"#')}
        assert named <= {'"bricolage-grotesque.woff2"'}, "the display face, beside it"


def test_every_page_says_first_of_all_that_its_data_is_simulated(pages: list[Path]) -> None:
    for page in pages:
        html = page.read_text("utf-8")
        body = html[html.index("<body>") :]
        assert body.index("Simulated data") < body.index("<header"), page
        assert "simulated votes" in html[html.index("<title>") : html.index("</title>")], page
        described = re.search(r'<meta name="description" content="([^"]*)"', html)
        assert described is not None
        assert "simulated votes" in described[1], page


def test_no_number_of_votes_stands_without_the_word_simulated(pages: list[Path]) -> None:
    for page in pages:
        (main,) = parsed_file(page).iter("main")
        text = " ".join(" ".join(main.itertext()).split())
        for rule in statements(Thresholds()).values():
            text = text.replace(rule[1:], "")
        assert re.findall(r"\b\d[\d,]* (?:rated )?votes?\b", text) == [], page


def test_votes_of_people_are_not_called_simulated(shared_world: SharedWorld, tmp_path: Path) -> None:
    world = shared_world(origin=Origin.HUMAN)
    build_site(world.catalogue, world.log, world.ratings, tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.html"):
        if page.name not in ("methodology.html",) and page.parent.name != "data":
            assert "simulated" not in page.read_text("utf-8").lower(), page


def test_derived_votes_are_said_to_be_derived(shared_world: SharedWorld, tmp_path: Path) -> None:
    world = shared_world(origin=Origin.DERIVED)
    build_site(world.catalogue, world.log, world.ratings, tmp_path / "site")
    assert "Derived votes" in (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "from 42 derived votes" in (tmp_path / "site" / "boards/text-to-image/index.html").read_text("utf-8")


def test_two_builds_have_the_same_bytes(small_world: World, site: Path, tmp_path: Path) -> None:
    again = tmp_path / "elsewhere" / "other-name"
    again.parent.mkdir()
    build_site(small_world.catalogue, small_world.log, small_world.ratings, again)
    assert contents(again) == contents(site)


def test_building_over_a_site_leaves_only_the_new_one(small_world: World, tmp_path: Path) -> None:
    out = tmp_path / "site"
    for _ in range(2):
        report = build_site(small_world.catalogue, small_world.log, small_world.ratings, out)
    assert report.files == len(contents(out))
    assert [entry.name for entry in tmp_path.iterdir()] == ["site"]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_several_processes_write_the_same_bytes(small_world: World, tmp_path: Path) -> None:
    sites = []
    for processes in (1, 3):
        out = tmp_path / f"site-{processes}"
        write_site(small_world.site_data, out, processes=processes)
        sites.append(contents(out))
    assert sites[0] == sites[1]


def test_an_empty_project_has_a_site_that_says_what_is_missing(bare_world: World, tmp_path: Path) -> None:
    build_site(bare_world.catalogue, bare_world.log, bare_world.ratings, tmp_path / "site")
    site = tmp_path / "site"
    for page in site.rglob("*.html"):
        findings = [broken(site, page, value) for _, _, value in references(page) if not re.match(r"[a-z]+:", value)]
        assert [finding for finding in findings if finding] == []
    assert "No votes have been cast here yet" in (site / "boards/text-to-image/index.html").read_text("utf-8")
    assert "No model is ranked here yet" in (site / "index.html").read_text("utf-8")


def test_the_marker_tells_what_the_site_was_built_from_and_no_time(small_world: World, site: Path) -> None:
    marker = json.loads((site / "build.json").read_text("utf-8"))
    assert marker["generator"] == "image-arena"
    assert marker["log_head"] == small_world.log.head
    assert (marker["votes"], marker["models"], marker["simulated"]) == (42, 3, True)
    assert not re.search(r"\d\d:\d\d", json.dumps(marker))


def test_the_context_of_every_template_is_the_view_of_its_page(small_world: World) -> None:
    site_data = replace(small_world.site_data, ratings=small_world.ratings)
    seen = {}
    for page in gather_pages(site_data):
        seen[page.template] = set(context_of(page.view))
        assert names_used(page.template) == seen[page.template], page.template
    assert {"home.html", "board.html", "board_index.html", "model.html", "model_index.html"} <= set(seen)


def test_two_pages_at_one_path_are_refused_also_when_only_letter_case_differs() -> None:
    with pytest.raises(PublishError, match=r"two pages would be written to a/X\.html"):
        check_paths(["a/x.html", "b.html", "a/X.html"])


def test_a_missing_picture_is_said_by_its_place_and_leaves_the_old_site(small_world: World, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build_site(small_world.catalogue, small_world.log, small_world.ratings, out)
    before = contents(out)
    moved = replace(small_world.catalogue, folder=tmp_path / "nowhere/data")
    with pytest.raises(PublishError, match=r"outputs/"):
        build_site(moved, small_world.log, small_world.ratings, out)
    assert contents(out) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["site"]


def test_an_interrupted_build_leaves_the_old_site_and_nothing_else(small_world: World, tmp_path: Path) -> None:
    out = tmp_path / "site"
    site_data = prepare_site_data(small_world.catalogue, small_world.log, small_world.ratings)
    write_site(replace(site_data, downloads=small_world.site_data.downloads), out)
    before = contents(out)

    def interrupt(what: str, done: int, total: int) -> None:
        if done == total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site(site_data, out, progress=interrupt)
    assert contents(out) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["site"]


@pytest.fixture(scope="session")
def approved(small_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with ratings made by hand, so that it changes with its pages only and not with how votes are rated."""
    out = tmp_path_factory.mktemp("approved") / "site"
    site_data = prepare_site_data(small_world.catalogue, small_world.log, hand_made_ratings())
    write_site(replace(site_data, downloads=small_world.site_data.downloads), out)
    return out


def hand_made_ratings() -> Ratings:
    """One and Two ranked overall, for logos and in Arabic; Three not ranked; three weeks of One."""
    arena = "text-to-image"
    one, two = make_rating("acme/one", 1, 25.5, ranks=(1, 2)), make_rating("acme/two", 2, 23.25, ranks=(1, 2))
    overall = make_board(Axis(arena), one, two, unranked=[make_rating("zeta/three", 0, 2.5, votes=2)])
    narrow = [
        replace(make_board(axis, two, replace(one, rank=2)), votes=12)
        for axis in (Axis(arena, "logo"), Axis(arena, "", "ar"))
    ]
    weeks = [
        HistoryPoint(arena, "acme/one", date(2026, 3, day), 28.0 + day / 10, 3 - day / 10, 19 + day * 0.4, day)
        for day in (1, 8, 15)
    ]
    pair = Pair("acme/one", "acme/two", 16, 8, 8, 8, 0.61)
    boards = (overall, *narrow, Board(Axis(arena, "photo"), (), 2, 1))
    return Ratings(RatingSettings(), ((arena, 0.25),), boards, ((Axis(arena), Pairs.of([pair])),), tuple(weeks))


@pytest.mark.golden
@pytest.mark.parametrize(
    "page", ["index.html", "boards/index.html", "boards/text-to-image/index.html", "models/acme/one.html"]
)
def test_main_pages_are_as_they_were_approved(approved: Path, golden: Callable[[str, bytes], None], page: str) -> None:
    golden(f"site/{page}", (approved / page).read_bytes())


@pytest.mark.golden
def test_the_files_of_the_site_are_those_approved(approved: Path, golden: Callable[[str, bytes], None]) -> None:
    golden("site/files.txt", "".join(f"{path}\n" for path in contents(approved)).encode())

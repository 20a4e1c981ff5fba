"""What other programs and sites are offered: the page that says so, badges, boards in a frame."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import fromstring

import pytest

from arena.publish.content.badge import badge_assets, badge_of, render_badge
from arena.publish.pages import machines, sharing
from arena.publish.pages.machines import MachinesView
from arena.publish.pages.sharing import PLACEHOLDER, PLACES, embed_view, model_sharing
from arena.records import Axis, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World) -> MachinesView:
    return cast("MachinesView", next(machines.pages(world.site_data)).view)


def test_every_kind_of_file_has_an_example_that_is_there(world: World, site: Path) -> None:
    shown = view(world)
    assert [row.record for row in shown.rows] == [
        "Models",
        "ModelDocument",
        "Boards",
        "BoardDocument",
        "PairsDocument",
        "PricesDocument",
    ]
    for row in shown.rows:
        assert (site / row.example).is_file()
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(row.path))
        assert re.fullmatch(pattern, row.example)
    assert [feed.label for feed in shown.feeds][1:] == ["llms.txt", "/models/acme/one.md"]


def test_snippets_hold_the_address_of_the_site_or_say_what_to_put_there(
    world: World, shared_world: SharedWorld
) -> None:
    hosted = shared_world(arena='base_url = "https://a.example/b/"\n')
    for each, root in ((world, "https://arena.example/"), (hosted, "https://a.example/b/")):
        badge, board = view(each).sharing.snippets
        assert f"]({root}embed/text-to-image/acme/one.svg)]({root}models/acme/one.html)" in badge.code
        assert f'src="{root}embed/text-to-image/board.html"' in board.code
    assert view(world).sharing.note != ""
    assert view(hosted).sharing.note == ""


def test_a_badge_says_the_place_and_that_votes_are_simulated(world: World, shared_world: SharedWorld) -> None:
    one, two = (asset for asset in badge_assets(world.site_data) if asset.path.count("/") == 3)
    assert (one.path, two.path) == ("embed/text-to-image/acme/one.svg", "embed/text-to-image/acme/two.svg")
    board = world.site_data.boards[Axis("text-to-image")]
    badge = badge_of(world.site_data, board, board.ratings[0])
    root = fromstring(badge.svg)
    assert [text.text for text in root.iter(f"{SVG}text")] == [
        "Test arena",
        "#1 of 2, text to image",
        "simulated votes",
    ]
    assert root.findtext(f"{SVG}title") == "Test arena: One is #1 of 2, text to image, by simulated votes"
    human = shared_world(origin=Origin.HUMAN)
    assert "simulated" not in badge_of(human.site_data, board, board.ratings[0]).svg


def test_narrower_boards_have_badges_for_their_first_places_and_a_frame() -> None:
    models = {f"acme/m{at:02}": make_model(f"M{at}") for at in range(14)}
    ratings = [make_rating(model, at, 40 - at) for at, model in enumerate(models, 1)]
    boards = [make_board(axis, *ratings) for axis in (Axis("draw"), Axis("draw", "logo"), Axis("draw", "logo", "en"))]
    site_data = make_site_data(models, boards)
    paths = [asset.path for asset in badge_assets(site_data)]
    assert len(paths) == 14 + 10 + 3
    assert paths[13:15] == ["embed/draw/acme/m13.svg", "embed/draw/logo/acme/m00.svg"]
    assert paths[-1] == "embed/draw/logo-en/acme/m02.svg"
    framed = [f"embed/draw/{name}.html" for name in ("board", "board-logo", "board-logo-en")]
    assert [page.path for page in sharing.pages(site_data)] == framed
    texts = {asset.path: asset.content for asset in badge_assets(site_data)}
    assert b"#1 of 14, text to image: Logos<" in (texts["embed/draw/logo/acme/m00.svg"] or b"")


def test_a_model_offers_the_badges_that_it_has_and_a_citation_that_pins_the_votes() -> None:
    models = {f"acme/m{at:02}": make_model(f"M{at}") for at in range(14)}
    ratings = [make_rating(model, at, 40 - at) for at, model in enumerate(models, 1)]
    site_data = make_site_data(models, [make_board(Axis("draw"), *ratings), make_board(Axis("draw", "logo"), *ratings)])
    first, last = model_sharing(site_data, "acme/m00"), model_sharing(site_data, "acme/m13")
    assert [each.picture for each in first.snippets] == [
        "",
        "embed/draw/acme/m00.svg",
        "embed/draw/logo/acme/m00.svg",
    ]
    assert [each.picture for each in last.snippets] == ["", "embed/draw/acme/m13.svg"]
    assert first.snippets[0].label == "Cite"
    assert site_data.summary.sha256[:16] in first.snippets[0].code
    assert PLACEHOLDER in first.note


def test_a_badge_is_valid_whatever_its_words_and_loads_nothing() -> None:
    svg, width = render_badge([("<b>&", "#000", "#fff"), ("x", "#fff", "#000")], 'A "<i>" & b')
    root = fromstring(svg)
    assert root.get("width") == str(width)
    assert sum(int(rect.get("width") or 0) for rect in root.findall(f"{SVG}g/{SVG}rect")) == width
    assert "href" not in svg


def test_a_board_in_a_frame_shows_the_first_places_and_leads_to_the_whole(world: World) -> None:
    page = next(page for page in sharing.pages(world.site_data) if page.path.endswith("/board.html"))
    html = html_of(world, page)
    assert not page.listed
    assert "Simulated data" in html
    assert 'href="../../boards/text-to-image/index.html" target="_top"' in html
    models = {f"acme/m{n:02d}": make_model(f"M{n}") for n in range(20)}
    board = make_board(Axis("draw"), *(make_rating(model, n, 50.0 - n) for n, model in enumerate(models, 1)))
    shown = embed_view(make_site_data(models, [board]), board)
    assert shown is not None
    assert len(shown.rows) == PLACES == shown.plot.count("<circle")
    assert shown.rows[0].score == "49.00"
    assert shown.caption == "Text to image: the first 10 of 20 models, from 200 votes"


def test_an_empty_project_offers_what_it_has(bare_world: World) -> None:
    html = html_of(bare_world, next(machines.pages(bare_world.site_data)))
    assert "nothing to embed" in html
    assert "none yet" in html
    assert list(sharing.pages(bare_world.site_data)) == []

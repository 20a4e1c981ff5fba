"""Social pictures: what they say, how they are kept, and that they are the same each time."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from arena.catalogue.model_facts import Status
from arena.publish.formats.card_text import PAPER, drawable
from arena.publish.formats.ladder_card import HUES, LadderCard, render_ladder_card
from arena.publish.formats.social_cards import (
    Card,
    CardLine,
    board_card,
    changes_card,
    model_card,
    render_card,
    social_assets,
)
from arena.publish.page import CARD_SIZE
from arena.publish.pages.citations import arena_ranks
from arena.publish.pages.rank_changes import week_blocks
from arena.publish.site import gather_pages
from arena.records import Axis, Origin
from arena.template_folders import templates_folder
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World

OVERALL = Axis("draw")
CARD = Card("Arena", "A model", "Maker · from $0.04 an image", (CardLine("#1", "of 2 in text", "score 1.00"),), "Mark")


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world(arena='base_url = "https://arena.example/"\n')


def card_of(world: World, model_id: str) -> Card:
    return model_card(world.site_data, model_id, arena_ranks(world.site_data)[model_id])


def draw(world: World, folder: Path) -> dict[str, bytes]:
    found = {}
    for asset in social_assets(world.site_data):
        target = folder / asset.path.replace("/", "-")
        asset.write(target)
        found[asset.path] = target.read_bytes()
    return found


def test_the_card_of_changes_has_the_largest_moves_and_what_happened_to_models(world: World) -> None:
    weeks = week_blocks(world.site_data)
    card = changes_card(world.site_data, weeks)
    assert (card.title, card.under) == ("What changed", f"In the week to {weeks[0].until.text}")
    assert [line.text for line in card.lines] == ["Acme released Two with open weights (Apache-2.0)"]


def test_there_is_one_for_every_model_board_with_a_ranking_and_the_changes(world: World) -> None:
    assert [asset.path for asset in social_assets(world.site_data)] == [
        "social/models/acme/one.png",
        "social/models/acme/two.png",
        "social/models/zeta/three.png",
        "social/boards/text-to-image/index.png",
        "social/changes/index.png",
    ]
    cards = [page.card for page in gather_pages(world.site_data) if page.card]
    assert sorted(cards) == sorted(asset.path for asset in social_assets(world.site_data))


def test_a_site_without_an_address_has_none_since_nobody_could_ask_for_them(shared_world: SharedWorld) -> None:
    world = shared_world()
    assert list(social_assets(world.site_data)) == []
    assert not any(page.card for page in gather_pages(world.site_data))


def test_a_card_says_place_price_and_that_votes_are_simulated(world: World, shared_world: SharedWorld) -> None:
    card = card_of(world, "acme/one")
    assert (card.title, card.under) == ("One", "Acme · from $0.0425 an image")
    assert [(line.lead, line.text) for line in card.lines] == [("#1", "of 2 in text to image (simulated votes)")]
    assert "simulated" in card.mark
    assert "simulated votes" in board_card(world.site_data, Axis("text-to-image")).under
    assert card_of(world, "zeta/three").lines == (CardLine("", "Not ranked yet"),)
    human = shared_world(origin=Origin.HUMAN)
    assert card_of(human, "acme/one").mark == "Human votes"


def test_a_card_says_since_when_a_model_is_shut_down_and_no_price_of_it() -> None:
    site_data = make_site_data(
        {
            "acme/gone": make_model("Gone", status=Status.WITHDRAWN, shut_down=date(2026, 5, 12)),
            "acme/going": make_model("Going", status=Status.DEPRECATED, shut_down=date(2026, 12, 1)),
            "acme/here": make_model("Here"),
        },
        prices={"acme/going": "0.04"},
    )
    assert {model: model_card(site_data, model, ()).under for model in site_data.catalogue.models} == {
        "acme/gone": "Acme · shut down 12 May 2026",
        "acme/going": "Acme · shuts down 1 December 2026 · from $0.04 an image",
        "acme/here": "Acme · price per image unknown",
    }


def test_a_picture_has_the_size_that_sites_ask_for_and_is_small() -> None:
    content = render_card(CARD)
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", CARD_SIZE)
    assert picture.convert("RGB").getpixel((0, 0)) == PAPER
    assert len(content) < 60_000
    assert content == render_card(CARD)
    assert content != render_card(replace(CARD, title="Another"))


def test_long_names_fit_and_none_is_too_long() -> None:
    for title in ("m" * 30, "m" * 300, ""):
        picture = Image.open(io.BytesIO(render_card(replace(CARD, title=title)))).convert("L")
        right_margin = picture.crop((CARD_SIZE[0] - 40, 100, CARD_SIZE[0], 560))
        assert min(right_margin.tobytes()) > 200, title


def test_a_name_that_the_font_cannot_draw_is_replaced_by_the_id(world: World) -> None:
    assert drawable("Ünïcode – 3×")
    assert not drawable("通义")
    renamed = world.catalogue.models["acme/one"].model_copy(update={"name": "通义"})
    catalogue = replace(world.catalogue, models={**world.catalogue.models, "acme/one": renamed})
    assert (
        card_of(replace(world, site_data=replace(world.site_data, catalogue=catalogue)), "acme/one").title == "acme/one"
    )


def test_pictures_are_drawn_once_and_then_taken_from_the_cache(world: World, tmp_path: Path) -> None:
    first = draw(world, tmp_path)
    cache = world.catalogue.folder.parent / ".cache" / "social"
    kept = sorted(cache.iterdir())
    assert len(kept) == 5
    for path in kept:
        path.write_bytes(b"from the cache")
    assert set(draw(world, tmp_path).values()) == {b"from the cache"}
    for path in kept:
        path.unlink()
    assert draw(world, tmp_path) == first


def test_a_cache_that_cannot_be_written_to_is_done_without(world: World, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / ".cache").write_text("no folder")
    moved = replace(
        world, site_data=replace(world.site_data, catalogue=replace(world.catalogue, folder=tmp_path / "data"))
    )
    assert len(draw(moved, tmp_path)) == 5


def ladder_card(models: int) -> LadderCard:
    board = make_board(OVERALL, *(make_rating(f"acme/m{at}", at + 1, 30 - at / 2) for at in range(models)))
    names = {f"acme/m{at}": make_model(f"Model {at}") for at in range(models)}
    return board_card(make_site_data(names, [board], prices={"acme/m0": "0.1"}), OVERALL)


@pytest.mark.parametrize("models", [1, 12, 300])
def test_the_picture_of_a_board_is_its_ladder_with_the_first_models(models: int) -> None:
    card = ladder_card(models)
    assert len(card.ladder.rows) == len(card.names) == min(models, 12)
    assert card.under.startswith("The first 12 of 300 models from" if models == 300 else f"{models} model")
    content = render_ladder_card(card)
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", CARD_SIZE)
    assert len(content) < 60_000
    assert content == render_ladder_card(card)
    shown = picture.convert("RGB")
    colours = [colour for _, colour in shown.getcolors(CARD_SIZE[0] * CARD_SIZE[1]) or [] if isinstance(colour, tuple)]
    hue = HUES["maker-1"]
    assert min(sum(abs(a - b) for a, b in zip(each, hue, strict=True)) for each in colours) < 12, "the maker's colour"


def test_names_of_any_length_stay_in_their_column() -> None:
    card = replace(ladder_card(3), title="m" * 200, names=("m" * 90, "", "W" * 40))
    column = Image.open(io.BytesIO(render_ladder_card(card))).convert("L").crop((456, 256, 470, 320))
    assert min(column.tobytes()) > 200


def test_the_colours_of_makers_are_those_of_the_pages() -> None:
    tokens = (templates_folder() / "static" / "tokens.css").read_text("utf-8")
    written = dict(re.findall(r"--(maker-\w+): light-dark\(#([0-9a-f]{6}),", tokens))
    assert {hue: "".join(f"{part:02x}" for part in colour) for hue, colour in HUES.items()} == written

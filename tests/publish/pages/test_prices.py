"""Prices: what readers see of them, and the words for what a price holds for."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.model_facts import SpeedClaim
from arena.catalogue.pricing.estimate import largest_pixels
from arena.catalogue.records import Condition, Offer, Provider, Unit
from arena.publish.charts.scatter import ROOM, Dot, price_scale, render_scatter
from arena.publish.content.site_data import SiteData
from arena.publish.pages import prices
from arena.publish.pages.calculator import calculator, conditions, cost_row
from arena.publish.pages.prices import PricesView, prices_view
from arena.records import Axis
from tests.publish.sites import make_board, make_model, make_price, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of

DRAW = Axis("draw")
PROVIDERS = {"shop": Provider(name="Shop"), "mall": Provider(name="Mall")}


def offer(amount: str, unit: Unit = Unit.IMAGE, **condition: Any) -> Offer:
    return Offer(prices=(make_price(amount, unit, condition=Condition(**condition)),))


@pytest.fixture
def site_data() -> SiteData:
    models = {f"acme/{name}": make_model(name.upper()) for name in "abcde"}
    offers = {
        ("mall", "acme/a"): offer("0.20"),
        ("mall", "acme/b"): offer("0.05"),
        ("mall", "acme/e"): offer("0.10", size="2048x2048"),
        ("shop", "acme/a"): offer("0.10"),
        ("shop", "acme/b"): offer("0.04", Unit.MEGAPIXEL),
        ("shop", "acme/c"): offer("0.06"),
    }
    ratings = [make_rating("acme/a", 1, 30), make_rating("acme/b", 2, 20), make_rating("acme/c", 3, 10)]
    board = make_board(DRAW, *ratings, make_rating("acme/d", 4, 5))
    return make_site_data(models, [board], offers=offers, providers=PROVIDERS)


def test_there_is_one_dot_an_offer_and_the_front_is_numbered_from_the_best(site_data: SiteData) -> None:
    part = prices_view(site_data).arenas[0]
    assert len(part.rows) == part.chart.count('<circle class="d"') + part.chart.count('<circle class="f"') == 5
    assert [(row.mark, row.model.name, row.price, row.many) for row in part.front] == [
        ("1", "A", "$0.10", "$100.00"),
        ("2", "B", "$0.0419", "$41.94"),
    ]
    assert [(row.model.name, row.provider) for row in part.rows if row.front] == [("B", "Shop"), ("A", "Shop")]
    assert part.without == "Ranked, but without a price for this image, so not in the chart: D."


def test_models_are_listed_by_price_and_those_without_one_say_why(site_data: SiteData) -> None:
    view = prices_view(site_data)
    assert [(row.model.name, row.price, row.calculation) for row in view.rows] == [
        ("B", "$0.0419", "$0.04 a megapixel × 1.048576"),
        ("C", "$0.06", ""),
        ("A", "$0.10", ""),
    ]
    assert [(row.model.name, row.reason) for row in view.unknown] == [
        ("D", "We found no provider that serves it over an API"),
        ("E", "No price fits 1024x1024 at medium quality"),
    ]
    assert view.unknown[1].any_size == "$0.10"


def test_a_price_by_the_token_counts_where_a_source_states_how_many_an_image_takes() -> None:
    tokens = ({"tokens": 1000, "source": "A page", "read": make_price("1").read},)
    model = make_model("A", tokens_per_image=tokens)
    by_token = {("shop", "acme/a"): offer("40", Unit.OUTPUT_TOKENS)}
    row = cost_row(make_site_data({"acme/a": model}, offers=by_token), "acme/a")
    assert (row.price, row.many, row.reason) == ("$0.04", "$40.00", "")
    assert row.calculation == "1000 tokens x 40 USD / 1,000,000 = 0.04 USD"


def test_the_chart_is_named_described_and_repeated_as_a_table(shared_world: SharedWorld) -> None:
    world = shared_world()
    page = next(prices.pages(world.site_data))
    html = html_of(world, page)
    assert '<svg class="scatter" role="img"' in html
    assert "<title>Text to image: score against price per image</title><desc>1 offer as dots" in html
    assert "1 offer of the chart as a table" in html
    assert cast("PricesView", page.view).arenas[1].missing != ""


def test_without_prices_the_page_says_so(bare_world: World) -> None:
    assert "No source gives a price per image" in html_of(bare_world, next(prices.pages(bare_world.site_data)))


def test_a_price_of_nothing_is_in_the_table_but_not_on_a_logarithmic_axis() -> None:
    board = make_board(DRAW, make_rating("acme/a", 1, 5))
    free = {("shop", "acme/a"): offer("0")}
    site_data = make_site_data({"acme/a": make_model("A")}, [board], offers=free, prices={"acme/a": "0"})
    view = prices_view(site_data)
    assert view.arenas[0].rows == ()
    assert view.rows[0].price == "$0.00"


def test_labels_are_escaped() -> None:
    chart = render_scatter([Dot(Decimal(1), 2.0, "<b>", "1")], [(Decimal(1), 2.0)], "<i>", "&")
    assert "<b>" not in chart
    assert "<title>&lt;i&gt;</title><desc>&amp;</desc>" in chart


def test_names_on_the_front_never_lie_on_each_other_and_have_room_on_the_left() -> None:
    front = [
        (1, 10, "Cheap"),
        (50, 20, "Near"),
        (55, 20.3, "Nearer"),
        (100, 40, "A name that is much too long for a chart"),
    ]
    dots = [Dot(Decimal(price), score, name, "1", name) for price, score, name in front]
    texts = [each for each in fromstring(render_scatter(dots, [], "", "")) if "name" in each.get("class", "")]
    shown = {each.text: (float(each.attrib["y"]), each.attrib["class"]) for each in texts}
    assert list(shown) == ["A name that is much too long fo…", "Nearer", "Near", "Cheap"]
    assert shown["Cheap"][1] == "name" and shown["Near"][1] == "name end"
    lines = [line for line, _ in shown.values()]
    assert all(below - above >= ROOM - 4 for above, below in pairwise(lines))


@given(st.lists(st.decimals("0.00001", "1000", places=5), min_size=1))
def test_ticks_are_round_amounts_within_the_prices(amounts: list[Decimal]) -> None:
    scale = price_scale(amounts)
    assert len(scale.ticks) <= 9
    for tick in scale.ticks:
        assert scale.low - 1e-6 <= tick <= scale.high + 1e-6
        assert f"{10**tick:.3g}".strip("0.").partition("e")[0] in {"1", "2", "5"} or round(10**tick) in {10, 100, 1000}


@given(st.lists(st.decimals("0.001", "10", places=3), min_size=2, max_size=9))
def test_a_dearer_offer_stands_further_right(amounts: list[Decimal]) -> None:
    scale = price_scale(amounts)
    ordered = sorted(amounts)
    across = [scale.percent(float(amount.log10())) for amount in ordered]
    assert across == sorted(across)


def test_the_calculator_has_every_cost_that_a_source_gives_and_says_how_it_is_listed() -> None:
    tiers = Offer(
        prices=(
            make_price("0.01", condition=Condition(quality="low", size="1024x1024")),
            make_price("0.04", condition=Condition(quality="medium", size="1024x1024")),
        )
    )
    large = make_model("B", max_resolution="1K to 2K")
    models = {"acme/a": make_model("A", max_resolution="1024x1024"), "acme/b": large}
    offers = {
        ("shop", "acme/a"): tiers,
        ("mall", "acme/a"): offer("0.03"),
        ("mall", "acme/b"): offer("2", Unit.MEGAPIXEL),
    }
    made = calculator(make_site_data(models, offers=offers, providers=PROVIDERS))
    figures = json.loads(made.figures)
    at = [(size, quality) for size in figures["sizes"] for quality in figures["qualities"]]
    costs = {
        (figures["models"][model][0], figures["providers"][provider][0]): dict(zip(at, found, strict=True))
        for model, provider, found in figures["offers"]
    }
    assert (made.size, made.quality) in at
    low, medium, plain = (
        figures["how"].index(words)
        for words in ("low quality, 1024×1024", "medium quality, 1024×1024", "Any, by the megapixel")
    )
    assert {key: cost for key, cost in costs["A", "Shop"].items() if cost} == {
        ("1024x1024", "low"): [0.01, low, 0, 0],
        ("1024x1024", "medium"): [0.04, medium, 0, 0],
    }
    assert ("A", "Mall") not in costs, "the model has several qualities, and the price states none"
    assert costs["B", "Mall"]["2048x2048", "low"] == [8.388608, plain, 0, 0]
    assert figures["read"] == ["read 2 January 2026"]


def test_the_calculator_stands_first_and_the_fastest_models_follow(site_data: SiteData) -> None:
    claim = SpeedClaim(seconds=Decimal(8), by="Acme", source="A page", read=make_price("1").read)
    models = dict(site_data.catalogue.models)
    models["acme/c"] = models["acme/c"].model_copy(update={"speed_claims": (claim,)})
    view = prices_view(replace(site_data, catalogue=replace(site_data.catalogue, models=models)))
    (fast,) = view.fastest
    assert (fast.model.name, fast.speed.words, fast.speed.detail, fast.price) == (
        "C",
        "8 s (claimed)",
        "by Acme",
        "$0.06",
    )
    assert [(row.model.name, row.condition, row.speed and row.speed.words) for row in view.rows] == [
        ("B", "Any, by the megapixel", None),
        ("C", "Any", "8 s (claimed)"),
        ("A", "Any", None),
    ]
    assert view.any_explained == "“Any” means that the source gives one price for all sizes and qualities."


@pytest.mark.parametrize(
    ("stated", "pixels"),
    [
        ("2K (2048x2048, 3136x1344)", 3136 * 1344),
        ("1K to 2K", 2048**2),
        ("3840 px on the longest edge", 3840**2),
        ("any", float("inf")),
    ],
)
def test_the_largest_image_is_read_from_what_the_source_says(stated: str, pixels: float) -> None:
    assert largest_pixels(make_model("A", max_resolution=stated)) == pixels


def test_a_contested_price_is_no_price_from() -> None:
    contested = Offer(prices=(make_price("0.04", contested=True),))
    row = cost_row(make_site_data({"acme/a": make_model("A")}, offers={("shop", "acme/a"): contested}), "acme/a")
    assert (row.price, row.any_size) == ("–", "–")


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition(), ""),
        (Condition(mode="batch"), "batch"),
        (Condition(quality="high", size="1024x1024", mode="edit"), "high quality, 1024×1024, edit"),
    ],
)
def test_conditions_read_as_one_line(condition: Condition, text: str) -> None:
    assert conditions(condition) == text

"""Prices and tokens of a model."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from arena.catalogue.model_facts import Speed
from arena.catalogue.records import Condition, Offer, Provider, Unit
from arena.publish.pages.model import page
from arena.publish.pages.model.prices import ModelPrices, prices_of, starts_at, token_rows
from tests.catalogue.projects import put
from tests.publish.sites import READ, make_model, make_price, make_site_data
from tests.publish.worlds import PRICES, html_of, page_at, read_world, write_project

PROVIDERS = {"dear": Provider(name="Dear"), "fair": Provider(name="Fair"), "mute": Provider(name="Mute")}


def square(quality: str) -> Condition:
    return Condition(quality=quality, size="1024x1024")


OFFERS = {
    ("dear", "acme/one"): Offer(
        model_id="one-v1",
        prices=(
            make_price("0.211", condition=square("high")),
            make_price("0.006", condition=square("low")),
            make_price("0.053", condition=square("medium"), effective=date(2026, 1, 1)),
            make_price("0.060", condition=square("medium"), effective=date(2025, 1, 1)),
            make_price("5", Unit.INPUT_TOKENS, condition=Condition(mode="text")),
        ),
    ),
    ("fair", "acme/one"): Offer(prices=(make_price("0.04", url="https://fair.example"),)),
    ("mute", "acme/one"): Offer(model_id="one"),
}


def prices(offers: dict[tuple[str, str], Offer]) -> ModelPrices:
    site_data = make_site_data({"acme/one": make_model("One")}, offers=offers, providers=PROVIDERS)
    return prices_of(site_data, "acme/one")


def test_providers_come_cheapest_first_with_their_prices_by_quality() -> None:
    rows = prices(OFFERS).providers
    assert [(row.name, row.by_quality, row.all_sizes) for row in rows] == [
        ("Dear", ("$0.006", "$0.053", "$0.211"), "$0.006–$0.211"),
        ("Fair", ("not stated", "not stated", "not stated"), "$0.04, quality not stated"),
        ("Mute", ("–", "–", "–"), "–"),
    ]
    assert [row.model_id for row in rows] == ["one-v1", "", "one"]


def test_every_price_is_listed_and_a_replaced_one_is_said_to_be() -> None:
    rows = prices(OFFERS).rows
    assert [(row.provider, row.amount, row.unit, row.current) for row in rows] == [
        ("Dear", "$0.006", "image", True),
        ("Dear", "$0.053", "image", True),
        ("Dear", "$0.06", "image", False),
        ("Dear", "$0.211", "image", True),
        ("Dear", "$5.00", "1M input tokens", True),
        ("Fair", "$0.04", "image", True),
    ]
    assert (rows[0].quality, rows[0].size, rows[0].mode) == ("Low", "1024×1024", "–")
    assert rows[1].effective is not None
    assert rows[1].effective.text == "1 January 2026"


def test_a_contested_price_is_said_to_be_while_it_counts() -> None:
    now = make_price("0.04", contested=True, effective=date(2026, 1, 1))
    before = make_price("0.03", contested=True, effective=date(2025, 1, 1))
    doubted = prices({("fair", "acme/one"): Offer(prices=(now,)), ("dear", "acme/one"): OFFERS["dear", "acme/one"]})
    assert [(row.name, row.contested) for row in doubted.providers] == [("Dear", False), ("Fair", True)]
    assert [row.contested for row in doubted.rows] == [False, False, False, False, False, True]
    settled = prices({("fair", "acme/one"): Offer(prices=(before, now.model_copy(update={"contested": False})))})
    assert [row.contested for row in settled.providers] == [False]
    assert [(row.current, row.contested) for row in settled.rows] == [(False, True), (True, False)]


def test_the_first_sentence_gives_the_least_and_the_reference() -> None:
    site_data = make_site_data({"acme/one": make_model("One")}, offers=OFFERS, providers=PROVIDERS)
    assert starts_at(site_data, "acme/one") == (
        "One costs from $0.053 per image via Dear for 1024×1024 in medium or standard quality "
        "(read on 2 January 2026). 1,000 images cost $53.00. "
        "The least by quality: low $0.006, medium $0.053, high $0.211."
    )


def test_what_is_missing_is_said() -> None:
    assert prices({}).missing == "We found no provider that serves One over an API."
    assert prices({("mute", "acme/one"): Offer()}).missing == ("Providers of One are known, but we found no price.")
    assert prices({}).starts_at == ""


TOKEN_OFFERS = {
    ("both", "acme/one"): Offer(
        prices=(
            make_price("5", Unit.INPUT_TOKENS, condition=Condition(mode="text")),
            make_price("8", Unit.INPUT_TOKENS, condition=Condition(mode="image")),
            make_price("30", Unit.OUTPUT_TOKENS, condition=Condition(mode="image")),
        )
    ),
    ("fast", "acme/one"): Offer(
        speed=Speed(
            tokens_per_second=Decimal("73.36"), seconds_to_first_token=Decimal("0.49"), source="Fast", read=READ
        )
    ),
    ("half", "acme/one"): Offer(prices=(make_price("5", Unit.INPUT_TOKENS),)),
}


def test_a_row_for_each_offer_with_both_prices_or_a_speed() -> None:
    providers = {name: Provider(name=name.title()) for name in ("both", "fast", "half")}
    site_data = make_site_data({"acme/one": make_model("One")}, offers=TOKEN_OFFERS, providers=providers)
    rows = token_rows(site_data, "acme/one")
    assert [(row.provider, row.paid_in, row.kind_in, row.paid_out, row.kind_out, row.blended) for row in rows] == [
        ("Both", "$5.00", "text", "$30.00", "image", "$11.25"),
        ("Fast", "–", "", "–", "", "–"),
    ]
    assert [row.speed for row in rows] == ["–", "73.4 tokens a second, the first after 0.49 s"]


def test_the_page_shows_tokens_and_what_blended_means(tmp_path: Path) -> None:
    write_project(tmp_path, votes=False)
    out = '[[prices]]\namount = 40\nunit = "1M output tokens"\nread = 2026-01-02\nsource = "Price page"\n'
    out += 'condition = { mode = "image" }\n'
    put(tmp_path / "data", "providers/shop/acme/one.toml", PRICES + out)
    world = read_world(tmp_path)
    html = html_of(world, page_at(list(page.pages(world.site_data)), "models/acme/one.html"))
    paid_out = '<td class="n">$40.00 <span class="sub-line">image</span></td>'
    assert f'<td class="n">$8.00</td>{paid_out}<td class="n">$16.00</td>' in html.replace("\n", "")
    assert "Blended is (3 × in + out) / 4" in html
    assert "Speed, as it says" not in html

"""Prices: cheapest first, by quality, each with its condition, source and dates."""

from __future__ import annotations

from datetime import date

from arena.catalogue.records import Condition, Offer, Provider, Unit
from arena.publish.pages.model.prices import Prices, prices_of, starts_at
from tests.publish.editions import make_edition, make_model, make_price

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


def prices(offers: dict[tuple[str, str], Offer]) -> Prices:
    edition = make_edition({"acme/one": make_model("One")}, offers=offers, providers=PROVIDERS)
    return prices_of(edition, "acme/one")


def test_providers_come_cheapest_first_with_their_prices_by_quality() -> None:
    rows = prices(OFFERS).providers
    assert [(row.name, row.by_quality, row.all_sizes) for row in rows] == [
        ("Fair", ("–", "$0.04", "–"), "$0.04"),
        ("Dear", ("$0.006", "$0.053", "$0.211"), "$0.006–$0.211"),
        ("Mute", ("–", "–", "–"), "–"),
    ]
    assert [row.model_id for row in rows] == ["", "one-v1", "one"]


def test_every_price_is_listed_and_a_replaced_one_is_said_to_be() -> None:
    rows = prices(OFFERS).rows
    assert [(row.provider, row.amount, row.unit, row.current) for row in rows] == [
        ("Fair", "$0.04", "image", True),
        ("Dear", "$0.006", "image", True),
        ("Dear", "$0.053", "image", True),
        ("Dear", "$0.06", "image", False),
        ("Dear", "$0.211", "image", True),
        ("Dear", "$5.00", "1M input tokens", True),
    ]
    assert (rows[1].quality, rows[1].size, rows[1].mode) == ("Low", "1024×1024", "–")
    assert rows[2].effective is not None
    assert rows[2].effective.text == "1 January 2026"


def test_a_contested_price_is_said_to_be_while_it_counts() -> None:
    now = make_price("0.04", contested=True, effective=date(2026, 1, 1))
    before = make_price("0.03", contested=True, effective=date(2025, 1, 1))
    doubted = prices({("fair", "acme/one"): Offer(prices=(now,)), ("dear", "acme/one"): OFFERS["dear", "acme/one"]})
    assert [(row.name, row.contested) for row in doubted.providers] == [("Fair", True), ("Dear", False)]
    assert [row.contested for row in doubted.rows] == [True, False, False, False, False, False]
    settled = prices({("fair", "acme/one"): Offer(prices=(before, now.model_copy(update={"contested": False})))})
    assert [row.contested for row in settled.providers] == [False]
    assert [(row.current, row.contested) for row in settled.rows] == [(False, True), (True, False)]


def test_the_first_sentence_gives_the_least_and_the_reference() -> None:
    edition = make_edition(
        {"acme/one": make_model("One")},
        offers=OFFERS,
        providers=PROVIDERS | {"shop": Provider(name="Shop")},
        prices={"acme/one": "0.04"},
    )
    assert starts_at(edition, "acme/one") == (
        "One starts at $0.006 per image via Dear (low quality, 1024×1024). "
        "At 1024×1024 in medium or standard quality it costs from $0.04 via Shop, $40.00 for 1,000 images."
    )


def test_what_is_missing_is_said() -> None:
    assert prices({}).missing == "No source we read names a provider that serves One over an API."
    assert prices({("mute", "acme/one"): Offer()}).missing == (
        "Providers of One are known, but no source we read gives a price."
    )
    assert prices({}).starts_at == ""

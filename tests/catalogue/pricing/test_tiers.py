"""Which of a model's qualities a price is for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.pricing.estimate import (
    ImagePrice,
    UnknownPrice,
    image_price,
)
from arena.catalogue.pricing.tiers import Tiers, tiers_of
from arena.catalogue.records import Unit
from tests.catalogue.pricing.offers import model, offer, row, takes
from tests.catalogue.projects import put, write_project

SEVERAL = Tiers(frozenset({"low", "medium", "high"}))


@pytest.mark.parametrize("unit", [Unit.IMAGE, Unit.MEGAPIXEL])
@pytest.mark.parametrize("quality", ["low", "medium", "high"])
def test_a_price_without_a_quality_stands_for_none_of_several(unit: Unit, quality: str) -> None:
    found = image_price(offer(row("0.04", unit)), model(), SEVERAL, quality=quality)
    assert isinstance(found, UnknownPrice)
    assert found.reason == "the price does not state for which of the model's qualities it is"


def test_a_price_without_a_quality_stands_for_the_makers_default() -> None:
    tiers = Tiers(frozenset({"turbo", "default", "quality"}), "default")
    sold = offer(row("0.04"))
    found = {quality: image_price(sold, model(), tiers, quality=quality) for quality in ("medium", "turbo", "high")}
    assert [quality for quality, price in found.items() if isinstance(price, ImagePrice)] == ["medium"]


@pytest.mark.parametrize(
    ("own", "stated"),
    [
        ('amount = 0.04\nunit = "image"', set()),
        ('amount = 0.04\nunit = "megapixel"', set()),
        ('amount = 0.04\nunit = "image"\ncondition = { quality = "HD" }', {"hd"}),
        ('amount = 30\nunit = "1M output tokens"\ncondition = { mode = "image" }', {"low", "premium"}),
        ("", {"low", "premium"}),
    ],
    ids=["one price", "by the megapixel", "tiers of its own", "by the token", "none"],
)
def test_tiers_are_the_makers_where_its_own_api_lists_a_price_of_an_image(
    tmp_path: Path, own: str, stated: set[str]
) -> None:
    data = write_project(tmp_path)  # where another offer of the model states a price for low quality
    read = 'read = 2026-01-02\nsource = "list"\n'
    put(data, "providers/maker/provider.toml", 'name = "Maker"\norganization = "acme"\n')
    put(data, "providers/maker/acme/one.toml", f"[[prices]]\n{own}\n{read}" if own else "")
    put(data, "providers/reseller/provider.toml", 'name = "Reseller"\n')
    price = '[[prices]]\namount = 0.08\nunit = "image"\ncondition = { quality = "premium" }\n'
    put(data, "providers/reseller/acme/one.toml", price + read)
    assert tiers_of(load_catalogue(data), "acme/one").stated == stated


def test_a_price_by_the_token_is_of_the_quality_that_its_count_is_of() -> None:
    made = model(takes(100, "low"), takes(1000))
    sold = offer(row("30", Unit.OUTPUT_TOKENS))
    low = image_price(sold, made, SEVERAL, quality="low")
    assert isinstance(low, ImagePrice)
    assert low.amount == Decimal("0.003")
    high = image_price(sold, made, SEVERAL, quality="high")
    assert isinstance(high, UnknownPrice), "a count that states no quality is not for the highest"


def test_one_quality_is_that_one_whatever_it_is_called() -> None:
    sold = offer(row("0.04"))
    assert all(isinstance(image_price(sold, model(), Tiers(), quality=name), ImagePrice) for name in ("low", "high"))
    named = Tiers(frozenset({"standard"}))
    assert isinstance(image_price(sold, model(), named, quality="medium"), ImagePrice)
    assert isinstance(image_price(sold, model(), named, quality="high"), UnknownPrice)


def test_qualities_come_lowest_first_and_the_normal_one_once() -> None:
    stated = frozenset({"hd", "medium", "standard", "low", "odd"})
    assert Tiers(stated).ordered == ("low", "medium", "hd", "odd")

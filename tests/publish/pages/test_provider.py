"""Pages on providers."""

from __future__ import annotations

from typing import cast

import pytest

from arena.publish.pages import provider
from arena.publish.pages.provider import ProvidersView, ProviderView
from tests.publish.worlds import SharedWorld, World, html_of, page_at


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World, provider_id: str) -> ProviderView:
    return cast("ProviderView", page_at(list(provider.pages(world.site_data)), f"providers/{provider_id}.html").view)


def test_every_price_is_there_with_its_condition_dates_and_source(world: World) -> None:
    one, two = view(world, "shop").offers
    assert [(price.amount, price.unit, price.condition) for price in one.prices] == [
        ("$0.006", "per image", "Low quality, 1024×1024"),
        ("$0.0425", "per image", "Medium quality, 1024×1024"),
        ("$8.00", "per 1M input tokens", "Any"),
    ]
    first = one.prices[0]
    assert first.effective and first.effective.iso == "2025-01-10"
    assert (first.read.iso, first.source, first.url) == ("2026-01-02", "Price page", "https://shop.example/prices")
    assert one.prices[1].effective is None
    assert (one.model_id, one.rows, two.prices, two.rows) == ("acme-one", 3, (), 1)


def test_an_offer_without_prices_and_a_provider_without_offers_say_so(world: World) -> None:
    pages = list(provider.pages(world.site_data))
    assert "no source states a price" in html_of(world, page_at(pages, "providers/shop.html"))
    assert "no model at this provider" in html_of(world, page_at(pages, "providers/bare.html"))


def test_the_index_spans_prices_per_image_only(world: World) -> None:
    bare, shop = cast("ProvidersView", next(provider.pages(world.site_data)).view).rows
    assert (shop.offers, shop.prices, shop.span) == ("2", "3", "$0.006–$0.0425")
    assert shop.read and shop.read.iso == "2026-02-03"
    assert (bare.span, bare.read) == ("", None)

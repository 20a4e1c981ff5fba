"""Changes of prices: what followed what, when, and by how much; on every page that shows prices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from arena.catalogue.records import Condition, Offer, Provider, Unit
from arena.publish.content.site_data import SiteData
from arena.publish.pages import prices, provider
from arena.publish.pages.model import page as model
from arena.publish.pages.prices import price_changes
from tests.catalogue.projects import put
from tests.publish.sites import make_model, make_price, make_site_data
from tests.publish.worlds import PRICES, SharedWorld, html_of, page_at, read_world, write_project

HIGH = Condition(quality="high", size="1024x1024")
PROVIDERS = {"shop": Provider(name="Shop"), "mall": Provider(name="Mall")}


def selling(**offers: Offer) -> SiteData:
    sold = {(shop, "acme/one"): offer for shop, offer in offers.items()}
    return make_site_data({"acme/one": make_model("One")}, offers=sold, providers=PROVIDERS)


def pair(before: str, now: str) -> Offer:
    return Offer(prices=(make_price(before), make_price(now, effective=date(2026, 1, 1))))


def test_each_price_that_followed_another_is_listed_the_latest_first() -> None:
    thrice = Offer(
        prices=(
            make_price("0.2", condition=HIGH, effective=date(2025, 1, 1)),
            make_price("0.1", condition=HIGH, effective=date(2025, 6, 1), note="Cut."),
            make_price("0.15", condition=HIGH, effective=date(2026, 2, 1)),
            make_price("0.01"),
            make_price("5", Unit.INPUT_TOKENS, effective=date(2025, 3, 1)),
        )
    )
    found = price_changes(selling(shop=thrice, mall=pair("0.04", "0.03")), ["acme/one"])
    assert [(row.day.iso, row.provider, row.what, row.before, row.now, row.change, row.note) for row in found] == [
        ("2026-02-01", "Shop", "per image, high quality, 1024×1024", "$0.10", "$0.15", "50% more", ""),
        ("2026-01-01", "Mall", "per image", "$0.04", "$0.03", "25% less", ""),
        ("2025-06-01", "Shop", "per image, high quality, 1024×1024", "$0.20", "$0.10", "50% less", "Cut."),
    ]


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [("0.01", "0.02", "100% more"), ("0.01", "0.05", "5.0 times as much"), ("0", "1", "–"), ("1", "1.0", "the same")],
)
def test_a_change_is_said_in_words(before: str, now: str, change: str) -> None:
    (row,) = price_changes(selling(shop=pair(before, now)), ["acme/one"])
    assert row.change == change


def test_pages_show_what_changed_and_which_price_was_replaced(tmp_path: Path) -> None:
    write_project(tmp_path, votes=False)
    cheaper = (
        '[[prices]]\namount = 0.03\nunit = "image"\neffective = 2026-03-01\nread = 2026-03-04\nsource = "Price page"\n'
        'condition = { quality = "medium", size = "1024x1024" }\n'
    )
    put(tmp_path / "data", "providers/shop/acme/one.toml", PRICES + cheaper)
    world = read_world(tmp_path)
    page, shop = page_at(list(model.pages(world.site_data)), "models/acme/one.html"), "providers/shop.html"
    for html in (html_of(world, page), html_of(world, next(prices.pages(world.site_data)))):
        assert "29% less" in html
        assert '<time datetime="2026-03-01">' in html
    for html in (html_of(world, page), html_of(world, page_at(list(provider.pages(world.site_data)), shop))):
        assert 'replaced on <time datetime="2026-03-01">' in html


def test_where_no_price_has_changed_the_page_says_so(shared_world: SharedWorld) -> None:
    world = shared_world(votes=False)
    assert "No price has changed yet" in html_of(world, next(prices.pages(world.site_data)))

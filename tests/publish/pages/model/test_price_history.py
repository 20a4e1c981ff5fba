"""The listed price over time on a model's page: by hand-made offers, for readers, its twin and programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from arena.catalogue.model_facts import Status
from arena.catalogue.records import Offer, Provider
from arena.publish.content.site_data import SiteData
from arena.publish.formats.api.documents import offered
from arena.publish.pages.model import page as model
from arena.publish.pages.model.markdown import render_model
from arena.publish.pages.model.price_history import PriceHistory, price_history_of
from arena.publish.pages.model.view import ModelView
from tests.catalogue.projects import put
from tests.publish.sites import READ, make_model, make_price, make_site_data
from tests.publish.worlds import PRICES, html_of, page_at, read_world, write_project

ONE = "acme/one"
FELL, TODAY = date(2026, 11, 21), date(2026, 11, 30)
HALVED = Offer(prices=(make_price("0.06"), make_price("0.03", effective=FELL)))
STOOD = Offer(prices=(make_price("0.05"),))


def selling(offers: dict[str, Offer], status: Status = Status.ACTIVE) -> SiteData:
    sold = {(shop, ONE): offer for shop, offer in offers.items()}
    shops = {shop: Provider(name=shop.title()) for shop in offers}
    site = make_site_data({ONE: make_model("One", status=status)}, offers=sold, providers=shops)
    return replace(site, catalogue=replace(site.catalogue, today=TODAY))


def history(**offers: Offer) -> PriceHistory:
    return price_history_of(selling(offers), ONE, changed=False)


def test_a_price_that_fell_is_a_numbered_line_with_its_averages() -> None:
    found = history(mall=STOOD, shop=HALVED)
    assert [(row.mark, row.provider, row.now, row.lately, row.since.iso) for row in found.averages] == [
        # From 1 to 30 November: 20 days at 0.06 and 10 at 0.03.
        ("1", "Shop", "$0.03", "$0.05", READ.isoformat()),
        ("", "Mall", "$0.05", "$0.05", READ.isoformat()),
    ]
    known, before = (TODAY - READ).days + 1, (FELL - READ).days
    mean = (before * Decimal("0.06") + 10 * Decimal("0.03")) / known
    assert found.averages[0].known == f"${mean:.4f}"
    assert found.chart.count('class="line"') == found.chart.count('class="line faint"') == 1
    assert "not what people paid" in found.note
    assert not found.unchanged


def test_without_a_change_a_sentence_says_so_and_since_when() -> None:
    found = history(mall=STOOD)
    assert found.unchanged == f"No price of One has changed since we read it first on {READ.day} January 2026."
    assert (found.chart, found.averages) == ("", ())
    other = price_history_of(selling({"mall": STOOD}), ONE, changed=True)
    assert not other.unchanged, "a price for another picture has changed"
    assert not history().unchanged


def test_of_a_model_that_is_shut_down_there_is_no_price_of_today() -> None:
    found = price_history_of(selling({"shop": HALVED}, Status.WITHDRAWN), ONE, changed=False)
    assert found == PriceHistory(Markup(), "", (), "", "")


def test_programs_get_the_periods_and_both_averages() -> None:
    record = offered(selling({"shop": HALVED}), "shop", ONE, HALVED)
    assert [(period.amount, period.start, period.end) for period in record.listed] == [
        (Decimal("0.06"), READ, FELL),
        (Decimal("0.03"), FELL, date(2026, 12, 1)),
    ]
    assert record.average_30_days == Decimal("0.05")
    assert record.average is not None
    assert Decimal("0.05") < record.average < Decimal("0.06")


def test_page_and_twin_show_the_same_averages(tmp_path: Path) -> None:
    write_project(tmp_path, votes=False)
    cheaper = (
        '[[prices]]\namount = 0.03\nunit = "image"\neffective = 2026-03-01\nread = 2026-03-04\nsource = "Price page"\n'
        'condition = { quality = "medium", size = "1024x1024" }\n'
    )
    put(tmp_path / "data", "providers/shop/acme/one.toml", PRICES + cheaper)
    world = read_world(tmp_path)
    page = page_at(list(model.pages(world.site_data)), "models/acme/one.html")
    assert isinstance(page.view, ModelView)
    html, twin = html_of(world, page), render_model(world.site_data, page.view)
    listed = world.site_data.listed_prices["shop", ONE]
    assert listed.changed
    assert "The listed price over time" in html
    assert '<svg class="line-chart steps"' in html
    for row in page.view.prices.history.averages:
        assert f'<td class="n">{row.known}</td>' in html
        assert f"| {row.provider} | {row.now} | {row.lately} | {row.known} |" in twin

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from arena.catalogue.records import Condition, Offer, Provider, Speed, Unit
from arena.publish.pages.model import page
from arena.publish.pages.model.prices import token_rows
from tests.catalogue.projects import put
from tests.publish.editions import READ, make_edition, make_model, make_price
from tests.publish.worlds import PRICES, html_of, make_world, page_at, read_world

OFFERS = {
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
    edition = make_edition({"acme/one": make_model("One")}, offers=OFFERS, providers=providers)
    rows = token_rows(edition, "acme/one")
    assert [(row.provider, row.paid_in, row.kind_in, row.paid_out, row.kind_out, row.blended) for row in rows] == [
        ("Both", "$5.00", "text", "$30.00", "image", "$11.25"),
        ("Fast", "–", "", "–", "", "–"),
    ]
    assert [row.speed for row in rows] == ["–", "73.4 tokens a second, the first after 0.49 s"]


def test_the_page_shows_tokens_and_what_blended_means(tmp_path: Path) -> None:
    make_world(tmp_path, votes=False)
    out = '[[prices]]\namount = 40\nunit = "1M output tokens"\nread = 2026-01-02\nsource = "Price page"\n'
    put(tmp_path / "data", "providers/shop/acme/one.toml", PRICES + out)
    world = read_world(tmp_path)
    html = html_of(world, page_at(list(page.pages(world.edition)), "models/acme/one.html"))
    assert '<td class="n">$8.00</td><td class="n">$40.00</td><td class="n">$16.00</td>' in html
    assert "Blended is (3 × in + out) / 4" in html
    assert "Speed, as it says" not in html

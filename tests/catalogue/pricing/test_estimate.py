from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue import load_catalogue
from arena.catalogue.pricing.estimate import cheapest_offer, current_prices, image_prices, price_range, reference_price
from arena.catalogue.records import Condition, Offer, Price, Unit
from tests.catalogue.projects import put, write_project

READ = date(2026, 8, 21)


def row(
    amount: str,
    unit: Unit = Unit.IMAGE,
    *,
    quality: str | None = None,
    size: str | None = None,
    mode: str | None = None,
    effective: date | None = None,
    read: date = READ,
) -> Price:
    condition = Condition(quality=quality, size=size, mode=mode)
    return Price(amount=Decimal(amount), unit=unit, condition=condition, effective=effective, read=read, source="list")


def offer(*prices: Price) -> Offer:
    return Offer(prices=prices)


TIERS = offer(
    row("0.006", quality="low", size="1024x1024"),
    row("0.211", quality="high", size="1024x1024"),
    row("0.053", quality="medium", size="1024x1024"),
    row("0.041", quality="medium", size="1536x1024"),
    row("0.0265", quality="medium", size="1024x1024", mode="batch"),
    row("30", Unit.OUTPUT_TOKENS, mode="image"),
)


def test_reference_of_quality_tiers() -> None:
    price = reference_price(TIERS)
    assert price is not None
    assert price.amount == Decimal("0.053")
    assert price.price is TIERS.prices[2]
    assert price.megapixels is None
    assert (price.low.amount, price.high.amount) == (Decimal("0.006"), Decimal("0.211"))
    assert (price.low.price, price.high.price) == (TIERS.prices[0], TIERS.prices[1])


def test_megapixels_are_multiplied_exactly() -> None:
    price = reference_price(offer(row("0.04", Unit.MEGAPIXEL), row("0.03", Unit.MEGAPIXEL, size="2048x1024")))
    assert price is not None
    assert str(price.amount) == "0.04194304"
    assert price.megapixels == Decimal("1.048576")
    assert str(price.high.amount) == "0.06291456"
    assert price.high.megapixels == Decimal("2.097152")


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        ([row("0.04")], "0.04"),
        ([row("0.04"), row("0.05", quality="standard")], "0.05"),
        ([row("0.05", quality="standard"), row("0.06", quality="medium")], "0.06"),
        ([row("0.04", quality="Medium", size="1024X1024")], "0.04"),
        ([row("0.04", size="1K"), row("0.08", size="4K")], "0.04"),
        ([row("0.04"), row("0.05", size="1024x1024")], "0.05"),
        ([row("0.04", mode="standard")], "0.04"),
        ([row("0.08", quality="hd")], None),
        ([row("0.08", size="512x512")], None),
        ([row("0.02", mode="batch")], None),
        ([row("0.02", mode="edit")], None),
        ([row("2", Unit.INPUT_TOKENS), row("8", Unit.OUTPUT_TOKENS), row("0.001", Unit.STEP)], None),
        ([row("0.01", Unit.MEGAPIXEL, size="large")], None),
        ([], None),
    ],
)
def test_which_row_is_the_reference(prices: list[Price], amount: str | None) -> None:
    found = reference_price(offer(*prices))
    assert (found and found.amount) == (amount and Decimal(amount))


def test_range_without_reference() -> None:
    found = price_range(offer(row("0.08", quality="hd"), row("0.12", quality="hd", size="1792x1024")))
    assert found is not None
    assert [price.amount for price in found] == [Decimal("0.08"), Decimal("0.12")]


def test_range_over_other_modes_only_where_there_is_no_standard_one() -> None:
    found = price_range(offer(row("0.02", mode="batch"), row("0.05", mode="edit")))
    assert found is not None
    assert [price.amount for price in found] == [Decimal("0.02"), Decimal("0.05")]
    assert price_range(offer(row("8", Unit.OUTPUT_TOKENS))) is None


OLD, NEW = date(2025, 1, 1), date(2026, 1, 1)


@pytest.mark.parametrize(
    ("on", "amount"),
    [(date(2024, 6, 1), "0.03"), (OLD, "0.02"), (date(2025, 12, 31), "0.02"), (NEW, "0.01"), (None, "0.01")],
)
def test_newest_price_in_effect_counts(on: date | None, amount: str) -> None:
    prices = offer(row("0.02", effective=OLD), row("0.01", effective=NEW), row("0.03"))
    found = reference_price(prices, on)
    assert found is not None
    assert found.amount == Decimal(amount)
    assert found.low.amount == found.high.amount, "prices of other times are not part of the range"


def test_of_equally_old_rows_the_one_read_last_counts() -> None:
    prices = offer(row("0.03", read=OLD), row("0.02", read=NEW), row("0.01", read=NEW))
    assert [price.amount for price in current_prices(prices)] == [Decimal("0.02")]


def test_no_price_before_the_first_takes_effect() -> None:
    assert reference_price(offer(row("0.02", effective=NEW)), OLD) is None


def test_a_range_is_of_the_standard_mode_where_there_is_one() -> None:
    rows = row("0.02", mode="batch"), row("0.04"), row("0.09", quality="high")
    for prices, ends in ((rows, ["0.04", "0.09"]), (rows[:1], ["0.02", "0.02"])):
        found = price_range(offer(*prices))
        assert [str(price.amount) for price in found or ()] == ends


def test_cheapest_offer(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    price = '[[prices]]\namount = {}\nunit = "image"\nread = 2026-01-02\nsource = "list"\n'
    for provider, amount in (("shop", "0.05"), ("bazaar", "0.04"), ("arcade", "0.04"), ("closed", None)):
        put(data, f"providers/{provider}/provider.toml", f'name = "{provider}"\n')
        put(data, f"providers/{provider}/acme/one.toml", price.format(amount) if amount else "")
    catalogue = load_catalogue(data)
    found = cheapest_offer(catalogue, "acme/one")
    assert found is not None
    assert (found.provider, found.price.amount) == ("arcade", Decimal("0.04"))
    assert cheapest_offer(catalogue, "acme/two") is None


prices = st.builds(
    row,
    st.decimals(0, 10, places=4).map(str),
    st.sampled_from(Unit),
    quality=st.sampled_from([None, "low", "medium", "standard"]),
    size=st.sampled_from([None, "1024x1024", "2048x2048", "odd"]),
    mode=st.sampled_from([None, "standard", "batch"]),
    effective=st.none() | st.dates(OLD, NEW),
)


@given(st.lists(prices, max_size=8), st.none() | st.dates(OLD, NEW))
def test_reference_lies_within_its_range(rows: list[Price], on: date | None) -> None:
    found = reference_price(offer(*rows), on)
    if found:
        assert found.low.amount <= found.amount <= found.high.amount
        assert found.price in rows
    amounts = [price.amount for price in image_prices(offer(*rows), on)]
    assert amounts == sorted(amounts)


def test_tokens_compare_where_the_model_says_how_many_an_image_takes(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    tokens = '[[tokens_per_image]]\ntokens = 1290\nsize = "1K"\nsource = "S"\nread = 2026-01-02\n'
    model = data / "models/acme/two.toml"
    model.write_text(model.read_text().replace("[[sources]]", f"{tokens}[[sources]]"))
    row = '[[prices]]\namount = {}\nunit = "{}"\nread = 2026-01-02\nsource = "list"\n'
    put(data, "providers/shop/acme/two.toml", row.format(30, "1M output tokens"))
    put(data, "providers/mart/provider.toml", 'name = "Mart"\n')
    put(data, "providers/mart/acme/two.toml", row.format("0.04", "image"))
    found = cheapest_offer(load_catalogue(data), "acme/two")
    assert found is not None
    assert (found.provider, found.price.amount) == ("shop", Decimal("0.0387"))
    assert found.price.cost is not None
    assert found.price.cost.formula == "1290 tokens x 30 USD / 1,000,000 = 0.0387 USD"
    assert found.price.low == found.price.high


def test_a_listed_price_comes_before_a_computed_one() -> None:
    steps = Price.model_validate({**row("0.001", Unit.STEP).model_dump(), "steps": 50})
    found = reference_price(offer(steps, row("0.04")), model=None)
    assert found is not None
    assert (found.amount, found.cost) == (Decimal("0.04"), None)

"""What one image costs: from every unit, for sizes and qualities, on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue import load_catalogue
from arena.catalogue.pricing.estimate import (
    ImagePrice,
    UnknownPrice,
    blended_price,
    cheapest_offer,
    image_price,
    price_range,
)
from arena.catalogue.pricing.tiers import Tiers
from arena.catalogue.records import Price, Unit
from tests.catalogue.pricing.offers import model, offer, price_of, reason, reference, row, takes
from tests.catalogue.projects import put, write_project

TIERS = offer(
    row("0.006", quality="low", size="1024x1024"),
    row("0.211", quality="high", size="1024x1024"),
    row("0.053", quality="medium", size="1024x1024"),
    row("0.041", quality="medium", size="1536x1024"),
    row("0.0265", quality="medium", size="1024x1024", mode="batch"),
    row("30", Unit.OUTPUT_TOKENS, mode="image"),
)


def test_price_by_the_image_as_listed() -> None:
    found = price_of(TIERS, quality="high")
    assert (found.amount, found.price) == (Decimal("0.211"), TIERS.prices[1])
    assert found.formula == "0.211 USD an image, as listed"


def test_reference_and_range_of_quality_tiers() -> None:
    price, bounds = reference(TIERS), price_range(TIERS)
    assert price is not None
    assert price == price_of(TIERS)
    assert price.amount == Decimal("0.053")
    assert price.price is TIERS.prices[2]
    assert (price.quantity, price.unit) == (Decimal(1), "image")
    assert bounds is not None
    assert [(bound.amount, bound.price) for bound in bounds] == [
        (Decimal("0.006"), TIERS.prices[0]),
        (Decimal("0.211"), TIERS.prices[1]),
    ]


def test_megapixels_are_multiplied_exactly() -> None:
    sold = offer(row("0.04", Unit.MEGAPIXEL), row("0.03", Unit.MEGAPIXEL, size="2048x1024"))
    price, bounds = reference(sold), price_range(sold)
    assert price is not None
    assert str(price.amount) == "0.04194304"
    assert price.quantity == Decimal("1.048576")
    assert bounds is not None
    assert str(bounds[1].amount) == "0.06291456"
    assert bounds[1].quantity == Decimal("2.097152")


def test_price_by_the_megapixel_of_any_size() -> None:
    found = price_of(offer(row("0.04", Unit.MEGAPIXEL)), size="2048x1024")
    assert found.amount == Decimal("0.08388608")
    assert found.formula == "2.097152 megapixels x 0.04 USD = 0.08388608 USD"


def test_price_by_the_token_takes_the_models_count() -> None:
    tokens = (takes(272, "low", "1024x1024"), takes(1056, "medium", "1024x1024"), takes(1584, "medium", "1024x1536"))
    sold = offer(row("5", Unit.INPUT_TOKENS, mode="text"), row("40", Unit.OUTPUT_TOKENS, mode="image"))
    found = price_of(sold, model(*tokens))
    assert (found.amount, found.tokens) == (Decimal("0.04224"), tokens[1])
    assert found.formula == "1056 tokens x 40 USD / 1,000,000 = 0.04224 USD"
    assert price_of(sold, model(*tokens), size="1024x1536").amount == Decimal("0.06336")
    assert reason(sold, model(*tokens), quality="high") == (
        "the price is by the token, and no source states how many an image of 1024x1024 takes at high quality"
    )


def test_tokens_of_text_do_not_make_an_image() -> None:
    sold = offer(row("10", Unit.OUTPUT_TOKENS, mode="text"))
    assert reason(sold, model(takes(1290))) == "no price fits 1024x1024 at medium quality"


def test_price_by_the_step() -> None:
    assert "how many steps" in reason(offer(row("0.0001", Unit.STEP)))
    found = price_of(offer(row("0.0001", Unit.STEP, steps=28)))
    assert found.formula == "28 steps x 0.0001 USD = 0.0028 USD"


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        ([row("0.04")], "0.04"),
        ([row("0.04"), row("0.05", quality="standard")], "0.05"),
        ([row("0.05", quality="standard"), row("0.06", quality="medium")], "0.06"),
        ([row("0.04", quality="Medium", size="1024X1024")], "0.04"),
        ([row("0.04", size="1K"), row("0.08", size="4K")], "0.04"),
        ([row("0.04"), row("0.05", size="1024x1024")], "0.05"),
        ([row("0.04"), row("0.05", size="1K")], "0.05"),
        ([row("0.04"), row("0.08", size="2K")], "0.04"),
        ([row("0.16", size="4K"), row("0.08", size="2K")], "0.08"),
        ([row("0.04", mode="standard")], "0.04"),
        ([row("0.04"), row("0.05", mode="standard")], "0.05"),
        ([row("0.06"), row("0.04", Unit.MEGAPIXEL)], "0.04194304"),
        ([row("0.03"), row("0.04", Unit.MEGAPIXEL, quality="medium")], "0.04194304"),
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
    found = reference(offer(*prices))
    assert (found and found.amount) == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("size", "amount"),
    [("512x512", "0.03"), ("1024x1024", "0.04"), ("1024x1100", "0.08"), ("2048x2048", "0.08"), ("3840x2160", "0.16")],
)
def test_tiers_cover_what_no_smaller_one_does(size: str, amount: str) -> None:
    sold = offer(row("0.16", size="4K"), row("0.08", size="2k"), row("0.04", size="1K"), row("0.03", size="0.5K"))
    assert price_of(sold, size=size).amount == Decimal(amount)


def test_no_tier_covers_it() -> None:
    assert reason(offer(row("0.04", size="1K")), size="2048x2048") == "no price fits 2048x2048 at medium quality"


def test_plainer_conditions_come_first() -> None:
    sold = offer(row("0.01"), row("0.02", quality="standard"), row("0.03", quality="standard", size="1024x1024"))
    assert price_of(sold).amount == Decimal("0.03")
    assert price_of(sold, size="512x512").amount == Decimal("0.02")
    assert "does not state" not in reason(sold, quality="hd"), "one quality, and it is called standard"


def test_which_quality_a_price_states() -> None:
    by_token = offer(row("40", Unit.OUTPUT_TOKENS))
    assert price_of(TIERS, quality="high").quality == "high"
    assert price_of(offer(row("0.01", quality="Standard"))).quality == "standard"
    assert price_of(offer(row("0.01")), quality="high").quality == ""
    assert price_of(by_token, model(takes(272, "Low")), quality="low").quality == "low"
    assert price_of(by_token, model(takes(272)), quality="low").quality == ""


def test_other_modes_do_not_count() -> None:
    assert "no price fits" in reason(offer(row("0.01", mode="batch"), row("0.02", Unit.MEGAPIXEL, mode="edit")))


def test_no_price_at_all() -> None:
    assert reason(offer()) == "no price by the image, megapixel, output token or step is known"
    assert "no price by" in reason(offer(row("5", Unit.INPUT_TOKENS)))


def test_a_listed_price_comes_before_a_computed_one() -> None:
    found = reference(offer(row("0.001", Unit.STEP, steps=50), row("0.04")))
    assert found is not None
    assert (found.amount, found.unit) == (Decimal("0.04"), "image")


def test_a_unit_that_can_be_computed_is_preferred_to_one_that_cannot() -> None:
    steps = row("0.001", Unit.STEP, steps=10)
    assert price_of(offer(row("40", Unit.OUTPUT_TOKENS), steps)).amount == Decimal("0.01")
    assert reason(offer(row("40", Unit.OUTPUT_TOKENS), row("0.001", Unit.STEP))).count("no source states") == 2


def test_range_without_reference() -> None:
    found = price_range(offer(row("0.08", quality="hd"), row("0.12", quality="hd", size="1792x1024")))
    assert found is not None
    assert [price.amount for price in found] == [Decimal("0.08"), Decimal("0.12")]


def test_range_over_other_modes_only_where_there_is_no_standard_one() -> None:
    found = price_range(offer(row("0.02", mode="batch"), row("0.01", mode="input image"), row("0.05", mode="edit")))
    assert found is not None
    assert [price.amount for price in found] == [Decimal("0.05"), Decimal("0.05")]
    assert price_range(offer(row("0.01", mode="input image"))) is None
    assert price_range(offer(row("8", Unit.OUTPUT_TOKENS))) is None


def test_a_range_is_of_the_standard_mode_where_there_is_one() -> None:
    rows = row("0.02", mode="batch"), row("0.04"), row("0.09", quality="high")
    for prices, ends in ((rows, ["0.04", "0.09"]), (rows[:1], [])):
        found = price_range(offer(*prices))
        assert [str(price.amount) for price in found or ()] == ends


OLD, NEW = date(2025, 1, 1), date(2026, 1, 1)


@pytest.mark.parametrize(
    ("on", "amount"),
    [(date(2024, 6, 1), "0.03"), (OLD, "0.02"), (date(2025, 12, 31), "0.02"), (NEW, "0.01"), (None, "0.01")],
)
def test_newest_price_in_effect_counts(on: date | None, amount: str) -> None:
    prices = offer(row("0.02", effective=OLD), row("0.01", effective=NEW), row("0.03"))
    found, bounds = reference(prices, on=on), price_range(prices, on)
    assert found is not None
    assert found.amount == Decimal(amount)
    assert bounds is not None
    assert bounds[0].amount == bounds[1].amount == found.amount, "prices of other times are not part of the range"


def test_price_on_a_day() -> None:
    sold = offer(row("0.04"), row("0.02", effective=date(2026, 1, 1)))
    before = image_price(sold, model(), Tiers(), on=date(2025, 12, 31))
    after = image_price(sold, model(), Tiers(), on=date(2026, 1, 1))
    assert isinstance(before, ImagePrice)
    assert isinstance(after, ImagePrice)
    assert (before.amount, after.amount) == (Decimal("0.04"), Decimal("0.02"))


def test_no_price_before_the_first_takes_effect() -> None:
    assert reference(offer(row("0.02", effective=NEW)), on=OLD) is None


def test_cheapest_offer(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    price = '[[prices]]\namount = {}\nunit = "image"\nread = 2026-01-02\nsource = "list"\n'
    for provider, amount in (("shop", "0.05"), ("bazaar", "0.04"), ("arcade", "0.04"), ("closed", None)):
        put(data, f"providers/{provider}/provider.toml", f'name = "{provider}"\n')
        put(data, f"providers/{provider}/acme/one.toml", price.format(amount) if amount else "")
    catalogue = load_catalogue(data)
    found = cheapest_offer(catalogue, "acme/one")
    assert found is not None
    assert (found.provider, found.amount) == ("arcade", Decimal("0.04"))
    assert cheapest_offer(catalogue, "acme/two") is None


def test_a_contested_price_is_never_the_cheapest(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    price = '[[prices]]\namount = {}\nunit = "image"\nread = 2026-01-02\nsource = "list"\n'
    put(data, "providers/bazaar/provider.toml", 'name = "Bazaar"\n')
    for provider, model_id, amount in (("shop", "one", "0.05"), ("bazaar", "one", "0.01"), ("bazaar", "two", "0.01")):
        contested = "contested = true\n" if provider == "bazaar" else ""
        put(data, f"providers/{provider}/acme/{model_id}.toml", price.format(amount) + contested)
    catalogue = load_catalogue(data)
    one = cheapest_offer(catalogue, "acme/one")
    assert one and (one.provider, one.amount) == ("shop", Decimal("0.05"))
    assert cheapest_offer(catalogue, "acme/two") is None


def test_of_equal_prices_the_makers_own_is_named(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    for provider, owner in (("arcade", ""), ("maker", 'organization = "acme"\n'), ("shop", "")):
        put(data, f"providers/{provider}/provider.toml", f'name = "{provider}"\n{owner}')
        price = '[[prices]]\namount = 0.04\nunit = "image"\nread = 2026-01-02\nsource = "list"\n'
        put(data, f"providers/{provider}/acme/one.toml", price)
    found = cheapest_offer(load_catalogue(data), "acme/one")
    assert found and found.provider == "maker"


def test_no_image_is_larger_than_the_model_makes() -> None:
    made = model().model_copy(update={"max_resolution": "1024x1024"})
    found = image_price(offer(row("0.04")), made, Tiers(), width=2048, height=2048)
    assert isinstance(found, UnknownPrice)
    assert found.reason == "no source says that the model makes images of 2048x2048"


def test_tokens_compare_where_the_model_says_how_many_an_image_takes(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    tokens = '[[tokens_per_image]]\ntokens = 1290\nsize = "1K"\nsource = "S"\nread = 2026-01-02\n'
    model = data / "models/acme/two.toml"
    model.write_text(model.read_text().replace("[[sources]]", f"{tokens}[[sources]]"))
    row = '[[prices]]\namount = {}\nunit = "{}"\nread = 2026-01-02\nsource = "list"\n'
    put(data, "providers/shop/acme/two.toml", row.format(30, "1M output tokens") + 'condition = { mode = "image" }\n')
    put(data, "providers/mart/provider.toml", 'name = "Mart"\n')
    put(data, "providers/mart/acme/two.toml", row.format("0.04", "image"))
    found = cheapest_offer(load_catalogue(data), "acme/two")
    assert found is not None
    assert (found.provider, found.amount) == ("shop", Decimal("0.0387"))
    assert found.price.formula == "1290 tokens x 30 USD / 1,000,000 = 0.0387 USD"


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
    found, bounds = reference(offer(*rows), model(takes(1000)), on), price_range(offer(*rows), on)
    assert bounds is None or bounds[0].amount <= bounds[1].amount
    if found:
        assert found.price in rows
        assert found.amount == found.price.amount * found.quantity / (1_000_000 if found.tokens else 1)
    if found and found.price.unit in (Unit.IMAGE, Unit.MEGAPIXEL):
        assert bounds is not None
        assert bounds[0].amount <= found.amount <= bounds[1].amount


def test_blended_price_as_one_seed_shows() -> None:
    found = blended_price(offer(row("0.15", Unit.INPUT_TOKENS), row("0.60", Unit.OUTPUT_TOKENS)))
    assert found is not None
    assert found.amount == Decimal("0.2625")
    assert found.formula == "(3 x 0.15 + 0.6) / 4 = 0.2625 USD"


def test_blended_price_is_of_text_in_and_images_out() -> None:
    text_in, image_out = row("5", Unit.INPUT_TOKENS, mode="text"), row("30", Unit.OUTPUT_TOKENS, mode="image")
    others = row("8", Unit.INPUT_TOKENS, mode="image"), row("10", Unit.OUTPUT_TOKENS, mode="text")
    found = blended_price(offer(*others, text_in, image_out))
    assert found is not None
    assert (found.input, found.output, found.amount) == (text_in, image_out, Decimal("11.25"))


def test_no_blended_price_without_both() -> None:
    assert blended_price(offer(row("5", Unit.INPUT_TOKENS))) is None
    assert blended_price(TIERS) is None

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from arena.catalogue.pricing.estimate import ImageCost, NotComputable, blended_price, image_cost
from arena.catalogue.records import ImageTokens, Model, Offer, Price, Source, Unit, Weights
from tests.catalogue.pricing.test_estimate import READ, TIERS, offer, row

SOURCE = Source(name="S", read=READ)


def model(*tokens: ImageTokens) -> Model:
    return Model(
        name="M",
        description="D",
        arenas=("text-to-image",),
        weights=Weights(open=False),
        sources=(SOURCE,),
        tokens_per_image=tokens,
    )


def takes(tokens: int, quality: str | None = None, size: str | None = None) -> ImageTokens:
    return ImageTokens(tokens=tokens, quality=quality, size=size, source="S", read=READ)


def cost(sold: Offer, made: Model | None = None, size: str = "1024x1024", quality: str = "medium") -> ImageCost:
    width, height = map(int, size.split("x"))
    found = image_cost(made or model(), sold, width=width, height=height, quality=quality)
    assert isinstance(found, ImageCost), found
    return found


def reason(sold: Offer, made: Model | None = None, size: str = "1024x1024", quality: str = "medium") -> str:
    width, height = map(int, size.split("x"))
    found = image_cost(made or model(), sold, width=width, height=height, quality=quality)
    assert isinstance(found, NotComputable), found
    return found.reason


def test_price_by_the_image_as_listed() -> None:
    found = cost(TIERS, quality="high")
    assert (found.amount, found.price) == (Decimal("0.211"), TIERS.prices[1])
    assert found.formula == "0.211 USD an image, as listed"


def test_price_by_the_megapixel() -> None:
    found = cost(offer(row("0.04", Unit.MEGAPIXEL)), size="2048x1024")
    assert found.amount == Decimal("0.08388608")
    assert found.formula == "2.097152 megapixels x 0.04 USD = 0.08388608 USD"


def test_price_by_the_token_takes_the_models_count() -> None:
    tokens = (takes(272, "low", "1024x1024"), takes(1056, "medium", "1024x1024"), takes(1584, "medium", "1024x1536"))
    sold = offer(row("5", Unit.INPUT_TOKENS, mode="text"), row("40", Unit.OUTPUT_TOKENS, mode="image"))
    found = cost(sold, model(*tokens))
    assert (found.amount, found.tokens) == (Decimal("0.04224"), tokens[1])
    assert found.formula == "1056 tokens x 40 USD / 1,000,000 = 0.04224 USD"
    assert cost(sold, model(*tokens), size="1024x1536").amount == Decimal("0.06336")
    assert reason(sold, model(*tokens), quality="high") == (
        "the price is by the token, and no source states how many an image of 1024x1024 takes at high quality"
    )


def test_tokens_of_text_do_not_make_an_image() -> None:
    sold = offer(row("10", Unit.OUTPUT_TOKENS, mode="text"))
    assert reason(sold, model(takes(1290))) == "no price fits 1024x1024 at medium quality"


def test_price_by_the_step() -> None:
    priced = row("0.0001", Unit.STEP)
    assert "how many steps" in reason(offer(priced))
    found = cost(offer(Price.model_validate({**priced.model_dump(), "steps": 28})))
    assert found.formula == "28 steps x 0.0001 USD = 0.0028 USD"


@pytest.mark.parametrize(
    ("size", "amount"),
    [("512x512", "0.03"), ("1024x1024", "0.04"), ("1024x1100", "0.08"), ("2048x2048", "0.08"), ("3840x2160", "0.16")],
)
def test_tiers_cover_what_no_smaller_one_does(size: str, amount: str) -> None:
    sold = offer(row("0.16", size="4K"), row("0.08", size="2k"), row("0.04", size="1K"), row("0.03", size="0.5K"))
    assert cost(sold, size=size).amount == Decimal(amount)


def test_no_tier_covers_it() -> None:
    assert reason(offer(row("0.04", size="1K")), size="2048x2048") == "no price fits 2048x2048 at medium quality"


def test_plainer_conditions_come_first() -> None:
    sold = offer(row("0.01"), row("0.02", quality="standard"), row("0.03", quality="standard", size="1024x1024"))
    assert cost(sold).amount == Decimal("0.03")
    assert cost(sold, size="512x512").amount == Decimal("0.02")
    assert cost(sold, quality="hd").amount == Decimal("0.01")


def test_other_modes_do_not_count() -> None:
    assert "no price fits" in reason(offer(row("0.01", mode="batch"), row("0.02", Unit.MEGAPIXEL, mode="edit")))


def test_no_price_at_all() -> None:
    assert reason(offer()) == "no price by the image, megapixel, output token or step is known"
    assert "no price by" in reason(offer(row("5", Unit.INPUT_TOKENS)))


def test_a_unit_that_can_be_computed_is_preferred_to_one_that_cannot() -> None:
    steps = Price.model_validate({**row("0.001", Unit.STEP).model_dump(), "steps": 10})
    assert cost(offer(row("40", Unit.OUTPUT_TOKENS), steps)).amount == Decimal("0.01")


def test_cost_on_a_day() -> None:
    sold = offer(row("0.04"), row("0.02", effective=date(2026, 1, 1)))
    before = image_cost(model(), sold, on=date(2025, 12, 31))
    after = image_cost(model(), sold, on=date(2026, 1, 1))
    assert isinstance(before, ImageCost)
    assert isinstance(after, ImageCost)
    assert (before.amount, after.amount) == (Decimal("0.04"), Decimal("0.02"))


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

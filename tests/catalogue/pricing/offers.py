"""Offers and models with the prices that a test is about, and what an image of them costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from arena.catalogue.fields import Source
from arena.catalogue.model_facts import ImageTokens, Weights
from arena.catalogue.pricing.estimate import (
    ImagePrice,
    UnknownPrice,
    image_price,
    reference_price,
)
from arena.catalogue.pricing.tiers import Tiers
from arena.catalogue.records import Condition, Model, Offer, Price, Unit

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
    steps: int | None = None,
) -> Price:
    condition = Condition(quality=quality, size=size, mode=mode)
    return Price(
        amount=Decimal(amount),
        unit=unit,
        condition=condition,
        effective=effective,
        read=read,
        source="list",
        steps=steps,
    )


def offer(*prices: Price) -> Offer:
    return Offer(prices=prices)


def takes(tokens: int, quality: str | None = None, size: str | None = None) -> ImageTokens:
    return ImageTokens(tokens=tokens, quality=quality, size=size, source="S", read=READ)


def model(*tokens: ImageTokens) -> Model:
    return Model(
        name="M",
        description="D",
        arenas=("text-to-image",),
        weights=Weights(open=False),
        sources=(Source(name="S", read=READ),),
        tokens_per_image=tokens,
    )


def tiers(sold: Offer, made: Model | None = None) -> Tiers:
    """Those of a model that has no other offer."""
    rows = [price.condition.quality for price in sold.prices]
    rows += [row.quality for row in (made or model()).tokens_per_image]
    return Tiers(frozenset(quality for quality in rows if quality))


def reference(sold: Offer, made: Model | None = None, on: date | None = None) -> ImagePrice | None:
    return reference_price(sold, made or model(), tiers(sold, made), on)


def estimate(
    sold: Offer, made: Model | None = None, size: str = "1024x1024", quality: str = "medium"
) -> ImagePrice | UnknownPrice:
    width, height = map(int, size.split("x"))
    return image_price(sold, made or model(), tiers(sold, made), width=width, height=height, quality=quality)


def price_of(sold: Offer, made: Model | None = None, size: str = "1024x1024", quality: str = "medium") -> ImagePrice:
    found = estimate(sold, made, size, quality)
    assert isinstance(found, ImagePrice), found
    return found


def reason(sold: Offer, made: Model | None = None, size: str = "1024x1024", quality: str = "medium") -> str:
    found = estimate(sold, made, size, quality)
    assert isinstance(found, UnknownPrice), found
    return found.reason

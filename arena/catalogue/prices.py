"""Prices that compare: what one image costs in USD.

The reference image has 1024x1024 pixels, is of medium or standard quality and made in the standard mode. Amounts are
exact; rounding and wording are for those who show them. Tokens and steps give a price per image where the model or the
price says how many of them an image takes: see ``arena.catalogue.costs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.costs import ImageCost, image_cost
from arena.catalogue.current import STANDARD_MODES, current_prices
from arena.catalogue.records import Model, Offer, Price, Unit

__all__ = [
    "STANDARD_MODES",
    "CheapestOffer",
    "ImagePrice",
    "ReferencePrice",
    "cheapest_offer",
    "current_prices",
    "image_prices",
    "price_range",
    "reference_price",
]

REFERENCE_SIZE = "1024x1024"
REFERENCE_QUALITIES = ("medium", "standard", "")
"""The first that an offer has a price for counts; the last is a price that does not depend on quality."""

_REFERENCE_SIZES = (REFERENCE_SIZE, "1k", "")
_SIZE = re.compile(r"(\d{1,6}) ?[x×] ?(\d{1,6})\Z")
_MEGAPIXEL = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class ImagePrice:
    """What one image costs in USD under the condition of ``price``, the row that says so.

    ``megapixels`` is what the row's amount was multiplied by; None for a row that is priced by the image.
    """

    amount: Decimal
    price: Price
    megapixels: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """What an offer charges for the reference image: ``amount`` in USD, and the row that it comes from.

    ``low`` and ``high`` are the least and the most that one image of any size and quality costs in the standard mode.
    ``cost`` is how the amount was computed from a price by the token or step; None for one by the image or megapixel.
    """

    amount: Decimal
    price: Price
    megapixels: Decimal | None
    low: ImagePrice
    high: ImagePrice
    cost: ImageCost | None = None


@dataclass(frozen=True, slots=True)
class CheapestOffer:
    """The provider that charges least for the reference image of a model."""

    provider: str
    price: ReferencePrice


def image_prices(offer: Offer, on: date | None = None) -> tuple[ImagePrice, ...]:
    """The offer's prices per image that are current, cheapest first; for the order of equals see ``current_prices``.

    A price by the megapixel is multiplied by the size of its condition, or of the reference image where it has none.
    """
    found = (_image_price(price) for price in current_prices(offer, on))
    return tuple(sorted((price for price in found if price), key=lambda price: price.amount))


def price_range(offer: Offer, on: date | None = None) -> tuple[ImagePrice, ImagePrice] | None:
    """The least and the most that one image costs in the standard mode, or in any where there is no standard mode.

    None for an offer without a price per image.
    """
    prices = image_prices(offer, on)
    standard = [price for price in prices if _folded(price.price.condition.mode) in STANDARD_MODES]
    considered = standard or prices
    return (considered[0], considered[-1]) if considered else None


def reference_price(offer: Offer, on: date | None = None, model: Model | None = None) -> ReferencePrice | None:
    """The offer's price for the reference image, or None where no row gives it. ``on`` as in ``current_prices``.

    With ``model``, an offer without such a row is priced by its tokens or steps, where it is stated how many.
    """
    found = min(_reference_candidates(offer, on), default=None, key=lambda candidate: candidate[0])
    bounds = price_range(offer, on)
    if found and bounds:
        price = found[1]
        return ReferencePrice(price.amount, price.price, price.megapixels, *bounds)
    cost = image_cost(model, offer, on=on) if model else None
    if not isinstance(cost, ImageCost):
        return None
    computed = ImagePrice(cost.amount, cost.price)
    priced = sorted([computed, *(bounds or ())], key=lambda price: price.amount)
    return ReferencePrice(cost.amount, cost.price, None, priced[0], priced[-1], cost)


def cheapest_offer(catalogue: Catalogue, model_id: str, on: date | None = None) -> CheapestOffer | None:
    """The offer with the lowest reference price, by provider id among equals; None where no offer has one.

    A price that other sources contest counts only where there is no other.
    """
    model = catalogue.models.get(model_id)
    priced = (
        (provider, reference_price(offer, on, model)) for provider, offer in catalogue.offers_of(model_id).items()
    )
    offers = [CheapestOffer(provider, price) for provider, price in priced if price]
    return min(
        offers, default=None, key=lambda offer: (offer.price.price.contested, offer.price.amount, offer.provider)
    )


def _reference_candidates(offer: Offer, on: date | None) -> Iterator[tuple[tuple[int, int, int], ImagePrice]]:
    """Prices that hold for the reference image; the one with the lowest key says most plainly that it does."""
    for price in image_prices(offer, on):
        condition = price.price.condition
        quality, size, mode = _folded(condition.quality), _folded(condition.size), _folded(condition.mode)
        if quality in REFERENCE_QUALITIES and size in _REFERENCE_SIZES and mode in STANDARD_MODES:
            key = REFERENCE_QUALITIES.index(quality), _REFERENCE_SIZES.index(size), STANDARD_MODES.index(mode)
            yield key, price


def _image_price(price: Price) -> ImagePrice | None:
    if price.unit is Unit.IMAGE:
        return ImagePrice(price.amount, price)
    if price.unit is not Unit.MEGAPIXEL:
        return None
    size = _SIZE.match(_folded(price.condition.size) or REFERENCE_SIZE)
    if size is None:
        return None
    megapixels = int(size[1]) * int(size[2]) / _MEGAPIXEL
    return ImagePrice(price.amount * megapixels, price, megapixels)


def _folded(text: str | None) -> str:
    return (text or "").lower()

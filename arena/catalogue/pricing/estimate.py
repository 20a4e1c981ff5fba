"""From an offer to the price of one image, in USD: from any unit, for a size and a quality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from arena.catalogue.catalogue import Catalogue
from arena.catalogue.pricing.in_force import STANDARD_MODES, current_prices
from arena.catalogue.records import ImageTokens, Model, Offer, Price, Unit

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


_MILLION = Decimal(1_000_000)
_TIER = re.compile(r"(\d+(?:\.\d+)?)k\Z")
_UNITS = (Unit.IMAGE, Unit.MEGAPIXEL, Unit.OUTPUT_TOKENS, Unit.STEP)
"""The first in which an offer has a price that fits counts: it leaves least to calculate."""
_STANDARD = ("medium", "standard")

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ImageCost:
    """What one image costs in USD: ``amount`` = ``price.amount`` x ``quantity`` of ``unit``.

    ``tokens`` is the row of the model that says how many tokens it takes; None for other units.
    """

    amount: Decimal
    price: Price
    quantity: Decimal
    unit: str
    tokens: ImageTokens | None = None

    @property
    def formula(self) -> str:
        """The calculation in one line, e.g. ``1290 tokens x 30 USD / 1,000,000 = 0.0387 USD``."""
        if self.price.unit is Unit.IMAGE:
            return f"{_plain(self.amount)} USD an image, as listed"
        per = " / 1,000,000" if self.price.unit is Unit.OUTPUT_TOKENS else ""
        return f"{_plain(self.quantity)} {self.unit} x {_plain(self.price.amount)} USD{per} = {_plain(self.amount)} USD"


@dataclass(frozen=True, slots=True)
class NotComputable:
    """Why no cost can be told: what no source states."""

    reason: str


@dataclass(frozen=True, slots=True)
class BlendedPrice:
    """``amount`` = (3 x input + output) / 4 in USD per 1M tokens: three input tokens for each output token."""

    amount: Decimal
    input: Price
    output: Price

    @property
    def formula(self) -> str:
        """The calculation in one line."""
        return f"(3 x {_plain(self.input.amount)} + {_plain(self.output.amount)}) / 4 = {_plain(self.amount)} USD"


def image_cost(
    model: Model,
    offer: Offer,
    *,
    width: int = 1024,
    height: int = 1024,
    quality: str = "medium",
    on: date | None = None,
) -> ImageCost | NotComputable:
    """The cost of one image in the standard mode, ``on`` a day or with the newest prices.

    A price that names the size and quality is preferred to one that names neither; ``medium`` and ``standard`` stand
    for each other. A tier such as ``2K`` covers images of at most 2048 x 2048 pixels that no smaller tier covers.
    """
    prices = [price for price in current_prices(offer, on) if price.unit in _UNITS]
    if not prices:
        return NotComputable("no price by the image, megapixel, output token or step is known")
    image, reasons = _Image(width, height, _folded(quality)), []
    for unit in _UNITS:
        fits = _ranked(image, [(price.condition.quality, price.condition.size, price) for price in _of(prices, unit)])
        if fits:
            found = _cost(model, fits[0], image)
            if isinstance(found, ImageCost):
                return found
            reasons.append(found.reason)
    return NotComputable("; ".join(reasons) or f"no price fits {image.size} at {quality} quality")


def blended_price(offer: Offer, on: date | None = None) -> BlendedPrice | None:
    """The offer's token prices blended 3:1, for text tokens in and image tokens out where it tells kinds apart.

    None for an offer that has no price for both.
    """
    current = current_prices(offer, on)
    paid = _kind(current, Unit.INPUT_TOKENS, ("text", "")), _kind(current, Unit.OUTPUT_TOKENS, ("image", "", "text"))
    if paid[0] is None or paid[1] is None:
        return None
    return BlendedPrice((3 * paid[0].amount + paid[1].amount) / 4, paid[0], paid[1])


def input_price(offer: Offer, on: date | None = None) -> Decimal:
    """What a picture to edit costs as input, where the offer lists such a price by the image; zero elsewhere."""
    inputs = (price for price in current_prices(offer, on) if price.unit is Unit.IMAGE)
    return sum((price.amount for price in inputs if _folded(price.condition.mode) == "input image"), Decimal(0))


def _kind(prices: tuple[Price, ...], unit: Unit, kinds: tuple[str, ...]) -> Price | None:
    """The price for the first kind of token that the offer has a price for."""
    found = {_folded(price.condition.mode): price for price in reversed(prices) if price.unit is unit}
    return next((found[kind] for kind in kinds if kind in found), None)


def _of(prices: list[Price], unit: Unit) -> list[Price]:
    """The prices in this unit that are for making an image, in the order of the file."""
    modes = (*STANDARD_MODES, "image") if unit is Unit.OUTPUT_TOKENS else STANDARD_MODES
    return [price for price in prices if price.unit is unit and _folded(price.condition.mode) in modes]


def _cost(model: Model, price: Price, image: _Image) -> ImageCost | NotComputable:
    match price.unit:
        case Unit.IMAGE:
            return ImageCost(price.amount, price, Decimal(1), "image")
        case Unit.MEGAPIXEL:
            megapixels = image.pixels / _MILLION
            return ImageCost(price.amount * megapixels, price, megapixels, "megapixels")
        case Unit.STEP if price.steps:
            return ImageCost(price.amount * price.steps, price, Decimal(price.steps), "steps")
        case Unit.STEP:
            return NotComputable("the price is by the step, and no source states how many steps an image takes")
    rows = _ranked(image, [(row.quality, row.size, row) for row in model.tokens_per_image])
    if not rows:
        return NotComputable(
            f"the price is by the token, and no source states how many an image of {image.size} takes at "
            f"{image.quality} quality"
        )
    return ImageCost(price.amount * rows[0].tokens / _MILLION, price, Decimal(rows[0].tokens), "tokens", rows[0])


def _ranked(image: _Image, rows: Iterable[tuple[str | None, str | None, Row]]) -> list[Row]:
    """The rows (quality, size, row) that hold for the image, those that say so most plainly first."""
    ranked = []
    for quality, size, row in rows:
        rank = image.quality_rank(_folded(quality)), image.size_rank(_folded(size))
        if None not in rank:
            ranked.append((rank, row))
    return [row for _, row in sorted(ranked, key=lambda item: item[0])]


@dataclass(frozen=True, slots=True)
class _Image:
    """The image that is asked about; a rank is lower the more plainly a row speaks of it, None where it does not."""

    width: int
    height: int
    quality: str

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def pixels(self) -> Decimal:
        return Decimal(self.width * self.height)

    def quality_rank(self, quality: str) -> int | None:
        if quality == self.quality:
            return 0
        if quality in _STANDARD and self.quality in _STANDARD:
            return 1 + _STANDARD.index(quality)
        return None if quality else 9

    def size_rank(self, size: str) -> Decimal | None:
        """0 for the exact size; then the smallest tier that covers it; last a price that does not depend on size."""
        if not size:
            return Decimal("Infinity")
        if tier := _TIER.match(size):
            edge = Decimal(tier[1]) * 1024
            return edge if self.pixels <= edge * edge else None
        exact = _SIZE.match(size)
        return Decimal(0) if exact and (int(exact[1]), int(exact[2])) == (self.width, self.height) else None


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"

"""What one image costs at an offer, in USD: from any unit that providers price in, for a size and a quality.

``image_price`` is the only way from an offer to the price of an image. Everything else asks it: ``reference_price``
for the image by which pages compare models, ``cheapest_offer`` for the provider that asks least for that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from arena import wording
from arena.catalogue.catalogue import Catalogue
from arena.catalogue.model_facts import ImageTokens
from arena.catalogue.pricing.in_force import prices_in_force
from arena.catalogue.pricing.tiers import LISTED_UNITS, Tiers, is_makers_own, same_quality, tiers_of
from arena.catalogue.records import Condition, Model, Offer, Price, Unit

REFERENCE_WIDTH = REFERENCE_HEIGHT = 1024
REFERENCE_QUALITY = "medium"

_STANDARD_MODES = ("standard", "")
"""A price that names no mode is for the standard one."""
_MODES = {
    Unit.IMAGE: _STANDARD_MODES,
    Unit.MEGAPIXEL: _STANDARD_MODES,
    Unit.OUTPUT_TOKENS: ("image", *_STANDARD_MODES),
    Unit.STEP: _STANDARD_MODES,
}
"""The modes of prices that are for making an image; the first that an offer has a price for counts."""
_UNITS = (LISTED_UNITS, (Unit.OUTPUT_TOKENS,), (Unit.STEP,))
"""The first in which an offer has a price that fits counts: what is listed needs no statement of how many tokens or
steps an image takes."""
_MILLION = Decimal(1_000_000)
_PIXELS = re.compile(r"(\d{3,5})x(\d{3,5})")
_TIERS_OF_SIZE = re.compile(r"(\d(?:\.\d)?)K")
_EDGE = re.compile(r"(\d{3,5}) px")
_SIZE = re.compile(r"(\d{1,6}) ?[x×] ?(\d{1,6})\Z")
_SIZE_TIER = re.compile(r"(\d+(?:\.\d+)?)k\Z")

_Rank = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImagePrice:
    """What one image costs in USD: ``amount`` = ``price.amount`` x ``quantity`` of ``unit``.

    ``price`` is the row of the offer that says so. ``tokens`` is the row of the model that says how many tokens an
    image takes; None for other units.
    """

    amount: Decimal
    price: Price
    quantity: Decimal
    unit: str
    tokens: ImageTokens | None = None

    @property
    def formula(self) -> str:
        """The calculation in one line, e.g. ``1290 tokens x 30 USD / 1,000,000 = 0.0387 USD``."""
        amount = wording.exact(self.amount)
        if self.price.unit is Unit.IMAGE:
            return f"{amount} USD an image, as listed"
        per = " / 1,000,000" if self.price.unit is Unit.OUTPUT_TOKENS else ""
        return (
            f"{wording.exact(self.quantity)} {self.unit} x {wording.exact(self.price.amount)} USD{per} = {amount} USD"
        )

    @property
    def quality(self) -> str:
        """The quality, in small letters, that one of the rows states; empty where the price is for any."""
        stated = self.price.condition.quality or (self.tokens and self.tokens.quality)
        return (stated or "").lower()


@dataclass(frozen=True, slots=True)
class UnknownPrice:
    """Why the price of an image cannot be told: what no source states."""

    reason: str


@dataclass(frozen=True, slots=True)
class CheapestOffer:
    """The provider that asks least for an image of a model, and what it asks."""

    provider: str
    price: ImagePrice

    @property
    def amount(self) -> Decimal:
        """In USD."""
        return self.price.amount


def image_price(
    offer: Offer,
    model: Model,
    tiers: Tiers,
    *,
    width: int = REFERENCE_WIDTH,
    height: int = REFERENCE_HEIGHT,
    quality: str = REFERENCE_QUALITY,
    on: date | None = None,
) -> ImagePrice | UnknownPrice:
    """The price of one image of ``model`` in the standard mode, ``on`` a day or by the newest rows.

    The row that speaks of the image most plainly counts: first by quality, then by size, then by mode, and of equal
    rows the cheapest. ``medium``, ``standard`` and ``default`` stand for each other, and a row without a size for all.
    A row without a quality is for the one quality that the model has; if ``tiers`` has several, for its default
    alone. A tier such as ``2K`` covers images of at most 2048 x 2048 pixels that no smaller tier covers.
    """
    return image_pricing(offer, model, tiers, on)(width, height, quality)


def image_pricing(
    offer: Offer, model: Model, tiers: Tiers, on: date | None = None
) -> Callable[[int, int, str], ImagePrice | UnknownPrice]:
    """``image_price`` for many images at one offer: answers for a width, a height and a quality."""
    rows = [_Row.of(price) for price in prices_in_force(offer, on) if price.unit in _MODES]
    # One kind of unit after the other: what is listed counts even where a price by the token speaks of the image more
    # plainly, since that one depends on a second source, for how many tokens an image takes.
    by_units = [found for units in _UNITS if (found := [row for row in rows if row.price.unit in units])]
    largest = largest_pixels(model)

    def price_of(width: int, height: int, quality: str) -> ImagePrice | UnknownPrice:
        if not rows:
            return UnknownPrice("no price by the image, megapixel, output token or step is known")
        image = _Image(width, height, quality.lower(), tiers)
        too_large = width * height > largest
        reasons: list[str] = []
        for found in by_units:
            computed = list(_computed(found, model, image))
            priced = [
                (rank, price)
                for rank, price in computed
                if isinstance(price, ImagePrice) and not (too_large and not price.price.condition.size)
            ]
            if priced:
                return min(priced, key=lambda candidate: (candidate[0], candidate[1].amount))[1]
            reasons += [price.reason for _, price in computed if isinstance(price, UnknownPrice)]
        if too_large:
            reasons.append(f"no source says that the model makes images of {image.size}")
        elif not reasons and any(image.lacks_quality(row.price.condition) for row in rows):
            reasons = ["the price does not state for which of the model's qualities it is"]
        return UnknownPrice("; ".join(dict.fromkeys(reasons)) or f"no price fits {image.size} at {quality} quality")

    return price_of


def largest_pixels(model: Model) -> float:
    """Pixels of the largest image that a model makes, as its source puts it; infinity where that is not understood."""
    return _largest(model.max_resolution or "")


@lru_cache(maxsize=1024)
def _largest(stated: str) -> float:
    if sizes := _PIXELS.findall(stated):
        return float(max(int(width) * int(height) for width, height in sizes))
    edges = [1024 * float(tier) for tier in _TIERS_OF_SIZE.findall(stated)]
    edges = edges or [float(edge) for edge in _EDGE.findall(stated)]
    return max(edges) ** 2 if edges else float("inf")


def reference_price(offer: Offer, model: Model, tiers: Tiers, on: date | None = None) -> ImagePrice | None:
    """The price of the reference image, by which pages compare models: 1024x1024 in medium or standard quality."""
    price = image_price(offer, model, tiers, on=on)
    return price if isinstance(price, ImagePrice) else None


def cheapest_offer(
    catalogue: Catalogue,
    model_id: str,
    on: date | None = None,
    *,
    width: int = REFERENCE_WIDTH,
    height: int = REFERENCE_HEIGHT,
    quality: str = REFERENCE_QUALITY,
) -> CheapestOffer | None:
    """The offer that asks least for one image; None where no offer has a price for it that is not contested,
    and for a model that is shut down, whose prices are history.

    Of equal prices the one at the maker's own API counts, then the first by provider id.
    """
    if not catalogue.models[model_id].current:
        return None
    tiers, model = tiers_of(catalogue, model_id), catalogue.models[model_id]
    found = (
        (provider, image_price(offer, model, tiers, width=width, height=height, quality=quality, on=on))
        for provider, offer in catalogue.offers_of(model_id).items()
    )
    offers = [
        CheapestOffer(provider, price)
        for provider, price in found
        # Readers would choose by a price that other sources contradict, and then pay another one.
        if isinstance(price, ImagePrice) and not price.price.contested
    ]
    return min(
        offers,
        default=None,
        key=lambda offer: (offer.amount, not is_makers_own(catalogue, offer.provider, model_id), offer.provider),
    )


def price_range(offer: Offer, on: date | None = None) -> tuple[ImagePrice, ImagePrice] | None:
    """The least and the most that the listed prices ask for one image of any size and quality.

    Of the standard mode where the offer lists a price for it, else of edits; never of batches, nor of what comes on top
    of an image, such as a picture that is handed in; nor of prices that other sources contest. A price by the megapixel
    is taken at the size of its own condition, or at the reference size. None for an offer without such a price.
    """
    listed = (_listed_price(price) for price in prices_in_force(offer, on) if price.unit in LISTED_UNITS)
    sure = (price for price in listed if price and not price.price.contested)
    priced = sorted(sure, key=lambda price: price.amount)
    standard = [price for price in priced if _mode(price.price) in _STANDARD_MODES]
    considered = standard or [price for price in priced if _mode(price.price) == "edit"]
    return (considered[0], considered[-1]) if considered else None


@dataclass(frozen=True, slots=True)
class BlendedPrice:
    """``amount`` = (3 x input + output) / 4 in USD per 1M tokens: three input tokens for each output token."""

    amount: Decimal
    input: Price
    output: Price

    @property
    def formula(self) -> str:
        """The calculation in one line."""
        paid_in, paid_out = wording.exact(self.input.amount), wording.exact(self.output.amount)
        return f"(3 x {paid_in} + {paid_out}) / 4 = {wording.exact(self.amount)} USD"


def blended_price(offer: Offer, on: date | None = None) -> BlendedPrice | None:
    """The offer's token prices blended 3:1, for text tokens in and image tokens out where it tells kinds apart.

    None for an offer that has no price for both.
    """
    prices = prices_in_force(offer, on)
    paid_in = _token_price(prices, Unit.INPUT_TOKENS, ("text", ""))
    paid_out = _token_price(prices, Unit.OUTPUT_TOKENS, ("image", "", "text"))
    if paid_in is None or paid_out is None:
        return None
    return BlendedPrice((3 * paid_in.amount + paid_out.amount) / 4, paid_in, paid_out)


def input_price(offer: Offer, on: date | None = None) -> Decimal:
    """What a picture to edit costs as input, where the offer lists such a price by the image; zero elsewhere."""
    inputs = (price for price in prices_in_force(offer, on) if price.unit is Unit.IMAGE)
    return sum((price.amount for price in inputs if _mode(price) == "input image"), Decimal(0))


def _token_price(prices: Iterable[Price], unit: Unit, kinds: tuple[str, ...]) -> Price | None:
    """The price for the first kind of token that the offer has a price for; of several rows the one listed first."""
    by_kind: dict[str, Price] = {}
    for price in prices:
        if price.unit is unit:
            by_kind.setdefault(_mode(price), price)
    return next((by_kind[kind] for kind in kinds if kind in by_kind), None)


def _mode(price: Price) -> str:
    return (price.condition.mode or "").lower()


@dataclass(frozen=True, slots=True)
class _Row:
    """A price with the place of its mode among ``_MODES``, if any, and its quality and size in small letters."""

    price: Price
    mode: int | None
    quality: str
    size: str

    @classmethod
    def of(cls, price: Price) -> _Row:
        mode, modes, condition = _mode(price), _MODES[price.unit], price.condition
        at = modes.index(mode) if mode in modes else None
        return cls(price, at, (condition.quality or "").lower(), (condition.size or "").lower())


def _computed(rows: Iterable[_Row], model: Model, image: _Image) -> Iterator[tuple[_Rank, ImagePrice | UnknownPrice]]:
    """What each price that fits the image comes to, with its rank."""
    for row in rows:
        # Of tokens, how many an image takes depends on the quality, and what one of them costs does not.
        by_token = row.price.unit is Unit.OUTPUT_TOKENS
        if row.mode is not None and (rank := image.rank(row.quality, row.size, any_quality=by_token)):
            yield (*rank, row.mode), _multiplied(row.price, model, image)


def _multiplied(price: Price, model: Model, image: _Image) -> ImagePrice | UnknownPrice:
    """The price times how many of its unit the image takes."""
    match price.unit:
        case Unit.IMAGE:
            return ImagePrice(price.amount, price, Decimal(1), "image")
        case Unit.MEGAPIXEL:
            return _by_megapixel(price, image.pixels)
        case Unit.STEP if price.steps:
            return ImagePrice(price.amount * price.steps, price, Decimal(price.steps), "steps")
        case Unit.STEP:
            return UnknownPrice("the price is by the step, and no source states how many steps an image takes")
        case Unit.INPUT_TOKENS | Unit.OUTPUT_TOKENS:
            return _by_token(price, model, image)


def _by_token(price: Price, model: Model, image: _Image) -> ImagePrice | UnknownPrice:
    # The model's own file has the counts: how many tokens an image takes is the same at every provider.
    counts = [
        (rank, row)
        for row in model.tokens_per_image
        if (rank := image.rank((row.quality or "").lower(), (row.size or "").lower()))
    ]
    if not counts:
        return UnknownPrice(
            f"the price is by the token, and no source states how many an image of {image.size} takes at "
            f"{image.quality} quality"
        )
    tokens = min(counts, key=lambda count: count[0])[1]
    return ImagePrice(price.amount * tokens.tokens / _MILLION, price, Decimal(tokens.tokens), "tokens", tokens)


def _by_megapixel(price: Price, pixels: int) -> ImagePrice:
    megapixels = pixels / _MILLION
    return ImagePrice(price.amount * megapixels, price, megapixels, "megapixels")


def _listed_price(price: Price) -> ImagePrice | None:
    """The price of one image of the size that the row itself names; None for a price by the megapixel of a tier."""
    if price.unit is Unit.IMAGE:
        return ImagePrice(price.amount, price, Decimal(1), "image")
    if not price.condition.size:
        return _by_megapixel(price, REFERENCE_WIDTH * REFERENCE_HEIGHT)
    size = _SIZE.match(price.condition.size.lower())
    return _by_megapixel(price, int(size[1]) * int(size[2])) if size else None


@dataclass(frozen=True, slots=True)
class _Image:
    """The image whose price is asked for; its quality is in small letters. ``tiers`` are those of the model."""

    width: int
    height: int
    quality: str
    tiers: Tiers

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def rank(self, quality: str, size: str, *, any_quality: bool = False) -> _Rank | None:
        """How plainly a row of this quality and size speaks of the image, the plainest lowest; None where it does not.

        ``any_quality`` says that a row without a quality is for all of them.
        """
        by_quality = self._quality_rank(quality, any_quality)
        by_size = None if by_quality is None else self._size_rank(size)
        return None if by_quality is None or by_size is None else (by_quality, *by_size)

    def lacks_quality(self, row: Condition) -> bool:
        """Whether the row would be about the image if it stated its quality."""
        return not row.quality and self.tiers.several and not self.tiers.unstated_is(self.quality)

    def _quality_rank(self, quality: str, any_quality: bool) -> int | None:
        if quality == self.quality:
            return 0
        if not quality:
            return 2 if any_quality or self.tiers.unstated_is(self.quality) else None
        return 1 if same_quality(quality, self.quality) else None  # no other quality is guessed from one that is stated

    def _size_rank(self, size: str) -> _Rank | None:
        """The exact size; the tier that the image needs; no size; a tier larger than it needs, the smallest first."""
        if not size:
            return 2, 0
        edge, exact = _size(size)
        if edge:
            if self.pixels > edge**2:
                return None
            # Where the tier of half the edge would do, this one is the last resort: its price is for more pixels.
            needed = self.pixels > (edge // 2) ** 2
            return 1 if needed else 3, edge
        return (0, 0) if exact == (self.width, self.height) else None


@lru_cache(maxsize=1024)
def _size(stated: str) -> tuple[int, tuple[int, int] | None]:
    """The longer edge of a tier such as ``2k``, or 0; and width and height of a size such as ``1024x1024``, or None."""
    if tier := _SIZE_TIER.match(stated):
        return int(Decimal(tier[1]) * 1024), None
    exact = _SIZE.match(stated)
    return 0, (int(exact[1]), int(exact[2])) if exact else None

"""What a model costs: each provider at a glance, and every price with its condition, source and dates."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from arena.catalogue.history import price_ends
from arena.catalogue.prices import (
    ImagePrice,
    ReferencePrice,
    current_prices,
    image_prices,
    price_range,
    reference_price,
)
from arena.catalogue.records import Offer, Unit
from arena.publish import paths, words
from arena.publish.edition import Edition
from arena.publish.measured import EXPLAINED, Measured, measured_of
from arena.publish.price_words import conditions
from arena.publish.views.model.tokens import TokenRow, token_rows
from arena.publish.views.price_changes import PriceChange, price_changes

QUALITIES = ("low", "medium", "high")
MANY = 1000
_SAME_AS_MEDIUM = ("standard", "")
_SQUARE = ("1024x1024", "1k", "")
_UNITS = tuple(Unit)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider at a glance: prices of a 1024x1024 image by quality, of 1,000 in medium quality, and the range over
    all sizes and qualities.

    ``contested`` says that other sources contradict one of its current prices.
    """

    name: str
    path: str
    model_id: str
    by_quality: tuple[str, ...]
    thousand: str
    all_sizes: str
    contested: bool
    measured: Measured | None
    read: words.Day | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price as a source gives it: ``current`` until a newer one holds, from the day ``replaced``; ``contested`` by
    other sources.
    """

    provider: str
    quality: str
    size: str
    mode: str
    amount: str
    unit: str
    effective: words.Day | None
    read: words.Day
    source: str
    url: str
    note: str
    current: bool
    replaced: words.Day | None
    contested: bool


@dataclass(frozen=True, slots=True)
class Prices:
    """The section on prices; ``missing`` says why it is empty, ``measured`` what latency and success are, or that
    none were measured.
    """

    starts_at: str
    qualities: tuple[str, ...]
    providers: tuple[ProviderRow, ...]
    any_measured: bool
    measured: str
    tokens: tuple[TokenRow, ...]
    any_speed: bool
    changes: tuple[PriceChange, ...]
    rows: tuple[PriceRow, ...]
    rows_title: str
    missing: str
    calculator_path: str = f"{paths.PRICES}#calculator"


def prices_of(edition: Edition, model_id: str) -> Prices:
    """The prices of all offers, the cheapest provider first."""
    offers = edition.catalogue.offers_of(model_id)
    order = sorted(offers, key=lambda provider: (reference_amount(offers[provider]), provider))
    rows = tuple(row for provider in order for row in _price_rows(edition, provider, offers[provider]))
    providers = tuple(_provider_row(edition, model_id, provider, offers[provider]) for provider in order)
    tokens = token_rows(edition, model_id)
    any_measured = any(row.measured for row in providers)
    name = edition.model(model_id).name
    missing = ""
    if not offers:
        missing = f"No source we read names a provider that serves {name} over an API."
    elif not rows:
        missing = f"Providers of {name} are known, but no source we read gives a price."
    return Prices(
        starts_at=starts_at(edition, model_id),
        qualities=tuple(words.sentence(quality) for quality in QUALITIES),
        providers=providers,
        any_measured=any_measured,
        measured=EXPLAINED if any_measured else "Latency and success are not measured yet.",
        tokens=tokens,
        any_speed=any(row.speed_read for row in tokens),
        changes=price_changes(edition, [model_id]),
        rows=rows,
        rows_title=f"{words.count(len(rows), 'price')} by quality, size and mode, each with its source",
        missing=missing,
    )


def starts_at(edition: Edition, model_id: str) -> str:
    """The least that one image costs and where, then the reference image; empty where no price per image is known."""
    ranges = [
        (bounds[0].amount, provider, bounds[0].price)
        for provider, offer in edition.catalogue.offers_of(model_id).items()
        if (bounds := price_range(offer))
    ]
    if not ranges:
        return ""
    amount, provider, price = min(ranges, key=lambda item: item[:2])
    where = edition.catalogue.providers[provider].name
    condition = f" ({said})" if (said := conditions(price.condition)) else ""
    text = f"{edition.model(model_id).name} starts at {words.dollars(amount)} per image via {where}{condition}."
    reference = edition.prices.get(model_id)
    if reference is None:
        return text
    many = words.dollars(MANY * reference.amount)
    if reference.amount == amount:
        return f"{text} 1,000 images cost {many}."
    via = edition.catalogue.providers[reference.provider].name
    return (
        f"{text} At 1024×1024 in medium or standard quality it costs from {words.dollars(reference.amount)} via {via}, "
        f"{many} for 1,000 images."
    )


def reference_amount(offer: Offer) -> Decimal:
    """What a 1024x1024 image in medium or standard quality costs, to sort by: infinite where no source tells."""
    price = reference_price(offer)
    return price.amount if price else Decimal("Infinity")


def _provider_row(edition: Edition, model_id: str, provider: str, offer: Offer) -> ProviderRow:
    bounds, reference = price_range(offer), edition.asked.get((provider, model_id))
    read = max((price.read for price in offer.prices), default=None)
    return ProviderRow(
        name=edition.catalogue.providers[provider].name,
        path=paths.provider_path(provider),
        model_id=offer.model_id or "",
        by_quality=tuple(_square_price(offer, quality, reference) for quality in QUALITIES),
        thousand=words.dollars(MANY * reference.amount) if reference else words.NOTHING,
        all_sizes=words.span(words.dollars(bounds[0].amount), words.dollars(bounds[1].amount))
        if bounds
        else words.NOTHING,
        contested=any(price.contested for price in current_prices(offer)),
        measured=measured_of(edition, provider, model_id),
        read=words.day(read) if read else None,
    )


def _square_price(offer: Offer, quality: str, reference: ReferencePrice | None) -> str:
    """The price of a 1024x1024 image of one quality in the standard mode; medium stands for the reference image."""
    if quality == "medium":
        return words.dollars(reference.amount) if reference else words.NOTHING
    found = [price for price in image_prices(offer) if _is_square(price) and _quality(price) == quality]
    return words.dollars(found[0].amount) if found else words.NOTHING


def _quality(price: ImagePrice) -> str:
    return (price.price.condition.quality or "").lower()


def _is_square(price: ImagePrice) -> bool:
    condition = price.price.condition
    return (condition.size or "").lower() in _SQUARE and (condition.mode or "").lower() in _SAME_AS_MEDIUM


def _price_rows(edition: Edition, provider: str, offer: Offer) -> list[PriceRow]:
    current, ends = current_prices(offer), price_ends(offer)
    ordered = sorted(offer.prices, key=lambda price: (_UNITS.index(price.unit), price.amount))
    return [
        PriceRow(
            provider=edition.catalogue.providers[provider].name,
            quality=words.sentence(price.condition.quality or words.NOTHING),
            size=words.dimensions(price.condition.size or words.NOTHING),
            mode=price.condition.mode or words.NOTHING,
            amount=words.dollars(price.amount),
            unit=price.unit.value,
            effective=words.day(price.effective) if price.effective else None,
            read=words.day(price.read),
            source=price.source,
            url=price.url or "",
            note=price.note or "",
            current=price in current,
            replaced=words.day(ends[price]) if price in ends else None,
            contested=price.contested,
        )
        for price in ordered
    ]

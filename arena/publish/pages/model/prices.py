"""What a model costs: each provider at a glance, every price with its condition, source and dates, and its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from arena import wording
from arena.catalogue.pricing.estimate import ImagePrice, blended_price, image_price, price_range
from arena.catalogue.pricing.in_force import price_ends, prices_in_force
from arena.catalogue.records import Model, Offer, Speed, Unit
from arena.publish import paths
from arena.publish.content.measured import EXPLAINED, Measured, measured_of
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.state import shut_down_words
from arena.publish.pages.prices import PriceChange, conditions, price_changes
from arena.publish.paths import provider_path

QUALITIES = ("low", "medium", "high")
MANY = 1000
_UNITS = tuple(Unit)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A provider's prices of 1M tokens in US dollars, and the speed that it states; a dash for what is not known.

    ``kind_in`` and ``kind_out`` say which tokens the prices are for, where the source tells kinds apart.
    """

    provider: str
    path: str
    paid_in: str
    kind_in: str
    paid_out: str
    kind_out: str
    blended: str
    speed: str
    speed_source: str
    speed_url: str
    speed_read: wording.Day | None


def token_rows(site: SiteData, model_id: str) -> tuple[TokenRow, ...]:
    """A row for each offer with prices of tokens in and out, or with a speed, by provider."""
    return tuple(_rows(site, model_id))


def _rows(site: SiteData, model_id: str) -> Iterator[TokenRow]:
    for provider, offer in sorted(site.catalogue.offers_of(model_id).items()):
        blended = blended_price(offer)
        if blended is None and offer.speed is None:
            continue
        yield TokenRow(
            provider=site.catalogue.providers[provider].name,
            path=provider_path(provider),
            paid_in=wording.dollars(blended.input.amount) if blended else wording.NOTHING,
            kind_in=(blended and blended.input.condition.mode) or "",
            paid_out=wording.dollars(blended.output.amount) if blended else wording.NOTHING,
            kind_out=(blended and blended.output.condition.mode) or "",
            blended=wording.dollars(blended.amount) if blended else wording.NOTHING,
            speed=_speed(offer.speed) if offer.speed else wording.NOTHING,
            speed_source=offer.speed.source if offer.speed else "",
            speed_url=(offer.speed.url if offer.speed else None) or "",
            speed_read=wording.day(offer.speed.read) if offer.speed else None,
        )


def _speed(speed: Speed) -> str:
    said = []
    if speed.tokens_per_second is not None:
        said.append(f"{wording.number(float(speed.tokens_per_second), 1)} tokens a second")
    if speed.seconds_to_first_token is not None:
        said.append(f"the first after {wording.number(float(speed.seconds_to_first_token))} s")
    return ", ".join(said) or wording.NOTHING


@dataclass(frozen=True, slots=True)
class ModelProviderRow:
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
    read: wording.Day | None


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
    effective: wording.Day | None
    read: wording.Day
    source: str
    url: str
    note: str
    current: bool
    replaced: wording.Day | None
    contested: bool


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """The section on prices; ``missing`` says why it is empty, ``measured`` what latency and success are, or that
    none were measured.
    """

    starts_at: str
    qualities: tuple[str, ...]
    providers: tuple[ModelProviderRow, ...]
    any_measured: bool
    measured: str
    tokens: tuple[TokenRow, ...]
    any_speed: bool
    changes: tuple[PriceChange, ...]
    rows: tuple[PriceRow, ...]
    rows_title: str
    missing: str
    calculator_path: str = f"{paths.PRICES}#calculator"


def prices_of(site: SiteData, model_id: str) -> ModelPrices:
    """The prices of all offers, the cheapest provider first."""
    offers = site.catalogue.offers_of(model_id)
    order = sorted(offers, key=lambda provider: (reference_amount(site, provider, model_id), provider))
    rows = tuple(row for provider in order for row in _price_rows(site, provider, offers[provider]))
    providers = tuple(_provider_row(site, model_id, provider, offers[provider]) for provider in order)
    tokens = token_rows(site, model_id)
    any_measured = any(row.measured for row in providers)
    name = site.model(model_id).name
    missing = ""
    if not offers:
        missing = f"No source we read names a provider that serves {name} over an API."
    elif not rows:
        missing = f"Providers of {name} are known, but no source we read gives a price."
    return ModelPrices(
        starts_at=starts_at(site, model_id),
        qualities=tuple(wording.sentence(quality) for quality in QUALITIES),
        providers=providers,
        any_measured=any_measured,
        measured=EXPLAINED if any_measured else "Latency and success are not measured yet.",
        tokens=tokens,
        any_speed=any(row.speed_read for row in tokens),
        changes=price_changes(site, [model_id]),
        rows=rows,
        rows_title=f"{wording.count(len(rows), 'price')} by quality, size and mode, each with its source",
        missing=missing,
    )


def starts_at(site: SiteData, model_id: str) -> str:
    """The least that one image costs and where, then the reference image; empty where no price per image is known. Of a
    model that is shut down no price is the one to pay.
    """
    if gone := shut_down_words(site, model_id):
        return f"{gone} Prices of it are kept as they were last read; a provider may ask another, or none any more."
    ranges = [
        (bounds[0].amount, provider, bounds[0].price)
        for provider, offer in site.catalogue.offers_of(model_id).items()
        if (bounds := price_range(offer))
    ]
    if not ranges:
        return ""
    amount, provider, price = min(ranges, key=lambda item: item[:2])
    where = site.catalogue.providers[provider].name
    condition = f" ({said})" if (said := conditions(price.condition)) else ""
    text = f"{site.model(model_id).name} starts at {wording.dollars(amount)} per image via {where}{condition}."
    reference = site.prices.get(model_id)
    if reference is None:
        return text
    many = wording.dollars(MANY * reference.amount)
    if reference.amount == amount:
        return f"{text} 1,000 images cost {many}."
    via = site.catalogue.providers[reference.provider].name
    return (
        f"{text} At 1024×1024 in medium or standard quality it costs from {wording.dollars(reference.amount)} "
        f"via {via}, {many} for 1,000 images."
    )


def reference_amount(site: SiteData, provider: str, model_id: str) -> Decimal:
    """What a 1024x1024 image in medium or standard quality costs, to sort by: infinite where no source tells."""
    price = site.reference_prices.get((provider, model_id))
    return price.amount if price else Decimal("Infinity")


def _provider_row(site: SiteData, model_id: str, provider: str, offer: Offer) -> ModelProviderRow:
    bounds, reference = price_range(offer), site.reference_prices.get((provider, model_id))
    read = max((price.read for price in offer.prices), default=None)
    return ModelProviderRow(
        name=site.catalogue.providers[provider].name,
        path=paths.provider_path(provider),
        model_id=offer.model_id or "",
        by_quality=tuple(_square_price(offer, site.model(model_id), quality) for quality in QUALITIES),
        thousand=wording.dollars(MANY * reference.amount) if reference else wording.NOTHING,
        all_sizes=wording.span(wording.dollars(bounds[0].amount), wording.dollars(bounds[1].amount))
        if bounds
        else wording.NOTHING,
        contested=any(price.contested for price in prices_in_force(offer)),
        measured=measured_of(site, provider, model_id),
        read=wording.day(read) if read else None,
    )


def _square_price(offer: Offer, model: Model, quality: str) -> str:
    """The price of a 1024x1024 image of one quality; one that states no quality stands below medium only."""
    price = image_price(offer, model, quality=quality)
    if isinstance(price, ImagePrice) and quality in ("medium", price.quality):
        return wording.dollars(price.amount)
    return wording.NOTHING


def _price_rows(site: SiteData, provider: str, offer: Offer) -> list[PriceRow]:
    current, ends = prices_in_force(offer), price_ends(offer)
    ordered = sorted(offer.prices, key=lambda price: (_UNITS.index(price.unit), price.amount))
    return [
        PriceRow(
            provider=site.catalogue.providers[provider].name,
            quality=wording.sentence(price.condition.quality or wording.NOTHING),
            size=wording.dimensions(price.condition.size or wording.NOTHING),
            mode=price.condition.mode or wording.NOTHING,
            amount=wording.dollars(price.amount),
            unit=price.unit.value,
            effective=wording.day(price.effective) if price.effective else None,
            read=wording.day(price.read),
            source=price.source,
            url=price.url or "",
            note=price.note or "",
            current=price in current,
            replaced=wording.day(ends[price]) if price in ends else None,
            contested=price.contested,
        )
        for price in ordered
    ]

"""What a model costs: each provider at a glance, every price with its condition, source and dates, and its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from arena import wording
from arena.catalogue.model_facts import Speed
from arena.catalogue.pricing.estimate import ImagePrice, blended_price, price_range
from arena.catalogue.pricing.in_force import price_ends, prices_in_force
from arena.catalogue.pricing.tiers import is_makers_own
from arena.catalogue.records import Offer, Price, Unit
from arena.publish import paths
from arena.publish.content.measured import EXPLAINED, Measured, measured_of
from arena.publish.content.once import once
from arena.publish.content.read_day import OVER_AGE, ReadDay
from arena.publish.content.site_data import SiteData
from arena.publish.pages.calculator import by_quality
from arena.publish.pages.model.price_history import PriceHistory, price_history_of
from arena.publish.pages.model.state import shut_down_words
from arena.publish.pages.prices import PriceChange, price_changes
from arena.publish.paths import provider_path

MANY = 1000
NOT_STATED = "not stated"
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
        blended = blended_price(offer, site.catalogue.today)
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
    """A provider at a glance: prices of a 1024x1024 image by quality, of 1,000 in medium or standard quality, and the
    range over all sizes and qualities.

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
    read: ReadDay | None


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
    read: ReadDay
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
    range: str
    """What an image costs at least and at most, and at how many providers: the gist of the section."""
    qualities: tuple[str, ...]
    providers: tuple[ModelProviderRow, ...]
    any_measured: bool
    measured: str
    tokens: tuple[TokenRow, ...]
    any_speed: bool
    changes: tuple[PriceChange, ...]
    history: PriceHistory
    rows: tuple[PriceRow, ...]
    rows_title: str
    missing: str
    calculator_path: str


def prices_of(site: SiteData, model_id: str) -> ModelPrices:
    """The prices of all offers, the cheapest provider first."""
    offers = site.catalogue.offers_of(model_id)
    order = sorted(offers, key=lambda provider: cheapest_first(site, provider, model_id))
    rows = tuple(row for provider in order for row in _price_rows(site, provider, offers[provider]))
    providers = tuple(_provider_row(site, model_id, provider, offers[provider]) for provider in order)
    tokens = token_rows(site, model_id)
    any_measured = any(row.measured for row in providers)
    name = site.model(model_id).name
    changes = price_changes(site, [model_id])
    missing = ""
    if not offers:
        missing = f"We found no provider that serves {name} over an API."
    elif not rows:
        missing = f"Providers of {name} are known, but we found no price."
    return ModelPrices(
        starts_at=starts_at(site, model_id),
        range=_range_words(site, model_id),
        qualities=tuple(wording.sentence(quality) for quality in _qualities(site, model_id)) or ("An image",),
        providers=providers,
        any_measured=any_measured,
        measured=EXPLAINED if any_measured else "Latency and success are not measured yet.",
        tokens=tokens,
        any_speed=any(row.speed_read for row in tokens),
        changes=changes,
        history=price_history_of(site, model_id, changed=bool(changes)),
        rows=rows,
        rows_title=f"{wording.count(len(rows), 'price')} by quality, size and mode, each with its source",
        missing=missing,
        calculator_path=paths.calculator_path(model_id) if model_id in site.prices else paths.PRICES,
    )


def cheapest_first(site: SiteData, provider: str, model_id: str) -> tuple[Decimal, bool, str]:
    """A key to sort providers by: the cheapest first; of equal ones the maker's own."""
    own = is_makers_own(site.catalogue, provider, model_id)
    return reference_amount(site, provider, model_id), not own, provider


@once
def starts_at(site: SiteData, model_id: str) -> str:
    """What the reference image costs and where, then other qualities; empty where no price per image is known. Of a
    model that is shut down no price is the one to pay.
    """
    if gone := shut_down_words(site, model_id):
        return f"{gone} Prices of it are kept as they were last read; a provider may ask another, or none any more."
    name, cheapest = site.model(model_id).name, site.prices.get(model_id)
    if cheapest is None:
        return _without_reference(site, model_id)
    price = cheapest.price.price
    via, read = site.catalogue.providers[cheapest.provider].name, site.read_day(price.read)
    old = f", {OVER_AGE}" if read.old else ""
    quality = " in medium or standard quality" if site.tiers[model_id].several else ""
    said = [
        f"{name} costs from {wording.dollars(cheapest.amount)} per image via {via} for 1024×1024{quality} "
        f"(read on {read.text}{old}).",
        f"1,000 images cost {wording.dollars(MANY * cheapest.amount)}.",
    ]
    if tiers := by_quality(site, model_id):
        said.append(f"The least by quality: {tiers}.")
    return " ".join(said)


def _without_reference(site: SiteData, model_id: str) -> str:
    """What is listed where no source tells what the reference image costs."""
    name, bounds = site.model(model_id).name, _listed(site, model_id)
    if not bounds:
        return ""
    low, high = wording.dollars(bounds[0].amount), wording.dollars(bounds[-1].amount)
    unstated = f", quality {NOT_STATED}" if all(_is_unstated(site, model_id, bound.price) for bound in bounds) else ""
    tiers = by_quality(site, model_id)
    return (
        f"What {name} costs for 1024×1024 in medium or standard quality is not stated. Listed prices: "
        f"{wording.span(low, high)} per image{unstated}.{f' The least by quality: {tiers}.' if tiers else ''}"
    )


def _range_words(site: SiteData, model_id: str) -> str:
    """``$0.053 to $0.21 an image from 4 providers``; who serves it where no price per image is known."""
    offers = site.catalogue.offers_of(model_id)
    if not site.model(model_id).current:
        return "shut down: prices as they were last read"
    bounds = _listed(site, model_id)
    if not bounds:
        return f"{wording.count(len(offers), 'provider')}, no price per image known" if offers else "no provider known"
    low, high = wording.dollars(bounds[0].amount), wording.dollars(bounds[-1].amount)
    priced = sum(price_range(offer, site.catalogue.today) is not None for offer in offers.values())
    return f"{low if low == high else f'{low} to {high}'} an image from {wording.count(priced, 'provider')}"


def _listed(site: SiteData, model_id: str) -> list[ImagePrice]:
    """The bounds of every offer's listed prices, the least first."""
    offers = site.catalogue.offers_of(model_id).values()
    ranges = (price_range(offer, site.catalogue.today) for offer in offers)
    return sorted((price for bounds in ranges if bounds for price in bounds), key=lambda price: price.amount)


def reference_amount(site: SiteData, provider: str, model_id: str) -> Decimal:
    """What a 1024x1024 image in medium or standard quality costs, to sort by: infinite where no source tells."""
    price = site.reference_prices.get((provider, model_id))
    return price.amount if price else Decimal("Infinity")


def _qualities(site: SiteData, model_id: str) -> tuple[str, ...]:
    """The qualities that have a column of their own; none where the price does not depend on the quality."""
    tiers = site.tiers[model_id]
    return tiers.ordered if tiers.several else ()


def _provider_row(site: SiteData, model_id: str, provider: str, offer: Offer) -> ModelProviderRow:
    reference = site.image_price(provider, model_id)
    qualities = _qualities(site, model_id)
    asked = [site.image_price(provider, model_id, quality=quality) for quality in qualities]
    missing = NOT_STATED if offer.prices else wording.NOTHING
    prices = asked or [reference]
    # The oldest of what the row shows: another price of the offer may have been read since.
    shown = [price.price.read for price in prices if isinstance(price, ImagePrice)]
    read = min(shown) if shown else max((price.read for price in offer.prices), default=None)
    return ModelProviderRow(
        name=site.catalogue.providers[provider].name,
        path=paths.provider_path(provider),
        model_id=offer.model_id or "",
        by_quality=tuple(wording.dollars(p.amount) if isinstance(p, ImagePrice) else missing for p in prices),
        thousand=wording.dollars(MANY * reference.amount) if isinstance(reference, ImagePrice) else missing,
        all_sizes=_any_size(site, model_id, offer),
        contested=any(price.contested for price in prices_in_force(offer, site.catalogue.today)),
        measured=measured_of(site, provider, model_id),
        read=site.read_day(read) if read else None,
    )


def _any_size(site: SiteData, model_id: str, offer: Offer) -> str:
    """The range of the offer's listed prices; says so where the model has several qualities and they state none."""
    bounds = price_range(offer, site.catalogue.today)
    if not bounds:
        return wording.NOTHING
    text = wording.span(wording.dollars(bounds[0].amount), wording.dollars(bounds[1].amount))
    unstated = all(_is_unstated(site, model_id, bound.price) for bound in bounds)
    return f"{text}, quality {NOT_STATED}" if unstated else text


def _is_unstated(site: SiteData, model_id: str, price: Price) -> bool:
    tiers = site.tiers[model_id]
    return tiers.several and not tiers.default and not price.condition.quality


def _price_rows(site: SiteData, provider: str, offer: Offer) -> list[PriceRow]:
    current, ends = prices_in_force(offer, site.catalogue.today), price_ends(offer)
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
            read=site.read_day(price.read),
            source=price.source,
            url=price.url or "",
            note=price.note or "",
            current=price in current,
            replaced=wording.day(ends[price]) if price in ends else None,
            contested=price.contested,
        )
        for price in ordered
    ]

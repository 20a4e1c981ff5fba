"""Providers: who serves which models, under which id and at which prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arena import wording
from arena.catalogue.pricing.estimate import price_range
from arena.catalogue.pricing.in_force import price_ends
from arena.catalogue.records import Offer, Price
from arena.publish.content.measured import EXPLAINED, Measured, measured_of
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.read_day import ReadDay
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, ForEach, Page
from arena.publish.pages.calculator import ANY, ANY_EXPLAINED, conditions
from arena.publish.pages.citations import Citation, cited, last_read, newest
from arena.publish.paths import PROVIDERS, provider_path


@dataclass(frozen=True, slots=True)
class ProviderPrice:
    """One price as a provider states it, and the day on which a newer one took its place, if one did."""

    amount: str
    unit: str
    condition: str
    effective: wording.Day | None
    read: ReadDay
    source: str
    url: str
    note: str
    contested: bool
    replaced: wording.Day | None


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A model that a provider serves, with all its prices there.

    ``anchor`` names it within the page; ``rows`` is how many rows of the table it takes.
    """

    model: ModelRef
    anchor: str
    model_id: str
    url: str
    prices: tuple[ProviderPrice, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """A model that a provider was asked for, and what was measured then."""

    model: ModelRef
    measured: Measured


@dataclass(frozen=True)
class ProviderView:
    """One provider with all its offers, by maker and model; ``measured`` has those that were measured."""

    name: str
    url: str
    endpoint: str
    gateway: str
    description: str
    summary: str
    offers: tuple[OfferRow, ...]
    measured: tuple[MeasuredRow, ...]
    explained: str
    any_explained: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider in the index; ``span`` is from the least to the most that it charges for one image of any model."""

    name: str
    path: str
    offers: str
    prices: str
    span: str
    read: wording.Day | None


@dataclass(frozen=True)
class ProvidersView:
    """All providers, by name."""

    rows: tuple[ProviderRow, ...]
    offers: str


def _index_page(site: SiteData) -> Page:
    return Page(
        path=PROVIDERS,
        template="providers.html",
        title="Providers",
        description="Who sells image models over an API, how many, and at which prices per image.",
        view=_index(site),
        updated=newest(_last_price(offer) for offer in site.catalogue.offers.values()),
    )


def provider_page(site: SiteData, provider_id: str) -> Page:
    """The page of one provider, or of all of them for an empty id."""
    if not provider_id:
        return _index_page(site)
    provider, offers = site.catalogue.providers[provider_id], site.catalogue.offers_at(provider_id)
    return Page(
        path=provider_path(provider_id),
        template="provider.html",
        title=f"{provider.name}: prices of image models",
        description=f"{wording.count(len(offers), 'image model')} at {provider.name}: the id of each in its API, "
        "and every price with what it holds for, its date and its source.",
        view=_view(site, provider_id),
        section=PROVIDERS,
        crumbs=(Crumb("Providers", PROVIDERS),),
        updated=newest([last_read(provider.sources), *(_last_price(offer) for offer in offers.values())]),
    )


pages = ForEach[SiteData, SiteData, str, Page](
    lambda site: ("", *site.catalogue.providers), lambda site: site, provider_page
)
"""The index of providers, and a page for each."""


def _last_price(offer: Offer) -> date | None:
    return newest(price.read for price in offer.prices)


def _index(site: SiteData) -> ProvidersView:
    providers = site.catalogue.providers
    ids = sorted(providers, key=lambda key: providers[key].name.casefold())
    return ProvidersView(
        rows=tuple(_row(site, provider_id) for provider_id in ids),
        offers=wording.count(len(site.catalogue.offers), "offer"),
    )


def _row(site: SiteData, provider_id: str) -> ProviderRow:
    offers = site.catalogue.offers_at(provider_id)
    prices = [price for offer in offers.values() for price in offer.prices]
    sold = (offer for model_id, offer in offers.items() if site.model(model_id).current)
    bounds = [price.amount for offer in sold for price in price_range(offer, site.catalogue.today) or ()]
    read = newest(price.read for price in prices)
    return ProviderRow(
        name=site.catalogue.providers[provider_id].name,
        path=provider_path(provider_id),
        offers=wording.whole(len(offers)),
        prices=wording.whole(len(prices)),
        span=wording.span(wording.dollars(min(bounds)), wording.dollars(max(bounds))) if bounds else "",
        read=wording.day(read) if read else None,
    )


def _view(site: SiteData, provider_id: str) -> ProviderView:
    provider = site.catalogue.providers[provider_id]
    offers = site.catalogue.offers_at(provider_id)
    prices = sum(len(offer.prices) for offer in offers.values())
    return ProviderView(
        name=provider.name,
        url=provider.url or "",
        endpoint=provider.endpoint or "",
        gateway=provider.gateway or "",
        description=provider.description or "",
        summary=f"{wording.count(len(offers), 'model')}, {wording.count(prices, 'price')}",
        offers=tuple(_offer_row(site, model_id, offer) for model_id, offer in offers.items()),
        measured=tuple(
            MeasuredRow(model_ref(site, model_id), found)
            for model_id in offers
            if (found := measured_of(site, provider_id, model_id))
        ),
        explained=EXPLAINED,
        any_explained=ANY_EXPLAINED,
        sources=cited(provider.sources),
    )


def _offer_row(site: SiteData, model_id: str, offer: Offer) -> OfferRow:
    ends = price_ends(offer)
    return OfferRow(
        model=model_ref(site, model_id),
        anchor=model_id.replace("/", "-").replace(".", "_"),
        model_id=offer.model_id or "",
        url=offer.url or "",
        prices=tuple(_price_row(site, price, ends.get(price)) for price in offer.prices),
        rows=max(1, len(offer.prices)),
    )


def _price_row(site: SiteData, price: Price, end: date | None) -> ProviderPrice:
    return ProviderPrice(
        amount=wording.dollars(price.amount),
        unit=f"per {price.unit.value}",
        condition=wording.sentence(conditions(price.condition)) or ANY,
        effective=wording.day(price.effective) if price.effective else None,
        read=site.read_day(price.read),
        source=price.source,
        url=price.url or "",
        note=price.note or "",
        contested=price.contested,
        replaced=wording.day(end) if end else None,
    )

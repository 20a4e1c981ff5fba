"""What a board can be narrowed by: the choices of its form, and the values of each row that the choices are held to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from arena import wording
from arena.catalogue.pricing.estimate import ImagePrice
from arena.publish.content.measured import latency_of, quickest
from arena.publish.content.model_refs import licence_in_brief
from arena.publish.content.site_data import SiteData


@dataclass(frozen=True, slots=True)
class FilterOption:
    """One option: ``value`` is what stands in the address."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The options of each kind that at least one row has, by label; ``shown`` says that all rows are shown."""

    shown: str
    makers: tuple[FilterOption, ...]
    licences: tuple[FilterOption, ...]
    uses: tuple[FilterOption, ...]
    providers: tuple[FilterOption, ...]
    arenas: tuple[FilterOption, ...] = ()
    """Only for a table over all arenas."""


@dataclass(frozen=True, slots=True)
class RowKeys:
    """A row's values, unrounded: ``price`` in dollars, dates as ISO, ``providers`` and ``arenas`` as ids with spaces
    between; the arenas only in a table over all of them. ``asked`` and ``timed``
    have the price and the median latency at each provider, as they are shown, with semicolons between; a question
    mark after a price says that other sources contest it.
    """

    id: str
    maker: str
    open: str
    licence: str
    use: str
    price: str
    providers: str
    asked: str
    timed: str
    released: str
    arenas: str = ""


def keys_of(site: SiteData, model_id: str) -> RowKeys:
    """The values of one model; empty where they are unknown."""
    model = site.model(model_id)
    price = site.prices.get(model_id)
    providers = list(site.catalogue.offers_of(model_id))
    asked = (site.reference_prices.get((provider, model_id)) for provider in providers)
    return RowKeys(
        id=model_id,
        maker=model_id.partition("/")[0],
        open="yes" if model.weights.open is True else "",
        licence=licence_in_brief(model),
        use=model.output_terms.commercial_use,
        price=f"{price.amount:f}" if price else "",
        providers=" ".join(providers),
        asked=";".join(map(_asked, asked)),
        timed=";".join(latency_of(site, provider, model_id) for provider in providers)
        if quickest(site, model_id)
        else "",
        released=model.released.isoformat() if model.released else "",
    )


def _asked(price: ImagePrice | None) -> str:
    if price is None:
        return wording.NOTHING
    return f"{wording.dollars(price.amount)}{'?' if price.price.contested else ''}"


def keys_everywhere(site: SiteData, model_id: str) -> RowKeys:
    """The same with the arenas that the model takes part in."""
    return replace(keys_of(site, model_id), arenas=" ".join(site.model(model_id).arenas))


def filters_everywhere(site: SiteData, keys: Sequence[RowKeys]) -> Filters:
    """The options for a table over all arenas."""
    arenas = tuple(FilterOption(arena.id, arena.name) for arena in site.catalogue.project.arenas)
    return replace(filters_of(site, keys), arenas=arenas)


def filters_of(site: SiteData, keys: Sequence[RowKeys]) -> Filters:
    """The options for a board of rows with these values."""
    catalogue = site.catalogue
    providers = {provider for row in keys for provider in row.providers.split()}
    return Filters(
        shown=f"All {wording.count(len(keys), 'model')} shown",
        makers=choices((row.maker, catalogue.organizations[row.maker].name) for row in keys),
        licences=choices((row.licence, row.licence) for row in keys),
        uses=choices((row.use, row.use.capitalize()) for row in keys),
        providers=choices((provider, catalogue.providers[provider].name) for provider in providers),
    )


def choices(pairs: Iterable[tuple[str, str]]) -> tuple[FilterOption, ...]:
    """Each option once, by label."""
    ordered = sorted(set(pairs), key=lambda pair: (pair[1].casefold(), pair[0]))
    return tuple(FilterOption(value, label) for value, label in ordered)

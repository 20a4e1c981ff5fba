"""What a table can be filtered by: the options of its form, and the values of each row that scripts read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from arena import wording
from arena.catalogue.model_facts import CommercialUse
from arena.catalogue.records import Model
from arena.publish.content.capabilities import language_name
from arena.publish.content.model_refs import USE_WORDS, licence_in_brief
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData

LEGIBLE = "legible"
"""In the address: text that can be read, in whatever language."""


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
    weights_uses: tuple[FilterOption, ...]
    providers: tuple[FilterOption, ...]
    texts: tuple[FilterOption, ...]
    """Legible text in any language, and the languages that makers say they draw text in."""
    transparent: bool
    """Whether any row is known to leave the background out."""
    current: bool
    """Whether any model of the site is shut down, so that readers may leave such out."""
    arenas: tuple[FilterOption, ...] = ()
    """Only for a table over all arenas."""


@dataclass(frozen=True, slots=True)
class RowValues:
    """What scripts need of a row, unrounded: ids, dates as ISO, amounts in USD, times in milliseconds.

    ``prices``, ``contested`` and ``latencies`` have an entry for each of ``providers``, None where it is not known;
    ``latencies`` are empty where none of them was measured. ``texts`` are ``LEGIBLE`` and languages that the maker says
    it draws text in. ``arenas`` are given in a table over all of them only.
    """

    id: str
    maker: str
    open_weights: bool
    licence: str
    use: str
    price: float | None
    providers: tuple[str, ...]
    prices: tuple[float | None, ...]
    contested: tuple[bool, ...]
    latencies: tuple[int | None, ...]
    released: str
    weights_use: str
    transparent: bool
    texts: tuple[str, ...]
    current: bool
    arenas: tuple[str, ...] = ()


@once
def row_values(site: SiteData, model_id: str) -> RowValues:
    """The values of one model."""
    model = site.model(model_id)
    price = site.prices.get(model_id)
    # Nobody sells a model that is shut down, so it has no provider to choose it by.
    providers = tuple(site.catalogue.offers_of(model_id)) if model.current else ()
    asked = [site.reference_prices.get((provider, model_id)) for provider in providers]
    measured = [site.measured.get((provider, model_id)) for provider in providers]
    latencies = tuple(measurement.p50_ms if measurement else None for measurement in measured)
    return RowValues(
        id=model_id,
        maker=model_id.partition("/")[0],
        open_weights=model.weights.open is True,
        licence=licence_in_brief(model),
        use=model.output_terms.commercial_use,
        price=float(price.amount) if price else None,
        providers=providers,
        prices=tuple(float(price.amount) if price else None for price in asked),
        contested=tuple(price is not None and price.price.contested for price in asked),
        latencies=latencies if any(latency is not None for latency in latencies) else (),
        released=model.released.isoformat() if model.released else "",
        weights_use=model.weights.commercial_answer,
        transparent=model.capabilities.transparent_background is True,
        texts=texts_of(model),
        current=model.current,
    )


def texts_of(model: Model) -> tuple[str, ...]:
    """``LEGIBLE`` where the maker says that text is, then the languages that it names."""
    can = model.capabilities
    return (*((LEGIBLE,) if can.text_rendering or can.text_languages else ()), *can.text_languages)


def row_values_everywhere(site: SiteData, model_id: str) -> RowValues:
    """The same with the arenas that the model takes part in."""
    return replace(row_values(site, model_id), arenas=tuple(site.model(model_id).arenas))


def filters_everywhere(site: SiteData, rows: Sequence[RowValues]) -> Filters:
    """The options for a table over all arenas."""
    arenas = tuple(FilterOption(arena.id, arena.name) for arena in site.catalogue.project.arenas)
    return replace(filters_of(site, rows), arenas=arenas)


def filters_of(site: SiteData, rows: Sequence[RowValues]) -> Filters:
    """The options for a board of rows with these values."""
    catalogue = site.catalogue
    providers = {provider for row in rows for provider in row.providers}
    return Filters(
        shown=f"All {wording.count(len(rows), 'model')} shown",
        makers=options((row.maker, catalogue.organizations[row.maker].name) for row in rows),
        licences=options((row.licence, row.licence) for row in rows),
        uses=options((row.use, USE_WORDS[CommercialUse(row.use)]) for row in rows),
        weights_uses=options((row.weights_use, USE_WORDS[CommercialUse(row.weights_use)]) for row in rows),
        texts=text_options(site, {text for row in rows for text in row.texts}),
        transparent=any(row.transparent for row in rows),
        # Of any table: a reader who chose so keeps the choice on a board that has no such model, and beyond it.
        current=not all(model.current for model in catalogue.models.values()),
        providers=options((provider, catalogue.providers[provider].name) for provider in providers),
    )


def text_options(site: SiteData, texts: set[str]) -> tuple[FilterOption, ...]:
    """Legible text in any language first, then languages by name."""
    first = (FilterOption(LEGIBLE, "Legible, in any language"),) if LEGIBLE in texts else ()
    return (*first, *options((code, language_name(site, code)) for code in texts - {LEGIBLE}))


def options(pairs: Iterable[tuple[str, str]]) -> tuple[FilterOption, ...]:
    """Each option once, by label."""
    ordered = sorted(set(pairs), key=lambda pair: (pair[1].casefold(), pair[0]))
    return tuple(FilterOption(value, label) for value, label in ordered)

"""What images of any size and quality cost, one and many: the figures of the calculator on the prices page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from arena import wording
from arena.catalogue.pricing.estimate import ImagePrice, UnknownPrice, price_range
from arena.catalogue.pricing.tiers import is_makers_own
from arena.catalogue.records import Condition, Unit
from arena.publish.content.measured import ModelSpeed, speed_of
from arena.publish.content.model_refs import ModelRef, commercial_use_in_brief, model_ref, state_in_brief
from arena.publish.content.read_day import ReadDay
from arena.publish.content.site_data import SiteData
from arena.publish.json_text import json_text
from arena.publish.pages.filters import FilterOption, Filters, RowValues, filters_of, row_values
from arena.publish.paths import model_path, provider_path

SIZES = ((512, 512), (1024, 1024), (1024, 1536), (1536, 1024), (2048, 2048), (4096, 4096))
_NAMES = {2048: " (2K)", 4096: " (4K)"}
QUALITIES = ("low", "medium", "high")
REFERENCE = "1024x1024", "medium"
MANY = 1000
"""How many images the pages give the cost of."""
ANY = "Any"
ANY_EXPLAINED = "“Any” means that the source gives one price for all sizes and qualities."
_COMPUTED = {Unit.MEGAPIXEL: "by the megapixel", Unit.OUTPUT_TOKENS: "by output tokens", Unit.STEP: "by steps"}


def conditions(condition: Condition) -> str:
    """``low quality, 1024×1024, batch``; empty where the source makes no difference."""
    quality = f"{condition.quality} quality" if condition.quality else ""
    size = wording.dimensions(condition.size or "")
    return ", ".join(part for part in (quality, size, condition.mode or "") if part)


@dataclass(frozen=True, slots=True)
class Calculator:
    """The form's choices, and the figures as JSON; ``size`` and ``quality`` are what the table shows without it.

    ``models`` are the names that the search box suggests.
    """

    sizes: tuple[FilterOption, ...]
    qualities: tuple[FilterOption, ...]
    size: str
    quality: str
    models: tuple[str, ...]
    filters: Filters
    figures: Markup


def calculator(site: SiteData) -> Calculator:
    """Every offer's cost of one image by size and then quality; null where it cannot be told.

    A cost is the amount in USD, the place in ``how`` of what kind of price it is, 1 where other sources contest it, and
    the place in ``read`` of the day on which it was read. The offers of a model begin with its maker's own, so that
    they keep their order where prices tie.
    """
    catalogue = site.catalogue
    providers = list(catalogue.providers)
    models = [model_id for model_id, model in catalogue.models.items() if model.current]
    model_at, provider_at = ({each: at for at, each in enumerate(ids)} for ids in (models, providers))
    rows = [row_values(site, model_id) for model_id in models]
    sold = [key for key in catalogue.offers if catalogue.models[key[1]].current]
    sold.sort(key=lambda key: (key[1], not is_makers_own(catalogue, *key), key[0]))
    costs = {key: found for key in sold if any(found := offer_costs(site, *key))}
    priced = [price for found in costs.values() for price in found if price]
    how = sorted({condition_of(price) for price in priced})
    days = sorted({price.price.read for price in priced})
    figures = {
        "how": how,
        "read": [_read(site, day) for day in days],
        "sizes": [_name(size) for size in SIZES],
        "qualities": QUALITIES,
        "models": [_model(site, model_id) for model_id in models],
        "held": [_held(values) for values in rows],
        "providers": [[catalogue.providers[each].name, provider_path(each)] for each in providers],
        "offers": [
            [
                model_at[model_id],
                provider_at[provider],
                [price and _cost(price, how, days) for price in found],
            ]
            for (provider, model_id), found in costs.items()
        ],
    }
    text = json_text(figures).replace("<", "\\u003c")
    return Calculator(
        sizes=tuple(FilterOption(_name(size), _size_in_words(size)) for size in SIZES),
        qualities=tuple(FilterOption(each, "medium or standard" if each == "medium" else each) for each in QUALITIES),
        size=REFERENCE[0],
        quality=REFERENCE[1],
        models=tuple(sorted({catalogue.models[model_id].name for model_id in models}, key=str.casefold)),
        filters=filters_of(site, rows),
        figures=Markup(text),  # noqa: S704 - JSON without any <
    )


def offer_costs(site: SiteData, provider: str, model_id: str) -> list[ImagePrice | None]:
    """What one image costs by size and quality; None where it cannot be told."""
    price_of = site.image_pricing(provider, model_id)
    prices = (price_of(width, height, quality) for width, height in SIZES for quality in QUALITIES)
    return [price if isinstance(price, ImagePrice) else None for price in prices]


def _cost(price: ImagePrice, how: list[str], days: list[date]) -> tuple[float, int, int, int]:
    return float(price.amount), how.index(condition_of(price)), int(price.price.contested), days.index(price.price.read)


def condition_of(price: ImagePrice) -> str:
    """What the source's price holds for, and how it counts where it is not by the image: ``Any, by the megapixel``."""
    return ", ".join(filter(None, (conditions(price.price.condition) or ANY, _COMPUTED.get(price.price.unit))))


def _read(site: SiteData, day: date) -> str:
    """The day, and that it is long ago."""
    return f"read {site.read_day(day).words}"


def _model(site: SiteData, model_id: str) -> list[str | float | None]:
    """Name, page, maker, the least and the most for any size and quality, commercial use, speed and its seconds."""
    model, speed = site.model(model_id), speed_of(site, model_id)
    return [
        model.name,
        model_path(model_id),
        site.maker(model_id).name,
        price_span(site, model_id),
        commercial_use_in_brief(model),
        speed.words if speed else wording.NOTHING,
        speed.seconds if speed else None,
    ]


def _held(values: RowValues) -> dict[str, object]:
    """What the filters of the form ask of a model; the names are those of its fields."""
    return {
        "use": values.use,
        "weights": values.weights_use,
        "text": values.texts,
        "transparent": values.transparent,
        "current": values.current,
    }


def price_span(site: SiteData, model_id: str) -> str:
    """The least and the most for an image of any size and quality, over all offers; a dash where none is known, and
    for a model that is shut down.
    """
    offers = site.catalogue.offers_of(model_id).values() if site.model(model_id).current else ()
    ranges = [bounds for offer in offers if (bounds := price_range(offer, site.catalogue.today))]
    if not ranges:
        return wording.NOTHING
    low, high = min(low.amount for low, _ in ranges), max(high.amount for _, high in ranges)
    return wording.span(wording.dollars(low), wording.dollars(high))


def by_quality(site: SiteData, model_id: str) -> str:
    """``low $0.006, medium $0.053``: the least that a 1024x1024 image of each quality costs; empty where the price does
    not depend on it, or none is known.
    """
    tiers = site.tiers[model_id]
    found = {quality: site.cheapest(model_id, quality) for quality in tiers.ordered} if tiers.several else {}
    known = [f"{quality} {wording.dollars(offer.amount)}" for quality, offer in found.items() if offer]
    return ", ".join(known)


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _size_in_words(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}{_NAMES.get(size[0], '') if size[0] == size[1] else ''}"


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one model costs; ``reason`` says why that is unknown, ``by_quality`` what each of its qualities costs."""

    model: ModelRef
    price: str
    many: str
    provider: str
    provider_path: str
    offers: str
    any_size: str
    by_quality: str
    calculation: str
    condition: str
    read: ReadDay | None
    speed: ModelSpeed | None
    use: str
    reason: str


def cost_row(site: SiteData, model_id: str) -> CostRow:
    """What the model costs at its cheapest provider, or why nobody can tell."""
    catalogue = site.catalogue
    offers = catalogue.offers_of(model_id)
    price, provider, calculation, reason = _cheapest(site, model_id)
    cheapest = site.prices.get(model_id)
    return CostRow(
        model=model_ref(site, model_id),
        price=wording.dollars(price) if price is not None else wording.NOTHING,
        many=wording.dollars(price * MANY) if price is not None else wording.NOTHING,
        provider=catalogue.providers[provider].name if provider else "",
        provider_path=provider_path(provider) if provider else "",
        offers=wording.whole(len(offers)),
        any_size=price_span(site, model_id),
        by_quality=by_quality(site, model_id),
        calculation=calculation,
        condition=condition_of(cheapest.price) if cheapest else "",
        speed=speed_of(site, model_id),
        read=site.read_day(cheapest.price.price.read) if cheapest else None,
        use=commercial_use_in_brief(site.model(model_id)),
        reason=reason,
    )


def _cheapest(site: SiteData, model_id: str) -> tuple[Decimal | None, str, str, str]:
    """Amount, provider, how it was worked out where it is not a listed price, and why there is none."""
    cheapest = site.prices.get(model_id)
    if cheapest:
        return cheapest.amount, cheapest.provider, _how(cheapest.price), ""
    if not site.model(model_id).current:
        return None, "", "", wording.sentence(state_in_brief(site.model(model_id)))
    offers = site.catalogue.offers_of(model_id)
    if not offers:
        return None, "", "", "We found no provider that serves it over an API"
    prices = [site.image_price(provider, model_id) for provider in offers]
    reasons = sorted({price.reason for price in prices if isinstance(price, UnknownPrice)})
    if any(isinstance(price, ImagePrice) for price in prices):  # or it would be the cheapest
        reasons.append("other sources contest the only price of it that we read")
    return None, "", "", wording.sentence("; ".join(reasons))


def _how(price: ImagePrice) -> str:
    """The calculation; empty for a listed price."""
    if price.price.unit is Unit.MEGAPIXEL:
        return f"{wording.dollars(price.price.amount)} a megapixel × {wording.exact(price.quantity)}"
    return "" if price.price.unit is Unit.IMAGE else price.formula

"""What images of any size and quality cost, one and many: the figures of the calculator on the prices page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from arena import wording
from arena.catalogue.pricing.estimate import ImagePrice, UnknownPrice, image_price, price_range
from arena.catalogue.records import Model, Offer, Price, Unit
from arena.publish.content.model_refs import ModelRef, commercial_use_in_brief, model_ref, state_in_brief
from arena.publish.content.site_data import SiteData
from arena.publish.pages.filters import FilterOption, Filters, RowValues, filters_of, row_values
from arena.publish.paths import model_path, provider_path

SIZES = ((512, 512), (1024, 1024), (1024, 1536), (1536, 1024), (2048, 2048))
QUALITIES = ("low", "medium", "high")
REFERENCE = "1024x1024", "medium"
HOW = (
    "listed",
    "listed without a size",
    "listed without a quality",
    "listed without size or quality",
    "by the megapixel",
    "by output tokens",
    "by steps",
)
"""What kind of price a cost comes from; the figures give its place in this list."""
_COMPUTED = {Unit.MEGAPIXEL: 4, Unit.OUTPUT_TOKENS: 5, Unit.STEP: 6}
_PIXELS = re.compile(r"(\d{3,5})x(\d{3,5})")
_TIER = re.compile(r"(\d(?:\.\d)?)K")
_EDGE = re.compile(r"(\d{3,5}) px")
MANY = 1000
"""How many images the pages give the cost of."""


@dataclass(frozen=True, slots=True)
class Calculator:
    """The form's choices, and the figures as JSON; ``size`` and ``quality`` are what the table shows without it."""

    sizes: tuple[FilterOption, ...]
    qualities: tuple[FilterOption, ...]
    size: str
    quality: str
    filters: Filters
    figures: Markup


def calculator(site: SiteData) -> Calculator:
    """Every offer's cost of one image, in USD, by size and then quality; null where it cannot be told."""
    catalogue = site.catalogue
    providers = list(catalogue.providers)
    models = [model_id for model_id, model in catalogue.models.items() if model.current]
    rows = [row_values(site, model_id) for model_id in models]
    offers = []
    for (provider, model_id), offer in catalogue.offers.items():
        if not catalogue.models[model_id].current:
            continue
        costs = offer_costs(catalogue.models[model_id], offer)
        if any(cost is not None for cost in costs):
            offers.append([models.index(model_id), providers.index(provider), costs])
    figures = {
        "how": HOW,
        "sizes": [_name(size) for size in SIZES],
        "qualities": QUALITIES,
        "models": [_model(site, model_id) for model_id in models],
        "held": [_held(values) for values in rows],
        "providers": [[catalogue.providers[each].name, provider_path(each)] for each in providers],
        "offers": offers,
    }
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Calculator(
        sizes=tuple(FilterOption(_name(size), f"{size[0]} × {size[1]}") for size in SIZES),
        qualities=tuple(FilterOption(each, "medium or standard" if each == "medium" else each) for each in QUALITIES),
        size=REFERENCE[0],
        quality=REFERENCE[1],
        filters=filters_of(site, rows),
        figures=Markup(text),  # noqa: S704 - JSON without any <
    )


def offer_costs(model: Model, offer: Offer) -> list[tuple[float, int, int] | None]:
    """By size and quality: the amount in USD, its place in ``HOW``, and 1 where other sources contest it."""
    largest = largest_pixels(model.max_resolution or "")
    found: list[tuple[float, int, int] | None] = []
    for width, height in SIZES:
        for quality in QUALITIES:
            price = image_price(offer, model, width=width, height=height, quality=quality)
            fits = isinstance(price, ImagePrice) and (width * height <= largest or price.price.condition.size)
            found.append(_cost(price) if isinstance(price, ImagePrice) and fits else None)
    return found


def _cost(price: ImagePrice) -> tuple[float, int, int]:
    return float(price.amount), how_listed(price.price), int(price.price.contested)


def how_listed(price: Price) -> int:
    """The place in ``HOW`` of what kind of price this is."""
    condition = price.condition
    return _COMPUTED.get(price.unit) or (not condition.size) + 2 * (not condition.quality)


def largest_pixels(stated: str) -> float:
    """Pixels of the largest image that a model makes, as its source puts it; infinity where that is not understood."""
    if sizes := _PIXELS.findall(stated):
        return float(max(int(width) * int(height) for width, height in sizes))
    edges = [1024 * float(tier) for tier in _TIER.findall(stated)] or [float(edge) for edge in _EDGE.findall(stated)]
    return max(edges) ** 2 if edges else float("inf")


def _model(site: SiteData, model_id: str) -> list[str]:
    """Name, page, maker, the least and the most for any size and quality, commercial use."""
    model = site.model(model_id)
    return [
        model.name,
        model_path(model_id),
        site.maker(model_id).name,
        price_span(site, model_id),
        commercial_use_in_brief(model),
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
    ranges = [bounds for offer in offers if (bounds := price_range(offer))]
    if not ranges:
        return wording.NOTHING
    low, high = min(low.amount for low, _ in ranges), max(high.amount for _, high in ranges)
    return wording.span(wording.dollars(low), wording.dollars(high))


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one model costs; ``reason`` says why that is unknown."""

    model: ModelRef
    price: str
    many: str
    provider: str
    provider_path: str
    offers: str
    any_size: str
    calculation: str
    use: str
    reason: str


def cost_row(site: SiteData, model_id: str) -> CostRow:
    """What the model costs at its cheapest provider, or why nobody can tell."""
    catalogue = site.catalogue
    offers = catalogue.offers_of(model_id)
    price, provider, calculation, reason = _cheapest(site, model_id)
    return CostRow(
        model=model_ref(site, model_id),
        price=wording.dollars(price) if price is not None else wording.NOTHING,
        many=wording.dollars(price * MANY) if price is not None else wording.NOTHING,
        provider=catalogue.providers[provider].name if provider else "",
        provider_path=provider_path(provider) if provider else "",
        offers=wording.whole(len(offers)),
        any_size=price_span(site, model_id),
        calculation=calculation,
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
        return None, "", "", "No source we read names a provider that serves it over an API"
    prices = [image_price(offer, site.model(model_id)) for offer in offers.values()]
    reasons = sorted({price.reason for price in prices if isinstance(price, UnknownPrice)})
    return None, "", "", wording.sentence("; ".join(reasons))


def _how(price: ImagePrice) -> str:
    """The calculation, and that other sources contest the price; empty for a listed one that none does."""
    said = []
    if price.price.unit is Unit.MEGAPIXEL:
        said.append(f"{wording.dollars(price.price.amount)} a megapixel × {wording.exact(price.quantity)}")
    elif price.price.unit is not Unit.IMAGE:
        said.append(price.formula)
    if price.price.contested:
        said.append("other sources contest it")
    return "; ".join(said)

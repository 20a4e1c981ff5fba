"""What images of other sizes and qualities cost: the figures of the calculator on the prices page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from markupsafe import Markup

from arena.catalogue.costs import ImageCost, image_cost
from arena.catalogue.prices import price_range
from arena.catalogue.records import Model, Offer, Price, Unit
from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.paths import model_path, provider_path
from arena.publish.refs import commercial_use_in_brief
from arena.publish.views.filters import Choice

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


@dataclass(frozen=True, slots=True)
class Calculator:
    """The form's choices, and the figures as JSON; ``size`` and ``quality`` are what the table shows without it."""

    sizes: tuple[Choice, ...]
    qualities: tuple[Choice, ...]
    size: str
    quality: str
    figures: Markup


def calculator(edition: Edition) -> Calculator:
    """Every offer's cost of one image, in USD, by size and then quality; null where it cannot be told."""
    catalogue = edition.catalogue
    providers = list(catalogue.providers)
    models = list(catalogue.models)
    offers = []
    for (provider, model_id), offer in catalogue.offers.items():
        costs = offer_costs(catalogue.models[model_id], offer)
        if any(cost is not None for cost in costs):
            offers.append([models.index(model_id), providers.index(provider), costs])
    figures = {
        "how": HOW,
        "sizes": [_name(size) for size in SIZES],
        "qualities": QUALITIES,
        "models": [_model(edition, model_id) for model_id in models],
        "providers": [[catalogue.providers[each].name, provider_path(each)] for each in providers],
        "offers": offers,
    }
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Calculator(
        sizes=tuple(Choice(_name(size), f"{size[0]} × {size[1]}") for size in SIZES),
        qualities=tuple(Choice(each, "medium or standard" if each == "medium" else each) for each in QUALITIES),
        size=REFERENCE[0],
        quality=REFERENCE[1],
        figures=Markup(text),  # noqa: S704 - JSON without any <
    )


def offer_costs(model: Model, offer: Offer) -> list[tuple[str, int, int] | None]:
    """By size and quality: the amount in USD, its place in ``HOW``, and 1 where other sources contest it."""
    largest = largest_pixels(model.max_resolution or "")
    found: list[tuple[str, int, int] | None] = []
    for width, height in SIZES:
        for quality in QUALITIES:
            cost = image_cost(model, offer, width=width, height=height, quality=quality)
            fits = isinstance(cost, ImageCost) and (width * height <= largest or cost.price.condition.size)
            found.append(_cost(cost) if isinstance(cost, ImageCost) and fits else None)
    return found


def _cost(cost: ImageCost) -> tuple[str, int, int]:
    return f"{cost.amount.normalize():f}", how_listed(cost.price), int(cost.price.contested)


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


def _model(edition: Edition, model_id: str) -> list[str]:
    """Name, page, maker, the least and the most for any size and quality, commercial use."""
    model = edition.model(model_id)
    return [
        model.name,
        model_path(model_id),
        edition.maker(model_id).name,
        price_span(edition, model_id),
        commercial_use_in_brief(model),
    ]


def price_span(edition: Edition, model_id: str) -> str:
    """The least and the most for an image of any size and quality, over all offers; a dash where none is known."""
    offers = edition.catalogue.offers_of(model_id).values()
    ranges = [bounds for offer in offers if (bounds := price_range(offer))]
    if not ranges:
        return words.NOTHING
    low, high = min(low.amount for low, _ in ranges), max(high.amount for _, high in ranges)
    return words.span(words.dollars(low), words.dollars(high))


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"

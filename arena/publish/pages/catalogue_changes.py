"""What changed in the catalogue week by week: models released, with their licence, or shut down, and prices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from arena import wording
from arena.publish.content.model_refs import ModelRef, model_ref, weights_tags
from arena.publish.content.site_data import SiteData
from arena.publish.pages.prices import price_changes

MODEL_KINDS = ("released", "shut down")
NAMED = 3
"""Changes of models, and of prices, that a week's words name one by one."""


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """A dated fact about a model; ``text`` follows the model's name in a list, ``said`` is a sentence of its own.

    ``kind`` is released, shut down, fell, rose or changed; the last three are of prices.
    """

    day: wording.Day
    kind: str
    model: ModelRef
    text: str
    said: str


def sunday_of(day: date) -> date:
    """The Sunday that ends the week of a day, as in the ratings over time."""
    return day + timedelta(days=6 - day.weekday())


def catalogue_changes(site: SiteData) -> dict[date, tuple[CatalogueChange, ...]]:
    """The changes of each week that has any up to the day of the site, by its Sunday; in a week by day."""
    today = site.catalogue.today or site.data_until
    weeks: dict[date, list[CatalogueChange]] = defaultdict(list)
    for change in (*_models(site), *_prices(site)):
        day = date.fromisoformat(change.day.iso)
        if today and day <= today:
            weeks[sunday_of(day)].append(change)
    return {week: tuple(sorted(found, key=lambda each: (each.day.iso, each.model.id))) for week, found in weeks.items()}


def _models(site: SiteData) -> Iterator[CatalogueChange]:
    for model_id, model in site.catalogue.models.items():
        ref = model_ref(site, model_id)
        if model.released:
            tags = weights_tags(model)
            licence = f" ({tags.licence})" if tags.licence else ""
            text = f"released by {ref.maker}: {tags.weights.lower()}{licence}"
            weights = f" with {tags.weights.lower()}{licence}" if model.weights.open != "unknown" else ""
            said = f"{ref.maker} released {ref.name}{weights}."
            yield CatalogueChange(wording.day(model.released), "released", ref, text, said)
        if model.shut_down:
            said = f"{ref.maker} shut down {ref.name}."
            yield CatalogueChange(wording.day(model.shut_down), "shut down", ref, f"shut down by {ref.maker}", said)


def _prices(site: SiteData) -> Iterator[CatalogueChange]:
    for change in price_changes(site, site.catalogue.models):
        text = f"{change.what} at {change.provider}: {change.now}, before {change.before} ({change.change})"
        kind = "fell" if change.change.endswith("less") else "rose" if change.change.endswith(("more", "much")) else ""
        said = f"{change.model.name} costs {change.change} at {change.provider} ({change.what})."
        yield CatalogueChange(change.day, kind or "changed", change.model, text, said)


def changes_in_words(changes: tuple[CatalogueChange, ...]) -> str:
    """The changes of a week: a sentence each while they are few, else how many of each kind."""
    models = [change for change in changes if change.kind in MODEL_KINDS]
    prices = [change for change in changes if change.kind not in MODEL_KINDS]
    said = [change.said for change in models] if len(models) <= NAMED else [*_counted_models(models)]
    if len(prices) <= NAMED:
        said += [change.said for change in prices]
    else:
        kinds = Counter(change.kind for change in prices)
        parts = ", ".join(f"{kinds[kind]} {kind}" for kind in ("fell", "rose") if kinds[kind])
        said.append(f"{wording.count(len(prices), 'price')} changed{f': {parts}' if parts else ''}.")
    return " ".join(said)


def _counted_models(changes: list[CatalogueChange]) -> Iterator[str]:
    for kind in MODEL_KINDS:
        names = [change.model.name for change in changes if change.kind == kind]
        if names:
            yield f"{wording.listing(names)} {'was' if len(names) == 1 else 'were'} {kind}."

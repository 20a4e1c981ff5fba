"""What the reference image of a model was listed at over time: a chart, and averages, where a price has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from arena import wording
from arena.catalogue.pricing.over_time import AVERAGE_DAYS, ListedPrices
from arena.publish.charts.steps import Step, Steps, render_steps
from arena.publish.content.site_data import SiteData
from arena.publish.paths import provider_path

NOTE = (
    f"The average listed price is the mean of each day’s price, over the last {AVERAGE_DAYS} days and over all days "
    "that we know. It is not what people paid on average: nobody tells how many pictures were bought on which day. "
    "A price without a known first day counts from the day on which we first read it."
)


@dataclass(frozen=True, slots=True)
class AveragePrice:
    """A provider's price now and its averages; ``mark`` is the number of its line where the price has changed."""

    mark: str
    provider: str
    path: str
    now: str
    lately: str
    known: str
    since: wording.Day


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """The chart and its table; ``unchanged`` says instead that no price has changed, empty where there is none."""

    chart: Markup
    caption: str
    averages: tuple[AveragePrice, ...]
    note: str
    unchanged: str


def price_history_of(site: SiteData, model_id: str, changed: bool) -> PriceHistory:
    """The history of the reference price by provider; ``changed`` says that some price of the model has changed.

    Empty for a model that is shut down: what is listed today is not known of it.
    """
    listed = {
        provider: prices
        for provider in site.catalogue.offers_of(model_id)
        if (prices := site.listed_prices.get((provider, model_id)))
    }
    name = site.model(model_id).name
    moved = [provider for provider, prices in listed.items() if prices.changed]
    if not moved:
        return PriceHistory(Markup(), "", (), "", "" if changed else _unchanged(name, listed))
    marks = {provider: str(number) for number, provider in enumerate(moved, 1)}
    order = [*moved, *(provider for provider in listed if provider not in marks)]
    averages = tuple(_average(site, provider, marks.get(provider, ""), listed[provider]) for provider in order)
    title = f"{name}: the listed price of one 1024×1024 image in medium or standard quality, by provider"
    said = "; ".join(
        f"{row.provider} {row.now} now and {row.known} on average since {row.since.text}"
        for row in averages
        if row.mark
    )
    return PriceHistory(
        chart=render_steps(
            [Steps(marks.get(provider, ""), _steps(listed[provider])) for provider in order],
            title,
            f"US dollars by day. Numbered lines are prices that changed: {said}.",
        ),
        caption=f"{title}. Numbered lines are prices that changed; faint ones have not.",
        averages=averages,
        note=NOTE,
        unchanged="",
    )


def _unchanged(name: str, listed: Mapping[str, ListedPrices]) -> str:
    if not listed:
        return ""
    first = wording.day(min(prices.since for prices in listed.values())).text
    return f"No price of {name} has changed since we read it first on {first}."


def _steps(prices: ListedPrices) -> tuple[Step, ...]:
    return tuple(Step(period.amount, period.start, period.end) for period in prices.periods)


def _average(site: SiteData, provider: str, mark: str, prices: ListedPrices) -> AveragePrice:
    return AveragePrice(
        mark=mark,
        provider=site.catalogue.providers[provider].name,
        path=provider_path(provider),
        now=_dollars(prices.now),
        lately=_dollars(prices.average_lately),
        known=_dollars(prices.average),
        since=wording.day(prices.since),
    )


def _dollars(amount: Decimal | None) -> str:
    return wording.NOTHING if amount is None else wording.dollars(amount)

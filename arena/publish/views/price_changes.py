"""How prices changed: each price that took the place of an older one for the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from arena.catalogue.history import price_history
from arena.catalogue.records import Offer, Price
from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.paths import provider_path
from arena.publish.price_words import conditions
from arena.publish.refs import ModelRef, model_ref


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price that followed another: ``before`` until ``day``, ``now`` from then on; ``source`` gives the newer."""

    day: words.Day
    model: ModelRef
    provider: str
    provider_path: str
    what: str
    before: str
    now: str
    change: str
    source: str
    url: str
    read: words.Day
    note: str


def price_changes(edition: Edition, models: Iterable[str]) -> tuple[PriceChange, ...]:
    """All changes of prices of these models, the latest first; of one day by model and provider."""
    found = [
        (day, model, provider, pair)
        for model in models
        for provider, offer in edition.catalogue.offers_of(model).items()
        for day, pair in _followed(offer)
    ]
    found.sort(key=lambda each: (-each[0].toordinal(), each[1], each[2]))
    return tuple(_change(edition, (model, provider), day, *pair) for day, model, provider, pair in found)


def _followed(offer: Offer) -> Iterator[tuple[date, tuple[Price, Price]]]:
    """Each day on which one price followed another, with both."""
    for before, now in pairwise(price_history(offer)):
        if before.end is not None:
            yield before.end, (before.price, now.price)


def _change(edition: Edition, offered: tuple[str, str], day: date, before: Price, now: Price) -> PriceChange:
    model, provider = offered
    condition = conditions(now.condition)
    return PriceChange(
        day=words.day(day),
        model=model_ref(edition, model),
        provider=edition.catalogue.providers[provider].name,
        provider_path=provider_path(provider),
        what=f"per {now.unit.value}{f', {condition}' if condition else ''}",
        before=words.dollars(before.amount),
        now=words.dollars(now.amount),
        change=_compared(before.amount, now.amount),
        source=now.source,
        url=now.url or "",
        read=words.day(now.read),
        note=now.note or "",
    )


def _compared(before: Decimal, now: Decimal) -> str:
    """``12% less``; the factor where a price has more than doubled; a dash where there is nothing to compare with."""
    if before == now:
        return "the same"
    if not before:
        return words.NOTHING
    ratio = float(now / before)
    if ratio > 2:
        return f"{words.number(ratio, 1)} times as much"
    return f"{words.percent(abs(ratio - 1))} {'less' if ratio < 1 else 'more'}"

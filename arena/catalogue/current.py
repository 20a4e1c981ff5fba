"""Which of an offer's prices hold, in the newest state or on a day."""

from __future__ import annotations

from datetime import date

from arena.catalogue.records import Condition, Offer, Price, Unit

STANDARD_MODES = ("standard", "")
"""A price that names no mode is for the standard one."""


def current_prices(offer: Offer, on: date | None = None) -> tuple[Price, ...]:
    """One row for each unit and condition: of those in effect ``on`` that day the newest, in the order of the file.

    A row without an effective date counts as the oldest; of equally old ones that read last counts, then the first
    listed. Without ``on``, the row with the newest effective date counts.
    """
    newest: dict[tuple[Unit, Condition], Price] = {}
    for price in offer.prices:
        if on and price.effective and price.effective > on:
            continue
        key = (price.unit, price.condition)
        if key not in newest or _age(price) > _age(newest[key]):
            newest[key] = price
    return tuple(newest.values())


def _age(price: Price) -> tuple[date, date]:
    return (price.effective or date.min, price.read)

"""Which prices of an offer are in force: now, or on a day. A price holds from its effective date until the next one
for the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Period:
    """A price and when it held: from ``start`` (inclusive) to ``end`` (exclusive).

    ``start`` is None where no source tells when it took effect, ``end`` where nothing has followed it.
    """

    price: Price
    start: date | None
    end: date | None


def price_history(offer: Offer) -> tuple[Period, ...]:
    """Every price of the offer with the time it held, by unit and condition in the order of the file, oldest first.

    A price without an effective date counts as the oldest. Of prices that took effect on the same day the one that
    was read last holds (then the first listed) and the others are left out, as in ``current_prices``.
    """
    lines: dict[tuple[Unit, Condition], dict[date | None, Price]] = {}
    for price in offer.prices:
        line = lines.setdefault((price.unit, price.condition), {})
        known = line.get(price.effective)
        if known is None or price.read > known.read:
            line[price.effective] = price
    return tuple(period for line in lines.values() for period in _periods(line))


def price_ends(offer: Offer) -> Mapping[Price, date]:
    """The day from which another price holds in the place of each price that has been followed by one."""
    return {period.price: period.end for period in price_history(offer) if period.end}


def _periods(line: dict[date | None, Price]) -> list[Period]:
    starts = sorted(line, key=lambda start: start or date.min)
    following = [*starts[1:], None]
    return [Period(line[start], start, end) for start, end in zip(starts, following, strict=True)]

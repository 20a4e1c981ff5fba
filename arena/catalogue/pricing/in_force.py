"""Which prices of an offer are in force: on a day, or by its newest rows.

A price holds from the day on which it takes effect until another one for the same unit and condition does. A row
without that day counts as older than all that have one. Of rows for the same thing from the same day the one that was
read last holds, then the one listed first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from arena.catalogue.records import Condition, Offer, Price, Unit


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """A price and when it holds: from ``start`` (inclusive) to ``end`` (exclusive).

    ``start`` is None where no source tells when it took effect, ``end`` where no other price has followed it.
    """

    price: Price
    start: date | None
    end: date | None

    def holds(self, on: date | None) -> bool:
        """Whether the price is in force on that day; with None, whether it is the newest."""
        if on is None:
            return self.end is None
        return (self.start is None or self.start <= on) and (self.end is None or on < self.end)


def prices_in_force(offer: Offer, on: date | None = None) -> tuple[Price, ...]:
    """The price of each unit and condition that is in force ``on`` a day, in the order of the file.

    Without a day, the newest of each: also one that takes effect later than today.
    """
    return _in_force(_Itself(offer), on)


def price_history(offer: Offer) -> tuple[PricePeriod, ...]:
    """Every price of the offer with the time it holds, by unit and condition in the order of the file, oldest first.

    Rows that no day has in force, because another one for the same thing from the same day holds, are left out.
    """
    return _history(_Itself(offer))


class _Itself:
    """An offer as the key of a cache: the very object, since to compare all that offers say takes longer than what is
    looked up. Offers do not change.
    """

    __slots__ = ("offer",)

    def __init__(self, offer: Offer) -> None:
        self.offer = offer

    def __hash__(self) -> int:
        return id(self.offer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.offer is other.offer


@lru_cache(maxsize=16_384)  # a build asks for each offer's 15 times
def _history(key: _Itself) -> tuple[PricePeriod, ...]:
    # By unit and condition: a new price for high quality does not end the price for low quality.
    rows: dict[tuple[Unit, Condition], dict[date | None, Price]] = {}
    for price in key.offer.prices:
        by_start = rows.setdefault((price.unit, price.condition), {})
        other = by_start.get(price.effective)
        if other is None or price.read > other.read:
            by_start[price.effective] = price
    return tuple(period for by_start in rows.values() for period in _periods(by_start))


@lru_cache(maxsize=16_384)  # the calculator asks for each offer's 18 times
def _in_force(key: _Itself, on: date | None) -> tuple[Price, ...]:
    return tuple(period.price for period in _history(key) if period.holds(on))


def price_ends(offer: Offer) -> Mapping[Price, date]:
    """The day from which another price holds, by each price that has been followed by one."""
    return {period.price: period.end for period in price_history(offer) if period.end}


def _periods(by_start: Mapping[date | None, Price]) -> list[PricePeriod]:
    starts = sorted(by_start, key=lambda start: start or date.min)  # without a day first: it counts as the oldest
    ends = [*starts[1:], None]
    return [PricePeriod(by_start[start], start, end) for start, end in zip(starts, ends, strict=True)]

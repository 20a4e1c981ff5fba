"""What the reference image has been listed at over time: periods of one price, and averages weighted by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from arena.catalogue.pricing.estimate import reference_price
from arena.catalogue.pricing.in_force import price_history
from arena.catalogue.pricing.tiers import Tiers
from arena.catalogue.records import Model, Offer

AVERAGE_DAYS = 30
"""Over how many days, the last of which is today, the price of late is averaged."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ListedPeriod:
    """``amount`` in USD for one reference image, from ``start`` (inclusive) to ``end`` (exclusive)."""

    amount: Decimal
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class ListedPrices:
    """One or more periods up to and including ``today``, oldest first.

    A period differs in amount from the one before, or follows it after days on which no price is known.
    """

    periods: tuple[ListedPeriod, ...]
    today: date

    @property
    def since(self) -> date:
        """The first day on which the price is known."""
        return self.periods[0].start

    @property
    def changed(self) -> bool:
        """Whether there was more than one price."""
        return len({period.amount for period in self.periods}) > 1

    @property
    def now(self) -> Decimal | None:
        """The price of today; None where it is not known any more."""
        return self.periods[-1].amount if self.periods[-1].end > self.today else None

    @property
    def average(self) -> Decimal:
        """The mean in USD over all days on which the price is known, each day counted once."""
        return _mean([(period.amount, (period.end - period.start).days) for period in self.periods])

    @property
    def average_lately(self) -> Decimal | None:
        """The same over the last ``AVERAGE_DAYS`` days; None where the price of none of them is known."""
        first = self.today - (AVERAGE_DAYS - 1) * _DAY
        days = [(period.amount, (period.end - max(period.start, first)).days) for period in self.periods]
        lately = [(amount, count) for amount, count in days if count > 0]
        return _mean(lately) if lately else None


def _mean(days: Sequence[tuple[Decimal, int]]) -> Decimal:
    """Of amounts with their numbers of days."""
    return sum((amount * count for amount, count in days), Decimal(0)) / sum(count for _, count in days)


def listed_prices(offer: Offer, model: Model, tiers: Tiers, today: date) -> ListedPrices | None:
    """What the reference image was listed at up to ``today``; None where that is known of no day.

    A price without an effective day is known from the day it was read. Days whose price is unknown, or contested by
    other sources, lie in no period.
    """
    history = price_history(offer)
    starts = {period.start or period.price.read for period in history}
    ends = {period.end for period in history if period.end}
    days = sorted(day for day in starts | ends if day <= today)
    periods: list[ListedPeriod] = []
    for start, end in pairwise([*days, today + _DAY]):
        found = reference_price(offer, model, tiers, on=start)
        if found is None or found.price.contested or (found.price.effective or found.price.read) > start:
            continue
        goes_on = bool(periods) and (periods[-1].amount, periods[-1].end) == (found.amount, start)
        periods.append(ListedPeriod(found.amount, periods.pop().start if goes_on else start, end))
    return ListedPrices(tuple(periods), today) if periods else None

"""What the reference image was listed at over time, and averages worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from arena.catalogue.pricing.over_time import ListedPeriod, ListedPrices, listed_prices
from arena.catalogue.records import Price
from tests.catalogue.pricing.offers import model, offer, row, tiers

TODAY = date(2026, 11, 30)


def listed(*prices: Price) -> ListedPrices | None:
    sold = offer(*prices)
    return listed_prices(sold, model(), tiers(sold), TODAY)


def test_periods_follow_each_other_and_end_after_today() -> None:
    found = listed(
        row("0.06", read=date(2026, 10, 2)),
        row("0.05", effective=date(2026, 11, 21)),
        row("0.01", effective=date(2026, 12, 24), read=date(2026, 11, 30)),
    )
    assert found
    assert found.periods == (
        ListedPeriod(Decimal("0.06"), date(2026, 10, 2), date(2026, 11, 21)),
        ListedPeriod(Decimal("0.05"), date(2026, 11, 21), date(2026, 12, 1)),
    )
    assert (found.since, found.now, found.changed) == (date(2026, 10, 2), Decimal("0.05"), True)


def test_each_day_counts_once_in_an_average() -> None:
    found = listed(row("0.06", read=date(2026, 10, 2)), row("0.03", effective=date(2026, 11, 21)))
    assert found
    # From 1 to 30 November: 20 days at 0.06 and 10 at 0.03.
    assert found.average_lately == Decimal("0.05")
    # From 2 October to 30 November: 50 days at 0.06 and 10 at 0.03.
    assert found.average == Decimal("0.055")


def test_a_price_that_did_not_change_is_one_period() -> None:
    # High quality changes, and it is not what the reference image costs.
    found = listed(
        row("0.05", quality="medium", effective=date(2026, 1, 1)),
        row("0.2", quality="high", effective=date(2026, 1, 1)),
        row("0.3", quality="high", effective=date(2026, 6, 1)),
    )
    assert found
    assert found.periods == (ListedPeriod(Decimal("0.05"), date(2026, 1, 1), date(2026, 12, 1)),)
    assert not found.changed
    assert found.average == found.average_lately == found.now == Decimal("0.05")


def test_days_without_a_sure_price_lie_in_no_period() -> None:
    contested = row("0.01", effective=date(2026, 11, 11)).model_copy(update={"contested": True})
    found = listed(row("0.05", effective=date(2026, 11, 1)), contested)
    assert found
    assert found.periods == (ListedPeriod(Decimal("0.05"), date(2026, 11, 1), date(2026, 11, 11)),)
    assert found.now is None
    assert found.average_lately == Decimal("0.05")
    gone = listed(row("0.05", effective=date(2026, 1, 1)), contested.model_copy(update={"effective": date(2026, 2, 1)}))
    assert gone
    assert gone.average_lately is None


def test_a_price_is_not_known_before_it_was_read() -> None:
    assert listed(row("0.05", read=date(2026, 12, 5))) is None
    assert listed() is None
    # Another condition has a history that begins earlier; it says nothing of this one.
    found = listed(
        row("0.05", quality="medium", read=date(2026, 8, 21)), row("0.2", quality="high", effective=date(2026, 4, 21))
    )
    assert found
    assert found.since == date(2026, 8, 21)

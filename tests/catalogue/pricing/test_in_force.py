from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.pricing.estimate import current_prices
from arena.catalogue.pricing.in_force import Period, price_ends, price_history
from arena.catalogue.records import Unit
from tests.catalogue.pricing.test_estimate import offer, prices, row

OLD, MID, NEW = date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1)


def test_each_price_holds_until_the_next() -> None:
    later, undated, first = row("0.02", effective=MID), row("0.04"), row("0.03", effective=OLD)
    last = row("0.01", effective=NEW)
    periods = price_history(offer(later, last, undated, first))
    assert [(period.price, period.start, period.end) for period in periods] == [
        (undated, None, OLD),
        (first, OLD, MID),
        (later, MID, NEW),
        (last, NEW, None),
    ]


def test_conditions_and_units_have_histories_of_their_own() -> None:
    low, high, batch = row("0.01", quality="low"), row("0.2", quality="high", effective=OLD), row("5", Unit.STEP)
    assert [(period.start, period.end) for period in price_history(offer(low, high, batch))] == [
        (None, None),
        (OLD, None),
        (None, None),
    ]


def test_of_two_readings_the_later_one_stands() -> None:
    again = row("0.02", read=NEW)
    assert [period.price for period in price_history(offer(row("0.03", read=OLD), again, row("0.05", read=OLD)))] == [
        again
    ]


def test_a_price_ends_where_the_next_one_begins() -> None:
    now, before = row("0.02", effective=MID), row("0.03", effective=OLD)
    assert price_ends(offer(now, before)) == {before: MID}


def held(period: Period, day: date) -> bool:
    return (period.start is None or period.start <= day) and (period.end is None or day < period.end)


@given(st.lists(prices, max_size=8), st.dates(date(2024, 6, 1), date(2026, 6, 1)))
def test_periods_say_what_is_current(rows: list[object], day: date) -> None:
    sold = offer(*rows)  # type: ignore[arg-type]
    covering = [period.price for period in price_history(sold) if held(period, day)]
    assert sorted(map(str, covering)) == sorted(map(str, current_prices(sold, day)))

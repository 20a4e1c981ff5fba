from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.history import price_history, price_on
from arena.catalogue.prices import current_prices
from arena.catalogue.records import Condition, Unit
from tests.catalogue.test_prices import offer, prices, row

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


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2024, 12, 31), None), (OLD, "0.03"), (date(2025, 6, 30), "0.03"), (MID, "0.02"), (NEW, "0.02")],
)
def test_price_on_a_day(day: date, amount: str | None) -> None:
    found = price_on(offer(row("0.02", effective=MID), row("0.03", effective=OLD)), Unit.IMAGE, Condition(), day)
    assert (found and str(found.amount)) == amount


def test_no_price_under_another_condition() -> None:
    assert price_on(offer(row("0.02")), Unit.IMAGE, Condition(quality="hd"), NEW) is None


@given(st.lists(prices, max_size=8), st.dates(date(2024, 6, 1), date(2026, 6, 1)))
def test_periods_say_what_is_current(rows: list[object], day: date) -> None:
    sold = offer(*rows)  # type: ignore[arg-type]
    covering = [period.price for period in price_history(sold) if period.covers(day)]
    assert sorted(map(str, covering)) == sorted(map(str, current_prices(sold, day)))

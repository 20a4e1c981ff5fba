"""Which prices are in force on a day, and when each one was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.pricing.in_force import price_ends, price_history, prices_in_force
from arena.catalogue.records import Price, Unit
from tests.catalogue.pricing.offers import offer, row
from tests.catalogue.pricing.test_estimate import prices

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


def test_of_equally_old_rows_the_one_read_last_counts() -> None:
    sold = offer(row("0.03", read=OLD), row("0.02", read=NEW), row("0.01", read=NEW))
    assert [price.amount for price in prices_in_force(sold)] == [Decimal("0.02")]


def test_without_a_day_the_newest_is_in_force() -> None:
    now, later = row("0.02", effective=OLD), row("0.01", effective=NEW)
    assert prices_in_force(offer(now, later)) == (later,)
    assert prices_in_force(offer(now, later), MID) == (now,)
    assert prices_in_force(offer(now, later), NEW) == (later,)
    assert prices_in_force(offer(now, later), date(2024, 12, 31)) == ()


@given(st.lists(prices, max_size=8), st.none() | st.dates(date(2024, 6, 1), date(2026, 6, 1)))
def test_one_price_of_each_kind_is_in_force_and_none_newer_has_taken_effect(
    rows: list[Price], day: date | None
) -> None:
    in_force = prices_in_force(offer(*rows), day)
    kinds = [(price.unit, price.condition) for price in in_force]
    assert len(kinds) == len(set(kinds))
    for price in rows:
        if day and price.effective and price.effective > day:
            assert price not in in_force
            continue
        held = in_force[kinds.index((price.unit, price.condition))]
        assert (price.effective or date.min, price.read) <= (held.effective or date.min, held.read)

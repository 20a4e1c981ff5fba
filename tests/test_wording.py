"""Rounding, currency, dates and plural forms."""

from __future__ import annotations

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import wording


def test_the_examples_hold() -> None:
    results = doctest.testmod(wording)
    assert results.attempted >= 14
    assert results.failed == 0


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("0.006", "$0.006"),
        ("0.211", "$0.211"),
        ("0.0530", "$0.053"),
        ("0.04", "$0.04"),
        ("0.4", "$0.40"),
        ("0.000943718", "$0.000944"),
        ("0.00001234", "$0.0000123"),
        ("0.00003", "$0.00003"),
        ("0.001048576", "$0.00105"),
        ("0.001148", "$0.00115"),
        ("0.0000000004", "$0.0000000004"),
        ("0.9999", "$0.9999"),
        ("0.99999", "$1.00"),
        ("1", "$1.00"),
        ("30", "$30.00"),
        ("1234.5", "$1,234.50"),
        ("5.005", "$5.00"),
    ],
)
def test_dollars_show_at_least_cents_and_small_amounts_in_full(amount: str, text: str) -> None:
    assert wording.dollars(Decimal(amount)) == text


@given(st.decimals(min_value="0.00000001", max_value="100000", places=8))
def test_dollars_never_round_a_price_away(amount: Decimal) -> None:
    shown = Decimal(wording.dollars(amount).removeprefix("$").replace(",", ""))
    assert shown > 0
    assert abs(shown - amount) <= max(amount * Decimal("0.006"), Decimal("0.000000005"))


@pytest.mark.parametrize(
    ("amount", "text"), [("0.0400", "0.04"), ("1E+1", "10"), ("0", "0"), ("0.000000030", "0.00000003"), ("5", "5")]
)
def test_exact_amounts_have_no_exponent_and_no_zeros_at_the_end(amount: str, text: str) -> None:
    assert wording.exact(Decimal(amount)) == text


def test_numbers_have_a_real_minus_sign_and_no_negative_zero() -> None:
    assert wording.number(-1.234) == "−1.23"
    assert wording.number(-0.001) == "0.00"
    assert wording.number(12345.678, 1) == "12,345.7"
    assert wording.signed(0.5) == "+0.50"
    assert wording.signed(-0.5) == "−0.50"
    assert wording.signed(0.001) == "0.00"


def test_counts_have_the_right_plural() -> None:
    assert wording.count(1, "vote") == "1 vote"
    assert wording.count(0, "vote") == "0 votes"
    assert wording.count(1200, "vote") == "1,200 votes"
    assert wording.count(2, "category", "categories") == "2 categories"


def test_shares_and_records() -> None:
    assert wording.share(322, 560) == "58%", "57.5 exactly, which rounds to even"
    assert wording.share(1, 8, 1) == "12.5%"
    assert wording.share(0, 0) == "–"
    assert wording.record(12, 5, 1003) == "12–5–1,003"
    assert wording.span("2", "2") == "2"
    assert wording.span("1", "4") == "1–4"


def test_dates_read_for_people_and_machines() -> None:
    assert wording.day(date(2026, 4, 1)) == wording.Day("2026-04-01", "1 April 2026")
    assert wording.day(date(987, 4, 1)).iso == "0987-04-01"
    assert wording.month(date(2026, 12, 31)) == "December 2026"
    assert wording.short_month(date(2026, 12, 31)) == "Dec 2026"


def test_listings() -> None:
    assert wording.listing([]) == ""
    assert wording.listing(["a"]) == "a"
    assert wording.listing(["a", "b"]) == "a and b"
    assert wording.listing(["a", "b", "c"], "or") == "a, b or c"


def test_descriptions_are_cut_at_a_word() -> None:
    assert wording.clipped("short\n text", 20) == "short text"
    assert wording.clipped("one two, three four", 12) == "one two…"
    assert len(wording.clipped("word " * 100, 155)) <= 155


def test_sizes_get_a_times_sign_and_words_keep_their_letters() -> None:
    assert wording.dimensions("1024x1536, 2k") == "1024×1536, 2k"
    assert wording.dimensions("3840 px on the longest edge") == "3840 px on the longest edge"

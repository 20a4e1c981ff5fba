"""How numbers, dates, amounts of money and counts read: rounding, currency, plural forms. Pure functions of their
arguments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TIMES = re.compile(r"(?<=\d) ?x ?(?=\d)")
UNKNOWN = "unknown"
NOTHING = "–"
"""What a table cell shows where there is no value."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date for ``<time datetime>``: ``iso`` for machines, ``text`` for people."""

    iso: str
    text: str


def day(value: date) -> Day:
    """``2026-04-21`` -> 21 April 2026."""
    return Day(iso=value.isoformat(), text=f"{value.day} {MONTHS[value.month - 1]} {value.year}")


def month(value: date) -> str:
    """``2026-04-21`` -> April 2026."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def short_month(value: date) -> str:
    """``2026-04-21`` -> Apr 2026, for table cells."""
    return f"{MONTHS[value.month - 1][:3]} {value.year}"


def number(value: float, digits: int = 2) -> str:
    """Fixed decimals with thousands separators, and a real minus sign; never ``-0.00``."""
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else f"−{text[1:]}"
    return text


def signed(value: float, digits: int = 2) -> str:
    """Like ``number``, with a plus sign where the value is above zero."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def whole(value: int) -> str:
    """12345 -> 12,345."""
    return f"{value:,}"


def percent(value: float, digits: int = 0) -> str:
    """0.5312 -> 53%."""
    return f"{number(100 * value, digits)}%"


def share(part: int, total: int, digits: int = 0) -> str:
    """``part`` of ``total`` in per cent; a dash where the total is 0."""
    # Multiplied before it is divided: 322 of 560 is 57.5 exactly then, and not a little less.
    return f"{number(100 * part / total, digits)}%" if total else NOTHING


def count(value: int, noun: str, plural: str = "") -> str:
    """1 vote, 2 votes, 1,234 votes; ``plural`` where adding an s is wrong."""
    return f"{whole(value)} {noun if value == 1 else plural or noun + 's'}"


def record(wins: int, losses: int, ties: int) -> str:
    """Wins, losses and ties: 12–5–3."""
    return f"{whole(wins)}–{whole(losses)}–{whole(ties)}"


def span(low: str, high: str) -> str:
    """``1`` and ``4`` -> 1–4; one value where both are the same."""
    return low if low == high else f"{low}–{high}"


def seconds(milliseconds: int) -> str:
    """420 -> 0.4 s, 12345 -> 12.3 s, 123456 -> 123 s."""
    if milliseconds < 99_950:
        return f"{number(round(milliseconds / 100) / 10, 1)} s"  # tenths as integers: scripts round in the same way
    return f"{number(milliseconds / 1000, 0)} s"


def readable_size(amount: int) -> str:
    """512 bytes, 1.5 kB, 12.0 MB: powers of 1,000."""
    if amount < 1000:
        return count(amount, "byte")
    for unit, size in (("kB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if amount < 1000 * size or unit == "GB":
            break
    return f"{number(amount / size, 1)} {unit}"


@lru_cache(maxsize=4096)
def dollars(amount: Decimal) -> str:
    """US dollars: at least cents; up to four decimals, and two significant digits, where an amount is smaller."""
    places = 2
    if 0 < amount < 1:
        exact = -int(amount.normalize().as_tuple().exponent)
        smallest = 1 - amount.adjusted()
        places = max(2, min(exact, max(4, smallest)))
    return f"${amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):,f}"


def exact(amount: Decimal) -> str:
    """Every digit and no more, as programs read it: ``0.0400`` -> 0.04, ``1E+1`` -> 10."""
    return f"{amount.normalize():f}"


def dimensions(text: str) -> str:
    """1024x1024 -> 1024×1024; words around it stay as they are."""
    return _TIMES.sub("×", text)


def listing(items: Sequence[str], last: str = "and") -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def sentence(text: str) -> str:
    """With a first letter in upper case."""
    return text[:1].upper() + text[1:]


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, for the labels of charts."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def clipped(text: str, limit: int = 155) -> str:
    """At most ``limit`` characters, cut at a word, for descriptions that search engines show."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"

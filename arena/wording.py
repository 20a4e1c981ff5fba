"""How numbers, dates, amounts of money and counts read, everywhere: on pages, in the voting app, on the command line.

Pure functions of their arguments. A test runs the examples.
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
    """Fixed decimals with thousands separators, and a real minus sign; never ``-0.00``.

    >>> number(1234.5), number(-0.25, 1), number(-0.001)
    ('1,234.50', '−0.2', '0.00')
    """
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else f"−{text[1:]}"
    return text


def signed(value: float, digits: int = 2) -> str:
    """Like ``number``, with a plus sign where the value is above zero.

    >>> signed(0.5, 1), signed(0)
    ('+0.5', '0.00')
    """
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def whole(value: int) -> str:
    """12345 -> 12,345."""
    return f"{value:,}"


def percent(value: float, digits: int = 0) -> str:
    """A share of 1 in per cent.

    >>> percent(0.5312), percent(0.5312, 1)
    ('53%', '53.1%')
    """
    return f"{number(100 * value, digits)}%"


def share(part: int, total: int, digits: int = 0) -> str:
    """``part`` of ``total`` in per cent; a dash where the total is 0.

    >>> share(1, 8, 1), share(0, 0)
    ('12.5%', '–')
    """
    # Multiplied before it is divided: 322 of 560 is 57.5 exactly then, and not a little less.
    return f"{number(100 * part / total, digits)}%" if total else NOTHING


def count(value: int, noun: str, plural: str = "") -> str:
    """A number with its noun in the singular or plural; ``plural`` where adding an s is wrong.

    >>> count(1, "vote"), count(1234, "vote"), count(0, "story", "stories")
    ('1 vote', '1,234 votes', '0 stories')
    """
    return f"{whole(value)} {noun if value == 1 else plural or noun + 's'}"


def record(wins: int, losses: int, ties: int) -> str:
    """Wins, losses and ties: 12–5–3."""
    return f"{whole(wins)}–{whole(losses)}–{whole(ties)}"


def span(low: str, high: str) -> str:
    """From one value to another; one value where both are the same.

    >>> span("1", "4"), span("2", "2")
    ('1–4', '2')
    """
    return low if low == high else f"{low}–{high}"


def seconds(milliseconds: int) -> str:
    """Milliseconds as seconds, with a decimal below 100.

    >>> seconds(420), seconds(12_345), seconds(123_456)
    ('0.4 s', '12.3 s', '123 s')
    """
    if milliseconds < 99_950:
        return f"{number(round(milliseconds / 100) / 10, 1)} s"  # tenths as integers: scripts round in the same way
    return f"{number(milliseconds / 1000, 0)} s"


def readable_size(amount: int) -> str:
    """The size of a file, in powers of 1,000.

    >>> readable_size(512), readable_size(1500), readable_size(12_000_000)
    ('512 bytes', '1.5 kB', '12.0 MB')
    """
    if amount < 1000:
        return count(amount, "byte")
    for unit, size in (("kB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if amount < 1000 * size or unit == "GB":
            break
    return f"{number(amount / size, 1)} {unit}"


@lru_cache(maxsize=4096)
def dollars(amount: Decimal) -> str:
    """US dollars with cents; below a dollar with up to four decimals, or as many as show three significant digits.

    Two were too few: a thousand images at $0.00105 cost $1.05, which nobody finds from $0.0010.

    >>> dollars(Decimal("1234.5")), dollars(Decimal("0.053")), dollars(Decimal("0.00003"))
    ('$1,234.50', '$0.053', '$0.00003')
    """
    decimals = 2
    if amount > 0 and round(amount, 4) < 1:
        of_amount = -int(amount.normalize().as_tuple().exponent)
        three_digits = 2 - amount.adjusted()
        decimals = max(2, min(of_amount, max(4, three_digits)))
    return f"${amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN):,f}"


def exact(amount: Decimal) -> str:
    """An amount as programs read it: every digit, no zeros after them, no exponent.

    >>> exact(Decimal("0.0400")), exact(Decimal("1E+1"))
    ('0.04', '10')
    """
    return f"{amount.normalize():f}"


def dimensions(text: str) -> str:
    """With a times sign between numbers; words around them stay as they are.

    >>> dimensions("1024x1536, 2k")
    '1024×1536, 2k'
    """
    return _TIMES.sub("×", text)


def rank_range(low: int, high: int) -> str:
    """The ranks that a model may have, in words.

    >>> rank_range(3, 7), rank_range(1, 1)
    ('#3 to #7', '#1')
    """
    return f"#{low} to #{high}" if high > low else f"#{low}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Items as a sentence lists them.

    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def sentence(text: str) -> str:
    """With a first letter in upper case."""
    return text[:1].upper() + text[1:]


REASON_NAMES = {
    "prompt": "Follows the prompt",
    "text": "Lettering",
    "anatomy": "Anatomy",
    "style": "Style",
    "artefacts": "Fewer artefacts",
}
"""What the reasons that voters are asked for are called on pages."""


def reason_name(reason: str) -> str:
    """A reason as pages call it; one that an import brought keeps its words.

    >>> reason_name("text"), reason_name("sharper edges")
    ('Lettering', 'Sharper edges')
    """
    return REASON_NAMES.get(reason) or f"{reason[:1].upper()}{reason[1:]}"


def in_sentence(name: str) -> str:
    """A name as it reads within a sentence; a first word with capitals inside, such as AI, stays as it is.

    >>> in_sentence("Text to image (ImagenHub)"), in_sentence("AI portraits")
    ('text to image (ImagenHub)', 'AI portraits')
    """
    first, *rest = name.split(" ")
    return name if first[1:] != first[1:].lower() else " ".join([first.lower(), *rest])


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut within a word, for the labels of charts.

    >>> cut("Seedream 4.5", 8)
    'Seedrea…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def clipped(text: str, limit: int = 155) -> str:
    """At most ``limit`` characters, cut between words, for descriptions that search engines show.

    >>> clipped("one two, three four", 12)
    'one two…'
    """
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"

"""Which way a text runs, by the Bidi_Class that Unicode gives its letters."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Literal

Direction = Literal["ltr", "rtl"]
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction_of(text: str) -> Direction | None:
    """The direction of most letters of the text, left to right among equals; None where no letter has one."""
    found = Counter(_STRONG.get(unicodedata.bidirectional(character)) for character in text)
    del found[None]
    if not found:
        return None
    return "rtl" if found["rtl"] > found["ltr"] else "ltr"

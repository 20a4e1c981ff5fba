"""Which language somebody gets: the one they chose here, else what their browser asks for, else the project's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from arena.messages.language import InterfaceLanguage

# ruff: noqa: PLC0415 - langcodes takes 30 ms to load, and pages without an app never ask it

LONGEST_HEADER = 500
MOST_WISHES = 20
"""Of an Accept-Language header: browsers send a few; what is beyond is not read."""
CLOSE_ENOUGH = 10
"""CLDR's distance between two tags: British and American English, Spanish of Mexico and of Spain. Traditional Chinese
is further from simplified, Portuguese from Spanish.
"""
_WISH = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


@dataclass(frozen=True)
class OfferedLanguages:
    """The languages that an app offers, by tag; the first is for those who want none of them."""

    by_tag: Mapping[str, InterfaceLanguage]

    @property
    def default(self) -> InterfaceLanguage:
        return next(iter(self.by_tag.values()))

    def choose(self, chosen: str | None, accepted: str | None) -> InterfaceLanguage:
        """The language of somebody who chose ``chosen`` here, if anything, and whose browser sends ``accepted``.

        Anything may be in both: what is no language, or none of these, is as if it were not there.
        """
        language = self.by_tag.get(chosen or "")
        if language or not accepted:
            return language or self.default
        return self.by_tag[best_match(accepted, tuple(self.by_tag))]


@lru_cache(maxsize=1024)
def best_match(accepted: str, offered: tuple[str, ...]) -> str:
    """The offered tag that an Accept-Language header (RFC 9110, 12.5.4) asks for most; the first where it asks for
    none.

    >>> best_match("pt;q=0.8, es-MX, en;q=0.5", ("en", "es")), best_match("zh-TW, zh;q=0.9", ("en", "zh"))
    ('es', 'zh')
    """
    for wish in _wishes(accepted):
        if wish == "*":
            break
        found = _closest(wish, offered)
        if found:
            return found
    return offered[0]


def _wishes(accepted: str) -> list[str]:
    """The tags of a header, the most wanted first; those with the weight 0, and whatever is none, are left out."""
    wishes = []
    for part in accepted[:LONGEST_HEADER].split(",")[:MOST_WISHES]:
        found = _WISH.fullmatch(part)
        weight = float(found[2] or 1) if found else 0.0
        if found and weight > 0:
            wishes.append((weight, found[1]))
    return [tag for _, tag in sorted(wishes, key=lambda wish: -wish[0])]


def _closest(wish: str, offered: tuple[str, ...]) -> str:
    from langcodes import closest_supported_match
    from langcodes.tag_parser import LanguageTagError

    exact = next((tag for tag in offered if tag.lower() == wish.lower()), "")
    if exact:
        return exact
    try:
        return closest_supported_match(wish, list(offered), max_distance=CLOSE_ENOUGH) or ""
    except (LanguageTagError, ValueError, LookupError):
        return ""

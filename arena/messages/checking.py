"""What can be wrong with a translation, by its English text: a placeholder, an element of HTML, code of a template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Message as PoMessage

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|%)")
"""What texts may have: ``%(name)s`` for a value, ``%%`` for a per cent sign."""
_PERCENT = re.compile(r"%(?:\(\w*\)?\w?|.)?")
_TAG = re.compile(r"<[^>]*>?|>")
_ENTITY = re.compile(r"&#?\w+;?")
_FORBIDDEN = ("{{", "{%", "{#", "}}", "%}", "#}", '"')
"""Code of templates, and what ends an attribute of HTML: neither may come from a translation."""


def texts_of(found: PoMessage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The English texts of a message, singular and plural, and its translations."""
    english = found.id if isinstance(found.id, (tuple, list)) else (found.id,)
    said = found.string if isinstance(found.string, (tuple, list)) else (found.string,)
    return tuple(english), tuple(text or "" for text in said)


def complaints_of(found: PoMessage, forms: int) -> Iterator[str]:
    """What is wrong with a message that has a translation; ``forms`` is how many plural forms its language has."""
    english, said = texts_of(found)
    if not any(said):
        return
    if len(english) > 1 and (len(said) != forms or not all(said)):
        yield f"needs all {forms} plural forms"
        return
    for text in said:
        yield from _complaints(english, text)


def is_translated(found: PoMessage, forms: int) -> bool:
    """Whether readers see a translation: all its forms are there, and it does not wait for a look (``fuzzy``)."""
    english, said = texts_of(found)
    return all(said) and not found.fuzzy and (len(english) == 1 or len(said) == forms)


def _complaints(english: tuple[str, ...], text: str) -> Iterator[str]:
    wanted, given = [_placeholders(each) for each in english], _placeholders(text)
    # A language may say "one vote" where English says "%(count)s vote".
    needed = set.intersection(*wanted) - ({"count"} if len(english) > 1 else set())
    if not needed <= given <= set.union(*wanted):
        names = ", ".join(f"%({name})s" for name in sorted(set.union(*wanted))) or "none"
        yield f"placeholders differ: the English text has {names}"
    stray = next((mark for mark in _PERCENT.findall(text) if not PLACEHOLDER.fullmatch(mark)), None)
    if stray:
        yield f"{stray} is no placeholder: write %(name)s, or %% for a per cent sign"
    for pattern in (_TAG, _ENTITY):
        if all(Counter(pattern.findall(each)) != Counter(pattern.findall(text)) for each in english):
            yield "HTML differs from that of the English text"
    allowed = "".join(english)
    yield from (f"may not contain {mark}" for mark in _FORBIDDEN if mark in text and mark not in allowed)


def _placeholders(text: str) -> set[str]:
    return {found[1] for found in PLACEHOLDER.finditer(text) if found[1]}

"""The numbers that a page shows, for a page that cannot be compared to the byte: none that the downloads do not give.

Templates place values that are rounded and worded before, so that a page in other templates shows the same numbers.
This says nothing of where they stand: two numbers that changed places are not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_FIGURE = re.compile(r"[0-9](?:[0-9,.]*[0-9])?")
_HASH = re.compile(r"\b[0-9a-f]{16,64}\b")


def visible_text(html: str) -> str:
    """What a page shows, with all lines where they were."""
    return _UNSEEN.sub(lambda gone: "\n" * gone[0].count("\n") or " ", html)


def count_figures(html: str) -> int:
    """How many numbers a page shows."""
    return len(_FIGURE.findall(visible_text(html)))


def strange_figures(published: str, expected: str, known: frozenset[str], *, html: bool) -> Iterator[tuple[int, str]]:
    """Numbers and hashes of a file that the expected file does not have, each with its line; ``known`` may be there."""
    texts = [visible_text(text) if html else text for text in (published, expected)]
    given = set(_tokens(texts[1])) | known
    for number, line in enumerate(texts[0].split("\n"), 1):
        for token in _tokens(line):
            if token not in given:
                yield number, token


def _tokens(text: str) -> Iterator[str]:
    yield from _HASH.findall(text)
    yield from _FIGURE.findall(_HASH.sub(" ", text))

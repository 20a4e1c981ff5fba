"""Pages as trees of elements, each parsed once whatever number of tests read it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib


@lru_cache(maxsize=512)
def parsed(html: str) -> Element:
    """The page's elements without namespaces. Raises ``html5lib``'s ParseError where it is no valid HTML."""
    document: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    return document


def parsed_file(page: Path) -> Element:
    """The elements of a page on disk, which may have been built anew."""
    return parsed(page.read_text("utf-8"))

"""What search engines read: JSON-LD by schema.org, from the views of pages. No rating is made up for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from arena.publish.content.site_data import SiteData
from arena.publish.page import Page, Thing
from arena.publish.paths import HOME, absolute, linker

Address = Callable[[str], str]


def addresses(site: SiteData, page_path: str) -> Address:
    """Paths of the site as addresses: absolute where the site's own is known, otherwise relative to the page."""
    base_url = site.catalogue.project.base_url
    return partial(absolute, base_url) if base_url else linker(page_path)


def structured_data(site: SiteData, page: Page) -> Markup:
    """The page's JSON-LD, safe inside a script element; empty where there is nothing to say."""
    graph = [*_breadcrumbs(site, page), *page.structured]
    if not graph:
        return Markup()
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character is left that could end the element


def _breadcrumbs(site: SiteData, page: Page) -> Iterator[Thing]:
    """The way from the home page; nothing for the home page itself and for pages that nobody shall find."""
    if page.path == HOME or not page.listed:
        return
    address = addresses(site, page.path)
    steps = [(site.catalogue.project.name, HOME), *((crumb.label, crumb.path) for crumb in page.crumbs)]
    steps.append((page.title, page.path))
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    yield {"@type": "BreadcrumbList", "itemListElement": items}

"""404: the page that a host sends for an address that leads nowhere, at whatever depth that address lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish.edition import Edition
from arena.publish.page import Page

NOT_FOUND = "404.html"


@dataclass(frozen=True)
class NotFoundView:
    """``root`` begins every link: the site's address with a slash, or nothing where the project states no base_url."""

    root: str


def pages(edition: Edition) -> Iterator[Page]:
    """The one page for missing ones."""
    base_url = edition.catalogue.project.base_url
    yield Page(
        path=NOT_FOUND,
        template="not_found.html",
        title="Page not found",
        description="There is no page at this address.",
        view=NotFoundView(root=f"{base_url.rstrip('/')}/" if base_url else ""),
        listed=False,
    )

"""The search page, and the page for an address that leads nowhere (404)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page

NOT_FOUND = "404.html"


@dataclass(frozen=True, slots=True)
class SearchView:
    """The context of ``search.html``."""

    lede: str
    index_path: str
    lists: tuple[Crumb, ...]


def pages(site: SiteData) -> Iterator[Page]:  # noqa: ARG001 - one of the builders
    """The search page; its address carries the words: ``search.html?q=flux``."""
    lede = "Find a model, a maker, a provider, a board, a prompt or a story by its name, its other names, or its words."
    yield Page(
        path=paths.SEARCH,
        template="search.html",
        title="Search",
        description=lede,
        view=SearchView(
            lede=lede,
            index_path=paths.SEARCH_INDEX,
            lists=(
                Crumb("Models", paths.MODELS),
                Crumb("Makers", paths.ORGANIZATIONS),
                Crumb("Providers", paths.PROVIDERS),
                Crumb("Prompts", paths.PROMPTS),
                Crumb("Stories", paths.STORIES),
            ),
        ),
        listed=False,
    )


@dataclass(frozen=True)
class NotFoundView:
    """``root`` begins every link: the site's address with a slash, or nothing where the project states no base_url."""

    root: str


def not_found_pages(site: SiteData) -> Iterator[Page]:
    """The one page for missing ones."""
    base_url = site.catalogue.project.base_url
    yield Page(
        path=NOT_FOUND,
        template="not_found.html",
        title="Page not found",
        description="There is no page at this address.",
        view=NotFoundView(root=f"{base_url.rstrip('/')}/" if base_url else ""),
        listed=False,
    )

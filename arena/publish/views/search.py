"""The search page: a script finds what its address asks for; without scripts it leads to the lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths
from arena.publish.edition import Edition
from arena.publish.page import Crumb, Page
from arena.publish.search import INDEX


@dataclass(frozen=True, slots=True)
class SearchView:
    """The context of ``search.html``."""

    lede: str
    index_path: str
    lists: tuple[Crumb, ...]


def pages(edition: Edition) -> Iterator[Page]:  # noqa: ARG001 - one of the builders
    """The search page; its address carries the words: ``search.html?q=flux``."""
    lede = "Find a model, a maker, a provider, a board, a prompt or a story by its name, its other names, or its words."
    yield Page(
        path=paths.SEARCH,
        template="search.html",
        title="Search",
        description=lede,
        view=SearchView(
            lede=lede,
            index_path=INDEX,
            lists=(
                Crumb("Models", paths.MODELS),
                Crumb("Organizations", paths.ORGANIZATIONS),
                Crumb("Providers", paths.PROVIDERS),
                Crumb("Prompts", paths.PROMPTS),
                Crumb("Stories", paths.STORIES),
            ),
        ),
        listed=False,
    )

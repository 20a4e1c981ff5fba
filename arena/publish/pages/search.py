"""The search page, and the page for an address that leads nowhere (404)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena import wording
from arena.messages import N_
from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.find import arenas_asked
from arena.records import Axis

NOT_FOUND = "404.html"


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Pages of one kind to go to."""

    id: str
    heading: str
    links: tuple[Crumb, ...]


@dataclass(frozen=True, slots=True)
class SearchView:
    """The context of ``search.html``."""

    lede: str
    index_path: str
    groups: tuple[SearchGroup, ...]
    """Where everything is for who browses, with or without scripts."""


def pages(site: SiteData) -> Iterator[Page]:
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
            groups=tuple(group for group in _groups(site) if group.links),
        ),
        listed=False,
    )


def _groups(site: SiteData) -> Iterator[SearchGroup]:
    project, catalogue = site.catalogue.project, site.catalogue
    yield SearchGroup(
        "lists",
        N_("Everything, as lists"),
        (
            Crumb(wording.count(len(catalogue.models), "model"), paths.MODELS),
            Crumb(wording.count(len(catalogue.organizations), "maker"), paths.ORGANIZATIONS),
            Crumb(wording.count(len(catalogue.providers), "provider"), paths.PROVIDERS),
            Crumb(wording.count(len(catalogue.prompts), "prompt"), paths.PROMPTS),
            Crumb(wording.count(len(catalogue.stories), "story", "stories"), paths.STORIES),
            Crumb("All prices", paths.PRICES),
            Crumb("What changed", paths.CHANGES),
        ),
    )
    if arenas_asked(site):
        answers = Crumb("Answers to common questions", paths.FIND)
        yield SearchGroup("questions", N_("Which model should I use?"), (answers,))
    yield SearchGroup(
        "boards",
        N_("Boards"),
        tuple(
            Crumb(site.marked_name(arena.id), paths.board_path(Axis(arena.id))) for arena in site.arenas_of_today_first
        ),
    )
    yield SearchGroup(
        "categories",
        N_("Kinds of pictures"),
        tuple(Crumb(category.name, paths.category_path(category.id)) for category in project.categories),
    )
    yield SearchGroup(
        "languages",
        N_("Languages of prompts"),
        tuple(Crumb(language.name, paths.language_path(language.id)) for language in project.languages),
    )
    makers = sorted(catalogue.organizations.items(), key=lambda item: (item[1].name.casefold(), item[0]))
    yield SearchGroup(
        "makers",
        N_("Makers"),
        tuple(Crumb(maker.name, paths.organization_path(maker_id)) for maker_id, maker in makers),
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

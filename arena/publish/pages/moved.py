"""Pages at former addresses, of what has another id now: each leads to the present page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from arena.publish import paths
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class MovedView:
    """The context of ``moved.html``: the path of the present page, its absolute address where the site knows its own,
    and what the page is about.
    """

    to: str
    canonical: str
    what: str


def pages(site: SiteData) -> Iterator[Page]:
    """A page for each former address, and for each board that repeats a wider one."""
    base_url = site.catalogue.project.base_url
    for former, (to, what) in sorted(moved_addresses(site).items()):
        yield Page(
            path=former,
            template="moved.html",
            title=f"{what} has moved",
            description=f"The page on {what} has another address now.",
            view=MovedView(to, paths.absolute(base_url, to) if base_url else "", what),
            listed=False,
        )


def moved_addresses(site: SiteData) -> dict[str, tuple[str, str]]:
    """By former path: the present one, and what is there."""
    project = site.catalogue.project
    models = {key: (key, *model.former_ids) for key, model in site.catalogue.models.items()}
    categories = {"": ("",), **{entry.id: (entry.id, *entry.former_ids) for entry in project.categories}}
    languages = {"": ("",), **{entry.id: (entry.id, *entry.former_ids) for entry in project.languages}}
    moved: dict[str, tuple[str, str]] = {}
    for key, ids in models.items():
        moved |= {paths.model_path(former): (paths.model_path(key), site.model(key).name) for former in ids[1:]}
    for entry in project.categories:
        to = paths.category_path(entry.id)
        moved |= {paths.category_path(former): (to, entry.name) for former in entry.former_ids}
    for language in project.languages:
        to = paths.language_path(language.id)
        moved |= {paths.language_path(former): (to, f"{language.name} prompts") for former in language.former_ids}
    for axis in (*site.boards, *site.repeated):
        to = paths.board_path(site.shown_axis(axis))
        for narrowed in product(categories[axis.category], languages[axis.language]):
            former = Axis(axis.arena, *narrowed)
            if former not in site.boards:
                moved[paths.board_path(former)] = (to, f"a board of {site.arena_name(axis.arena)}")
    for pair in site.comparison_pairs.values():
        to = paths.compare_path(pair.first, pair.second)
        for first, second in product(models[pair.first], models[pair.second]):
            if (first, second) != (pair.first, pair.second):
                what = f"{site.model(pair.first).name} and {site.model(pair.second).name}"
                moved[paths.compare_path(first, second)] = (to, what)
    return moved

"""A ranking by the reader's own weights: kinds of pictures, languages, price and speed; static/mine.js computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arena.catalogue.model_facts import GONE
from arena.publish import paths
from arena.publish.content.finder import PRICES, cents
from arena.publish.content.measured import speed_of
from arena.publish.content.own_ranking import (
    HIGHEST_WEIGHT,
    POINTS,
    joint_of,
    weighed_arenas,
    weighed_axes,
    weight_name,
)
from arena.publish.content.site_data import SiteData
from arena.publish.page import Crumb, Page
from arena.publish.pages.filters import FilterOption
from arena.records import Axis

HEADING = "Your own ranking"
LEDE = (
    "Say what matters to you. This page weighs the votes accordingly and says how sure each rank is. "
    "The address keeps your choice."
)


@dataclass(frozen=True, slots=True)
class Slider:
    """One weight; ``name`` stands in the address, and ``arenas`` are those that have it, with a space between them."""

    name: str
    label: str
    arenas: str


@dataclass(frozen=True, slots=True)
class SliderGroup:
    """Weights under one legend."""

    legend: str
    sliders: tuple[Slider, ...]


@dataclass(frozen=True, slots=True)
class OwnRankingView:
    """The context of ``own_ranking.html``; without ``arenas`` there is nothing to weigh yet."""

    heading: str
    lede: str
    arenas: tuple[FilterOption, ...]
    data_folder: str
    """Where the scripts of the arenas lie."""
    groups: tuple[SliderGroup, ...]
    highest: int
    points: float
    priced: str
    """The arenas, with a space between them, where prices of two models or more are known; ``timed`` for speeds."""
    timed: str
    prices: tuple[FilterOption, ...]
    missing: str
    boards: tuple[Crumb, ...]
    method_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The page, also where there is nothing to weigh: the navigation leads to it."""
    arenas = weighed_arenas(site)
    yield Page(
        path=paths.OWN_RANKING,
        template="own_ranking.html",
        title=HEADING,
        description=f"Rank image models by what matters to you: kinds of pictures, languages, price and speed. {LEDE}",
        view=own_ranking_view(site),
        section=paths.OWN_RANKING,
        updated=site.data_until,
        arenas=arenas,
    )


def own_ranking_view(site: SiteData) -> OwnRankingView:
    """The view of the page."""
    arenas = weighed_arenas(site)
    boards = [
        Crumb(site.marked_name(arena.id), paths.board_path(Axis(arena.id))) for arena in site.arenas_of_today_first
    ]
    return OwnRankingView(
        heading=HEADING,
        lede=LEDE,
        arenas=tuple(FilterOption(arena, site.arena_name(arena)) for arena in arenas),
        data_folder=paths.OWN_DATA,
        groups=groups_of(site, arenas),
        highest=HIGHEST_WEIGHT,
        points=POINTS[-1],
        priced=" ".join(arena for arena in arenas if known_of(site, arena, lambda model: model in site.prices)),
        timed=" ".join(
            arena for arena in arenas if known_of(site, arena, lambda model: speed_of(site, model) is not None)
        ),
        prices=(FilterOption("", "Any price"), *(FilterOption(f"{p:f}", f"Under {cents(p)}") for p in PRICES)),
        missing="" if arenas else "There are no votes to weigh yet. Once there are, your own ranking is made here.",
        boards=tuple(boards),
        method_path=paths.METHODOLOGY,
    )


def known_of(site: SiteData, arena: str, known: Callable[[str], bool]) -> bool:
    """Whether a fact is known of two models or more that one can still choose: it can then be weighed."""
    return sum(site.model(model).status not in GONE and known(model) for model in joint_of(site, arena).models) > 1


def groups_of(site: SiteData, arenas: tuple[str, ...]) -> tuple[SliderGroup, ...]:
    """The weights of all arenas: kinds of pictures, then languages; a group without any is left out."""
    having: dict[Axis, list[str]] = {}
    for arena in arenas:
        for axis in weighed_axes(site, arena):
            having.setdefault(Axis("", axis.category, axis.language), []).append(arena)
    project = site.catalogue.project
    kinds = [(Axis("", category.id), category.name) for category in project.categories]
    tongues = [(Axis("", "", language.id), language.name) for language in project.languages]
    groups = []
    for legend, axes in (("Kinds of pictures", kinds), ("Languages of prompts", tongues)):
        sliders = tuple(
            Slider(weight_name(site, axis), label, " ".join(having[axis])) for axis, label in axes if axis in having
        )
        if sliders:
            groups.append(SliderGroup(legend, sliders))
    return tuple(groups)

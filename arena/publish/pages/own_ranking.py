"""A ranking by the reader's own weights: kinds of pictures, languages, price and speed; static/mine.js computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from arena.catalogue.model_facts import GONE
from arena.messages import N_
from arena.publish import paths
from arena.publish.content.finder import PRICES, cents_said
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
from arena.publish.json_text import json_text
from arena.publish.page import Crumb, Page
from arena.publish.pages.filters import FilterOption
from arena.records import Axis

HEADING = N_("Your own ranking")
LEDE = N_(
    "Say what matters to you. This page weighs the votes accordingly and says how sure each rank is. "
    "The address keeps your choice."
)
WORDS: Mapping[str, tuple[str, ...]] = {
    "gone": (N_("shut down"),),
    "unranked": (N_("too few votes on %(board)s"), "board"),
    "unpriced": (N_("its price is not known"),),
    "dear": (N_("costs more than your limit"),),
    "untimed": (N_("its speed is not known"),),
    "price": (N_("price"),),
    "speed": (N_("speed"),),
    "and": (N_("%(some)s and %(last)s"), "some", "last"),
    "first": (N_("First because of %(gains)s."), "gains"),
    "gains": (N_("Gains most by %(up)s."), "up"),
    "loses": (N_("Loses most by %(down)s."), "down"),
    "both": (N_("Gains most by %(up)s, loses most by %(down)s."), "up", "down"),
    "sure": (N_("95%% sure"),),
    "range": (N_("#%(low)s to #%(high)s"), "low", "high"),
    "from": (N_("from %(price)s an image"), "price"),
    "points": (N_("points"),),
    "said": (
        N_(
            "%(models)s by your weights, from %(votes)s. Below each rank: where it lies, with 95%% certainty. "
            "On the right: strength in points."
        ),
        "models",
        "votes",
    ),
    "none": (N_("No model meets all of this. Raise the price limit, or give a weight to fewer things."),),
    "to_ranking": (N_("To the ranking"),),
    "to_first": (N_("#1 %(name)s: to the ranking"), "name"),
    "price_charge": (
        N_(
            "A model that costs twice as much has to be %(points)s stronger to rank as high, enough to win "
            "%(share)s%% of battles."
        ),
        "points",
        "share",
    ),
    "speed_charge": (
        N_(
            "A model that takes twice as long has to be %(points)s stronger to rank as high, enough to win "
            "%(share)s%% of battles."
        ),
        "points",
        "share",
    ),
    "failed": (N_("The votes could not be loaded. Load the page again."),),
}
"""What static/mine.js says, and the values that it puts into it."""


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
    words: str
    """What the script says, as JSON."""
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
    arenas, _ = weighed_arenas(site), site.interface.gettext
    about = _("Rank image models by what matters to you: kinds of pictures, languages, price and speed.")
    yield Page(
        path=paths.OWN_RANKING,
        template="own_ranking.html",
        title=_(HEADING),
        description=f"{about} {_(LEDE)}",
        view=own_ranking_view(site),
        section=paths.OWN_RANKING,
        updated=site.data_until,
        arenas=arenas,
    )


def own_ranking_view(site: SiteData) -> OwnRankingView:
    """The view of the page."""
    arenas, _ = weighed_arenas(site), site.interface.gettext
    boards = [
        Crumb(site.marked_name(arena.id), paths.board_path(Axis(arena.id))) for arena in site.arenas_of_today_first
    ]
    return OwnRankingView(
        heading=_(HEADING),
        lede=_(LEDE),
        words=words_of(site),
        arenas=tuple(FilterOption(arena, site.interface.name(site.arena_name(arena))) for arena in arenas),
        data_folder=paths.OWN_DATA,
        groups=groups_of(site, arenas),
        highest=HIGHEST_WEIGHT,
        points=POINTS[-1],
        priced=" ".join(arena for arena in arenas if known_of(site, arena, lambda model: model in site.prices)),
        timed=" ".join(
            arena for arena in arenas if known_of(site, arena, lambda model: speed_of(site, model) is not None)
        ),
        prices=(
            FilterOption("", _("Any price")),
            *(FilterOption(f"{p:f}", _("Under %(amount)s", amount=cents_said(site, p))) for p in PRICES),
        ),
        missing="" if arenas else _("There are no votes to weigh yet. Once there are, your own ranking is made here."),
        boards=tuple(boards),
        method_path=paths.METHODOLOGY,
    )


def words_of(site: SiteData) -> str:
    """``WORDS`` and the sentences that depend on a number, as JSON."""
    interface = site.interface
    words: dict[str, object] = {key: interface.template(*said) for key, said in WORDS.items()}
    words["models"] = interface.plural_templates("%(count)s model", "%(count)s models")
    words["stronger"] = interface.plural_templates("%(count)s point", "%(count)s points")
    words["left_out"] = interface.plural_templates("%(count)s model is left out", "%(count)s models are left out")
    return json_text(words)


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
    interface = site.interface
    kinds = [(Axis("", category.id), interface.name(category.name)) for category in project.categories]
    tongues = [(Axis("", "", each.id), interface.language_name(each.id, each.name)) for each in project.languages]
    groups = []
    for legend, axes in (
        (interface.gettext("Kinds of pictures"), kinds),
        (interface.gettext("Languages of prompts"), tongues),
    ):
        sliders = tuple(
            Slider(weight_name(site, axis), label, " ".join(having[axis])) for axis, label in axes if axis in having
        )
        if sliders:
            groups.append(SliderGroup(legend, sliders))
    return tuple(groups)

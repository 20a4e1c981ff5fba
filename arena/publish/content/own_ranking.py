"""What a reader may weigh: the boards of an arena that are known together, by the names that addresses give them."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from arena.publish import paths
from arena.publish.content.blind_battles import arenas_of_today
from arena.publish.content.site_data import SiteData
from arena.ratings.joint import JointStrengths
from arena.records import Axis

HIGHEST_WEIGHT = 5
POINTS = tuple(step / 2 for step in range(9))
"""How many points a model may lose each time its price, or its time for a picture, doubles."""
OTHER_NAMES = ("arena", "price", "speed", "under")
"""What else addresses of the page name."""


def weighed_arenas(site: SiteData) -> tuple[str, ...]:
    """The arenas of today that rankings by own weights are made of."""
    return tuple(arena.id for arena in arenas_of_today(site) if arena.id in site.ratings.joint)


def joint_of(site: SiteData, arena: str) -> JointStrengths:
    """What the boards of an arena say together."""
    return site.ratings.joint[arena]


def weighed_axes(site: SiteData, arena: str) -> tuple[Axis, ...]:
    """The boards of an arena with a weight, in the project's order; not those that repeat the overall one."""
    project, known = site.catalogue.project, set(joint_of(site, arena).axes)
    axes = [
        *(Axis(arena, category.id) for category in project.categories),
        *(Axis(arena, "", language.id) for language in project.languages),
    ]
    return tuple(axis for axis in axes if axis in known and site.shown_axis(axis) == axis)


def weight_name(site: SiteData, axis: Axis) -> str:
    """What an address calls the weight of a board: the id of the category or language, with its kind before it where
    another weight has that id.
    """
    project = site.catalogue.project
    ids = Counter((*OTHER_NAMES, *(each.id for each in project.categories), *(each.id for each in project.languages)))
    name = axis.category or axis.language
    kind = "category" if axis.category else "language"
    return name if ids[name] == 1 else f"{kind}-{name}"


def own_ranking_path(site: SiteData, axis: Axis) -> str:
    """The page of rankings by own weights, which begins with those of a board; empty where its arena has none."""
    if axis.arena not in weighed_arenas(site):
        return ""
    narrower = (Axis(axis.arena, axis.category), Axis(axis.arena, "", axis.language))
    weighed = [each for each in narrower if each in weighed_axes(site, axis.arena)]
    query = {"arena": axis.arena} | {weight_name(site, each): "1" for each in weighed}
    return f"{paths.OWN_RANKING}?{urlencode(query)}"

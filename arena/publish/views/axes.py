"""Ways between boards: arena, category and language switches that keep what is chosen in the other two."""

from __future__ import annotations

from dataclasses import dataclass, replace

from arena.publish import paths
from arena.publish.edition import Edition
from arena.records import Axis

NO_VOTES = "no votes"
TOO_FEW = "too few votes"


@dataclass(frozen=True, slots=True)
class AxisLink:
    """One choice of a switch. ``path`` is empty where no vote was cast; ``note`` says why a choice shows no ranking.

    ``own_name`` is a language's own name with its code and direction, empty for everything else.
    """

    label: str
    path: str
    current: bool
    note: str
    own_name: str = ""
    code: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """The choices of one kind, e.g. every category."""

    label: str
    links: tuple[AxisLink, ...]


def axis_link(edition: Edition, axis: Axis, label: str, current: bool) -> AxisLink:
    """A choice that leads to the board of ``axis``; the overall board of an arena always has a page."""
    board = edition.boards.get(axis)
    path = paths.board_path(axis)
    if board is None:
        return AxisLink(label, path if axis == Axis(axis.arena) else "", current, NO_VOTES)
    return AxisLink(label, path, current, "" if board.ratings else TOO_FEW)


def switches(edition: Edition, axis: Axis) -> tuple[Switch, ...]:
    """The three switches of a board's page; those with a single choice are left out."""
    project = edition.catalogue.project
    arenas = []
    for arena in project.arenas:
        there = replace(axis, arena=arena.id)
        kept = there if there in edition.boards else Axis(arena.id)
        arenas.append(axis_link(edition, kept, arena.name, arena.id == axis.arena))
    categories = [axis_link(edition, replace(axis, category=""), "All", not axis.category)]
    for category in project.categories:
        there = replace(axis, category=category.id)
        categories.append(axis_link(edition, there, category.name, category.id == axis.category))
    languages = [axis_link(edition, replace(axis, language=""), "All", not axis.language)]
    for language in project.languages:
        plain = axis_link(edition, replace(axis, language=language.id), language.name, language.id == axis.language)
        own = language.own_name if language.own_name != language.name else ""
        languages.append(replace(plain, own_name=own, code=language.id, direction=language.direction))
    made = (
        Switch("Arena", tuple(arenas)),
        Switch("Category", tuple(categories)),
        Switch("Prompt language", tuple(languages)),
    )
    return tuple(switch for switch in made if len(switch.links) > 1)

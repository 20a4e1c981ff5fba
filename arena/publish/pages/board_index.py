"""All boards on one page: for each arena who leads by category and language; and the links between boards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from arena import wording
from arena.publish import paths
from arena.publish.content.own_ranking import weighed_arenas
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_said
from arena.publish.content.wall import has_wall
from arena.publish.page import Page
from arena.records import Axis

NO_VOTES = "no votes"
TOO_FEW = "too few votes"
SAME_VOTES = "the same votes"


@dataclass(frozen=True, slots=True)
class AxisLink:
    """One choice of a switch. ``note`` says why it leads to no ranking; ``path`` is empty where it leads nowhere.

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


def axis_link(site: SiteData, axis: Axis, label: str, current: bool, wall: bool = False) -> AxisLink:
    """A choice that leads to the board of ``axis``, or with ``wall`` to its wall where it has one; the overall board of
    an arena always has a page.
    """
    shown = site.shown_axis(axis)
    board = site.boards.get(shown)
    path = paths.wall_path(shown) if wall and board and has_wall(site, board) else paths.board_path(shown)
    if shown != axis:
        return AxisLink(label, path, current, SAME_VOTES)
    if board is None:
        return AxisLink(label, path if axis == Axis(axis.arena) else "", current, NO_VOTES)
    return AxisLink(label, path, current, "" if board.ratings else TOO_FEW)


def switches(site: SiteData, axis: Axis, *, wall: bool = False) -> tuple[Switch, ...]:
    """The three switches of a board's page, or of its wall; choices without votes are left out, and switches with a
    single choice.
    """
    project = site.catalogue.project
    arenas = []
    for arena in site.arenas_of_today_first:
        there = replace(axis, arena=arena.id)
        kept = site.shown_axis(there) if site.shown_axis(there) in site.boards else Axis(arena.id)
        arenas.append(axis_link(site, kept, site.marked_name(arena.id), arena.id == axis.arena, wall))
    categories = [axis_link(site, replace(axis, category=""), "All", not axis.category, wall)]
    for category in project.categories:
        there = replace(axis, category=category.id)
        categories.append(axis_link(site, there, category.name, category.id == axis.category, wall))
    languages = [axis_link(site, replace(axis, language=""), "All", not axis.language, wall)]
    for language in project.languages:
        there = replace(axis, language=language.id)
        plain = axis_link(site, there, language.name, language.id == axis.language, wall)
        own = language.own_name if language.own_name != language.name else ""
        languages.append(replace(plain, own_name=own, code=language.id, direction=language.direction))
    made = (("Arena", arenas), ("Category", categories), ("Prompt language", languages))
    kept_links = [(label, tuple(link for link in links if link.current or leads(axis, link))) for label, links in made]
    return tuple(Switch(label, links) for label, links in kept_links if len(links) > 1)


def leads(axis: Axis, link: AxisLink) -> bool:
    """Whether a choice is worth its room: it leads to a page, and not to the overall board again."""
    return bool(link.path) and (link.note != SAME_VOTES or link.path != paths.board_path(Axis(axis.arena)))


def chosen_of(site: SiteData, axis: Axis) -> str:
    """What a board is of, where there is room for one line."""
    return site.arena_name(axis.arena) if axis == Axis(axis.arena) else site.axis_name(axis)


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One board: its leader, or why there is none. ``path`` is empty where there is no page."""

    text: str
    path: str
    title: str
    missing: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """A category over all languages."""

    label: str
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True)
class ArenaGrid:
    """One arena's boards."""

    id: str
    name: str
    path: str
    label: str
    """What its votes are; empty without votes."""
    caption: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class BoardIndexView:
    """The context of ``board_index.html``."""

    lede: str
    own_path: str
    """Where readers weigh boards themselves; empty where there is nothing to weigh."""
    arenas: tuple[ArenaGrid, ...]


def pages(site: SiteData) -> Iterator[Page]:
    """The index of boards."""
    ranked = sum(1 for board in site.boards.values() if board.ratings)
    lede = (
        f"{wording.count(ranked, 'ranking')}: each arena as a whole, and narrowed to what the prompt asks for and the "
        "language it is written in. Each cell names who leads there."
        if ranked
        else "No model is ranked yet. With votes, each cell becomes a ranking of its own and names who leads there."
    )
    last = site.summary.last
    yield Page(
        path=paths.BOARDS,
        template="board_index.html",
        title="Leaderboards by category and language",
        description=lede,
        view=BoardIndexView(
            lede,
            paths.OWN_RANKING if weighed_arenas(site) else "",
            tuple(grid(site, arena.id) for arena in site.arenas_of_today_first),
        ),
        updated=last.date() if last else None,
    )


def grid(site: SiteData, arena: str) -> ArenaGrid:
    """The grid of one arena."""
    project = site.catalogue.project
    voted = [axis for axis in site.boards if axis.arena == arena]
    spoken, asked = {axis.language for axis in voted}, {axis.category for axis in voted}
    languages = [("", "All languages"), *((each.id, each.name) for each in project.languages if each.id in spoken)]
    categories = [("", "All categories"), *((each.id, each.name) for each in project.categories if each.id in asked)]
    overall = site.boards.get(Axis(arena))
    votes = site.votes(overall.votes if overall else 0, arena)
    return ArenaGrid(
        id=arena,
        name=site.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        label=label_said(site, arena),
        caption=f"{site.arena_name(arena)}: leader by category and prompt language, from {votes}",
        columns=tuple(name for _, name in languages),
        rows=tuple(
            GridRow(name, tuple(cell(site, Axis(arena, category, language)) for language, _ in languages))
            for category, name in categories
        ),
    )


def cell(site: SiteData, axis: Axis) -> BoardCell:
    """The leader on one axis."""
    if axis in site.repeated:
        shown = site.repeated[axis]
        return BoardCell(f"as {site.axis_name(shown)}", paths.board_path(shown), site.axis_name(axis), missing=True)
    board = site.boards.get(axis)
    path = paths.board_path(axis)
    title = site.axis_name(axis)
    if board is None:
        return BoardCell(NO_VOTES, path if axis == Axis(axis.arena) else "", title, missing=True)
    if not board.ratings:
        return BoardCell(TOO_FEW, path, title, missing=True)
    return BoardCell(site.model(board.ratings[0].model).name, path, title, missing=False)

"""All boards on one page: for each arena a grid of categories and languages with who leads where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import paths, words
from arena.publish.edition import Edition
from arena.publish.page import Page
from arena.publish.views.axes import NO_VOTES, TOO_FEW
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class Cell:
    """One board: its leader, or why there is none. ``path`` is empty where there is no page."""

    text: str
    path: str
    title: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A category over all languages."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ArenaGrid:
    """One arena's boards."""

    id: str
    name: str
    path: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class BoardIndexView:
    """The context of ``board_index.html``."""

    lede: str
    arenas: tuple[ArenaGrid, ...]


def pages(edition: Edition) -> Iterator[Page]:
    """The index of boards."""
    ranked = sum(1 for board in edition.boards.values() if board.ratings)
    lede = (
        f"{words.count(ranked, 'ranking')}: each arena as a whole, and narrowed to what the prompt asks for and the "
        "language it is written in. Each cell names who leads there."
        if ranked
        else "No model is ranked yet. With votes, each cell becomes a ranking of its own and names who leads there."
    )
    last = edition.summary.last
    yield Page(
        path=paths.BOARDS,
        template="board_index.html",
        title="Leaderboards by category and language",
        description=lede,
        view=BoardIndexView(lede, tuple(grid(edition, arena.id) for arena in edition.catalogue.project.arenas)),
        updated=last.date() if last else None,
    )


def grid(edition: Edition, arena: str) -> ArenaGrid:
    """The grid of one arena."""
    project = edition.catalogue.project
    languages = [("", "All languages"), *((language.id, language.name) for language in project.languages)]
    categories = [("", "All categories"), *((category.id, category.name) for category in project.categories)]
    overall = edition.boards.get(Axis(arena))
    votes = edition.votes(overall.votes if overall else 0)
    return ArenaGrid(
        id=arena,
        name=edition.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        caption=f"{edition.arena_name(arena)}: leader by category and prompt language, from {votes}",
        columns=tuple(name for _, name in languages),
        rows=tuple(
            Row(name, tuple(cell(edition, Axis(arena, category, language)) for language, _ in languages))
            for category, name in categories
        ),
    )


def cell(edition: Edition, axis: Axis) -> Cell:
    """The leader on one axis."""
    board = edition.boards.get(axis)
    path = paths.board_path(axis)
    title = edition.axis_name(axis)
    if board is None:
        return Cell(NO_VOTES, path if axis == Axis(axis.arena) else "", title, missing=True)
    if not board.ratings:
        return Cell(TOO_FEW, path, title, missing=True)
    return Cell(edition.model(board.ratings[0].model).name, path, title, missing=False)

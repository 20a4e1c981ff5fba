"""A model by category and language at once: its place on every board of an arena, as a heat map with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena.publish import words
from arena.publish.charts.explore import Explore, explore
from arena.publish.charts.heat import Square, render_heat
from arena.publish.edition import Edition
from arena.records import Axis, Rating

FEWEST = 4
"""Squares of category and language below which there is no picture."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One category over the languages, each with place and number of ranked models."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A model's places by category and language on one arena."""

    caption: str
    chart: Markup
    explore: Explore
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]


def grid_of(edition: Edition, model_id: str, arena: str) -> Grid | None:
    """The grid of one arena; None where the model is ranked on fewer than four boards of a category and a language."""
    project = edition.catalogue.project
    found = {
        (category.id, language.id): place
        for category in project.categories
        for language in project.languages
        if (place := _place(edition, Axis(arena, category.id, language.id), model_id))
    }
    if len(found) < FEWEST:
        return None
    categories = [each for each in project.categories if any(key[0] == each.id for key in found)]
    languages = [each for each in project.languages if any(key[1] == each.id for key in found)]
    lines = [[found.get((category.id, language.id)) for language in languages] for category in categories]
    labels, columns = [each.name for each in categories], [each.name for each in languages]
    name, where = edition.model(model_id).name, edition.arena_name(arena).lower()
    title = f"{name} in {where}: place by category and prompt language, from {edition.votes_noun}"
    return Grid(
        caption=title,
        chart=render_heat(
            labels,
            columns,
            [[_square(place) for place in line] for line in lines],
            title,
            "The number is the place, the shade how far up the board it is; empty squares have too few votes.",
        ),
        explore=_explored(labels, columns, lines, title),
        columns=tuple(columns),
        rows=tuple(GridRow(label, tuple(map(_said, line))) for label, line in zip(labels, lines, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    rating: Rating
    of: int

    @property
    def height(self) -> float:
        """1 for the first of a board, 0 for the last."""
        return (self.of - self.rating.rank) / max(self.of - 1, 1)


def _place(edition: Edition, axis: Axis, model_id: str) -> _Place | None:
    board = edition.boards.get(axis)
    rating = board.get(model_id) if board else None
    return _Place(rating, len(board.ratings)) if board and rating else None


def _square(place: _Place | None) -> Square | None:
    return Square(place.height, str(place.rating.rank)) if place else None


def _said(place: _Place | None) -> str:
    return f"{place.rating.rank} of {place.of}" if place else words.NOTHING


def _explored(
    labels: Sequence[str], columns: Sequence[str], lines: Sequence[Sequence[_Place | None]], title: str
) -> Explore:
    return explore(
        {
            "kind": "heat",
            "title": title,
            "rows": labels,
            "columns": columns,
            "values": [[round(place.height, 3) if place else None for place in line] for line in lines],
            "notes": [
                [f"no. {_said(place)}, score {words.number(place.rating.score)}" if place else "" for place in line]
                for line in lines
            ],
        }
    )

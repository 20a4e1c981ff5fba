"""A model's places by category and language."""

from __future__ import annotations

import json
from itertools import product
from xml.etree.ElementTree import fromstring

from arena.publish.content.site_data import Edition
from arena.publish.pages.model.performance import grid_of
from arena.records import Axis
from tests.publish.editions import make_board, make_edition, make_model, make_rating


def edition_with(*axes: tuple[str, str]) -> Edition:
    names = ("a/one", "a/two", "a/three")
    boards = [
        make_board(Axis("draw", *axis), *(make_rating(name, n, 20.0 - n) for n, name in enumerate(names, 1)))
        for axis in axes
    ]
    return make_edition({name: make_model(name) for name in names}, boards)


EVERY = tuple(product(("photo", "logo"), ("en", "ar")))


def test_places_are_shown_by_category_and_language_and_shaded_by_how_far_up_they_are() -> None:
    edition = edition_with(*EVERY)
    for model, shade, place in (("a/one", "q8", "1"), ("a/two", "q4", "2"), ("a/three", "q0", "3")):
        grid = grid_of(edition, model, "draw")
        assert grid is not None
        _, svg = fromstring(grid.chart)
        assert {square.get("class") for square in svg.findall("rect")} == {shade}
        assert [text.text for text in svg.findall("text")].count(place) == 4
        assert grid.columns == ("English", "Arabic")
        assert [row.cells for row in grid.rows] == [(f"{place} of 3",) * 2] * 2
        assert json.loads(grid.explore.figures)["columns"] == ["English", "Arabic"]


def test_with_few_boards_there_is_no_picture() -> None:
    assert grid_of(edition_with(*EVERY[:3]), "a/one", "draw") is None
    assert grid_of(edition_with(*EVERY), "a/one", "edit") is None

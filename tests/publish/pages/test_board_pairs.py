"""Head to head: the leading models of an arena against each other."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest

from arena.pairs import Pair, Pairs
from arena.publish.content.site_data import SiteData
from arena.publish.pages.board_pairs import _square, pairs_table_of, win_share
from arena.records import Axis, Board, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

NAMES = ("a/one", "a/two", "a/three")
BOARD = make_board(Axis("draw"), *(make_rating(name, n, 20.0 - n) for n, name in enumerate(NAMES, 1)))
PAIRS = (Pair("a/one", "a/two", 3, 1, 2, 5, 0.6), Pair("a/one", "a/three", 0, 0, 0, 4, 0.7))


def prepare_site_data(board: Board = BOARD, pairs: tuple[Pair, ...] = PAIRS) -> SiteData:
    models = {name: make_model(name.partition("/")[2].capitalize()) for name in NAMES}
    return make_site_data(models, [board], pairs={"draw": Pairs.of(pairs)}, origins=(Origin.SIMULATED,))


def test_the_row_s_wins_are_shown_from_its_own_side_and_pairs_that_never_met_are_empty() -> None:
    pairs_table = pairs_table_of(prepare_site_data(), BOARD)
    assert pairs_table is not None
    assert pairs_table.columns == ("One", "Two", "Three")
    assert [row.cells for row in pairs_table.rows] == [("–", "3–1–2", "–"), ("1–3–2", "–", "–"), ("–", "–", "–")]
    _, svg = fromstring(pairs_table.chart)
    assert [square.get("class") for square in svg.findall("rect")].count("none") == 7
    assert {"67", "33"} <= {text.text for text in svg.findall("text")}
    assert "simulated votes" in pairs_table.caption


def test_what_is_explored_is_what_is_shown() -> None:
    pairs_table = pairs_table_of(prepare_site_data(), BOARD)
    assert pairs_table is not None
    figures = json.loads(pairs_table.explore)
    assert figures["values"] == [[None, 0.667, None], [0.333, None, None], [None, None, None]]
    assert figures["notes"][0][1] == pairs_table.rows[0].cells[1]


@pytest.mark.parametrize(
    ("board", "pairs"),
    [
        (make_board(Axis("draw", "photo"), *BOARD.ratings), PAIRS),
        (make_board(Axis("draw"), *BOARD.ratings[:2]), PAIRS),
        (BOARD, PAIRS[1:]),
    ],
    ids=["narrow", "two models", "never met"],
)
def test_there_is_no_picture_where_it_would_say_nothing(board: Board, pairs: tuple[Pair, ...]) -> None:
    assert pairs_table_of(prepare_site_data(board, pairs), board) is None


def test_a_tie_is_half_a_win_from_both_sides() -> None:
    pair = Pair("a", "b", 1, 2, 1, 9, 0.5)
    assert win_share(pair) == 0.375


def test_few_votes_leave_a_square_near_even_and_its_figure_small() -> None:
    few, many = (Pair("a", "b", wins, losses, 0, 0, 0.5) for wins, losses in ((2, 0), (80, 20)))
    shades = [(round(square.value, 2), square.text, square.few) for square in map(_square, (few, many)) if square]
    assert shades == [(0.58, "100", True), (0.77, "80", False)]
    assert _square(None) is None

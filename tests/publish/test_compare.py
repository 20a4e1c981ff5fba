"""Models side by side: which two get a page, and what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.pairs import Pair, Pairs
from arena.publish.edition import Edition
from arena.publish.paths import compare_path
from arena.publish.views import compare
from arena.publish.views.compare.neighbours import EACH, Duo, closest, comparison, duos
from arena.publish.views.compare.pages import CompareView, summary
from arena.publish.views.compare.sides import axis_tables, drawn_by_model, meetings, same_prompts, verdict
from arena.records import Axis
from tests.publish.editions import make_board, make_edition, make_model, make_rating
from tests.publish.worlds import World, empty_world, html_of, make_world, page_at

DRAW, EDIT = Axis("draw"), Axis("edit")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


def board_of(count: int, axis: Axis = DRAW) -> Edition:
    models = {f"acme/m{number:03d}": make_model(f"M{number}") for number in range(count)}
    ratings = [make_rating(model, rank, 100.0 - rank) for rank, model in enumerate(models, 1)]
    return make_edition(models, [make_board(axis, *ratings)])


def test_the_path_is_the_same_for_either_order_and_cannot_be_taken_for_another() -> None:
    assert compare_path("b/two", "a/one") == compare_path("a/one", "b/two") == "compare/a--one--vs--b--two.html"


def test_neighbours_are_the_closest_by_rank_also_at_the_ends() -> None:
    near = closest(board_of(6).boards[DRAW])
    assert near["acme/m000"] == ("acme/m001", "acme/m002", "acme/m003")
    assert near["acme/m002"] == ("acme/m001", "acme/m003", "acme/m000")
    assert near["acme/m005"] == ("acme/m004", "acme/m003", "acme/m002")


@given(st.integers(0, 60))
def test_pages_grow_with_the_models_and_not_with_their_square(count: int) -> None:
    found = duos(board_of(count))
    assert len(found) <= EACH * count
    assert len(set(found)) == len(found)
    assert all(duo.first < duo.second for duo in found)


def test_two_that_are_close_in_both_arenas_have_one_page() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    boards = [make_board(axis, make_rating("acme/a", 1, 9), make_rating("acme/b", 2, 8)) for axis in (DRAW, EDIT)]
    assert duos(make_edition(models, boards)) == (Duo("acme/a", "acme/b", ("draw", "edit")),)


def test_the_summary_says_who_ranks_higher_and_whether_that_is_settled() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    duo = Duo("acme/a", "acme/b", ("draw",))
    near = make_board(DRAW, make_rating("acme/b", 1, 9), make_rating("acme/a", 2, 8))
    assert "B (no. 1) ranks above A (no. 2), but their intervals overlap" in summary(make_edition(models, [near]), duo)
    far = make_board(DRAW, make_rating("acme/b", 1, 19), make_rating("acme/a", 2, 8))
    priced = make_edition(models, [far], prices={"acme/a": "0.04", "acme/b": "0.10"})
    assert summary(priced, duo) == (
        "In text to image B (no. 1) ranks above A (no. 2). A costs less: from $0.04 an image, against $0.10."
    )
    assert "No price per image is known for A and B." in summary(make_edition(models, [far]), duo)
    assert verdict(priced, None, far.ratings[0]) == (0, "one of the two is not ranked")


def test_head_to_head_is_from_the_first_ones_side_and_says_when_they_never_met() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B"), "acme/c": make_model("C")}
    pairs = (Pair("acme/a", "acme/b", 3, 1, 2, 4, 0.6, 0.5, 0.7), Pair("acme/a", "acme/c", 0, 0, 0, 0, 0.5))
    edition = make_edition(models, pairs={DRAW.arena: Pairs.of(pairs)})
    (met,) = meetings(edition, "acme/b", "acme/a")
    assert (met.record, met.chance, met.chance_span) == ("1–3–2", "40%", "30%–50%")
    assert met.said.startswith("In 10 votes on battles between the two, B won 1, A 3; 2 tied, and 4 times both")
    (never,) = meetings(edition, "acme/a", "acme/c")
    assert never.record == "never met"
    assert meetings(edition, "acme/b", "acme/c") == ()


def test_boards_are_compared_where_both_are_ranked_overall() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    one, two = make_rating("acme/a", 1, 9), make_rating("acme/b", 2, 8)
    boards = [make_board(DRAW, one, two), make_board(Axis("draw", "photo"), two), make_board(EDIT, one)]
    (table,) = axis_tables(make_edition(models, boards), "acme/a", "acme/b")
    assert [(row.label, row.first, row.second, row.leads) for row in table.rows] == [
        ("Overall", "1 of 2", "2 of 2", 1),
        ("Photography", "not ranked", "2 of 1", 0),
    ]


def test_pictures_are_of_the_same_prompts_one_of_each_category_first(world: World) -> None:
    edition = world.edition
    same = same_prompts(edition, drawn_by_model(edition), "acme/one", "acme/two")
    assert [item.path for item in same] == [
        "prompts/text-to-image/coffee.html",
        "prompts/text-to-image/lighthouse.html",
    ]
    assert [shown.name for shown in same[0].shown] == ["One", "Two"]
    assert same[0].direction == "rtl"
    assert same[0].shown[0].record.endswith("simulated votes")
    assert same_prompts(edition, drawn_by_model(edition), "acme/one", "zeta/three") == ()


def test_the_pages_of_a_project(world: World) -> None:
    found = list(compare.pages(world.edition))
    assert [page.path for page in found] == ["compare/index.html", "compare/acme--one--vs--acme--two.html"]
    html = html_of(world, found[1])
    assert html.index("One <span") < html.index("</h1>")
    assert "simulated votes" in html
    assert "3 models would be 3 pages" in html_of(world, found[0])


def test_without_votes_the_index_says_that_there_is_nothing_to_compare(tmp_path: Path) -> None:
    world = empty_world(tmp_path)
    (index,) = compare.pages(world.edition)
    assert "nothing to compare" in html_of(world, index)


def test_two_without_a_common_picture_or_arena_say_so(world: World) -> None:
    board = make_board(Axis("text-to-image"), make_rating("acme/one", 1, 9), make_rating("zeta/three", 2, 8))
    edition = replace(world.edition, boards={board.axis: board}, pairs={})
    page = page_at(list(compare.pages(edition)), "compare/acme--one--vs--zeta--three.html")
    assert cast("CompareView", page.view).same == ()
    html = html_of(replace(world, edition=edition), page)
    assert "The two have no pictures for the same prompt." in html
    assert "nothing is predicted" in html


def test_two_models_lead_to_their_page_or_to_an_address_that_always_works() -> None:
    board = make_board(Axis("draw"), *(make_rating(f"acme/m{at}", at, 40 - at) for at in range(1, 9)))
    assert comparison(board, 0, 1) == "compare/acme--m1--vs--acme--m2.html"
    assert comparison(board, 0, 7) == "compare/index.html?m=acme/m1&m=acme/m8"
    assert comparison(board, 4, 3) == comparison(board, 3, 4)

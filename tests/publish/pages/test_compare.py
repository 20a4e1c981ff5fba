"""Models side by side: which two get a page, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.model_facts import Capabilities, Weights
from arena.pairs import Pair, Pairs
from arena.publish.content.comparison import FEW_VOTES
from arena.publish.content.comparison_pairs import (
    KEPT_PAGES_PER_MODEL,
    NEIGHBOURS_PER_MODEL,
    WEEKS_TO_KEEP,
    ComparisonPair,
    closest,
    comparison_pairs_of,
    kept_pairs,
)
from arena.publish.content.site_data import SiteData
from arena.publish.pages import compare, compare_index
from arena.publish.pages.compare import CompareView, summary
from arena.publish.pages.compare_index import CompareIndexView
from arena.publish.pages.compare_sides import (
    SHOWN,
    UNSTATED,
    axis_tables,
    drawn_by_model,
    fact_rows,
    same_prompts,
)
from arena.publish.pages.model.similar import comparison, similar_by_rank
from arena.publish.paths import compare_path
from arena.records import Axis, Board, HistoryPoint, Origin
from tests.conftest import ROOT
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of, page_at

DRAW, EDIT = Axis("draw"), Axis("edit")


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def board_of(count: int, axis: Axis = DRAW) -> SiteData:
    models = {f"acme/m{number:03d}": make_model(f"M{number}") for number in range(count)}
    ratings = [make_rating(model, rank, 100.0 - rank) for rank, model in enumerate(models, 1)]
    return make_site_data(models, [make_board(axis, *ratings)])


def test_the_path_is_the_same_for_either_order_and_cannot_be_taken_for_another() -> None:
    assert compare_path("b/two", "a/one") == compare_path("a/one", "b/two") == "compare/a--one--vs--b--two.html"


def test_neighbours_are_the_closest_by_rank_also_at_the_ends() -> None:
    near = closest(board_of(6).boards[DRAW])
    assert near["acme/m000"] == ("acme/m001", "acme/m002", "acme/m003")
    assert near["acme/m002"] == ("acme/m001", "acme/m003", "acme/m000")
    assert near["acme/m005"] == ("acme/m004", "acme/m003", "acme/m002")


@given(st.integers(0, 60))
def test_pages_grow_with_the_models_and_not_with_their_square(count: int) -> None:
    found = board_of(count).comparison_pairs.values()
    assert len(found) <= NEIGHBOURS_PER_MODEL * count
    assert len(set(found)) == len(found)
    assert all(comparison_pair.first < comparison_pair.second for comparison_pair in found)


def test_two_that_are_close_in_both_arenas_have_one_page() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    boards = [make_board(axis, make_rating("acme/a", 1, 9), make_rating("acme/b", 2, 8)) for axis in (DRAW, EDIT)]
    found = make_site_data(models, boards).comparison_pairs
    assert found == {("acme/a", "acme/b"): ComparisonPair("acme/a", "acme/b", ("draw", "edit"))}


def weekly(orders: Sequence[str]) -> tuple[Board, dict[tuple[str, str], tuple[HistoryPoint, ...]]]:
    """The board of the models in the last of these orders, and their scores in every week; a model is one letter."""
    models = sorted(set("".join(orders)))
    board = make_board(DRAW, *(make_rating(f"acme/{model}", at, 9.0 - at) for at, model in enumerate(orders[-1], 1)))
    start = date(2026, 3, 1)
    return board, {
        ("draw", f"acme/{model}"): tuple(
            HistoryPoint("draw", f"acme/{model}", start + timedelta(weeks=week), 25, 1, -order.index(model), 20)
            for week, order in enumerate(orders)
            if model in order
        )
        for model in models
    }


def test_a_page_stays_once_enough_weeks_have_ended_with_two_as_neighbours() -> None:
    together, apart = "abcdefghi", "bcdefghia"
    pair = ("acme/a", "acme/b")
    for weeks, stays in ((WEEKS_TO_KEEP - 1, False), (WEEKS_TO_KEEP, True)):
        board, history = weekly([together] * weeks + [apart] * 2)
        comparison_pair = comparison_pairs_of({DRAW: board}, history, 3).get(pair)
        assert (comparison_pair == ComparisonPair(*pair, ("draw",), kept=True)) is stays
        assert (comparison_pair is not None) is stays
    young = comparison_pairs_of({DRAW: board}, history, 3)["acme/a", "acme/i"]
    assert not young.kept, "their last week may still go on"
    assert kept_pairs(board, history, min_votes=21) == frozenset(), "a rank takes votes"


@given(st.lists(st.permutations("abcdefgh"), min_size=2, max_size=12), st.integers(1, 6))
def test_pages_that_stay_never_go_while_weeks_are_added(orders: list[list[str]], step: int) -> None:
    made = ["".join(order) for order in orders for _ in range(step)]
    before = kept_pairs(*weekly(made[:-1]), min_votes=3)
    after = kept_pairs(*weekly(made), min_votes=3)
    assert before <= after
    assert len(after) <= KEPT_PAGES_PER_MODEL * 8


def test_a_pair_that_may_part_soon_says_so_and_is_kept_from_search_engines(world: World) -> None:
    (young,) = compare.pages(world.site_data)
    old = replace(world.site_data)
    old.__dict__["comparison_pairs"] = {
        pair: replace(comparison_pair, kept=True) for pair, comparison_pair in world.site_data.comparison_pairs.items()
    }
    (stays,) = compare.pages(old)
    assert (young.listed, stays.listed) == (False, True)
    said, kept = html_of(world, young), html_of(replace(world, site_data=old), stays)
    assert "noindex" in said and "this page goes" in said
    assert "noindex" not in kept and "This page stays at its address" in kept


def test_the_summary_says_who_is_better_and_who_costs_less() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    board = make_board(DRAW, make_rating("acme/b", 1, 19), make_rating("acme/a", 2, 8))
    pairs = {"draw": Pairs.of([Pair("acme/a", "acme/b", 3, 9, 0, 0, 0.3, 0.2, 0.4)])}
    priced = make_site_data(models, [board], prices={"acme/a": "0.04", "acme/b": "0.10"}, pairs=pairs)
    comparison_pair = ComparisonPair("acme/a", "acme/b", ("draw",))
    assert summary(priced, comparison_pair) == (
        "B is better (text to image). A costs less: from $0.04 an image, against $0.10."
    )


@pytest.mark.parametrize(("low", "high", "better"), [(0.51, 0.7, 2), (0.5, 0.7, 0), (0.4, 0.6, 0), (0.2, 0.4, 1)])
def test_who_is_better_is_marked_where_the_votes_settle_it(low: float, high: float, better: int) -> None:
    overall = make_board(DRAW, make_rating("acme/b", 1, 9), make_rating("acme/a", 2, 8))
    narrow = [
        make_board(Axis("draw", category), make_rating("acme/b", 1, 8 + gap), make_rating("acme/a", 2, 8))
        for category, gap in (("photo", 1), ("logo", 5))
    ]
    pair = Pair("acme/a", "acme/b", 1, 3, 0, 0, 0.4, 1 - high, 1 - low)
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    site_data = make_site_data(models, [overall, *narrow], pairs={DRAW.arena: Pairs.of([pair])})
    ((row, *others),) = (table.rows for table in axis_tables(site_data, "acme/a", "acme/b"))
    assert (row.better, row.settled) == (better, "yes" if better else "no")
    assert [(each.label, each.better, each.settled) for each in others] == [
        ("Photography", 0, "no"),
        ("Logos", 2, "yes"),
    ], "narrow boards: only scores whose intervals do not overlap"


def test_facts_that_no_source_states_of_either_are_left_out_and_terms_are_not() -> None:
    able = make_model("Able", capabilities=Capabilities(seed=True), weights=Weights(open="unknown"))
    models = {"acme/able": able, "acme/quiet": make_model("Quiet", weights=Weights(open="unknown"))}
    rows = {row.label: (row.first, row.second) for row in fact_rows(make_site_data(models), "acme/able", "acme/quiet")}
    assert rows["Seed"] == ("Yes", UNSTATED)
    assert "Negative prompt" not in rows
    assert rows["Commercial use of weights"] == rows["Commercial use of outputs"] == ("Unknown", "Unknown")


def test_the_picker_has_the_same_constants() -> None:
    script = (ROOT / "templates/static/compare.js").read_text("utf-8")
    for line in (f'UNSTATED = "{UNSTATED}"', f"SHOWN = {SHOWN}", f"FEW_VOTES = {FEW_VOTES}"):
        assert f"const {line};" in script


def test_boards_are_compared_where_both_are_ranked_overall() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    one, two = make_rating("acme/a", 1, 9), make_rating("acme/b", 2, 8)
    boards = [make_board(DRAW, one, two), make_board(Axis("draw", "photo"), two), make_board(EDIT, one)]
    (table,) = axis_tables(make_site_data(models, boards), "acme/a", "acme/b")
    assert [(row.label, row.first, row.second, row.settled) for row in table.rows] == [
        ("Overall", "#1 of 2", "#2 of 2", "no"),
        ("Photography", "not ranked", "#2 of 1", "–"),
    ]


def test_pictures_are_of_the_same_prompts_one_of_each_category_first(world: World) -> None:
    site_data = world.site_data
    same = same_prompts(site_data, drawn_by_model(site_data), "acme/one", "acme/two")
    assert [item.path for item in same] == [
        "prompts/text-to-image/coffee.html",
        "prompts/text-to-image/lighthouse.html",
    ]
    assert [shown.name for shown in same[0].shown] == ["One", "Two"]
    assert same[0].direction == "rtl"
    assert same[0].shown[0].record.endswith("simulated votes")
    assert same_prompts(site_data, drawn_by_model(site_data), "acme/one", "zeta/three") == ()


def test_votes_on_pictures_are_called_what_those_of_their_arena_are(world: World) -> None:
    origins = (("text-to-image", Origin.SIMULATED), ("image-editing", Origin.DERIVED))
    site_data = world.site_data
    summary = replace(site_data.summary, origins=((Origin.SIMULATED, 42), (Origin.DERIVED, 9)))
    mixed = replace(site_data, ratings=replace(site_data.ratings, origins=origins), summary=summary)
    same = same_prompts(mixed, drawn_by_model(mixed), "acme/one", "acme/two")
    assert {shown.record.partition(" in ")[2].partition(" ")[2] for item in same for shown in item.shown} == {
        "simulated votes"
    }


def test_the_pages_of_a_project(world: World) -> None:
    (page,) = compare.pages(world.site_data)
    assert page.path == "compare/acme--one--vs--acme--two.html"
    html = html_of(world, page)
    order = ["</h1>", 'id="verdict"', 'class="forecast"', 'id="same"', 'id="record"', 'id="places"', 'id="facts"']
    assert [html.index(part) for part in order] == sorted(html.index(part) for part in order)
    assert "in simulated votes" in html.partition('id="verdict"')[2].partition("</section>")[0]


def test_the_index_begins_with_the_picker_and_cards_with_pictures_of_both(world: World) -> None:
    (index,) = compare_index.pages(world.site_data)
    html = html_of(world, index)
    assert "1 ready-made comparison of closely ranked models" in html
    assert html.index('id="picker"') < html.index('class="card comparison"')
    (card,) = cast("CompareIndexView", index.view).cards
    assert card.same is not None
    assert [shown.name for shown in card.same.shown] == ["One", "Two"]
    assert card.path == "compare/acme--one--vs--acme--two.html"


def test_without_votes_the_index_says_that_there_is_nothing_to_compare(bare_world: World) -> None:
    (index,) = compare_index.pages(bare_world.site_data)
    assert "nothing to compare" in html_of(bare_world, index)


def test_two_without_a_common_picture_or_arena_say_so(world: World) -> None:
    board = make_board(Axis("text-to-image"), make_rating("acme/one", 1, 9), make_rating("zeta/three", 2, 8))
    site_data = replace(world.site_data, boards={board.axis: board}, pairs={})
    page = page_at(list(compare.pages(site_data)), "compare/acme--one--vs--zeta--three.html")
    assert cast("CompareView", page.view).same == ()
    html = html_of(replace(world, site_data=site_data), page)
    assert "No arena ranks both, so there is no forecast for the two. In text to image" not in html
    assert "No arena ranks both, so there is no forecast for the two." in html
    assert not any(f'id="{section}"' in html for section in ("same", "record")), "no empty section"


def test_two_models_lead_to_their_page_or_to_an_address_that_always_works() -> None:
    site_data = board_of(8)
    assert comparison(site_data, "acme/m001", "acme/m000") == "compare/acme--m000--vs--acme--m001.html"
    assert comparison(site_data, "acme/m000", "acme/m007") == "compare/index.html?m=acme/m000&m=acme/m007"


def test_a_model_leads_to_the_pages_with_those_that_long_were_its_neighbours() -> None:
    orders = ["abcdefghi"] * WEEKS_TO_KEEP + ["bcdefghia"] * 2
    board, history = weekly(orders)
    site_data = make_site_data(
        {rating.model: make_model(rating.model[-1].upper()) for rating in board.ratings}, [board]
    )
    (part,) = similar_by_rank(replace(site_data, history=history), "acme/a")
    assert [row.model.name for row in part.rows] == ["C", "D", "E", "F", "G", "H", "I", "A"][1:]
    assert [other.name for other in part.beside] == ["B", "C"]

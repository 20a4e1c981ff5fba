"""Where a model stands: tables and the heat map."""

from __future__ import annotations

import json
from itertools import product
from xml.etree.ElementTree import fromstring

from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.performance import performance_grid, performances, ranking_rows, standing_apart
from arena.records import Axis, Board, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data


def site_data_with(*axes: tuple[str, str]) -> SiteData:
    names = ("a/one", "a/two", "a/three")
    boards = [
        make_board(Axis("draw", *axis), *(make_rating(name, n, 20.0 - n) for n, name in enumerate(names, 1)))
        for axis in axes
    ]
    return make_site_data({name: make_model(name) for name in names}, boards)


EVERY = tuple(product(("photo", "logo"), ("en", "ar")))


def test_places_are_shown_by_category_and_language_and_shaded_by_how_far_up_they_are() -> None:
    site_data = site_data_with(*EVERY)
    for model, shade, place in (("a/one", "q8", "1"), ("a/two", "q4", "2"), ("a/three", "q0", "3")):
        grid = performance_grid(site_data, model, "draw")
        assert grid is not None
        _, svg = fromstring(grid.chart)
        assert {square.get("class") for square in svg.findall("rect")} == {shade}
        assert [text.text for text in svg.findall("text")].count(place) == 4
        assert grid.columns == ("English", "Arabic")
        assert [row.cells for row in grid.rows] == [(f"{place} of 3",) * 2] * 2
        assert json.loads(grid.explore)["columns"] == ["English", "Arabic"]


def test_with_few_boards_there_is_no_picture() -> None:
    assert performance_grid(site_data_with(*EVERY[:3]), "a/one", "draw") is None
    assert performance_grid(site_data_with(*EVERY), "a/one", "edit") is None


MODELS = {
    "acme/one": make_model("One", arenas=("draw", "edit")),
    "acme/two": make_model("Two"),
    "acme/new": make_model("New"),
}
BOARDS = [
    make_board(
        Axis("draw"),
        make_rating("acme/one", 1, 30),
        make_rating("acme/two", 2, 25),
        unranked=[make_rating("acme/new", 0, 1, votes=2)],
    ),
    make_board(Axis("draw", "logo"), make_rating("acme/two", 1, 24), make_rating("acme/one", 2, 22)),
    make_board(Axis("draw", "", "ar"), make_rating("acme/one", 1, 21)),
]
EDITION = make_site_data(MODELS, BOARDS, origins=[Origin.SIMULATED])


def test_a_model_without_a_rank_is_told_why() -> None:
    drawn, edited = ranking_rows(EDITION, "acme/one")
    assert (drawn.rank, drawn.missing) == ("1 of 2", "")
    assert edited.missing == "Not ranked: no votes yet"
    few, other = ranking_rows(EDITION, "acme/new")
    assert few.missing == "Not ranked: 2 simulated votes, and a rank takes 3"
    assert other.missing == "Not compared in this arena"


def test_only_axes_with_enough_votes_are_shown_and_the_others_are_named() -> None:
    (part,) = performances(EDITION, "acme/one")
    assert [(group.label, [row.label for row in group.rows]) for group in part.groups] == [
        ("Category", ["Logos"]),
        ("Prompt language", ["Arabic"]),
    ]
    assert part.missing == ("Fewer than 3 simulated votes that count, so not shown: Photography and English prompts.")
    assert "from 20 simulated votes" in part.caption
    assert "overall score, 30.00" in part.caption
    assert part.summary.startswith("Demo: placed best in Arabic prompts (#1 of 1), least well in Logos (#2 of 2).")


def test_only_ranks_whose_interval_lies_clear_of_the_overall_one_are_called_better_or_worse() -> None:
    others = [make_rating(f"acme/{at}", at, 20.0 - at) for at in range(2, 21)]
    own = make_rating("acme/one", 10, 10, ranks=(8, 12))

    def narrow(axis: Axis, low: int, high: int, size: int = 20) -> Board:
        return make_board(axis, *others[: size - 1], make_rating("acme/one", low, 9, ranks=(low, high)))

    boards = [
        make_board(Axis("draw"), *others, own),
        narrow(Axis("draw", "logo"), 1, 7),
        narrow(Axis("draw", "photo"), 7, 13),
        narrow(Axis("draw", "", "en"), 13, 20),
        narrow(Axis("draw", "", "ar"), 3, 8, size=10),
    ]
    site_data = make_site_data(MODELS, boards)
    ranked = [(board.axis, rating) for board in boards[1:] if (rating := board.get("acme/one"))]
    assert (
        standing_apart(site_data, own, ranked)
        == "Clearly better in Logos and clearly worse in English prompts than overall."
    )
    assert "no category or language clearly apart" in standing_apart(site_data, own, ranked[1:2])


def test_a_model_that_is_ranked_nowhere_has_no_breakdown() -> None:
    assert performances(EDITION, "acme/new") == ()

"""What changed within the last week: scores and places."""

from __future__ import annotations

from datetime import date

from arena.publish.edition import Edition
from arena.publish.views.changes import (
    Move,
    Week,
    change_explained,
    change_in,
    last_week,
    move_lines,
    moves,
    moves_title,
)
from arena.records import Axis, HistoryPoint, Origin
from tests.publish.editions import make_board, make_edition, make_model, make_rating

WEEKS = (date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15))


def edition_with(courses: dict[str, list[float | None]]) -> Edition:
    history = {
        ("draw", model): tuple(
            HistoryPoint("draw", model, week, score + 3, 1, score, 10)
            for week, score in zip(WEEKS, scores, strict=True)
            if score is not None
        )
        for model, scores in courses.items()
    }
    board = make_board(Axis("draw"), *(make_rating(model, n, 20.0 - n) for n, model in enumerate(courses, 1)))
    models = {model: make_model(model) for model in courses}
    return make_edition(models, [board], origins=(Origin.SIMULATED,), history=history)


COURSES: dict[str, list[float | None]] = {
    "a/climbs": [10, 11, 15.5],
    "a/falls": [12, 14, 13.75],
    "a/silent": [5, 12, None],
    "a/starts": [None, None, 9],
}


def test_a_change_is_that_of_the_last_week_whatever_each_model_did_before() -> None:
    edition = edition_with(COURSES)
    week = last_week(edition, Axis("draw"))
    assert week == Week("draw", WEEKS[-1])
    said = {model: change_in(edition, week, model) for model in (*COURSES, "a/none")}
    assert said == {"a/climbs": "+4.50", "a/falls": "−0.25", "a/silent": "0.00", "a/starts": "new", "a/none": "–"}
    assert "15 March 2026" in change_explained(edition, Axis("draw"))[0]
    assert "simulated votes" in change_explained(edition, Axis("draw"))[0]


def test_narrow_boards_and_a_single_week_have_no_change() -> None:
    edition = edition_with({"a/one": [1, None, None]})
    for axis in (Axis("draw"), Axis("draw", "photo"), Axis("edit")):
        assert last_week(edition, axis) is None
        assert change_explained(edition, axis) == ()
        assert change_in(edition, None, "a/one") == ""
    assert moves(edition, "draw") == moves(edition, "edit") == ()


def test_the_home_page_names_the_moves_and_the_week() -> None:
    edition = edition_with(COURSES)
    assert [line.text for line in move_lines(edition, "draw")] == [
        "from no. 3 to no. 1",
        "from no. 1 to no. 2",
        "from no. 2 to no. 3",
    ]
    assert moves_title(edition, "draw") == "In the week to 15 March 2026, 3 models changed places by simulated votes"
    still = edition_with({"a/one": [3, 4, 5], "a/two": [1, 2, 3]})
    assert "no model changed places" in moves_title(still, "draw")
    assert moves_title(still, "edit") == ""


def test_moves_name_who_changed_places_largest_first() -> None:
    assert moves(edition_with(COURSES), "draw") == (
        Move("a/climbs", 3, 1),
        Move("a/falls", 1, 2),
        Move("a/silent", 2, 3),
    )
    assert moves(edition_with({"a/one": [3, 4, 5], "a/two": [1, 2, 3]}), "draw") == ()

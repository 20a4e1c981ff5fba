"""Where a model stands: on each arena, by category and language, over time."""

from __future__ import annotations

from datetime import date

from arena.publish.views.model.standing import courses, performances, ranking_rows
from arena.records import Axis, HistoryPoint, Origin
from tests.publish.editions import make_board, make_edition, make_model, make_rating

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
EDITION = make_edition(MODELS, BOARDS, origins=[Origin.SIMULATED])


def test_a_model_without_a_rank_is_told_why() -> None:
    drawn, edited = ranking_rows(EDITION, "acme/one")
    assert (drawn.rank, drawn.missing) == ("1 of 2", "")
    assert edited.missing == "Not ranked: no votes yet"
    few, other = ranking_rows(EDITION, "acme/new")
    assert few.missing == "Not ranked: 2 simulated votes, and a rank takes 3"
    assert other.missing == "Does not compete here"


def test_only_axes_with_enough_votes_are_shown_and_the_others_are_named() -> None:
    (part,) = performances(EDITION, "acme/one")
    assert [(group.label, [row.label for row in group.rows]) for group in part.groups] == [
        ("Category", ["Logos"]),
        ("Prompt language", ["Arabic"]),
    ]
    assert part.missing == ("Fewer than 3 simulated votes that count, so not shown: Photography and English prompts.")
    assert "from 20 simulated votes" in part.caption
    assert "overall score, 30.00" in part.caption
    assert part.summary.startswith("Placed best in Arabic prompts (no. 1 of 1), least well in Logos (no. 2 of 2).")


def test_a_model_that_is_ranked_nowhere_has_no_breakdown() -> None:
    assert performances(EDITION, "acme/new") == ()


def test_the_course_shows_every_week_with_its_interval() -> None:
    points = tuple(
        HistoryPoint("draw", "acme/one", date(2026, 3, day), mu=30.0, sigma=1.0, score=20.0 + day, votes=day)
        for day in (1, 8)
    )
    edition = make_edition(MODELS, BOARDS, origins=[Origin.SIMULATED], history={("draw", "acme/one"): points})
    drawn, edited = courses(edition, "acme/one")
    assert drawn.summary == (
        "Score 21.00 after 1 simulated vote in the week to 1 March 2026, "
        "28.00 after 8 simulated votes in the week to 8 March 2026 (+7.00)."
    )
    assert [(week.score, week.interval, week.votes) for week in drawn.weeks] == [
        ("21.00", "19.0 to 23.0", "1"),
        ("28.00", "26.0 to 30.0", "8"),
    ]
    assert "simulated votes" in drawn.chart
    assert (edited.chart, edited.missing) == ("", "No votes over time yet.")


def test_one_week_is_no_line() -> None:
    point = HistoryPoint("draw", "acme/two", date(2026, 3, 1), 30.0, 1.0, 27.0, 5)
    (course,) = courses(make_edition(MODELS, history={("draw", "acme/two"): (point,)}), "acme/two")
    assert course.missing == "Two weeks with votes are needed for a line; there is only one."

"""What changed within the last week: scores and places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from arena.publish.content.rank_changes import (
    LastWeek,
    change_explained,
    change_in,
    last_week,
    leader_in_words,
    news_of,
)
from arena.publish.content.site_data import SiteData
from arena.ratings.leader import LeaderClaim
from arena.records import Axis, HistoryPoint, Origin
from tests.publish.sites import make_board, make_model, make_rating, make_site_data

WEEKS = (date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15))


def site_data_with(rating_histories: dict[str, list[float | None]]) -> SiteData:
    history = {
        ("draw", model): tuple(
            HistoryPoint("draw", model, week, score + 3, 1, score, 10)
            for week, score in zip(WEEKS, scores, strict=True)
            if score is not None
        )
        for model, scores in rating_histories.items()
    }
    board = make_board(Axis("draw"), *(make_rating(model, n, 20.0 - n) for n, model in enumerate(rating_histories, 1)))
    models = {model: make_model(model) for model in rating_histories}
    return make_site_data(models, [board], origins=(Origin.SIMULATED,), history=history)


COURSES: dict[str, list[float | None]] = {
    "a/climbs": [10, 11, 15.5],
    "a/falls": [12, 14, 13.75],
    "a/silent": [5, 12, None],
    "a/starts": [None, None, 9],
}


def test_a_change_is_that_of_the_last_week_whatever_each_model_did_before() -> None:
    site_data = site_data_with(COURSES)
    week = last_week(site_data, Axis("draw"))
    assert week == LastWeek("draw", WEEKS[-1])
    said = {model: change_in(site_data, week, model) for model in (*COURSES, "a/none")}
    assert said == {"a/climbs": "+4.50", "a/falls": "−0.25", "a/silent": "0.00", "a/starts": "new", "a/none": "–"}
    assert "15 March 2026" in change_explained(site_data, Axis("draw"))[0]
    assert "simulated votes" in change_explained(site_data, Axis("draw"))[0]


def test_narrow_boards_and_a_single_week_have_no_change() -> None:
    site_data = site_data_with({"a/one": [1, None, None]})
    for axis in (Axis("draw"), Axis("draw", "photo"), Axis("edit")):
        assert last_week(site_data, axis) is None
        assert change_explained(site_data, axis) == ()
        assert change_in(site_data, None, "a/one") == ""
    assert news_of(site_data, "draw") is news_of(site_data, "edit") is None


def test_the_news_name_who_leads_who_joined_who_is_flagged_and_the_moves_largest_first() -> None:
    site_data = site_data_with(COURSES)
    history = dict(site_data.history)
    *before, last = history["draw", "a/falls"]
    history["draw", "a/falls"] = (*before, replace(last, flagged=True))
    news = news_of(replace(site_data, history=history), "draw")
    assert news is not None
    assert news.title == "In the week to 15 March 2026"
    assert news.said.startswith(
        "Demo: a/climbs passes a/falls by score; who leads is not settled. "
        "3 models changed places and 1 joined, by simulated votes."
    )
    assert [(line.model.id, line.text) for line in news.lines] == [
        ("a/falls", "flagged: its results depart from its earlier ones"),
        ("a/starts", "joined at #4"),
        ("a/climbs", "from #3 to #1"),
        ("a/falls", "from #1 to #2"),
        ("a/silent", "from #2 to #3"),
    ]


def test_a_week_in_which_nothing_moved_says_so() -> None:
    still = news_of(site_data_with({"a/one": [3, 4, 5], "a/two": [1, 2, 3]}), "draw")
    assert still is not None
    assert (still.said, still.lines) == ("Demo: a/one still leads. No model changed places, by simulated votes.", ())


def test_a_board_says_since_when_its_first_model_leads_for_sure() -> None:
    site_data = site_data_with(COURSES)
    board = site_data.boards[Axis("draw")]
    first, second = (rating.model for rating in board.ratings[:2])
    assert leader_in_words(site_data, board) == "Demo: no settled leader"

    def said(*claims: LeaderClaim) -> str:
        return leader_in_words(replace(site_data, ratings=replace(site_data.ratings, leaders=claims)), board)

    proven = LeaderClaim("draw", first, WEEKS[1])
    assert said(proven) == "Demo: leader since 8 March 2026"
    assert said(LeaderClaim("draw", second, WEEKS[0]), proven) == "Demo: leader since 8 March 2026"
    assert said(proven, LeaderClaim("draw", second, WEEKS[2])) == "Demo: no settled leader", "the first is another one"
    assert said(LeaderClaim("edit", first, WEEKS[1])) == "Demo: no settled leader"
    running = replace(site_data.summary, last=datetime(2026, 3, 5, 12, tzinfo=UTC))
    claimed = replace(site_data.ratings, leaders=(proven,))
    shown = leader_in_words(replace(site_data, summary=running, ratings=claimed), board)
    assert shown == "Demo: leader since 5 March 2026", "the day of the last vote while the week runs"
    assert leader_in_words(replace(site_data, history={}), board) == ""
    assert leader_in_words(site_data, replace(board, axis=Axis("draw", "photo"))) == ""

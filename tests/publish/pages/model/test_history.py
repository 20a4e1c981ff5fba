"""A rating over time: every week with its interval, and weeks that depart from what was to be expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from arena.publish.pages.model.history import drift_summary, drift_text, rating_histories
from arena.records import HistoryPoint, Origin
from tests.publish.sites import make_model, make_site_data

MODELS = {"acme/one": make_model("One", arenas=("draw", "edit")), "acme/two": make_model("Two")}
POINT = HistoryPoint("draw", "acme/one", date(2026, 3, 1), mu=30.0, sigma=1.0, score=27.0, votes=5)


def test_the_course_shows_every_week_with_its_interval() -> None:
    points = tuple(
        HistoryPoint("draw", "acme/one", date(2026, 3, day), mu=30.0, sigma=1.0, score=20.0 + day, votes=day)
        for day in (1, 8)
    )
    site_data = make_site_data(MODELS, origins=[Origin.SIMULATED], history={("draw", "acme/one"): points})
    drawn, edited = rating_histories(site_data, "acme/one")
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
    (rating_history,) = rating_histories(make_site_data(MODELS, history={("draw", "acme/two"): (point,)}), "acme/two")
    assert rating_history.missing == "Two weeks with votes are needed for a line; there is only one."


def test_an_interval_that_respects_voters_goes_before_that_of_sigma() -> None:
    points = tuple(replace(POINT, week=date(2026, 3, day), score_low=20.5, score_high=31.5) for day in (1, 8))
    (rating_history,) = rating_histories(make_site_data(MODELS, history={("draw", "acme/two"): points}), "acme/two")
    assert [week.interval for week in rating_history.weeks] == ["20.5 to 31.5"] * 2


def test_weeks_that_depart_are_named() -> None:
    steady = replace(POINT, drift=0.04, drift_low=-0.02, drift_high=0.1)
    fallen = replace(steady, week=date(2026, 3, 8), drift=-0.2, flagged=True)
    assert drift_text(steady) == "+0.04 (−0.02 to +0.10)"
    assert drift_text(POINT) == "–"
    assert drift_summary([POINT]) == ""
    assert drift_summary([POINT, steady]).startswith("No week departs")
    assert drift_summary([steady, fallen]).startswith("Flagged, because results depart")
    assert "8 March 2026" in drift_summary([steady, fallen])

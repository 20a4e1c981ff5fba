"""When votes are cast."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from arena.simulate.visits import DAY, after_opening, draw_visits, spread_votes
from arena.simulate.voters import draw_voters

FIRST, LAST = date(2026, 5, 18), date(2026, 11, 15)
DAYS = (LAST - FIRST).days + 1
CROWD = draw_voters(100, ["en", "zh"], seed=1)


def visits_of(votes: int, first: date = FIRST, last: date = LAST):  # type: ignore[no-untyped-def]
    return draw_visits(votes, CROWD, np.array([3.0, 1.0]), first, last, seed=1)


@pytest.mark.parametrize("votes", [0, 1, 7, 5000])
def test_there_are_exactly_as_many_votes_as_asked_for(votes: int) -> None:
    visits = visits_of(votes)
    at = spread_votes(visits, np.full(votes, 5000), DAYS, seed=1)
    assert len(visits.voter) == len(at) == votes


def test_everybody_comes_and_arenas_get_their_shares() -> None:
    visits = visits_of(5000)
    assert len(np.unique(visits.voter)) == 100
    assert np.mean(visits.arena == 0) == pytest.approx(0.75, abs=0.03)


def test_a_visit_is_one_voter_in_one_arena_whose_votes_follow_each_other() -> None:
    visits = visits_of(3000)
    at = spread_votes(visits, np.full(3000, 4000), DAYS, seed=1)
    same = visits.visit[1:] == visits.visit[:-1]
    assert (visits.voter[1:] == visits.voter[:-1])[same].all()
    assert (visits.arena[1:] == visits.arena[:-1])[same].all()
    gaps = np.diff(at)[same]
    assert gaps.min() >= 4600
    assert gaps.max() <= 4000 + 5200


@pytest.mark.parametrize("days", [1, 3])
def test_no_vote_lies_outside_the_days(days: int) -> None:
    visits = visits_of(2000, FIRST, date(2026, 5, 17 + days))
    at = spread_votes(visits, np.full(2000, 20_000), days, seed=1)
    assert at.min() >= 0
    assert at.max() < days * DAY


def test_weekends_and_nights_are_quieter() -> None:
    visits = visits_of(40_000)
    weekday = (FIRST.weekday() + visits.begin // DAY) % 7
    counts = np.bincount(weekday, minlength=7)
    assert counts[5:].mean() < 0.87 * counts[:5].mean()
    hours = np.bincount(visits.begin % DAY // 3_600_000, minlength=24)
    assert hours.max() > 2.5 * hours.min()


def test_an_arena_that_opens_later_has_no_visit_before() -> None:
    visits = visits_of(4000)
    moved = after_opening(visits, [0, 100], DAYS)
    assert moved.begin[visits.arena == 1].min() >= 100 * DAY
    assert moved.begin.max() < DAYS * DAY
    assert np.array_equal(moved.begin[visits.arena == 0], visits.begin[visits.arena == 0])

"""Who votes, and when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from arena.simulate.voters import BUSIEST, DAY, Visits, after_opening, draw_visits, draw_voters, spread_votes
from tests.simulate.worlds import LANGUAGES


def test_activity_is_heavy_tailed_but_nobody_is_the_crowd() -> None:
    activity = np.sort(draw_voters(400, LANGUAGES, seed=1).activity)[::-1]
    share = activity / activity.sum()
    assert share[:40].sum() > 0.35
    assert share[0] < 0.05
    assert activity[0] <= BUSIEST


def test_some_have_habits_and_most_have_none() -> None:
    voters = draw_voters(400, LANGUAGES, seed=1)
    assert 0.05 < np.mean(np.abs(voters.side) > 0.5) < 0.16
    assert 0.06 < np.mean(voters.ties > 2.2) < 0.25
    assert 0.06 < np.mean(voters.strictness > 1.2) < 0.2
    assert 0.01 < np.mean(voters.pace < 1500) < 0.1


def test_everybody_reads_mostly_one_language_and_the_first_is_read_most() -> None:
    reads = draw_voters(400, LANGUAGES, seed=1).reads
    assert reads.sum(axis=1) == pytest.approx(1)
    assert (reads.max(axis=1) > 0.6).all()
    assert reads.mean(axis=0).argmax() == 0
    assert (reads > 0).all()


def test_a_voter_does_not_depend_on_how_many_there_are() -> None:
    few, many = draw_voters(10, LANGUAGES, seed=1), draw_voters(50, LANGUAGES, seed=1)
    assert np.array_equal(few.activity, many.activity[:10])
    assert np.array_equal(few.reads, many.reads[:10])
    assert len(many) == 50


def test_one_language_is_enough() -> None:
    assert draw_voters(5, ["eo"], seed=1).reads.tolist() == [[1.0]] * 5


FIRST, LAST = date(2026, 5, 18), date(2026, 11, 15)
DAYS = (LAST - FIRST).days + 1
CROWD = draw_voters(100, ["en", "zh"], seed=1)


def visits_of(votes: int, first: date = FIRST, last: date = LAST) -> Visits:
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

"""The crowd."""

from __future__ import annotations

import numpy as np
import pytest

from arena.simulate.voters import BUSIEST, draw_voters
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

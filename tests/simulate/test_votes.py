"""Pairs and judgements."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from arena.simulate.strengths import SimulatedArena, draw_arena, stream
from arena.simulate.voters import draw_voters
from arena.simulate.votes import EDITING, GENERATION, OUTCOMES, Rates, exposure, judge, opening_day, pair_up
from tests.simulate import worlds

FIRST, DAYS = date(2026, 5, 18), 182
CROWD = draw_voters(200, ["en"], seed=1)


def arena_of(released: list[date | None]) -> SimulatedArena:
    models = {
        f"m{number}/x": worlds.make_model(points=1000 + 10 * number, released=day)
        for number, day in enumerate(released)
    }
    return draw_arena(worlds.GENERATION, models, worlds.make_catalogue().prompts_of(worlds.GENERATION), seed=1)


def test_nobody_is_shown_up_to_the_day_of_release_and_new_ones_are_shown_more() -> None:
    arena = arena_of([None, date(2025, 1, 1), FIRST + timedelta(days=30)])
    weights = exposure(arena, FIRST, DAYS)
    assert (weights[:, :2] > 0).all()
    assert (weights[:31, 2] == 0).all()
    assert weights[31, 2] > 2.5 * weights[31, 1]
    assert weights[150, 2] == pytest.approx(1, abs=0.01)


def test_an_arena_opens_when_two_models_are_out() -> None:
    assert opening_day(arena_of([None, FIRST + timedelta(days=9), FIRST + timedelta(days=4)]), FIRST, DAYS) == 5
    assert opening_day(arena_of([None, None]), FIRST, DAYS) == 0


def test_pairs_are_of_two_models_that_are_out_with_sides_at_random() -> None:
    arena = arena_of([None] * 6 + [FIRST + timedelta(days=91)])
    weights = exposure(arena, FIRST, DAYS)[np.arange(8000) % DAYS]
    left, right = pair_up(arena, weights, seed=1)
    assert (left != right).all()
    assert (weights[np.arange(8000), left] > 0).all()
    assert (weights[np.arange(8000), right] > 0).all()
    for model in range(6):
        on_left = np.sum(left == model) / np.sum((left == model) | (right == model))
        assert on_left == pytest.approx(0.5, abs=0.05)


def test_pairs_of_like_strength_meet_more_often() -> None:
    models = {f"m{number}/x": worlds.make_model(points=850 + 50 * number) for number in range(8)}
    arena = draw_arena(worlds.GENERATION, models, worlds.make_prompts(), seed=1)
    left, right = pair_up(arena, np.ones((20_000, 8)), seed=1)
    near, far = np.abs(left - right) == 1, np.abs(left - right) == 5
    assert near.sum() / 7 > 1.3 * far.sum() / 3


def test_another_model_changes_only_the_battles_that_it_enters() -> None:
    arena = arena_of([None] * 5)
    more = arena_of([None] * 6)
    one = pair_up(arena, np.ones((3000, 5)), seed=1)
    two = pair_up(more, np.ones((3000, 6)), seed=1)
    without = (two[0] != 5) & (two[1] != 5)
    assert np.array_equal(one[0][without], two[0][without])
    assert np.array_equal(one[1][without], two[1][without])


def judged(left: np.ndarray, right: np.ndarray, rates: Rates = GENERATION) -> np.ndarray:
    rng = stream(1, "test")
    who = rng.integers(200, size=len(left))
    outcome, _ = judge(left, right, np.zeros(len(left)), who=who, voters=CROWD, rates=rates, rng=rng)
    return outcome


@pytest.mark.parametrize("rates", [GENERATION, EDITING])
def test_ties_and_both_bad_come_at_the_rates_asked_for(rates: Rates) -> None:
    rng = stream(2, "qualities")
    outcome = judged(rng.normal(25, 2, 20_000), rng.normal(25, 2, 20_000), rates)
    assert np.mean(outcome == 2) == pytest.approx(rates.ties, abs=0.01)
    assert np.mean(outcome == 3) == pytest.approx(rates.both_bad, abs=0.01)
    assert np.mean(outcome == 0) == pytest.approx(np.mean(outcome == 1), abs=0.04)


def test_the_better_output_wins_more_often_and_weak_pairs_are_called_bad() -> None:
    left, right = np.full(9000, 28.0), np.full(9000, 22.0)
    weak = np.full(9000, 21.0)
    outcome = judged(np.concatenate([left, right, weak]), np.concatenate([right, left, weak]))
    names = [OUTCOMES[number].value for number in outcome]
    first, second, third = names[:9000], names[9000:18_000], names[18_000:]
    assert first.count("left") > 4 * first.count("right")
    assert second.count("right") > 4 * second.count("left")
    assert third.count("both_bad") > 5 * first.count("both_bad")

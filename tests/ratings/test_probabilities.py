"""What the model expects of a battle, against 120 digits."""

import math

import mpmath as mp
import pytest

from arena.errors import RatingsError
from arena.ratings.probabilities import draw_margin, expected_points, win_and_draw_probability


@pytest.mark.parametrize("p", [1e-300, 1e-12, 1e-3, 0.1, 0.25, 0.5, 0.9, 0.999, 1 - 1e-12, 1 - 2.0**-53])
def test_the_draw_margin_is_exact_from_0_to_below_1(p: float) -> None:
    with mp.workdps(120):
        exact = 2 * mp.mpf(25 / 6) * mp.erfinv(mp.mpf(p))
        assert abs((mp.mpf(draw_margin(p, 25 / 6)) - exact) / exact) < 1e-9


def test_without_draws_there_is_no_margin() -> None:
    assert draw_margin(0.0, 25 / 6) == 0.0


@pytest.mark.parametrize("p", [-0.1, -1e-300, 1.0, 2.0, math.nan, math.inf])
def test_a_draw_probability_outside_its_range_is_refused(p: float) -> None:
    with pytest.raises(RatingsError, match="draw probability"):
        draw_margin(p, 25 / 6)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_equals_draw_as_often_as_the_margin_says(p: float) -> None:
    win, draw = win_and_draw_probability(0.0, math.sqrt(2.0) * 25 / 6, draw_margin(p, 25 / 6))
    assert draw == pytest.approx(p, abs=1e-12)
    assert 2 * win + draw == pytest.approx(1.0, abs=1e-15)


def test_the_chances_of_a_battle_add_up() -> None:
    for difference in (-40.0, -3.0, 0.0, 1.0, 25.0):
        win, draw = win_and_draw_probability(difference, 7.0, 1.2)
        lose, mirrored = win_and_draw_probability(-difference, 7.0, 1.2)
        assert win + draw + lose == pytest.approx(1.0, abs=1e-15)
        assert mirrored == pytest.approx(draw, abs=1e-15)


def test_doubt_draws_a_forecast_towards_an_even_chance() -> None:
    sure, unsure = (expected_points(3.0, doubt, 25 / 6, 0.5) for doubt in (0.0, 5.0))
    assert 0.5 < unsure < sure < 1.0
    assert expected_points(-3.0, 5.0, 25 / 6, 0.5) == pytest.approx(1.0 - unsure, abs=1e-15)

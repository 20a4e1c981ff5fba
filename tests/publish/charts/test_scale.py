"""Scales: every value within the chart, ticks at round numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.publish.charts.scale import scale_over

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)


@given(values)
def test_values_keep_their_order_within_the_chart(found: list[float]) -> None:
    scale = scale_over(found)
    placed = [scale.percent(value) for value in sorted(found)]
    assert placed == sorted(placed)
    assert all(scale.inset <= percent <= 100 - scale.inset for percent in placed)


@given(values)
def test_there_are_a_few_ticks_within_the_values(found: list[float]) -> None:
    scale = scale_over(found)
    assert len(scale.ticks) <= 6
    assert all(scale.low - 1e-6 <= tick <= scale.high + 1e-6 for tick in scale.ticks)


def test_ticks_are_round() -> None:
    assert scale_over([13.2, 31.0]).ticks == (15, 20, 25, 30)
    assert scale_over([0.12, 0.31]).ticks == (0.15, 0.2, 0.25, 0.3)


def test_no_values_and_equal_values_have_a_scale_too() -> None:
    assert scale_over([]).percent(0.5) == 50
    assert scale_over([7, 7]).percent(7) == pytest.approx(50)

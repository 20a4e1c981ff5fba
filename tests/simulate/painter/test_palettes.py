"""Colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.simulate.painter.palettes import ALL, Palette, luminance, mix, shade

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, COLOURS, st.floats(0, 1))
def test_a_mix_lies_between_its_ends(first: tuple[int, int, int], second: tuple[int, int, int], share: float) -> None:
    for low, value, high in zip(
        map(min, first, second), mix(first, second, share), map(max, first, second), strict=True
    ):
        assert low <= value <= high


@given(COLOURS, st.floats(0, 1))
def test_shades_grow_lighter_and_darker(colour: tuple[int, int, int], amount: float) -> None:
    assert luminance(shade(colour, amount)) >= luminance(colour) - 0.005
    assert luminance(shade(colour, -amount)) <= max(luminance(colour), luminance((14, 14, 26))) + 0.005


@pytest.mark.parametrize("palette", ALL)
def test_palettes_recede_into_light_and_darken_by_night(palette: Palette) -> None:
    assert luminance(palette.near) < luminance(palette.far) < luminance(palette.light)
    assert luminance(palette.by_night().sky) < 0.45
    assert luminance(palette.dark) < 0.3
    assert palette.muted(0) == palette
    assert palette.towards(ALL[0], 1) == ALL[0]

from __future__ import annotations

from datetime import date
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.blindness import guessed_by_style, luck, named_from_the_site, wilson_interval
from arena.catalogue.outputs import Blindness


def measured(prompt: str = "p", pictures: int = 10, **facts: float) -> Blindness:
    known = {"models": 10, "abstained": 10, "named": 0, "chance": 0.1, "guessable": 10, "guessed": 1}
    return Blindness.model_validate(
        {"prompt": prompt, "pictures": pictures, **known, "guess_chance": 0.1, "measured": date(2026, 8, 1), **facts}
    )


@given(st.integers(1, 40), st.floats(0.01, 0.99), st.data())
def test_luck_of_one_group_is_the_binomial_tail(number: int, chance: float, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, number))
    tail = sum(comb(number, k) * chance**k * (1 - chance) ** (number - k) for k in range(right, number + 1))
    assert luck(right, [(number, chance)]) == pytest.approx(tail, abs=1e-9)
    # The same guesses in two groups are as lucky.
    assert luck(right, [(number // 2, chance), (number - number // 2, chance)]) == pytest.approx(tail, abs=1e-9)


def test_luck_of_certain_and_impossible_guesses() -> None:
    assert luck(3, [(3, 1.0)]) == 1
    assert luck(1, [(3, 0.0)]) == 0
    assert luck(0, []) == 1


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson_interval(right, of) == pytest.approx((low, high), abs=1e-4)


def test_naming_nothing_is_no_better_than_chance_and_naming_all_is() -> None:
    blind = named_from_the_site([measured(), measured("q")])
    assert (blind.pictures, blind.right, blind.better_than_chance) == (20, 0, False)
    told = named_from_the_site([measured(abstained=0, named=10), measured("q")])
    assert (told.right, told.better_than_chance) == (10, True)
    assert guessed_by_style([measured(), measured("q", guessed=2)]).better_than_chance is False
    assert guessed_by_style([measured(guessed=6)]).better_than_chance is True

"""Kinds of values: the direction of a language."""

from __future__ import annotations

import pytest

from arena.catalogue.fields import Language, direction_of


@pytest.mark.parametrize(
    ("own_name", "direction"),
    [
        ("English", "ltr"),
        ("中文", "ltr"),
        ("العربية", "rtl"),
        ("עברית", "rtl"),
        ("فارسی", "rtl"),
        ("اردو", "rtl"),
        ("ދިވެހިބަސް", "rtl"),
        ("ܣܘܪܝܝܐ", "rtl"),
        ("ייִדיש (Yiddish)", "ltr"),
        ("12", "ltr"),
    ],
)
def test_a_language_runs_the_way_of_most_letters_of_its_own_name(own_name: str, direction: str) -> None:
    assert Language(id="xx", name="Some", own_name=own_name).direction == direction


def test_what_is_stated_counts() -> None:
    assert Language(id="az", name="Azerbaijani", own_name="Azərbaycan", direction="rtl").direction == "rtl"


def test_digits_and_signs_have_no_direction() -> None:
    assert direction_of("1, 2, 3!") is None

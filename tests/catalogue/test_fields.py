"""Kinds of values: the direction of a language, names, web addresses."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from arena.catalogue.fields import MAX_NAME_LETTERS, Language, Name, Url, direction_of


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


NAME: TypeAdapter[str] = TypeAdapter(Name)
URL: TypeAdapter[str] = TypeAdapter(Url)


@pytest.mark.parametrize(
    "name",
    [
        "GPT Image 2",
        " padded ",
        "통이 이미지",
        "万相2.7",
        "نموذج\u200f 2",
        "می\u200cخواهم",
        "🖼",
        "8",
        "<3",
        "x" * MAX_NAME_LETTERS,
    ],
)
def test_what_can_be_read_in_a_line_is_a_name(name: str) -> None:
    assert NAME.validate_python(name) == name.strip()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("One\nTwo", "has a line break or tab in it; a name is one line"),
        ("One\tTwo", "has a line break or tab"),
        ("One\u2028Two", "has a line break or tab"),
        ("One\u0085Two", "has a line break or tab"),
        ("One \u202etxet", "holds U+202E, which turns the direction of the text"),
        ("One \u2066x", "holds U+2066"),
        ("\u200b\u200d\ufeff", "has no letter that can be seen"),
        ("\u3164", "has no letter that can be seen"),
        ("\u2800\u2800", "has no letter that can be seen"),
        ("x" * 200, "at most 120 characters"),
    ],
)
def test_what_cannot_is_none(name: str, expected: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(expected)):
        NAME.validate_python(name)


@pytest.mark.parametrize(
    "url",
    ["https://acme.example/@one?to=a@b.example", "http://127.0.0.1:8000/", "https://[::1]/", "https://bücher.example"],
)
def test_an_address_may_hold_an_at_behind_its_host(url: str) -> None:
    assert URL.validate_python(url) == url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:secret@acme.example/one", "has user information before the host"),
        ("https://token@acme.example", "has user information before the host"),
        ("https://@acme.example", "has user information before the host"),
        ("https://acme.example\\@evil.example/", "has user information before the host"),
        ("https://[::1", "is no web address"),
    ],
)
def test_an_address_has_no_user(url: str, expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        URL.validate_python(url)

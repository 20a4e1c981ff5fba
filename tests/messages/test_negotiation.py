"""Whose browser asks for what, and headers that ask for nothing sensible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.messages import ENGLISH, OfferedLanguages, load_language
from arena.messages.negotiation import best_match

OFFERED = ("en", "es", "zh", "ar")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("de-DE, de, en-GB", "en"),
        ("zh-CN", "zh"),
        ("zh-Hans-SG", "zh"),
        ("zh-TW", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh"),
        ("AR-eg", "ar"),
        ("es;q=0, ar", "ar"),
        ("pt-BR", "en"),
        ("*", "en"),
        ("fr;q=0.1, *", "en"),
        ("", "en"),
        ("tlh, x-private, i-klingon, es", "es"),
        ("es;q=nan", "en"),
        ("es;q=-1", "en"),
        ("xx" * 400 + ",es", "en"),
        (",".join(["de"] * 30) + ",es", "en"),
        ("../../etc/passwd", "en"),
        ("<script>", "en"),
        ("\x00\xff", "en"),
    ],
)
def test_what_a_header_asks_for(accepted: str, chosen: str) -> None:
    assert best_match(accepted, OFFERED) == chosen


@settings(max_examples=20)
@given(st.text(max_size=80) | st.from_regex(r"[a-zA-Z0-9*;q=.,_ -]{0,80}", fullmatch=True))
def test_no_header_breaks_it(accepted: str) -> None:
    assert best_match(accepted, OFFERED) in OFFERED


def test_a_choice_comes_before_the_header_and_one_that_is_not_offered_does_not_count() -> None:
    offered = OfferedLanguages({"es": load_language("es", None), "en": ENGLISH})
    assert offered.choose("en", "es").tag == "en"
    assert offered.choose("fr", "en-GB").tag == "en"
    assert offered.choose("../es", None).tag == "es"
    assert offered.choose(None, "fr").tag == "es"

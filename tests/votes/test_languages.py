"""Names of languages, and which of a project's they are."""

from __future__ import annotations

import pytest

from arena.votes.languages import LanguageNames, names_of, project_language, tag_of, tag_or_name


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("English", "en"),
        ("SWEDISH", "sv"),
        (" svenska ", "sv"),
        ("日本語", "ja"),
        ("Bangla", "bn"),
        ("Bengali", "bn"),
        ("Simplified Chinese", "zh-Hans"),
        ("Brazilian Portuguese", "pt-BR"),
        ("en_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("eng", "en"),
        ("iw", "he"),
        ("cmn", "zh"),
        ("unknown", ""),
        ("und", ""),
        ("", ""),
        ("Klingonish tongue", ""),
        ("xx", ""),
        ("7", ""),
    ],
)
def test_a_language_goes_by_its_names_and_tags(name: str, tag: str) -> None:
    assert tag_of(name) == tag


@pytest.mark.parametrize(
    ("name", "ids", "found"),
    [
        ("English", ["en", "zh"], "en"),
        ("en-US", ["en", "zh"], "en"),
        ("EN", ["en"], "en"),
        ("zh-Hant-TW", ["zh", "zh-Hant"], "zh-Hant"),
        ("zh-TW", ["zh"], "zh"),
        ("Chinese", ["en", "zh-Hans"], "zh-Hans"),
        ("Chinese", ["zh-Hant", "zh-Hans"], "zh-Hans"),
        ("pt-BR", ["pt-PT"], ""),
        ("nb", ["no"], "no"),
        ("da", ["no", "sv"], ""),
        ("house-style", ["house-style"], "house-style"),
        ("unknown", ["en"], ""),
    ],
)
def test_a_project_has_it_under_its_own_id(name: str, ids: list[str], found: str) -> None:
    assert project_language(name, ids) == found


def test_what_nobody_knows_stays_as_it_is() -> None:
    names = ("Deutsch", "Klingonish tongue", "unknown", "en-us")
    assert [tag_or_name(name) for name in names] == ["de", "Klingonish tongue", "unknown", "en-us"]


def test_an_entry_has_both_names() -> None:
    assert names_of("sv") == LanguageNames("sv", "Swedish", "svenska")

"""The prompts that ship with the project."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from arena.catalogue.records import Prompt
from tests.conftest import ROOT

LANGUAGES = {"en", "zh", "ja", "ko", "ar", "hi", "ru", "es"}
SCRIPTS = {
    "zh": ("一", "鿿"), "ja": ("ぁ", "ヿ"), "ko": ("가", "힣"), "ar": ("؀", "ۿ"), "hi": ("ऀ", "ॿ"), "ru": ("а", "я"),
}  # fmt: skip


def prompts_of(arena: str) -> dict[str, Prompt]:
    files = sorted((ROOT / "data" / "prompts" / arena).glob("*.toml"))
    return {path.stem: Prompt.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in files}


def test_text_to_image_prompts_cover_languages_and_categories_evenly() -> None:
    prompts = prompts_of("text-to-image").values()
    assert Counter(prompt.language for prompt in prompts) == dict.fromkeys(LANGUAGES, 5)
    assert set(Counter(prompt.category for prompt in prompts).values()) == {5}
    assert len({(prompt.language, prompt.category) for prompt in prompts}) == 40


def test_editing_prompts_cover_languages_and_name_a_picture_each() -> None:
    prompts = prompts_of("image-editing").values()
    assert Counter(prompt.language for prompt in prompts) == dict.fromkeys(LANGUAGES, 2)
    assert len({prompt.category for prompt in prompts}) >= 5
    assert len({prompt.input_image for prompt in prompts}) == 16


@pytest.mark.parametrize("arena", ["text-to-image", "image-editing"])
def test_prompts_are_in_their_language_and_explained_in_english(arena: str) -> None:
    for name, prompt in prompts_of(arena).items():
        assert name.startswith(f"{prompt.language}-")
        assert (prompt.english is None) == (prompt.language == "en"), name
        if prompt.language in SCRIPTS:
            low, high = SCRIPTS[prompt.language]
            assert sum(low <= letter <= high for letter in prompt.text) > 30, name
        assert len(prompt.text) > 50, name

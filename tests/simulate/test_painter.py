"""The painter's compositions."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from arena.catalogue.records import Prompt
from arena.simulate.painter import EDITS, SIZE, paint
from tests.simulate.worlds import CATEGORIES


def prompt_for(category: str, words: str = "", script: str = "en", name: str | None = None) -> Prompt:
    return Prompt(text=words or "Something", language=script, category=category, input_image=name)


def painted(
    prompt: Prompt, model: str = "m/x", *, name: str = "a/b", seed: int = 1, quality: float = 0.9
) -> np.ndarray:
    picture = paint(name, prompt, model, seed=seed, quality=quality)
    assert picture.size == (SIZE, SIZE)
    assert picture.mode == "RGB"
    return np.asarray(picture.resize((192, 192), Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize("quality", [0.0, 1.0])
@pytest.mark.parametrize("category", [*CATEGORIES, "unheard-of"])
def test_every_category_has_a_picture_with_content(category: str, quality: float) -> None:
    assert painted(prompt_for(category), quality=quality).std() > 12


def test_categories_have_compositions_of_their_own() -> None:
    pictures = {category: painted(prompt_for(category)).tobytes() for category in CATEGORIES}
    assert len(set(pictures.values())) == len(CATEGORIES)


def test_logos_stand_on_plain_light_paper() -> None:
    logo = painted(prompt_for("logo"))
    corners = logo[[4, 4, -4, -4], [4, -4, 4, -4]]
    assert (corners > 225).all()
    assert np.median(logo, axis=(0, 1)).min() > 225


def test_the_same_seed_gives_the_same_picture_and_others_differ() -> None:
    prompt = prompt_for("photo")
    first = painted(prompt)
    assert np.array_equal(painted(prompt), first)
    assert not np.array_equal(painted(prompt, "m/y"), first)
    assert not np.array_equal(painted(prompt, name="a/c"), first)
    assert not np.array_equal(painted(prompt, seed=2), first)


def test_a_model_has_a_palette_and_a_pattern_of_its_own() -> None:
    posters = [painted(prompt_for("poster"), f"m/{number}").tobytes() for number in range(4)]
    assert len(set(posters)) == 4


@pytest.mark.parametrize("script", ["zh", "ja", "ko", "ar", "hi", "ru", "xx"])
def test_posters_are_lettered_in_the_rhythm_of_the_script(script: str) -> None:
    poster = painted(prompt_for("poster", script=script))
    english = painted(prompt_for("poster"))
    headline = slice(int(192 * 0.74), int(192 * 0.87))
    assert np.array_equal(poster[: headline.start], english[: headline.start])
    assert np.array_equal(poster[headline], english[headline]) == (script in ("hi", "ru", "xx"))


@pytest.mark.parametrize("word", [*EDITS.split()[::2], "nothing that the painter knows"])
def test_an_edit_alters_the_input_visibly(word: str) -> None:
    edit = prompt_for("photo", f"Make it {word}", name="before.webp")
    before = painted(prompt_for("photo"), "before.webp", name="before.webp", quality=1)
    assert np.abs(before - painted(edit)).mean() > 0.5


def test_an_edit_keeps_the_composition() -> None:
    edit = prompt_for("photo", "make it a snowy morning", name="harbour.webp")
    before = painted(prompt_for("photo"), "harbour.webp", name="harbour.webp", quality=1).mean(axis=2)
    other = painted(prompt_for("photo"), "forest.webp", name="forest.webp", quality=1).mean(axis=2)
    after = painted(edit).mean(axis=2)

    def edges(picture: np.ndarray) -> np.ndarray:
        return np.abs(np.diff(picture, axis=0)).clip(0, 30).ravel()

    assert np.corrcoef(edges(before), edges(after))[0, 1] > 0.3
    assert np.corrcoef(edges(before), edges(after))[0, 1] > np.corrcoef(edges(before), edges(other))[0, 1] + 0.2


def test_two_models_edit_alike_but_not_the_same() -> None:
    edit = prompt_for("interior", "hang three lanterns", name="before.webp")
    assert not np.array_equal(painted(edit), painted(edit, "m/y"))

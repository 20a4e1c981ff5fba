"""The painter's pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from arena.catalogue.records import Prompt
from arena.simulate.painter import (
    BUDGET,
    SIZE,
    encode_webp,
    paint_edit,
    paint_input,
    paint_output,
    says_simulated,
    stamp_simulated,
)
from arena.simulate.painter.lettering import STRIP_INSET, STRIP_SIZE
from tests.simulate.worlds import CATEGORIES, make_prompts

SUBJECTS = {
    "photo": ("spice souk", "a street", "an icy lake", "the harbour", "a desert", "a forest", "a mountain"),
    "portrait": ("a turban", "a visor", "a woman", "a shepherd"),
    "poster": ("noodle", "festival", "toaster", "a bandit"),
    "logo": ("lighthouse", "tea", "window", "swallow", "palm", "flower"),
    "product": ("a kettle", "a jar of honey", "perfume", "a bottle", "a moon jar", "a vase", "a tin", "a box"),
    "illustration": (
        "a train",
        "the sea",
        "a hakawati, in a border",
        "a peacock",
        "a volcano",
        "a forest",
        "a village",
    ),
    "infographic": ("tea", "four bands", "five steps", "mushrooms", "a share"),
    "interior": ("mats", "a courtyard", "a café", "a sofa", "an arch"),
}
INSTRUCTIONS = (
    "a snowy morning", "autumn maple", "moss and two dewdrops", "a jeogori", "a turban", "lacquer and gold",
    "terracotta with a ribbon", "black and white", "geraniums", "a night with firework", "an evening with lanterns",
    "a tree with lights", "three mandarins", "a badge", "a stamp", "nothing that the painter knows",
)  # fmt: skip


def prompt_for(category: str, words: str = "", script: str = "en", name: str | None = None) -> Prompt:
    return Prompt(text=words or "Something", language=script, category=category, input_image=name)


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB"), dtype=float)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("quality", [0.02, 0.5, 0.98])
def test_every_subject_of_every_category_is_a_picture_with_content(category: str, quality: float) -> None:
    for words in SUBJECTS[category]:
        picture = paint_output("a/b", prompt_for(category, words), "m/x", seed=1, quality=quality)
        assert picture.size == (SIZE, SIZE)
        assert pixels(picture).std() > 12, words


@pytest.mark.parametrize("script", ["en", "zh", "ja", "ko", "ar", "hi", "ru", "xx"])
def test_posters_are_lettered_in_the_rhythm_of_each_script(script: str) -> None:
    poster = paint_output("a/b", prompt_for("poster", "festival", script), "m/x", seed=1, quality=0.9)
    english = paint_output("a/b", prompt_for("poster", "festival", "en"), "m/x", seed=1, quality=0.9)
    assert (poster == english) == (script in ("en", "ru", "xx"))


def test_the_same_seed_gives_the_same_picture_and_others_differ() -> None:
    prompt = make_prompts()["text-to-image/en-photo"]
    first = paint_output("a/b", prompt, "m/x", seed=1, quality=0.5)
    assert paint_output("a/b", prompt, "m/x", seed=1, quality=0.5) == first
    others = [("a/b", "m/y", 1), ("a/c", "m/x", 1), ("a/b", "m/x", 2)]
    for prompt_id, model, seed in others:
        assert paint_output(prompt_id, prompt, model, seed=seed, quality=0.5) != first


def test_a_category_without_a_scene_gets_one() -> None:
    assert pixels(paint_output("a/b", prompt_for("sticker"), "m/x", seed=1, quality=0.5)).std() > 12


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
@pytest.mark.parametrize("category", ["photo", "portrait", "poster", "product", "interior", "illustration"])
def test_an_edit_alters_the_input_visibly(category: str, instruction: str) -> None:
    prompt = prompt_for(category, instruction, name="before.webp")
    before = pixels(paint_input("before.webp", prompt, seed=1))
    after = pixels(paint_edit("a/b", prompt, "m/x", seed=1, quality=0.9))
    assert np.abs(before - after).mean() > 2.5


def test_an_edit_keeps_the_composition() -> None:
    prompt = prompt_for("photo", "make it a snowy morning", name="harbour.webp")
    before = pixels(paint_input("harbour.webp", prompt, seed=1)).mean(axis=2)
    after = pixels(paint_edit("a/b", prompt, "m/x", seed=1, quality=0.9)).mean(axis=2)
    other = pixels(paint_input("forest.webp", prompt, seed=1)).mean(axis=2)

    def edges(picture: np.ndarray) -> np.ndarray:
        return np.abs(np.diff(picture, axis=0)).clip(0, 30).ravel()

    assert np.corrcoef(edges(before), edges(after))[0, 1] > 0.3
    assert np.corrcoef(edges(before), edges(after))[0, 1] > np.corrcoef(edges(before), edges(other))[0, 1] + 0.2


@pytest.mark.parametrize("prompt_id", sorted(make_prompts()))
def test_an_encoded_picture_decodes_small_without_metadata_and_says_simulated(prompt_id: str) -> None:
    prompt = make_prompts()[prompt_id]
    paint = paint_edit if prompt.input_image else paint_output
    content = encode_webp(paint(prompt_id, prompt, "m/x", seed=1, quality=0.7))
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert picture.format == "WEBP"
        assert picture.size == (SIZE, SIZE)
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
    assert content[12:16] == b"VP8 "
    assert says_simulated(content)
    assert len(content) < 2 * BUDGET


def test_the_strip_covers_its_corner_and_nothing_else() -> None:
    plain = Image.new("RGB", (SIZE, SIZE), (200, 180, 90))
    stamped = stamp_simulated(plain)
    changed = np.abs(pixels(stamped) - pixels(plain)).max(axis=2) > 0
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert (columns[0], rows[-1]) == (STRIP_INSET, SIZE - STRIP_INSET - 1)
    assert (columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1) == STRIP_SIZE
    letters = (pixels(stamped) > 200).all(axis=2).sum()
    assert letters > 100


def test_only_stamped_pictures_say_simulated() -> None:
    buffer = io.BytesIO()
    paint_output("a/b", prompt_for("photo"), "m/x", seed=1, quality=0.5).save(buffer, "WEBP", quality=80)
    assert not says_simulated(buffer.getvalue())
    assert not says_simulated(b"no picture")
    tiny = io.BytesIO()
    Image.new("RGB", (4, 4)).save(tiny, "PNG")
    assert not says_simulated(tiny.getvalue())
    black = io.BytesIO()
    Image.new("RGB", (SIZE, SIZE), (24, 26, 34)).save(black, "PNG")
    assert not says_simulated(black.getvalue())

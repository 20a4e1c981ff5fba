"""Which prompts have pictures, and the label that every one carries."""

from __future__ import annotations

import io
from itertools import product

import numpy as np
import pytest
from PIL import Image

from arena.catalogue.records import Prompt
from arena.simulate.painter import SIZE, paint
from arena.simulate.pictures import (
    LABEL,
    PICTURED_PROMPTS,
    choose_pictured,
    draw_inputs,
    draw_picture,
    says_simulated,
)
from tests.simulate.worlds import make_prompts

PHOTO = Prompt(text="Something", language="en", category="photo")


def prompts_of(*traits: tuple[str, str]) -> dict[str, Prompt]:
    """A prompt for each category and language, with ids in this order."""
    return {
        f"a/{number:02d}": Prompt(text="Something", language=language, category=category)
        for number, (category, language) in enumerate(traits)
    }


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def test_all_of_a_few_prompts_have_pictures() -> None:
    prompts = prompts_of(*[("photo", "en")] * PICTURED_PROMPTS)
    assert sorted(choose_pictured(prompts)) == sorted(prompts)
    assert choose_pictured({}) == []


def test_of_many_prompts_as_many_as_stated_have_pictures_and_all_categories_and_languages_are_among_them() -> None:
    prompts = prompts_of(*[("photo", "en")] * 30, ("logo", "en"), ("photo", "hi"))
    pictured = choose_pictured(prompts)
    assert len(pictured) == len(set(pictured)) == PICTURED_PROMPTS
    assert {"a/30", "a/31"} < set(pictured)


def test_there_are_more_where_categories_and_languages_need_them() -> None:
    categories = [f"c{number}" for number in range(PICTURED_PROMPTS + 3)]
    prompts = prompts_of(*product(categories, ("en", "zh")))
    pictured = choose_pictured(prompts)
    assert len(pictured) == len(categories)
    assert {prompts[key].category for key in pictured} == set(categories)
    assert {prompts[key].language for key in pictured} == {"en", "zh"}


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    prompts = prompts_of(*product(("photo", "logo", "poster", "portrait"), ("en", "zh", "ar")))
    assert choose_pictured(dict(reversed(prompts.items()))) == choose_pictured(prompts)


@pytest.mark.parametrize("prompt_id", ["text-to-image/en-photo", "image-editing/poster-edit"])
def test_a_picture_decodes_without_metadata_and_says_simulated(prompt_id: str) -> None:
    content = draw_picture(prompt_id, make_prompts()[prompt_id], "m/x", seed=1, quality=0.7)
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert picture.format == "WEBP"
        assert picture.size == (SIZE, SIZE)
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
    assert content[12:16] == b"VP8 "
    assert says_simulated(content)
    assert len(content) < 32_000


def test_the_same_arguments_give_the_same_bytes() -> None:
    first = draw_picture("a/b", PHOTO, "m/x", seed=1, quality=0.5)
    assert draw_picture("a/b", PHOTO, "m/x", seed=1, quality=0.5) == first
    assert draw_picture("a/b", PHOTO, "m/x", seed=2, quality=0.5) != first


def test_inputs_are_drawn_once_a_name_and_say_simulated() -> None:
    edit = PHOTO.model_copy(update={"input_image": "before.webp"})
    inputs = draw_inputs({"a/one": edit, "a/two": edit, "a/three": PHOTO}, seed=1)
    assert list(inputs) == ["before.webp"]
    assert says_simulated(inputs["before.webp"])


def test_the_label_covers_its_corner_and_nothing_else() -> None:
    bare = np.asarray(paint("a/b", PHOTO, "m/x", seed=1, quality=0.5), dtype=float)
    with Image.open(io.BytesIO(draw_picture("a/b", PHOTO, "m/x", seed=1, quality=0.5))) as picture:
        labelled = np.asarray(picture.convert("RGB"), dtype=float)
    left, upper, right, lower = LABEL
    changed = np.abs(labelled - bare).mean(axis=2)
    inside = np.zeros(changed.shape, dtype=bool)
    inside[upper - 8 : lower + 8, left - 8 : right + 8] = True
    assert changed[upper:lower, left + 16 : right - 16].mean() > 40
    assert changed[~inside].mean() < 3
    letters = np.all(labelled[upper:lower, left:right] > 200, axis=2)
    assert np.count_nonzero(letters) > 500
    assert np.count_nonzero(letters.any(axis=1)) * 320 / SIZE > 8, (
        "letters of eight pixels where the picture is 320 wide"
    )


@pytest.mark.parametrize("size", [640, 320, 200])
def test_a_smaller_copy_still_says_simulated(size: int) -> None:
    with Image.open(io.BytesIO(draw_picture("a/b", PHOTO, "m/x", seed=1, quality=0.5))) as picture:
        assert says_simulated(encoded(picture.resize((size, size)), "WEBP"))


def test_only_labelled_pictures_say_simulated() -> None:
    assert not says_simulated(encoded(paint("a/b", PHOTO, "m/x", seed=1, quality=0.5)))
    assert not says_simulated(b"no picture")
    assert not says_simulated(encoded(Image.new("RGB", (4, 4))))
    assert not says_simulated(encoded(Image.new("RGB", (SIZE, SIZE), (24, 26, 34))))

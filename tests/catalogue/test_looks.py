"""The looks of pictures whose looks are known, and which of two has more of each."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from arena.catalogue.looks import measure_looks
from arena.catalogue.outputs import Looks


def looks_of(picture: Image.Image) -> Looks:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return measure_looks(buffer.getvalue())


def flat(colour: str, size: tuple[int, int] = (256, 256)) -> Image.Image:
    return Image.new("RGB", size, colour)


def photograph() -> Image.Image:
    """Soft shapes: noise that is smooth over some pixels."""
    noise = np.random.default_rng(3).integers(0, 256, (24, 24, 3)).astype(np.uint8)
    return Image.fromarray(noise).resize((512, 512), Image.Resampling.BICUBIC)


def page() -> Image.Image:
    sheet = flat("white", (512, 512))
    draw = ImageDraw.Draw(sheet)
    for line in range(20):
        draw.text(
            (10, 6 + 25 * line), "The quick brown fox jumps over it", fill="black", font=ImageFont.load_default(22)
        )
    return sheet


@pytest.mark.parametrize(
    ("colour", "brightness", "saturation"), [("white", 1.0, 0.0), ("black", 0.0, 0.0), ("#ff0000", 0.298, 1.0)]
)
def test_a_flat_picture_has_brightness_and_saturation_alone(colour: str, brightness: float, saturation: float) -> None:
    looks = looks_of(flat(colour))
    assert (looks.brightness, looks.saturation) == pytest.approx((brightness, saturation), abs=2e-3)
    assert (looks.contrast, looks.sharpness, looks.lettering) == (0, 0, 0)


def test_halves_of_black_and_white_have_all_the_contrast_there_is() -> None:
    halves = flat("white")
    halves.paste("black", (0, 0, 128, 256))
    assert looks_of(halves).contrast == pytest.approx(0.5, abs=1e-3)


def test_a_blurred_picture_is_less_sharp() -> None:
    assert looks_of(photograph().filter(ImageFilter.GaussianBlur(8))).sharpness < looks_of(photograph()).sharpness


def test_text_is_told_from_photographs_stripes_and_noise() -> None:
    stripes = Image.fromarray(np.tile(np.repeat([0, 255], 4), (512, 64)).astype(np.uint8)).convert("RGB")
    assert looks_of(page()).lettering > 0.25
    assert looks_of(photograph()).lettering < 0.01
    assert looks_of(stripes).lettering == 0


def test_what_is_transparent_is_white_and_large_pictures_are_measured_as_small_ones() -> None:
    assert looks_of(Image.new("RGBA", (64, 64), (0, 0, 0, 0))).brightness == 1
    deep = Image.fromarray(np.full((64, 64), 32768, np.uint16))
    assert looks_of(deep).brightness == pytest.approx(0.5, abs=0.01)
    large = page().resize((2048, 2048), Image.Resampling.NEAREST)
    assert looks_of(large) == looks_of(page())


@pytest.mark.parametrize("size", [(1, 1), (2, 400), (15, 15)])
def test_the_smallest_pictures_have_looks_too(size: tuple[int, int]) -> None:
    assert looks_of(flat("grey", size)).sharpness == 0


def test_what_is_no_picture_has_none() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        measure_looks(b"no picture")

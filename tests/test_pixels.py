"""Pictures of every mode and depth come out as one sees them."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from arena.collect.image_checks import check_image
from arena.pixels import eight_bits, plain_image
from arena.publish.output.cache import render_thumbnail
from arena.voting.pictures import neutral_picture

GRADIENT = Path(__file__).parent / "data" / "pictures" / "gradient16.png"
RAMP = np.tile(np.arange(256), (64, 1))


def grey_ramp(values: object, mode: str) -> Image.Image:
    """A picture whose columns run from black to white."""
    return Image.fromarray(np.asarray(values, {"F": np.float32, "I": np.int32}[mode]))


def levels(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The first colour channel."""
    return np.asarray(image.convert("RGB"))[:, :, 0]


def through(image: Image.Image, kind: str, **options: object) -> Image.Image:
    """The picture as read from a file of this kind."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return Image.open(io.BytesIO(buffer.getvalue()))


def test_a_ramp_of_sixteen_bits_is_the_ramp_of_eight() -> None:
    with Image.open(GRADIENT) as image:
        assert (image.mode, image.getpixel((3, 0))) == ("I;16", 3 * 257)
        for plain in (plain_image(image), eight_bits(image)):
            assert plain.mode == "RGB"
            assert (np.asarray(plain) == RAMP[:, :, None]).all()


def test_every_level_of_sixteen_bits_goes_to_the_nearest_of_eight() -> None:
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    assert (levels(plain_image(Image.fromarray(values))) == (values.astype(int) + 128) // 257).all()


def test_what_voters_pages_and_copies_show_of_it() -> None:
    content = GRADIENT.read_bytes()
    _, copy = check_image(content)
    with Image.open(io.BytesIO(copy.content)) as shown:
        assert abs(levels(shown).astype(int) - RAMP).max() <= 4, "WebP is lossy"
    with Image.open(io.BytesIO(neutral_picture(content, 256))) as shown:
        assert abs(levels(shown)[96:160].astype(int) - RAMP)[8:-8].max() <= 4
    with Image.open(io.BytesIO(render_thumbnail(GRADIENT, 128))) as shown:
        assert abs(levels(shown)[16].astype(int) - RAMP[0, ::2]).max() <= 5


@pytest.mark.parametrize(
    "image",
    [
        grey_ramp(RAMP, "I"),
        grey_ramp(RAMP * 257, "I"),
        grey_ramp(RAMP / 255, "F"),
        grey_ramp(RAMP, "F"),
        grey_ramp(RAMP * 257, "F"),
        through(grey_ramp(RAMP / 255, "F"), "TIFF"),
        through(Image.fromarray((RAMP * 257).astype(">u2")), "TIFF"),
        Image.fromarray(RAMP.astype(np.uint8)),
        Image.fromarray(RAMP.astype(np.uint8)).convert("P"),
        Image.fromarray(RAMP.astype(np.uint8)).convert("LA"),
        Image.fromarray(RAMP.astype(np.uint8)).convert("RGB").convert("CMYK"),
        through(Image.fromarray(RAMP.astype(np.uint8)), "AVIF", quality=100),
    ],
    ids=lambda image: image.mode,
)
def test_the_ramp_in_any_mode(image: Image.Image) -> None:
    assert (levels(plain_image(image)) == RAMP).all()


@pytest.mark.parametrize("value", [-1.0, 70000.0, math.nan, math.inf])
def test_values_that_nobody_can_place_are_refused(value: float) -> None:
    values = RAMP / 255
    values[3, 3] = value
    with pytest.raises(ValueError, match="save it with 8 or 16 bits a channel"):
        plain_image(grey_ramp(values, "F"))


@pytest.mark.parametrize("depth", [8, 16])
def test_one_grey_level_may_stand_for_transparent(depth: int) -> None:
    values = RAMP * 257 if depth == 16 else RAMP
    grey = Image.fromarray(values.astype(np.uint16 if depth == 16 else np.uint8))
    plain = plain_image(through(grey, "PNG", transparency=int(values[0, 7])))
    assert plain.mode == "RGBA"
    assert (np.asarray(plain)[:, :, 3] == np.where(RAMP == 7, 0, 255)).all()
    assert (levels(plain) == RAMP).all()


def test_a_profile_is_applied_and_what_is_transparent_stays_so() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = through(Image.new("RGB", (4, 4), (10, 20, 30)), "PNG", transparency=(10, 20, 30), icc_profile=profile)
    assert plain_image(image).getpixel((0, 0)) == (10, 20, 30, 0)
    broken = through(Image.new("RGB", (4, 4), (10, 20, 30)), "PNG", icc_profile=b"no profile")
    assert plain_image(broken).getpixel((0, 0)) == (10, 20, 30)

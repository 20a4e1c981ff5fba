"""Whether bytes are one whole picture and nothing else, and the copy of it that an arena shows.

The type is told by content, never by name or header. Three formats are taken: PNG, JPEG and WebP. A picture is measured
before it is decoded, so that one which would unpack to gigabytes is refused by its header; its container has to end
where the file ends; and bytes that make it a second kind of file as well (a ZIP, a PDF, a page) are refused.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from arena.collect.containers import format_of, read_container

LARGEST_BYTES = 32 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
"""A picture of 6,300 x 6,300; decoded, it takes 120 MB."""
LARGEST_SIDE = 1024
"""Of the copy that battles and pages show, in pixels."""
QUALITY = 88

SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class NotAPicture(Exception):  # noqa: N818 - says what was found
    """What arrived cannot be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A picture as it was returned: its format as Pillow calls it, and its size in pixels."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy for battles and pages: WebP without metadata, at most ``LARGEST_SIDE`` pixels a side."""

    content: bytes
    width: int
    height: int


def check_picture(content: bytes) -> tuple[Checked, Copy]:
    """What the picture is, and its copy. Raises ``NotAPicture`` for anything but one whole still picture."""
    kind = _kind(content)
    if len(content) > LARGEST_BYTES:
        raise NotAPicture(f"{len(content):,} bytes are more than {LARGEST_BYTES:,}")
    _refuse_second_kind(content)
    container = read_container(content)
    if container is None or container.end != len(content):
        raise NotAPicture("there is more in the file than the picture, or it is cut off")
    if container.width * container.height > LARGEST_PIXELS:
        raise NotAPicture(f"{container.width} x {container.height} pixels are more than {LARGEST_PIXELS:,}")
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            if image.size != (container.width, container.height):
                raise NotAPicture("it says two different sizes")
            if getattr(image, "n_frames", 1) != 1:
                raise NotAPicture("it moves: only still pictures are taken")
            image.load()
            return Checked(kind, image.width, image.height), _copy(image)
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error, Image.DecompressionBombError) as error:
        raise NotAPicture(f"it cannot be decoded: {error}") from error


def media_type(content: bytes) -> str:
    """``image/png`` and its like, by content. Raises ``NotAPicture``."""
    return MEDIA_TYPES[_kind(content)]


def _kind(content: bytes) -> str:
    kind = format_of(content)
    if kind is None:
        raise NotAPicture("it is no PNG, JPEG or WebP picture" if content else "it is empty")
    return kind


def _refuse_second_kind(content: bytes) -> None:
    """What makes other readers take the file for something else: a PDF's header near the start, a page, a ZIP's end."""
    start = content[:1024].lower()
    if b"%pdf-" in start or b"<html" in start or b"<script" in start or b"PK\x05\x06" in content[-65_558:]:
        raise NotAPicture("it is a second kind of file as well")


def _copy(image: Image.Image) -> Copy:
    flat = _flat(_srgb(ImageOps.exif_transpose(image)))
    flat.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    flat.info.clear()
    buffer = io.BytesIO()
    flat.save(buffer, "WEBP", quality=QUALITY, method=4)
    return Copy(buffer.getvalue(), flat.width, flat.height)


def _srgb(image: Image.Image) -> Image.Image:
    """The colours that the picture's profile means; a profile that cannot be read is as none."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        fits = image if image.mode in ("RGB", "RGBA", "CMYK", "L") else image.convert("RGBA")
        mode = "RGBA" if "A" in fits.getbands() else "RGB"
        return ImageCms.profileToProfile(fits, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Eight bits a channel; what is transparent stays so."""
    transparent = "A" in image.getbands() or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")

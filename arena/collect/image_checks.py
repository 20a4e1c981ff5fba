"""Whether bytes are one whole picture and nothing else, and the copy of it that an arena shows."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers without a length (ITU-T T.81, table B.1)."""
_WITHIN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that tell the size."""


@dataclass(frozen=True, slots=True)
class Container:
    """``format`` as Pillow calls it; ``end`` is the position behind the last byte; sizes are in pixels."""

    format: str
    width: int
    height: int
    end: int


def format_of(content: bytes) -> str | None:
    """``PNG``, ``JPEG`` or ``WEBP`` by the first bytes; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def read_container(content: bytes) -> Container | None:
    """The container; None where there is none, it never ends, or does not tell its size."""
    kind = format_of(content)
    try:
        return None if kind is None else _READERS[kind](content)
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> Container | None:
    if content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    place = 8
    while content[place + 4 : place + 8] != b"IEND":
        place += 12 + _number(">I", content, place)
    return Container("PNG", width, height, place + 12 + _number(">I", content, place))


def _webp(content: bytes) -> Container | None:
    length, kind = _number("<I", content, 4), content[12:16]
    end = 8 + length + (length & 1)
    if kind == b"VP8X":
        width, height = (_number("<I", content[place : place + 3] + b"\0", 0) + 1 for place in (24, 27))
    elif kind == b"VP8L":
        bits = _number("<I", content, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (_number("<H", content, place) & 0x3FFF for place in (26, 28))
    else:
        return None
    return Container("WEBP", width, height, end)


def _jpeg(content: bytes) -> Container | None:
    place, size = 2, (0, 0)
    while content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xD9:
            return Container("JPEG", *size, place + 2)
        if marker == 0xFF:
            place += 1
        elif marker in _STANDALONE:
            place += 2
        else:
            if marker in _FRAMES:
                size = _number(">H", content, place + 7), _number(">H", content, place + 5)
            place += 2 + _number(">H", content, place + 2)
            if marker == 0xDA:
                place = _after_scan(content, place)
    return None


def _after_scan(content: bytes, place: int) -> int:
    """Behind the coded data, in which FF is followed by 00 or a restart marker."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise IndexError("the scan never ends")
        if content[place + 1] not in _WITHIN_SCAN:
            return place
        place += 2


def _number(kind: str, content: bytes, place: int) -> int:
    number: int = struct.unpack_from(kind, content, place)[0]
    return number


_READERS: dict[str, Callable[[bytes], Container | None]] = {"PNG": _png, "JPEG": _jpeg, "WEBP": _webp}


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

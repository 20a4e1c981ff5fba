"""Whether bytes are one whole image and nothing else, and the copy of it that an arena shows.

Pillow alone does not tell: it decodes images that are cut off or are followed by other data. So the container (PNG
chunks, JPEG segments, RIFF, AVIF's boxes) is walked to its end first, which also gives the size before anything is
decoded.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from PIL import Image

from arena.pixels import plain_image
from arena.wording import listing

LARGEST_BYTES = 32 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
"""An image of 6,300 x 6,300; decoded, it takes 120 MB."""
MOST_SCANS = 100
"""Of a progressive JPEG; encoders write about ten, the most thorough ones a few dozen. Each is a pass over all pixels:
59 bytes of one kept a core busy for 22 ms, so that a file of 32 MB would have taken three hours.
"""
LARGEST_SIDE = 1024
"""Of the copy that battles and pages show, in pixels."""
WEBP_QUALITY = 88

SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "AVIF": "avif"}
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif"}
ANSWER_FORMATS = tuple(SUFFIXES)
"""What APIs may answer with."""
FILE_FORMATS = (*ANSWER_FORMATS, "TIFF")
"""What files of one's own may be. A TIFF has no end that could be checked, and no API returns one."""

UNDECODABLE = (
    OSError,
    ValueError,
    SyntaxError,
    RuntimeError,  # libavif's
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What decoders raise of a file that is no picture, is damaged, or is too large."""
"""What Pillow's decoders raise for damaged files."""
_MARKERS_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers that no segment follows (ITU-T T.81, table B.1)."""
_WITHIN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})
"""What follows FF within coded data: a stuffed zero, or a restart marker."""
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers whose segment holds the size."""
_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"moov", b"moof", b"uuid"})
"""The boxes of an AVIF file (ISO/IEC 14496-12); what comes behind them is no part of the picture."""


class InvalidImage(Exception):  # noqa: N818 - says what arrived
    """What arrived cannot be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """An image as it was returned: its format as Pillow calls it, and its size in pixels."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ImageCopy:
    """The copy for battles and pages: WebP without metadata, at most ``LARGEST_SIDE`` pixels a side."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ImageContainer:
    """``format`` as Pillow calls it; ``end`` is the position behind the last byte; sizes are in pixels."""

    format: str
    width: int
    height: int
    end: int


def check_image(content: bytes, formats: Collection[str] = ANSWER_FORMATS) -> tuple[CheckedImage, ImageCopy]:
    """What the image is, and its copy. Raises ``InvalidImage`` for anything but one whole still image of a format.

    Whatever else is in the file (bytes behind the picture, metadata that looks like a page or a PDF) stays out of the
    copy, which is made of the decoded pixels alone; the original is kept privately as it came.
    """
    image_format = _known_format(content, formats)
    if len(content) > LARGEST_BYTES:
        raise InvalidImage(f"{len(content):,} bytes are more than {LARGEST_BYTES:,}")
    container = read_container(content)
    if container is None or container.end > len(content):
        raise InvalidImage("it is cut off, or no whole picture")
    # What follows the picture is dropped: a camera's second picture (MPO), or bytes that some encoders leave behind.
    content = content[: container.end]
    # Before decoding: a PNG of 200 bytes may say that it is 30,000 x 30,000, and would take 2.7 GB.
    if container.width * container.height > LARGEST_PIXELS:
        raise InvalidImage(f"{container.width} x {container.height} pixels are more than {LARGEST_PIXELS:,}")
    try:
        # Only the decoder of the format that the first bytes show: Pillow would try each of its decoders in turn.
        with Image.open(io.BytesIO(content), formats=[image_format]) as image:
            if image.size != (container.width, container.height):
                raise InvalidImage("it says two different sizes")
            # An MPO's JPEG counts the other pictures of its file, of which the first is the whole image.
            if image_format != "JPEG" and getattr(image, "n_frames", 1) != 1:
                raise InvalidImage("it moves: only still pictures are taken")
            image.load()
            return CheckedImage(image_format, image.width, image.height), _copy(image)
    except UNDECODABLE as error:
        raise InvalidImage(f"it cannot be decoded: {error}") from error


def media_type(content: bytes) -> str:
    """``image/png`` and its like, by content. Raises ``InvalidImage``."""
    return MEDIA_TYPES[_known_format(content, ANSWER_FORMATS)]


def format_of(content: bytes) -> str | None:
    """One of ``FILE_FORMATS`` by the first bytes; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "AVIF"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _known_format(content: bytes, formats: Collection[str]) -> str:
    image_format = format_of(content)
    if image_format is None or image_format not in formats:
        known = listing(tuple(formats), "or").replace("WEBP", "WebP")
        raise InvalidImage(f"it is no {known} picture" if content else "it is empty")
    return image_format


def read_container(content: bytes) -> ImageContainer | None:
    """The container; None where there is none, it never ends, or does not tell its size."""
    image_format = format_of(content)
    try:
        return None if image_format is None else _READERS[image_format](content)
    except (IndexError, *UNDECODABLE):
        return None


def _png(content: bytes) -> ImageContainer | None:
    if content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    position = 8
    # A chunk is its length, four letters, the data and a checksum: 12 bytes besides the data.
    while content[position + 4 : position + 8] != b"IEND":
        position += 12 + _number(">I", content, position)
    return ImageContainer("PNG", width, height, position + 12 + _number(">I", content, position))


def _webp(content: bytes) -> ImageContainer | None:
    length, first_chunk = _number("<I", content, 4), content[12:16]
    end = 8 + length + (length & 1)
    if first_chunk == b"VP8X":
        width, height = (_number("<I", content[start : start + 3] + b"\0", 0) + 1 for start in (24, 27))
    elif first_chunk == b"VP8L":
        bits = _number("<I", content, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif first_chunk == b"VP8 ":
        width, height = (_number("<H", content, start) & 0x3FFF for start in (26, 28))
    else:
        return None
    return ImageContainer("WEBP", width, height, end)


def _jpeg(content: bytes) -> ImageContainer | None:
    position, size, scans = 2, (0, 0), 0
    while content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xD9:
            return ImageContainer("JPEG", *size, position + 2)
        if marker == 0xFF:  # fill bytes may stand before a marker (B.1.1.2)
            position += 1
        elif marker in _MARKERS_WITHOUT_LENGTH:
            position += 2
        else:
            if marker in _FRAME_MARKERS:
                size = _number(">H", content, position + 7), _number(">H", content, position + 5)
            position += 2 + _number(">H", content, position + 2)
            if marker == 0xDA:
                scans += 1
                if scans > MOST_SCANS:
                    raise InvalidImage(f"it has more than {MOST_SCANS} scans")
                position = _after_scan(content, position)
    return None


def _after_scan(content: bytes, position: int) -> int:
    """The position behind coded data, in which FF is followed by 00 or a restart marker."""
    while True:
        position = content.find(b"\xff", position)
        if position < 0:
            raise IndexError("the scan never ends")
        if content[position + 1] not in _WITHIN_SCAN:
            return position
        position += 2


def _avif(content: bytes) -> ImageContainer | None:
    outer = list(takewhile(lambda box: box[0] in _BOXES, _boxes(content, 0, len(content))))
    stretches = [(start + 4, end) for kind, start, end in outer if kind == b"meta"]  # it has version and flags first
    for wanted in (b"iprp", b"ipco", b"ispe"):
        boxes = [box for stretch in stretches for box in _boxes(content, *stretch)]
        stretches = [(start, end) for kind, start, end in boxes if kind == wanted]
    # Pictures within the file, such as a thumbnail, have a size each: the picture itself is the largest.
    sizes = [(_number(">I", content, start + 4), _number(">I", content, start + 8)) for start, _ in stretches]
    return ImageContainer("AVIF", *max(sizes, key=math.prod), outer[-1][2]) if sizes else None


def _boxes(content: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a stretch: type, where the content begins, and where the box ends, be it beyond a file cut off."""
    end = min(end, len(content))
    while position + 8 <= end:
        length, start = _number(">I", content, position), position + 8
        if length == 1:
            length, start = _number(">Q", content, start), start + 8
        box_end = position + length if length else end  # a last box without a length goes on to the end
        if box_end < start:
            return
        yield content[position + 4 : position + 8], start, box_end
        position = box_end


def _tiff(content: bytes) -> ImageContainer | None:
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as image:  # reads no pixels yet
        return ImageContainer("TIFF", *image.size, len(content))


def _number(layout: str, content: bytes, position: int) -> int:
    number: int = struct.unpack_from(layout, content, position)[0]
    return number


_READERS: dict[str, Callable[[bytes], ImageContainer | None]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "AVIF": _avif,
    "TIFF": _tiff,
}


def _copy(image: Image.Image) -> ImageCopy:
    flat = plain_image(image)
    flat.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    # Pillow writes EXIF, XMP and the profile of ``info`` into the file; they may name the model that voters must not
    # know.
    flat.info.clear()
    buffer = io.BytesIO()
    flat.save(buffer, "WEBP", quality=WEBP_QUALITY, method=4)
    return ImageCopy(buffer.getvalue(), flat.width, flat.height)

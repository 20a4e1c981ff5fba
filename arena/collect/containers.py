"""What a picture's container says without decoding it: the format, how large it is, and where it ends.

PNG: chunks up to IEND (https://www.w3.org/TR/png-3/, 5.3). JPEG: markers up to EOI (ITU-T T.81, annex B). WebP: one
RIFF chunk (https://developers.google.com/speed/webp/docs/riff_container).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

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

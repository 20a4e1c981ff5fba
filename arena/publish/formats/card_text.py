"""What the pictures for links share: their colours, their font, and text that fits the room that it has."""

from __future__ import annotations

from functools import lru_cache

from PIL import ImageFont

Colour = tuple[int, int, int]
PAPER: Colour = (251, 250, 247)
INK: Colour = (26, 29, 28)
SOFT: Colour = (86, 92, 89)
ACCENT: Colour = (11, 107, 94)


@lru_cache(maxsize=64)
def card_font(size: int) -> ImageFont.FreeTypeFont:
    """The font that Pillow brings: one of ours would have to be there on every machine that builds."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - Pillow is built with FreeType in its wheels
    return font


@lru_cache(maxsize=256)
def text_length(text: str, size: int) -> float:
    """Pixels that a text is wide."""
    return card_font(size).getlength(text)


def fitted(text: str, size: int, room: float) -> tuple[str, int]:
    """A text and its size: as large as ``size`` allows and ``room`` holds, shortened where even half the size is too
    wide.
    """
    length = text_length(text, size) or 1.0
    fits = max(size // 2, min(size, int(size * room / length)))
    while len(text) > 1 and text_length(text, fits) > room:
        text = text[:-2].rstrip() + "…"
    return text, fits


def drawable(text: str) -> bool:
    """Whether the font has every letter of ``text``: it knows those of western European languages."""
    return all(ord(character) < 0x250 or character in "–—’“”…−×·" for character in text)

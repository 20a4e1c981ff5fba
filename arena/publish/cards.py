"""Social pictures: a card of text, 1200 x 630, as a small PNG with a palette. Pure: the same card, the same bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

SIZE = (1200, 630)
MARGIN = 72
LEVEL = 3
"""Of compression: higher ones take three times as long and save a sixth."""
LEVELS = 32
"""Shades from the paper to each colour, for smooth edges."""
PAPER = (251, 250, 247)
INK = (26, 29, 28)
SOFT = (86, 92, 89)
ACCENT = (11, 107, 94)
_COLOURS = (INK, SOFT, ACCENT)
_SHADES = [
    [place * LEVELS + value * LEVELS // 256 if value * LEVELS // 256 else 0 for value in range(256)]
    for place in range(len(_COLOURS))
]
"""By layer: coverage -> index in the palette; index 0 is the paper."""
_PALETTE = [
    round(paper + (full - paper) * level / (LEVELS - 1))
    for colour in _COLOURS
    for level in range(LEVELS)
    for paper, full in zip(PAPER, colour, strict=True)
]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the card: something short in the accent colour, a text, and a remark at the right edge."""

    lead: str
    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a social picture says. ``mark`` is the warning at its foot; empty where there is none."""

    site: str
    title: str
    under: str
    lines: tuple[Line, ...]
    mark: str


def render_card(card: Card) -> bytes:
    """The picture as PNG."""
    layers = [Image.new("L", SIZE) for _ in _COLOURS]
    ink, soft, accent = (ImageDraw.Draw(layer) for layer in layers)
    _logo(accent)
    soft.text((MARGIN + 62, 60), card.site, 255, _font(34))
    _fitted(ink, (MARGIN, 128), card.title, 84, SIZE[0] - 2 * MARGIN)
    _fitted(soft, (MARGIN, 236), card.under, 36, SIZE[0] - 2 * MARGIN)
    step = 62 if len(card.lines) > 3 else 84
    size = 38 if len(card.lines) > 3 else 50
    for place, line in enumerate(card.lines):
        top = 306 + place * step - (6 if step == 62 else 0)
        accent.text((MARGIN, top), line.lead, 255, _font(size), stroke_width=1, stroke_fill=255)
        left = MARGIN + max(_font(size).getlength(line.lead) + 28, 96 if step == 62 else 0)
        room = SIZE[0] - MARGIN - left - (_font(34).getlength(line.remark) + 30 if line.remark else 0)
        _fitted(ink, (left, top), line.text, size, room)
        if line.remark:
            soft.text((SIZE[0] - MARGIN, top + 6), line.remark, 255, _font(34), anchor="ra")
    if card.mark:
        accent.rectangle((0, SIZE[1] - 18, SIZE[0], SIZE[1]), 255)
        _fitted(soft, (MARGIN, SIZE[1] - 66), card.mark, 30, SIZE[0] - 2 * MARGIN)
    return _png(layers)


def drawable(text: str) -> bool:
    """Whether the font has every letter of ``text``: it knows those of western European languages."""
    return all(ord(character) < 0x250 or character in "–—’“”…−×·" for character in text)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - Pillow is built with FreeType in its wheels
    return font


def _logo(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((MARGIN, 60, MARGIN + 20, 98), 5, 255)
    draw.rounded_rectangle((MARGIN + 26, 60, MARGIN + 46, 98), 5, 115)


def _fitted(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, room: float) -> None:
    """Draw ``text`` as large as ``size`` allows and ``room`` holds; shortened where even half the size is too wide."""
    length = _font(size).getlength(text) or 1.0
    fits = max(size // 2, min(size, int(size * room / length)))
    font = _font(fits)
    while len(text) > 1 and font.getlength(text) > room:
        text = text[:-2].rstrip() + "…"
    bold = 2 if size > 60 else 0
    draw.text((at[0], at[1] + (size - fits) * 0.6), text, 255, font, stroke_width=bold, stroke_fill=255)


def _png(layers: list[Image.Image]) -> bytes:
    """Layers of coverage, which do not overlap, as one picture of palette indices: a ramp of shades for each colour."""
    merged = Image.new("L", SIZE)
    for place, layer in enumerate(layers):
        merged = ImageChops.lighter(merged, layer.point(_SHADES[place]))
    merged.putpalette(_PALETTE)
    target = io.BytesIO()
    merged.save(target, "PNG", compress_level=LEVEL)
    return target.getvalue()

"""The picture for links to a board: its ladder with the first models, in the colours of the light theme."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from arena.publish.charts.ladder import Ladder, LadderRow
from arena.publish.formats.card_text import ACCENT, INK, PAPER, SOFT, Colour, card_font, fitted
from arena.publish.page import CARD_SIZE

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Draw

MODELS = 12
"""Rows: more of them cannot be read where a link is shown."""
HUES: dict[str, Colour] = {
    "maker-1": (11, 127, 245),
    "maker-2": (197, 104, 37),
    "maker-3": (4, 111, 85),
    "maker-4": (72, 9, 150),
    "maker-5": (122, 84, 0),
    "maker-6": (116, 36, 90),
    "maker-7": (167, 45, 147),
    "maker-other": (123, 128, 125),
}
"""The tokens of the same names in tokens.css."""
BAND: Colour = (240, 236, 227)
LINE: Colour = (228, 225, 217)
SCALE = 2
"""It is drawn this many times as large, and made smaller, for smooth edges."""
SHADES = 256
"""Colours of the file."""
MARGIN, NAMES, SCORES, TOP, ROW = 72, 400, 90, 252, 25
_BAR, _OPACITY, _STRIPE = 10, 0.42, 9


@dataclass(frozen=True, slots=True)
class LadderCard:
    """What the picture says: the name, rank and score of each row of ``ladder``, and the warning at its foot."""

    site: str
    title: str
    under: str
    ranks: tuple[str, ...]
    names: tuple[str, ...]
    scores: tuple[str, ...]
    ladder: Ladder
    mark: str


def render_ladder_card(card: LadderCard) -> bytes:
    """The picture as PNG."""
    picture = Image.new("RGB", (SCALE * CARD_SIZE[0], SCALE * CARD_SIZE[1]), PAPER)
    draw = ImageDraw.Draw(picture)
    wide = CARD_SIZE[0] - 2 * MARGIN
    _text(draw, (MARGIN, 52), card.site, SOFT, 30, room=wide)
    _text(draw, (MARGIN, 96), card.title, INK, 68, room=wide, bold=1.5)
    _text(draw, (MARGIN, 188), card.under, SOFT, 30, room=wide)
    for at, row in enumerate(card.ladder.rows):
        top = TOP + ROW * at
        if row.banded:
            draw.rectangle(_box(MARGIN - 12, top, CARD_SIZE[0] - MARGIN + 12, top + ROW), BAND)
        _text(draw, (MARGIN, top + 1), card.ranks[at], SOFT, 19, room=36)
        _text(draw, (MARGIN + 40, top + 1), card.names[at], INK, 19, room=NAMES - 56)
        _text(draw, (CARD_SIZE[0] - MARGIN, top + 1), card.scores[at], SOFT, 19, room=SCORES, anchor="ra")
        _row(picture, draw, row, top + ROW // 2)
    if card.mark:
        draw.rectangle(_box(0, CARD_SIZE[1] - 14, *CARD_SIZE), ACCENT)
        _text(draw, (MARGIN, CARD_SIZE[1] - 58), card.mark, SOFT, 28, room=wide)
    small = picture.resize(CARD_SIZE, Image.Resampling.BOX).quantize(SHADES, dither=Image.Dither.NONE)
    target = io.BytesIO()
    small.save(target, "PNG")
    return target.getvalue()


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """From pixels of the card to those that are drawn; the right and lower edges are not part of it."""
    return round(SCALE * left), round(SCALE * top), round(SCALE * right) - 1, round(SCALE * bottom) - 1


def _across(percent: float) -> float:
    """Where a value of the ladder lies, in pixels of the card."""
    left = MARGIN + NAMES
    return left + (CARD_SIZE[0] - MARGIN - SCORES - left) * percent / 100


def _row(picture: Image.Image, draw: Draw, row: LadderRow, middle: int) -> None:
    hue = HUES[row.hue]
    ground = BAND if row.banded else PAPER
    pale = tuple(round(paper + (full - paper) * _OPACITY) for paper, full in zip(ground, hue, strict=True))
    top, bottom = middle - _BAR / 2, middle + _BAR / 2
    draw.rectangle(_box(_across(row.low), top, _across(row.high), bottom), pale)
    for low, high in row.overlaps:
        _hatch(picture, _box(_across(low), top, _across(high), bottom), ground)
    x, y = SCALE * _across(row.score), SCALE * middle
    size = SCALE * (row.radius or 4)
    draw.ellipse((x - size - 2, y - size - 2, x + size + 2, y + size + 2), ground)
    if row.radius:
        draw.ellipse((x - size, y - size, x + size, y + size), hue)
    else:
        draw.ellipse((x - size, y - size, x + size, y + size), ground, hue, width=2 * SCALE)


def _hatch(picture: Image.Image, box: tuple[int, int, int, int], ground: Colour) -> None:
    """Stripes in the colour of the ground, as on pages."""
    left, top, right, bottom = box
    high = bottom - top + 1
    mask = Image.new("1", (max(right - left + 1, 1), high))
    stripes = ImageDraw.Draw(mask)
    for start in range(-high - left % _STRIPE, mask.width, _STRIPE):
        stripes.line((start, high, start + high, 0), 1, width=SCALE * 2)
    picture.paste(ground, (left, top), mask)


def _text(
    draw: Draw,
    at: tuple[int, int],
    text: str,
    colour: Colour,
    size: int,
    *,
    room: float,
    bold: float = 0,
    anchor: str = "la",
) -> None:
    text, fits = fitted(text, size, room)
    lower = at[1] + round((size - fits) * 0.6)
    place, font = (SCALE * at[0], SCALE * lower), card_font(SCALE * fits)
    draw.text(place, text, colour, font, anchor, stroke_width=SCALE * bold, stroke_fill=colour)

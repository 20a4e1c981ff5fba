"""Marks that stand for lettering in the rhythm of a script, and the word that every picture carries."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Box, Canvas
from arena.simulate.painter.palettes import Colour

WORD = "simulated"
SQUARE_SCRIPTS = ("zh", "ja", "ko")
STRIP_SIZE = (66, 18)
"""Width and height of the strip in the lower left corner, in pixels of the finished picture."""
STRIP_INSET = 6


def paint_words(canvas: Canvas, brief: Brief, line: Box, colour: Colour) -> None:
    """Set one line of dummy words: squares for CJK, hanging strokes for Devanagari, bars for others.

    ``line`` is left, upper, width and height. Small print is one bar, whatever the script.
    """
    x, upper, width, height = line
    if height < 0.026:
        canvas.rounded((x, upper, x + width, upper + height), height / 2, colour)
        return
    if brief.script in SQUARE_SCRIPTS:
        _squares(canvas, brief, line, colour)
        return
    end = x + width
    spot = x
    while spot < end - height * 0.6:
        word = min(brief.between(1.6, 4.2) * height, end - spot)
        left = spot if brief.script != "ar" else end - (spot - x) - word
        if brief.script == "hi":
            _hanging(canvas, (left, upper, word, height), colour)
        elif brief.script == "ar":
            _flowing(canvas, brief, (left, upper, word, height), colour)
        else:
            canvas.rounded((left, upper, left + word, upper + height), height * 0.22, colour)
        spot += word + height * 0.5


def _squares(canvas: Canvas, brief: Brief, line: Box, colour: Colour) -> None:
    x, upper, width, height = line
    for number in range(max(1, int(width / (height * 1.16)))):
        left, bar = x + number * height * 1.16, height * 0.2
        if height < 0.035:
            canvas.rectangle(left, upper, left + height, upper + height, colour)
            continue
        middle = left + height * brief.between(0.35, 0.65)
        for row in range(3) if brief.chance(0.6) else (0, 2):
            inset = height * 0.12 * brief.count(0, 1)
            canvas.rectangle(
                left + inset,
                upper + row * height * 0.4,
                left + height - inset,
                upper + row * height * 0.4 + bar,
                colour,
            )
        canvas.rectangle(middle - bar / 2, upper, middle + bar / 2, upper + height, colour)


def _hanging(canvas: Canvas, line: Box, colour: Colour) -> None:
    left, upper, width, height = line
    canvas.rectangle(left, upper, left + width, upper + height * 0.2, colour)
    letters = max(1, int(width / (height * 0.8)))
    for number in range(letters):
        stem = left + (number + 0.75) * width / letters
        canvas.rectangle(stem - height * 0.1, upper, stem + height * 0.1, upper + height, colour)
        canvas.disc(stem - height * 0.3, upper + height * 0.58, height * 0.2, colour)


def _flowing(canvas: Canvas, brief: Brief, line: Box, colour: Colour) -> None:
    left, upper, width, height = line
    canvas.rounded((left, upper + height * 0.6, left + width, upper + height * 0.9), height * 0.14, colour)
    for _ in range(max(1, int(width / height))):
        stem, rise = left + brief.between(0.05, 0.95) * width, brief.between(0.0, 0.4)
        canvas.rectangle(stem - height * 0.1, upper + height * rise, stem + height * 0.1, upper + height * 0.8, colour)
    canvas.disc(left + width * brief.between(0.2, 0.8), upper + height * 1.1, height * 0.1, colour)


def stamp_simulated(picture: Image.Image) -> Image.Image:
    """Return a copy with the word "simulated" legible on a dark strip in the lower left corner."""
    stamped = picture.copy()
    wide, tall = STRIP_SIZE
    left, upper = STRIP_INSET, picture.height - STRIP_INSET - tall
    big = Image.new("L", (wide * 4, tall * 4))
    ImageDraw.Draw(big).rounded_rectangle((0, 0, wide * 4 - 1, tall * 4 - 1), tall * 2, fill=255)
    stamped.paste((24, 26, 34), (left, upper), big.resize((wide, tall), Image.Resampling.BOX))
    font = ImageFont.load_default(size=12.5)
    ImageDraw.Draw(stamped).text(
        (left + wide / 2, upper + tall / 2), WORD, fill=(255, 255, 255), font=font, anchor="mm"
    )
    return stamped


def is_stamped(picture: Image.Image) -> bool:
    """Tell whether a picture, perhaps after lossy compression, carries the strip of ``stamp_simulated``."""
    left, upper = STRIP_INSET, picture.height - STRIP_INSET - STRIP_SIZE[1]
    if upper < 0 or picture.width < left + STRIP_SIZE[0]:
        return False
    box = (left + 6, upper, left + STRIP_SIZE[0] - 6, upper + STRIP_SIZE[1])
    difference = ImageChops.difference(picture.crop(box), stamp_simulated(picture).crop(box))
    return sum(ImageStat.Stat(difference).mean) / 3 < 24

"""Posters: a strong form, a title and a few lines, on coloured paper."""

from __future__ import annotations

from math import cos, pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.lettering import SQUARE_SCRIPTS, paint_words
from arena.simulate.painter.palettes import Colour, luminance, mix, shade


def paint_poster(canvas: Canvas, brief: Brief) -> None:
    """Choose paper and ink, paint the motif, set the title and the small print."""
    grounds = (brief.palette.haze, brief.palette.near, brief.palette.light, brief.palette.accent)
    paper = grounds[brief.count(0, 3)]
    ink = brief.palette.dark if luminance(paper) > 0.45 else brief.palette.light
    canvas.ground(shade(paper, 0.05), shade(paper, -0.05))
    title_first = brief.chance(0.65)
    motif = brief.subject(
        {
            "noodle|tea|cup": _bowl,
            "griddle|tteokbokki": _bowl,
            "festival|film|jazz": _sunrise,
            "toaster|concert": _tiles,
            "bandit|nautanki": _rays,
        }
    )
    middle = 0.58 if title_first else 0.36
    motif(canvas, brief, middle, paper)
    _title(canvas, brief, 0.09 if title_first else 0.68, ink)
    _small_print(canvas, brief, 0.918, ink)
    if brief.chance(0.45):
        for left, upper, right, lower in (
            (0.03, 0.03, 0.97, 0.036),
            (0.03, 0.964, 0.97, 0.97),
            (0.03, 0.03, 0.036, 0.97),
            (0.964, 0.03, 0.97, 0.97),
        ):
            canvas.rectangle(left, upper, right, lower, ink)


def _title(canvas: Canvas, brief: Brief, upper: float, ink: Colour) -> None:
    if brief.script in SQUARE_SCRIPTS:
        height = brief.between(0.12, 0.145)
        paint_words(canvas, brief, (0.1, upper, height * 1.16 * brief.count(4, 5), height), ink)
        return
    height = brief.between(0.055, 0.072)
    indent = 0.1
    paint_words(canvas, brief, (indent, upper, 0.8, height), ink)
    paint_words(
        canvas,
        brief,
        (indent if brief.script != "ar" else 0.35, upper + height * 1.4, brief.between(0.45, 0.6), height),
        ink,
    )


def _small_print(canvas: Canvas, brief: Brief, upper: float, ink: Colour) -> None:
    paint_words(canvas, brief, (0.42, upper - 0.032, 0.48, 0.015), ink)
    paint_words(canvas, brief, (0.42, upper, 0.36, 0.015), ink)


def _bowl(canvas: Canvas, brief: Brief, middle: float, paper: Colour) -> None:
    x, radius = brief.between(0.46, 0.54), brief.between(0.21, 0.25)
    canvas.glow((x + 0.03, middle + 0.05), (radius * 1.4, radius * 1.3), shade(paper, -0.6), 0.6)
    canvas.disc(x, middle, radius, brief.palette.light)
    canvas.disc(x, middle, radius * 0.86, shade(brief.palette.light, -0.14))
    canvas.disc(x, middle, radius * 0.82, brief.palette.second)
    canvas.glow((x - 0.06, middle - 0.07), (0.14, 0.11), shade(brief.palette.second, 0.6), 0.5)
    for number in range(5):
        reach = radius * (0.2 + 0.1 * number)
        canvas.line(
            [
                (x - 0.05 + reach * cos(turn / 6 * pi) * 0.9, middle + 0.05 - reach * 0.7 * sin(turn / 6 * pi))
                for turn in range(7)
            ],
            0.011,
            mix(brief.palette.accent, brief.palette.light, 0.4),
        )
    for number in range(3):
        turn = 2.2 + number * 0.5
        canvas.ellipse(
            x + radius * 0.52 * cos(turn),
            middle + radius * 0.5 * sin(turn) - 0.06,
            0.045,
            0.02,
            mix((60, 120, 76), brief.palette.near, 0.2),
        )
    canvas.disc(x + 0.09, middle - 0.045, 0.05, brief.palette.light)
    canvas.disc(x + 0.095, middle - 0.04, 0.026, (240, 160, 52))
    for lift in (0.0, 0.035):
        canvas.line(((x - 0.34, middle + 0.17 + lift), (x + 0.33, middle - 0.2 + lift)), 0.011, brief.palette.dark)


def _sunrise(canvas: Canvas, brief: Brief, middle: float, paper: Colour) -> None:
    canvas.disc(0.5, middle, 0.25, brief.palette.second)
    canvas.glow((0.44, middle - 0.08), (0.2, 0.18), shade(brief.palette.second, 0.5), 0.5)
    for number in range(5):
        y = middle + 0.05 + 0.045 * number
        canvas.rectangle(0.2, y, 0.8, y + 0.006 + 0.006 * number, paper)
    swell = brief.between(0.03, 0.05)
    for number in range(2):
        y = middle + 0.14 + 0.075 * number
        crest = [(step / 24, y + swell * sin(step / 24 * 4 * pi + 1.3 * number)) for step in range(25)]
        lower = [(x, level + 0.045) for x, level in reversed(crest)]
        canvas.polygon([*crest, *lower], brief.palette.between(0.3 + 0.5 * number))
    for number in range(7):
        x, y = 0.14 + 0.12 * number, middle - 0.26 + 0.05 * sin(number / 6 * pi)
        colour = brief.palette.accent if number != 3 else brief.palette.far
        canvas.ellipse(x, y, 0.028, 0.036, mix(colour, brief.palette.second, 0.25))


def _tiles(canvas: Canvas, brief: Brief, middle: float, paper: Colour) -> None:
    side, number = 0.14, 4
    left, upper = 0.5 - side * number / 2, middle - side * 3 / 2 + 0.02
    tones = (brief.palette.accent, brief.palette.second, brief.palette.far, brief.palette.near, brief.palette.light)
    for row in range(3):
        for column in range(number):
            x, y = left + column * side, upper + row * side
            back, front = tones[brief.count(0, 4)], tones[brief.count(0, 4)]
            canvas.rectangle(x, y, x + side + 0.001, y + side + 0.001, back)
            front = front if front != back else mix(back, paper, 0.5)
            corner, shape = brief.count(0, 3), brief.count(0, 3)
            cx, cy = x + side * (corner % 2), y + side * (corner // 2)
            start = {0: 0, 1: 90, 2: 270, 3: 180}[corner]
            if shape == 0:
                canvas.disc(x + side / 2, y + side / 2, side * 0.36, front)
            elif shape == 3 and brief.quality > 0.3:
                canvas.sector(cx, cy, side, (start, start + 90), front)
                canvas.sector(cx, cy, side * 0.5, (start, start + 90), back)
            else:
                canvas.sector(cx, cy, side, (start, start + 90), front)


def _rays(canvas: Canvas, brief: Brief, middle: float, paper: Colour) -> None:
    tone, x = mix(paper, brief.palette.accent, 0.55), 0.5
    for number in range(16):
        turn, half = 2 * pi * number / 16, pi / 32
        reach = 0.28
        canvas.polygon(
            (
                (x, middle),
                (x + reach * cos(turn - half), middle + reach * sin(turn - half)),
                (x + reach * cos(turn + half), middle + reach * sin(turn + half)),
            ),
            tone,
        )
    canvas.disc(x, middle, 0.19, brief.palette.second)
    canvas.disc(x, middle, 0.17, brief.palette.light)
    canvas.sector(x, middle + 0.2, 0.15, (180, 360), brief.palette.near)
    canvas.ellipse(x, middle - 0.02, 0.066, 0.085, (186, 128, 88))
    canvas.sector(x, middle - 0.05, 0.09, (180, 360), brief.palette.accent)
    canvas.line(
        (
            (x - 0.05, middle + 0.018),
            (x - 0.015, middle + 0.008),
            (x, middle + 0.02),
            (x + 0.015, middle + 0.008),
            (x + 0.05, middle + 0.018),
        ),
        0.012,
        brief.palette.dark,
    )
    for side in (-1, 1):
        canvas.disc(x + side * 0.025, middle - 0.025, 0.008, brief.palette.dark)

"""Logos: one mark on plain paper with a wordmark below it."""

from __future__ import annotations

from math import cos, pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas, Point
from arena.simulate.painter.lettering import SQUARE_SCRIPTS, paint_words
from arena.simulate.painter.palettes import Colour, luminance, mix, shade

Inks = tuple[Colour, Colour, Colour]
"""Ink, accent and paper."""


def paint_logo(canvas: Canvas, brief: Brief) -> None:
    """Paint the mark in one ink, or two, and set the name below."""
    inverted = brief.chance(0.22)
    inks = (brief.palette.near, brief.palette.dark, brief.palette.second)
    ink = next(c for c in (inks[brief.count(0, 2)], brief.palette.dark) if luminance(c) < 0.55)
    paper = mix(brief.palette.light, brief.palette.haze, 0.12)
    if inverted:
        ink, paper = paper, ink
    canvas.ground(shade(paper, 0.03), paper)
    accent = mix(brief.palette.accent, ink, 0.1) if brief.chance(0.5) else ink
    if abs(luminance(accent) - luminance(paper)) < 0.3:
        accent = ink
    mark = brief.subject(
        {
            "lighthouse": _lighthouse,
            "tea": _seal,
            "window|book": _book,
            "swallow|la golondrina": _swallow,
            "palm|date": _palm,
            "flower": _petals,
        }
    )
    mark(canvas, brief, (ink, accent, paper))
    height = 0.062 if brief.script in SQUARE_SCRIPTS else 0.045
    count = brief.count(4, 6)
    width = height * 1.16 * count if brief.script in SQUARE_SCRIPTS else brief.between(0.36, 0.52)
    paint_words(canvas, brief, (0.5 - width / 2, 0.74, width, height), ink)
    paint_words(canvas, brief, (0.41, 0.84, 0.18, 0.013), mix(ink, paper, 0.35))


def _lighthouse(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, paper = inks
    lean = brief.between(0.045, 0.06)
    canvas.polygon(((0.5 - lean, 0.3), (0.5 + lean, 0.3), (0.5 + lean * 1.7, 0.64), (0.5 - lean * 1.7, 0.64)), ink)
    for number in range(3):
        y = 0.37 + 0.09 * number
        canvas.polygon(((0.38, y + 0.05), (0.62, y), (0.62, y + 0.026), (0.38, y + 0.076)), paper)
    canvas.rectangle(0.435, 0.275, 0.565, 0.296, ink)
    canvas.rounded((0.462, 0.2, 0.538, 0.28), 0.01, accent)
    canvas.sector(0.5, 0.2, 0.06, (180, 360), ink)
    for number in range(3):
        y = 0.17 + 0.06 * number
        canvas.ellipse(0.655, y + 0.008, 0.075, 0.014, accent)
        canvas.ellipse(0.345, y + 0.008, 0.075, 0.014, accent)


def _seal(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, paper = inks
    red = accent if accent != ink else ink
    canvas.rounded((0.3, 0.18, 0.7, 0.6), 0.035, red)
    canvas.rounded((0.325, 0.205, 0.675, 0.575), 0.02, paper)
    canvas.rounded((0.338, 0.218, 0.662, 0.562), 0.014, red)
    for number in range(3):
        y = 0.27 + 0.05 * number
        half = 0.04 + 0.02 * number
        canvas.polygon(((0.42, y - 0.05), (0.42 + half, y + 0.03), (0.42 - half, y + 0.03)), paper)
    canvas.rectangle(0.41, 0.39, 0.43, 0.51, paper)
    canvas.sector(0.575, 0.4, 0.068, (0, 180), paper)
    canvas.ellipse(0.575, 0.395, 0.075, 0.014, paper)
    canvas.sector(0.575, 0.375, 0.05, (180, 360), paper)
    canvas.rectangle(0.545, 0.465, 0.605, 0.485, paper)
    for _ in range(4):
        canvas.disc(brief.between(0.3, 0.7), 0.18 if brief.chance(0.5) else 0.6, 0.011, paper)


def _book(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, paper = inks
    canvas.rounded((0.345, 0.17, 0.655, 0.45), 0.02, ink)
    glow = mix(accent, (250, 200, 80), 0.6)
    for column in range(2):
        for row in range(2):
            lit = (column + row) % 2 == 0 or brief.chance(0.4)
            x, y = 0.375 + 0.13 * column, 0.2 + 0.12 * row
            canvas.rectangle(x, y, x + 0.12, y + 0.108, glow if lit else mix(ink, paper, 0.2))
    for side in (-1, 1):
        edge = [(0.5, 0.52), (0.5 + side * 0.1, 0.48), (0.5 + side * 0.22, 0.5)]
        canvas.polygon([*edge, (0.5 + side * 0.22, 0.6), (0.5 + side * 0.1, 0.58), (0.5, 0.625)], ink)
        canvas.line(((0.5 + side * 0.03, 0.55), (0.5 + side * 0.11, 0.52), (0.5 + side * 0.19, 0.535)), 0.008, paper)


def _swallow(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, _ = inks
    lift = brief.between(-0.02, 0.03)

    def curve(points: list[Point]) -> list[Point]:
        (x0, y0), (x1, y1), (x2, y2) = points
        ts = [step / 12 for step in range(13)]
        return [
            (
                (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t * t * x2,
                (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2,
            )
            for t in ts
        ]

    for side, tone in ((-1, ink), (1, accent)):
        upper = curve([(0.5, 0.4), (0.5 + side * 0.12, 0.2), (0.5 + side * 0.33, 0.2 + lift)])
        lower = curve([(0.5 + side * 0.33, 0.2 + lift), (0.5 + side * 0.16, 0.32), (0.5, 0.5)])
        canvas.polygon([*upper, *lower], tone)
    canvas.ellipse(0.5, 0.42, 0.045, 0.085, ink)
    canvas.disc(0.5, 0.325, 0.04, ink)
    canvas.polygon(((0.49, 0.29), (0.51, 0.29), (0.5, 0.255)), accent)
    for side in (-1, 1):
        canvas.polygon(((0.5 - side * 0.03, 0.47), (0.5 + side * 0.03, 0.47), (0.5 + side * 0.11, 0.65)), ink)


def _palm(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, _ = inks
    for number in range(6):
        y = 0.62 - 0.046 * number
        canvas.polygon(((0.472, y), (0.528, y), (0.52, y - 0.034), (0.48, y - 0.034)), ink)
    fronds = brief.count(3, 4) * 2 + 1
    for number in range(fronds):
        turn = pi * (0.02 + 0.96 * number / (fronds - 1))
        tip = (0.5 + 0.25 * cos(turn), 0.36 - 0.18 * sin(turn) + 0.07 * abs(cos(turn)))
        waist = (0.5 + 0.14 * cos(turn), 0.35 - 0.15 * sin(turn))
        broad = (0.022 * sin(turn), 0.022 * cos(turn))
        upper, lower = (waist[0] - broad[0], waist[1] - broad[1]), (waist[0] + broad[0], waist[1] + broad[1])
        canvas.polygon(((0.5, 0.37), upper, tip, lower), ink if number % 2 else accent)
    for side in (-1, 1):
        canvas.disc(0.5 + side * 0.045, 0.395, 0.019, accent)
    canvas.rectangle(0.36, 0.64, 0.64, 0.652, ink)


def _petals(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, accent, paper = inks
    number = brief.count(5, 8)
    radius = 0.125
    for petal in range(number):
        turn = 2 * pi * petal / number - pi / 2
        x, y = 0.5 + radius * cos(turn), 0.4 + radius * sin(turn)
        canvas.disc(x, y, 0.085, ink if petal % 2 == 0 or number % 2 else accent)
    for petal in range(number):
        turn = 2 * pi * (petal + 0.5) / number - pi / 2
        canvas.line(((0.5, 0.4), (0.5 + 0.2 * cos(turn), 0.4 + 0.2 * sin(turn))), 0.012, paper)
    canvas.disc(0.5, 0.4, 0.062, paper)
    canvas.disc(0.5, 0.4, 0.042, accent)

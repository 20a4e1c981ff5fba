"""What picture books are made of: hills, trees and houses; a village, a forest with its fox, a border."""

from __future__ import annotations

from math import pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas, Point
from arena.simulate.painter.palettes import Colour, mix, shade


def paint_hill(canvas: Canvas, brief: Brief, base: float, rise: float, colour: Colour) -> list[Point]:
    """Paint a rolling hill down to the lower edge and return its outline."""
    phase, waves = brief.between(0, 2 * pi), brief.between(1.0, 1.8)
    outline = [(step / 20, base - rise * (0.5 + 0.5 * sin(waves * pi * step / 20 + phase))) for step in range(-1, 22)]
    canvas.fade([*outline, (1.05, 1.05), (-0.05, 1.05)], shade(colour, 0.08), shade(colour, -0.22))
    return outline


def paint_tree(canvas: Canvas, brief: Brief, x: float, foot: float, size: float) -> None:
    """Paint a round tree or a fir."""
    crown = mix(brief.palette.near, brief.palette.far, brief.between(0, 0.45))
    canvas.rectangle(x - size * 0.06, foot - size * 0.5, x + size * 0.06, foot, brief.palette.dark)
    if brief.chance(0.5):
        canvas.ellipse(x, foot - size * 0.75, size * 0.3, size * 0.45, crown)
        canvas.ellipse(x - size * 0.08, foot - size * 0.82, size * 0.18, size * 0.3, shade(crown, 0.1))
    else:
        for tier in range(3):
            top = foot - size * (1.25 - 0.3 * tier)
            canvas.polygon(
                ((x, top), (x + size * 0.34, top + size * 0.5), (x - size * 0.34, top + size * 0.5)),
                shade(crown, 0.07 * tier),
            )


def _house(canvas: Canvas, brief: Brief, x: float, foot: float, size: float) -> None:
    wall = mix(
        brief.palette.light, brief.palette.second if brief.chance(0.5) else brief.palette.haze, brief.between(0.1, 0.4)
    )
    tall, half = size * brief.between(0.8, 1.3), size * 0.42
    canvas.rectangle(x - half, foot - tall, x + half, foot + 0.02, wall)
    canvas.rectangle(x + half * 0.35, foot - tall, x + half, foot + 0.02, shade(wall, -0.12))
    canvas.polygon(
        ((x - half * 1.25, foot - tall), (x, foot - tall - size * 0.6), (x + half * 1.25, foot - tall)),
        brief.palette.second,
    )
    canvas.polygon(
        ((x + half * 0.2, foot - tall), (x, foot - tall - size * 0.6), (x + half * 1.25, foot - tall)),
        shade(brief.palette.second, -0.18),
    )
    for side in (-0.5, 0.25):
        left, upper = x + half * side, foot - tall * 0.78
        canvas.glow((left + size * 0.09, upper + size * 0.12), (size * 0.3, size * 0.3), brief.palette.accent, 0.6)
        canvas.rounded((left, upper, left + size * 0.18, upper + size * 0.25), size * 0.05, brief.palette.accent)
    canvas.rounded((x - size * 0.1, foot - size * 0.36, x + size * 0.1, foot + 0.02), size * 0.08, brief.palette.near)


def paint_village(canvas: Canvas, brief: Brief) -> None:
    """Paint houses among hills, with lit windows."""
    paint_hill(canvas, brief, 0.66, 0.18, brief.palette.far)
    middle = paint_hill(canvas, brief, 0.78, 0.12, brief.palette.between(0.45))
    for number in range(4):
        x, y = middle[3 + 5 * number]
        _house(canvas, brief, x + brief.between(-0.03, 0.03), y + 0.02, brief.between(0.13, 0.17))
        if brief.chance(0.7):
            paint_tree(canvas, brief, x + 0.12, y + 0.035, brief.between(0.09, 0.14))
    paint_hill(canvas, brief, 0.93, 0.09, brief.palette.near)
    path = ((0.46, 0.8), (0.52, 0.8), (0.55, 0.88), (0.68, 1.02), (0.4, 1.02), (0.44, 0.88))
    canvas.polygon(path, mix(brief.palette.light, brief.palette.haze, 0.4))
    for number in range(3):
        paint_tree(canvas, brief, (0.06, 0.88, 0.78)[number], 0.97, brief.between(0.16, 0.24))


def paint_forest(canvas: Canvas, brief: Brief) -> None:
    """Paint three rows of trees and a fox in a clearing."""
    for number in range(3):
        outline = paint_hill(canvas, brief, 0.66 + 0.13 * number, 0.08, brief.palette.between(0.2 + 0.4 * number))
        for spot in range(0, 22, 4 if number else 3):
            x, y = outline[spot]
            if abs(x - 0.5) > 0.08 * number:
                paint_tree(canvas, brief, x, y + 0.03, 0.17 + 0.07 * number)
    canvas.glow((0.5, 0.8), (0.24, 0.2), brief.palette.accent, 0.7)
    _fox(canvas, brief, 0.5, 0.88)


def _fox(canvas: Canvas, brief: Brief, x: float, y: float) -> None:
    coat, white = mix((222, 108, 44), brief.palette.accent, 0.25), brief.palette.light
    canvas.glow((x, y + 0.005), (0.14, 0.02), brief.palette.dark, 0.8)
    canvas.polygon(((x + 0.05, y - 0.03), (x + 0.16, y - 0.1), (x + 0.17, y - 0.04), (x + 0.1, y)), coat)
    canvas.polygon(((x + 0.15, y - 0.09), (x + 0.19, y - 0.1), (x + 0.165, y - 0.045)), white)
    canvas.ellipse(x + 0.015, y - 0.05, 0.072, 0.048, coat)
    for leg in (-0.035, 0.0, 0.04, 0.065):
        canvas.rectangle(x + leg - 0.008, y - 0.03, x + leg + 0.008, y + 0.005, shade(coat, -0.3))
    canvas.polygon(((x - 0.11, y - 0.09), (x - 0.02, y - 0.11), (x - 0.03, y - 0.04)), coat)
    for ear in (-0.055, -0.025):
        canvas.polygon(((x + ear - 0.016, y - 0.1), (x + ear + 0.003, y - 0.14), (x + ear + 0.016, y - 0.1)), coat)
    canvas.polygon(((x - 0.11, y - 0.088), (x - 0.06, y - 0.075), (x - 0.035, y - 0.045)), white)
    canvas.disc(x - 0.108, y - 0.089, 0.007, brief.palette.dark)


def paint_border(canvas: Canvas, brief: Brief) -> None:
    """Frame the picture with bands and dots."""
    for inset, width, colour in (
        (0.0, 0.04, brief.palette.second),
        (0.04, 0.008, brief.palette.light),
        (0.048, 0.006, brief.palette.dark),
    ):
        far = 1 - inset - width
        for box in (
            (inset, inset, 1 - inset, inset + width),
            (inset, far, 1 - inset, far + width),
            (inset, inset, inset + width, 1 - inset),
            (far, inset, far + width, 1 - inset),
        ):
            canvas.rectangle(*box, colour)
    if brief.quality > 0.3:
        for number in range(8):
            spot = (number + 0.5) / 8
            for x, y in ((spot, 0.02), (spot, 0.98), (0.02, spot), (0.98, spot)):
                canvas.disc(x, y, 0.01, brief.palette.accent)

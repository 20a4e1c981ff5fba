"""Picture-book scenes that a prompt may name: a night train, the sea, a storyteller, two birds, a volcano."""

from __future__ import annotations

from math import pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.palettes import mix, shade
from arena.simulate.painter.woodland import paint_border, paint_hill


def paint_train(canvas: Canvas, brief: Brief) -> None:
    """Paint a sleeper train in the snow, with a tortoise on its roof."""
    paint_hill(canvas, brief, 0.72, 0.16, brief.palette.far)
    for number in range(7):
        x = 0.07 + 0.145 * number + brief.between(-0.03, 0.03)
        canvas.rectangle(
            x - 0.007, brief.between(0.24, 0.36), x + 0.007, 0.8, mix(brief.palette.light, brief.palette.far, 0.25)
        )
    body = brief.palette.second
    canvas.fade(
        ((-0.05, 0.56), (0.86, 0.56), (0.94, 0.64), (0.94, 0.76), (-0.05, 0.76)), shade(body, 0.12), shade(body, -0.22)
    )
    canvas.polygon(((-0.05, 0.525), (0.82, 0.525), (0.88, 0.565), (-0.05, 0.565)), brief.palette.dark)
    for number in range(5):
        x = 0.06 + 0.165 * number
        canvas.glow((x + 0.045, 0.64), (0.1, 0.09), brief.palette.accent, 0.6)
        canvas.rounded((x, 0.6, x + 0.09, 0.675), 0.014, brief.palette.accent)
    canvas.rectangle(-0.05, 0.7, 0.94, 0.712, brief.palette.light)
    for number in range(7):
        canvas.disc(0.05 + 0.14 * number, 0.775, 0.028, brief.palette.dark)
    paint_hill(canvas, brief, 0.86, 0.05, mix(brief.palette.light, brief.palette.far, 0.3))
    shell = mix((88, 120, 72), brief.palette.near, 0.3)
    canvas.sector(0.42, 0.527, 0.085, (180, 360), shell)
    canvas.ellipse(0.525, 0.5, 0.03, 0.024, shade(shell, 0.3))
    canvas.glow((0.57, 0.5), (0.1, 0.1), brief.palette.accent, 0.9)
    canvas.disc(0.57, 0.5, 0.014, brief.palette.light)
    for _ in range(12 + round(14 * brief.quality)):
        canvas.disc(brief.between(0, 1), brief.between(0, 0.95), brief.between(0.003, 0.007), brief.palette.light)


def paint_seaside(canvas: Canvas, brief: Brief) -> None:
    """Paint a cat on the platform of a station by the sea."""
    sea = mix(brief.palette.sky, brief.palette.near, 0.3)
    for number in range(4):
        canvas.glow((0.2 + 0.19 * number, 0.36 - 0.05 * (number % 2)), (0.17, 0.13), brief.palette.light, 0.85)
    canvas.fade(((-0.05, 0.46), (1.05, 0.46), (1.05, 0.75), (-0.05, 0.75)), shade(sea, 0.25), sea)
    for number in range(6):
        x, y = brief.between(0.1, 0.9), 0.5 + 0.035 * number
        canvas.ellipse(x, y, 0.08, 0.003, brief.palette.light)
    canvas.rectangle(-0.05, 0.7, 1.05, 0.74, brief.palette.near)
    platform = mix(brief.palette.light, brief.palette.far, 0.35)
    canvas.fade(((-0.05, 0.74), (1.05, 0.74), (1.05, 1.05), (-0.05, 1.05)), platform, shade(platform, -0.15))
    x = brief.between(0.3, 0.45)
    canvas.rectangle(x - 0.16, 0.74, x + 0.16, 0.765, brief.palette.second)
    for leg in (-0.14, 0.13):
        canvas.rectangle(x + leg, 0.765, x + leg + 0.014, 0.83, brief.palette.dark)
    _cat(canvas, brief, x - 0.05, 0.745)
    canvas.disc(x + 0.085, 0.71, 0.035, mix((200, 52, 48), brief.palette.accent, 0.2))
    for post in (0.72, 0.86):
        canvas.rectangle(post, 0.52, post + 0.012, 0.82, brief.palette.dark)
    canvas.rounded((0.69, 0.5, 0.905, 0.6), 0.012, brief.palette.light)
    canvas.rectangle(0.72, 0.535, 0.875, 0.553, brief.palette.dark)
    canvas.rectangle(0.69, 0.576, 0.905, 0.586, brief.palette.accent)


def _cat(canvas: Canvas, brief: Brief, x: float, y: float) -> None:
    fur, patch = brief.palette.light, mix((226, 150, 70), brief.palette.accent, 0.3)
    canvas.ellipse(x, y - 0.055, 0.045, 0.06, fur)
    canvas.disc(x + 0.02, y - 0.07, 0.022, patch)
    canvas.disc(x, y - 0.125, 0.036, fur)
    for side in (-1, 1):
        canvas.polygon(
            ((x + side * 0.034, y - 0.13), (x + side * 0.03, y - 0.175), (x + side * 0.006, y - 0.15)),
            patch if side > 0 else fur,
        )
        canvas.disc(x + side * 0.013, y - 0.125, 0.0045, brief.palette.dark)
    canvas.rectangle(x - 0.03, y - 0.175, x + 0.03, y - 0.152, brief.palette.near)
    canvas.line(((x + 0.04, y - 0.01), (x + 0.075, y + 0.02), (x + 0.065, y + 0.055)), 0.012, patch)


def paint_domes(canvas: Canvas, brief: Brief) -> None:
    """Paint a storyteller before his listeners under lanterns."""
    for number in range(5):
        x, tone = 0.1 + 0.2 * number, brief.palette.between(0.25 + 0.1 * (number % 2))
        tall = brief.between(0.2, 0.34)
        canvas.rectangle(x - 0.09, 0.72 - tall, x + 0.09, 0.9, tone)
        canvas.sector(x, 0.722 - tall, 0.075, (180, 360), shade(tone, 0.12))
        canvas.rectangle(x - 0.004, 0.6 - tall, x + 0.004, 0.66 - tall, brief.palette.accent)
        canvas.rounded((x - 0.03, 0.78 - tall, x + 0.03, 0.88 - tall), 0.03, brief.palette.accent)
    paint_hill(canvas, brief, 0.82, 0.03, brief.palette.near)
    for number in range(3):
        x, y = 0.22 + 0.28 * number, 0.24 + 0.07 * (number % 2)
        canvas.line(((x, 0), (x, y)), 0.004, brief.palette.light)
        canvas.glow((x, y + 0.04), (0.13, 0.13), brief.palette.accent, 0.8)
        canvas.polygon(
            (
                (x - 0.028, y + 0.02),
                (x, y - 0.015),
                (x + 0.028, y + 0.02),
                (x + 0.02, y + 0.075),
                (x - 0.02, y + 0.075),
            ),
            brief.palette.accent,
        )
    robe = (brief.palette.second, brief.palette.light, brief.palette.far, brief.palette.accent)
    canvas.glow((0.5, 0.8), (0.3, 0.2), brief.palette.accent, 0.6)
    for number in range(7):
        x, y = 0.14 + 0.12 * number, 0.9 + 0.045 * sin(number / 6 * pi)
        canvas.sector(x, y + 0.06, 0.055, (180, 360), robe[number % 3])
        canvas.disc(x, y - 0.01, 0.026, (186, 132, 96))
        canvas.sector(x, y - 0.014, 0.028, (180, 360), robe[(number + 1) % 4])
    canvas.polygon(((0.46, 0.68), (0.54, 0.68), (0.58, 0.84), (0.42, 0.84)), brief.palette.second)
    canvas.disc(0.5, 0.645, 0.032, (186, 132, 96))
    canvas.sector(0.5, 0.64, 0.036, (180, 360), brief.palette.light)
    canvas.line(((0.54, 0.7), (0.6, 0.6)), 0.012, brief.palette.light)


def paint_birds(canvas: Canvas, brief: Brief) -> None:
    """Paint two peacocks between garlands and lotus."""
    cloth = mix(brief.palette.haze, brief.palette.accent, 0.35)
    canvas.ground(shade(cloth, 0.15), cloth)
    _peacock(canvas, brief, -1)
    _peacock(canvas, brief, 1)
    for number in range(9):
        x = 0.1 + 0.1 * number
        canvas.polygon(((x - 0.03, 0.11), (x + 0.03, 0.11), (x, 0.19)), mix((64, 122, 72), brief.palette.near, 0.25))
    canvas.fade(
        ((0.43, 0.68), (0.57, 0.68), (0.6, 0.74), (0.55, 0.82), (0.45, 0.82), (0.4, 0.74)),
        brief.palette.second,
        shade(brief.palette.second, -0.3),
    )
    canvas.disc(0.5, 0.655, 0.04, mix((110, 74, 46), brief.palette.near, 0.2))
    for x, y in ((0.15, 0.82), (0.85, 0.82), (0.85, 0.2), (0.15, 0.2)):
        for petal in range(5):
            canvas.ellipse(
                x + 0.028 * (petal - 2),
                y + 0.012 * abs(petal - 2),
                0.02,
                0.038,
                mix(brief.palette.second, brief.palette.light, 0.35),
            )
    paint_border(canvas, brief)


def _peacock(canvas: Canvas, brief: Brief, side: int) -> None:
    x = 0.5 + side * 0.19
    for ring in range(3):
        tone = (brief.palette.near, brief.palette.second, brief.palette.accent)[ring]
        radius = 0.2 - 0.035 * ring
        for feather in range(7):
            turn = pi * (0.15 + 0.7 * feather / 6)
            spot = (x + side * (0.06 + radius * 0.55 * sin(turn)), 0.42 - radius * (feather / 6 - 0.5) * 1.3)
            canvas.disc(spot[0], spot[1], 0.036 - 0.008 * ring, tone)
    canvas.ellipse(x, 0.52, 0.07, 0.1, brief.palette.near)
    canvas.line(((x - side * 0.03, 0.46), (x - side * 0.08, 0.36), (x - side * 0.07, 0.29)), 0.034, brief.palette.near)
    canvas.disc(x - side * 0.07, 0.28, 0.03, brief.palette.near)
    canvas.polygon(((x - side * 0.09, 0.27), (x - side * 0.135, 0.285), (x - side * 0.09, 0.296)), brief.palette.second)
    canvas.disc(x - side * 0.078, 0.275, 0.006, brief.palette.light)


def paint_volcano(canvas: Canvas, brief: Brief) -> None:
    """Paint a street vendor before a snowy volcano."""
    canvas.fade(
        ((0.1, 0.72), (0.4, 0.27), (0.46, 0.3), (0.52, 0.27), (0.9, 0.72)),
        brief.palette.far,
        brief.palette.between(0.6),
    )
    canvas.polygon(
        ((0.34, 0.36), (0.4, 0.27), (0.46, 0.3), (0.52, 0.27), (0.59, 0.36), (0.52, 0.34), (0.46, 0.39), (0.41, 0.34)),
        brief.palette.light,
    )
    paint_hill(canvas, brief, 0.78, 0.06, brief.palette.near)
    canvas.glow((0.42, 0.5), (0.16, 0.14), brief.palette.light, 0.7)
    cart = brief.palette.second
    canvas.rounded((0.28, 0.68, 0.56, 0.79), 0.02, cart)
    canvas.rectangle(0.28, 0.715, 0.56, 0.73, brief.palette.light)
    canvas.fade(((0.34, 0.58), (0.5, 0.58), (0.48, 0.69), (0.36, 0.69)), brief.palette.far, brief.palette.dark)
    for number in range(3):
        canvas.ellipse(0.375 + 0.045 * number, 0.57, 0.02, 0.036, mix(brief.palette.accent, brief.palette.light, 0.4))
    for x in (0.33, 0.51, 0.72):
        canvas.ring(x, 0.82, 0.06, 0.012, brief.palette.dark)
    canvas.line(((0.56, 0.74), (0.72, 0.82)), 0.012, brief.palette.dark)
    canvas.polygon(((0.6, 0.58), (0.68, 0.58), (0.72, 0.74), (0.62, 0.76)), brief.palette.accent)
    canvas.disc(0.64, 0.53, 0.036, (178, 122, 84))
    canvas.ellipse(0.64, 0.505, 0.075, 0.014, mix(brief.palette.light, brief.palette.accent, 0.3))
    canvas.sector(0.64, 0.505, 0.036, (180, 360), mix(brief.palette.light, brief.palette.accent, 0.3))
    canvas.rectangle(0, 0.89, 1, 1, mix(brief.palette.light, brief.palette.haze, 0.4))
    canvas.rounded((0.42, 0.925, 0.8, 0.965), 0.006, brief.palette.dark)
    paint_border(canvas, brief)

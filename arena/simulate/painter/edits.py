"""Edited pictures: the input's composition with new colours, and what the instruction adds to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.palettes import Palette, mix, shade

AUTUMN = Palette.of("5a4a78", "f3a25f", "c8703f", "5b2a26", "ffb347", "b5322b", "ffeccb")
MOSS = Palette.of("9fb8a0", "dfe8d2", "7d9b72", "2f4a35", "c9a86a", "5f7f4f", "f4f7ea")
WINTER = Palette.of("b9cbdc", "f6f8fb", "c9d6e2", "4b6076", "f3c98b", "7d93ab", "ffffff")
NAVY = Palette.of("22305c", "33447c", "4a5b93", "141c3a", "d9a441", "8e2f4b", "f6ead0")
TERRACOTTA = Palette.of("dfe7ee", "f7f3ea", "7fa3c7", "2f4d7a", "c65d3b", "c65d3b", "fffdf7")
CRIMSON = Palette.of("d8d8d8", "f5f5f5", "9a9a9a", "2a2a2a", "e4e4e4", "c8102e", "ffffff")
JADE = Palette.of("6f8f88", "b9cfc4", "7f9f98", "2e4a46", "bfe0d2", "9fd0bf", "f4fbf6")
SAND = Palette.of("e3c9a0", "f0dfc2", "cfa877", "6a4a32", "b3262b", "e8d3ac", "fff6e6")
LACQUER = Palette.of("0d0b0e", "1d1512", "7a2a1c", "1a1210", "e0b04a", "c23b22", "f4d98a")
SUNSET = Palette.of("8f7fb8", "f9c99a", "c79aa8", "4a3560", "e5484d", "e0662f", "fff1df")


@dataclass(frozen=True, slots=True)
class Edit:
    """A canvas that shows the input again, and the hand that adds to it."""

    canvas: Canvas
    rng: np.random.Generator
    palette: Palette
    quality: float


Overlay = Callable[[Edit], None]


def repaint(words: str, palette: Palette) -> Palette:
    """Return the colours that the instruction asks for; a warmer light where it names none."""
    asked: Mapping[str, Palette] = {
        "snowy morning": WINTER,
        "autumn": AUTUMN,
        "moss": MOSS,
        "jeogori": JADE,
        "turban": SAND,
        "lacquer": LACQUER,
        "terracotta": TERRACOTTA,
        "black and white": CRIMSON,
        "ribbon": NAVY,
        "geranium": SUNSET,
        "night": palette.by_night(),
        "evening": palette.by_night(),
        "december": palette.by_night(),
    }
    return next((colours for word, colours in asked.items() if word in words), palette.towards(SUNSET, 0.3))


def overlay_of(words: str) -> Overlay:
    """Return what paints the things that the instruction adds."""
    asked: Mapping[str, Overlay] = {
        "tree with lights": _fir_tree,
        "mandarin": _mandarins,
        "jeogori": _sash,
        "firework": _lamps,
        "snow": _snowfall,
        "maple": _leaves,
        "badge": _badge,
        "stamp": _stamp,
        "lantern": _lanterns,
        "dewdrop": _dew,
        "ribbon": _ribbon,
        "gold": _filigree,
        "geranium": _flowers,
        "black and white": _stamp,
    }
    return next((paint for word, paint in asked.items() if word in words), _nothing)


def _nothing(edit: Edit) -> None:
    edit.canvas.glow((0.3, 0.2), (0.5, 0.4), edit.palette.light, 0.15)


def _snowfall(edit: Edit) -> None:
    for _ in range(26 + round(24 * edit.quality)):
        x, y = edit.rng.uniform(0, 1, 2)
        edit.canvas.disc(
            float(x), float(y), float(edit.rng.uniform(0.003, 0.009)), mix(edit.palette.light, (255, 255, 255), 0.7)
        )


def _leaves(edit: Edit) -> None:
    for _ in range(20 + round(22 * edit.quality)):
        x, y, turn = (
            float(edit.rng.uniform(0, 1)),
            0.62 + 0.38 * float(edit.rng.random()) ** 0.7,
            float(edit.rng.uniform(0, pi)),
        )
        size = 0.006 + 0.022 * (y - 0.6)
        tone = (edit.palette.second, edit.palette.accent, mix(edit.palette.second, edit.palette.accent, 0.5))[
            int(edit.rng.integers(3))
        ]
        corners = [
            (x + size * 1.5 * cos(turn + k * pi / 2) * (1, 0.5)[k % 2], y + size * sin(turn + k * pi / 2))
            for k in range(4)
        ]
        edit.canvas.polygon(corners, tone)


def _lamps(edit: Edit) -> None:
    flame = (255, 206, 110)
    for number in range(11):
        x, y = 0.05 + 0.09 * number, 0.9 + 0.02 * sin(number)
        edit.canvas.glow((x, y - 0.02), (0.06, 0.07), flame, 0.9)
        edit.canvas.sector(x, y, 0.019, (0, 180), mix(edit.palette.second, edit.palette.dark, 0.3))
        edit.canvas.ellipse(x, y - 0.016, 0.0065, 0.015, (255, 240, 196))
    x, y = float(edit.rng.uniform(0.2, 0.8)), float(edit.rng.uniform(0.14, 0.24))
    edit.canvas.glow((x, y), (0.2, 0.2), edit.palette.accent, 0.6)
    for ray in range(12 if edit.quality > 0.4 else 8):
        turn = 2 * pi * ray / (12 if edit.quality > 0.4 else 8)
        edit.canvas.line(
            ((x + 0.03 * cos(turn), y + 0.03 * sin(turn)), (x + 0.1 * cos(turn), y + 0.1 * sin(turn))), 0.006, flame
        )
        edit.canvas.disc(x + 0.115 * cos(turn), y + 0.115 * sin(turn), 0.007, edit.palette.light)


def _badge(edit: Edit) -> None:
    x, y = 0.84 + float(edit.rng.uniform(-0.02, 0.02)) * (1 - edit.quality), 0.15
    edit.canvas.glow((x + 0.01, y + 0.015), (0.13, 0.13), edit.palette.dark, 0.5)
    edit.canvas.disc(x, y, 0.1, (206, 44, 44))
    edit.canvas.ring(x, y, 0.088, 0.006, edit.palette.light)
    for left in (-0.052, 0.006):
        for row in range(3):
            edit.canvas.rectangle(
                x + left, y - 0.026 + row * 0.022, x + left + 0.046, y - 0.016 + row * 0.022, edit.palette.light
            )
        edit.canvas.rectangle(x + left + 0.018, y - 0.03, x + left + 0.028, y + 0.03, edit.palette.light)


def _stamp(edit: Edit) -> None:
    red, tilt = (206, 44, 44), 0.07 + float(edit.rng.uniform(-0.03, 0.03))
    left, right, y = 0.6, 0.95, 0.15
    edit.canvas.polygon(
        ((left, y + tilt), (right, y - tilt), (right + 0.02, y + 0.08 - tilt), (left + 0.02, y + 0.08 + tilt)), red
    )
    for start, end in ((0.12, 0.36), (0.44, 0.84)):
        ends = [(left + 0.01 + (right - left) * share, y + 0.04 + tilt * (1 - 2 * share)) for share in (start, end)]
        edit.canvas.line(ends, 0.022, (255, 246, 236))


def _lanterns(edit: Edit) -> None:
    brass = (214, 158, 72)
    for number in range(3):
        x, y = 0.34 + 0.16 * number, 0.2 + 0.075 * ((number + 1) % 3)
        edit.canvas.line(((x, 0), (x, y)), 0.005, shade(brass, -0.4))
        edit.canvas.glow((x, y + 0.05), (0.16, 0.16), (255, 214, 130), 0.8)
        edit.canvas.polygon(
            (
                (x - 0.036, y + 0.025),
                (x, y - 0.02),
                (x + 0.036, y + 0.025),
                (x + 0.026, y + 0.09),
                (x - 0.026, y + 0.09),
            ),
            brass,
        )
        edit.canvas.polygon(
            ((x - 0.018, y + 0.03), (x + 0.018, y + 0.03), (x + 0.014, y + 0.08), (x - 0.014, y + 0.08)),
            (255, 240, 200),
        )
    for number in range(5):
        edit.canvas.ellipse(0.46 + 0.02 * number, 0.8, 0.012, 0.008, (92, 52, 34))


def _dew(edit: Edit) -> None:
    for number in range(9):
        x = 0.06 + 0.115 * number
        edit.canvas.line(((x, -0.02), (x + 0.01, 0.74)), 0.014, mix(edit.palette.far, edit.palette.haze, 0.6))
    for _ in range(22):
        x, y = 0.5 + float(edit.rng.uniform(-0.34, 0.34)), 0.8 + float(edit.rng.uniform(-0.01, 0.16))
        edit.canvas.ellipse(x, y, 0.05, 0.022, mix((74, 112, 58), edit.palette.near, float(edit.rng.uniform(0, 0.5))))
    for x in (0.3, 0.35):
        edit.canvas.disc(x, 0.785, 0.014, mix(edit.palette.light, edit.palette.sky, 0.4))
        edit.canvas.disc(x - 0.004, 0.78, 0.004, (255, 255, 255))


def _ribbon(edit: Edit) -> None:
    silk, x, y = mix(edit.palette.second, (150, 30, 60), 0.4), 0.5, 0.455
    for side in (-1, 1):
        edit.canvas.polygon(((x, y), (x + side * 0.1, y - 0.045), (x + side * 0.105, y + 0.04)), silk)
        edit.canvas.polygon(((x, y), (x + side * 0.1, y - 0.01), (x + side * 0.105, y + 0.04)), shade(silk, -0.25))
        edit.canvas.polygon(((x, y), (x + side * 0.06, y + 0.13), (x + side * 0.03, y + 0.12)), shade(silk, -0.12))
    edit.canvas.disc(x, y, 0.02, shade(silk, 0.15))


def _sash(edit: Edit) -> None:
    silk, x, y = (112, 58, 122), 0.53, 0.86
    edit.canvas.line(((0.4, 0.7), (0.5, 0.82), (0.6, 0.7)), 0.03, (252, 250, 246))
    edit.canvas.polygon(((x, y), (x + 0.1, y - 0.035), (x + 0.11, y + 0.025)), silk)
    for lean in (0.0, 0.05):
        edit.canvas.polygon(
            ((x - 0.01, y), (x + 0.025, y), (x + 0.04 + lean, 1.02), (x - 0.01 + lean, 1.02)), shade(silk, -2 * lean)
        )
    edit.canvas.disc(x, y, 0.021, shade(silk, 0.15))


def _mandarins(edit: Edit) -> None:
    quilt = (196, 74, 62)
    edit.canvas.polygon(((0.32, 0.81), (0.68, 0.81), (0.76, 0.93), (0.24, 0.93)), quilt)
    edit.canvas.polygon(((0.32, 0.81), (0.68, 0.81), (0.69, 0.835), (0.31, 0.835)), shade(quilt, 0.35))
    edit.canvas.polygon(((0.36, 0.775), (0.64, 0.775), (0.69, 0.815), (0.31, 0.815)), (158, 108, 70))
    for x, y in ((0.47, 0.775), (0.53, 0.775), (0.5, 0.74)):
        edit.canvas.disc(x, y, 0.027, (242, 142, 42))
        edit.canvas.disc(x + 0.004, y - 0.024, 0.006, (84, 128, 62))


def _fir_tree(edit: Edit) -> None:
    green, x = (38, 88, 66), 0.84
    edit.canvas.glow((x, 0.62), (0.26, 0.34), (255, 206, 120), 0.5)
    edit.canvas.rectangle(x - 0.014, 0.84, x + 0.014, 0.92, (86, 58, 42))
    for tier in range(4):
        top, half = 0.36 + 0.11 * tier, 0.07 + 0.03 * tier
        edit.canvas.fade(
            ((x, top), (x + half, top + 0.18), (x - half, top + 0.18)), shade(green, 0.12), shade(green, -0.25)
        )
    for number in range(18):
        drop = 0.06 + 0.4 * number / 18
        spot = x + (0.05 + 0.18 * drop) * sin(number * 2.4)
        edit.canvas.disc(spot, 0.4 + drop, 0.0095, ((255, 210, 96), (226, 70, 62), (244, 240, 226))[number % 3])
    edit.canvas.disc(x, 0.36, 0.018, (255, 214, 110))
    for spot in (0.47, 0.5, 0.53):
        edit.canvas.disc(spot, 0.79, 0.019, (242, 142, 42))


def _filigree(edit: Edit) -> None:
    for inset, width in ((0.02, 0.006), (0.05, 0.003)):
        far = 1 - inset
        edit.canvas.line(
            ((inset, inset), (far, inset), (far, far), (inset, far), (inset, inset)), width, edit.palette.accent
        )
    for number in range(9):
        spot = (number + 0.5) / 9
        for x, y in ((spot, 0.036), (spot, 0.964), (0.036, spot), (0.964, spot)):
            edit.canvas.ring(x, y, 0.014, 0.004, edit.palette.accent)


def _flowers(edit: Edit) -> None:
    for number in range(6 + round(4 * edit.quality)):
        x, y = 0.06 + 0.1 * number, 0.9 + 0.03 * float(edit.rng.random())
        edit.canvas.polygon(((x - 0.03, y), (x + 0.03, y), (x + 0.022, y + 0.06), (x - 0.022, y + 0.06)), (186, 92, 58))
        for _ in range(5):
            dx, dy = (float(v) for v in edit.rng.uniform(-0.03, 0.03, 2))
            edit.canvas.disc(
                x + dx, y - 0.025 + dy * 0.6, 0.016, (208, 36, 52) if edit.rng.random() < 0.7 else (70, 120, 66)
            )
    edit.canvas.ellipse(0.16, 0.865, 0.055, 0.024, (26, 24, 30))
    edit.canvas.disc(0.105, 0.857, 0.02, (26, 24, 30))

"""Product shots: a turned body on a plinth, in studio light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import SCALE, SIZE, Box, Canvas, Lathe, Point
from arena.simulate.painter.palettes import Colour, mix, shade

Profile = tuple[tuple[float, float], ...]
"""Height (0 foot to 1 top) and radius, as shares of the body's height, from the foot up."""


@dataclass(frozen=True, slots=True)
class Ware:
    """Something that can be turned on a lathe: above ``lid`` of another material, its corners rounded by ``soft``."""

    profile: Profile
    lid: float = 1.0
    labelled: bool = False
    soft: float = 0.045
    handled: bool = False


JAR = Ware(
    ((0, 0.32), (0.04, 0.36), (0.62, 0.37), (0.72, 0.31), (0.76, 0.29), (0.77, 0.32), (0.98, 0.32), (1, 0.3)),
    0.76,
    True,
)
BOTTLE = Ware(
    ((0, 0.2), (0.03, 0.225), (0.58, 0.225), (0.7, 0.16), (0.76, 0.075), (0.88, 0.07), (0.89, 0.088), (1, 0.085)),
    0.88,
    True,
)
FLACON = Ware(
    (
        (0, 0.27),
        (0.04, 0.31),
        (0.55, 0.31),
        (0.63, 0.22),
        (0.66, 0.08),
        (0.72, 0.08),
        (0.73, 0.13),
        (0.98, 0.13),
        (1, 0.11),
    ),
    0.66,
    True,
)
KETTLE = Ware(
    (
        (0, 0.36),
        (0.05, 0.42),
        (0.25, 0.46),
        (0.5, 0.41),
        (0.68, 0.28),
        (0.71, 0.29),
        (0.8, 0.22),
        (0.87, 0.06),
        (0.92, 0.07),
        (1, 0.04),
    ),
    0.86,
    handled=True,
    soft=0.1,
)
MOON = Ware(
    ((0, 0.2), (0.06, 0.24), (0.2, 0.4), (0.42, 0.49), (0.65, 0.46), (0.84, 0.3), (0.93, 0.22), (1, 0.23)), soft=0.14
)
VASE = Ware(((0, 0.17), (0.1, 0.22), (0.35, 0.36), (0.6, 0.29), (0.82, 0.11), (0.92, 0.11), (1, 0.17)), soft=0.12)
TIN = Ware(((0, 0.36), (0.02, 0.38), (0.6, 0.38), (0.61, 0.4), (0.84, 0.4), (0.88, 0.36)), 0.6, True)


WARES: Mapping[str, Ware | None] = {
    "kettle|pot": KETTLE,
    "jar of|honey": JAR,
    "perfume|oud": FLACON,
    "bottle|oil": BOTTLE,
    "moon jar|porcelain": MOON,
    "vase": VASE,
    "tin|shoe": TIN,
    "box": None,
}
"""What prompts may ask for; None is a box that stands open."""


def paint_product(canvas: Canvas, brief: Brief) -> None:
    """Set the object that the prompt speaks of on a plinth, with a prop or two beside it."""
    ware = brief.subject(WARES)
    backdrop = mix(brief.palette.haze, brief.palette.far, brief.between(0.15, 0.6))
    x, height = brief.between(0.44, 0.56), brief.between(0.42, 0.5)
    _studio(canvas, brief, backdrop, x)
    top = _plinth(canvas, brief, x, backdrop)
    side = -1 if brief.chance(0.5) else 1
    if brief.chance(0.7):
        _twig(canvas, brief, x - side * 0.2, top - 0.02, side)
    if ware is None:
        _open_box(canvas, brief, x, top)
    else:
        _body(canvas, brief, ware, (x, top), height)
    if brief.chance(0.75):
        _ball(canvas, brief, x + side * brief.between(0.2, 0.25), top + 0.018, brief.between(0.035, 0.06))


def _studio(canvas: Canvas, brief: Brief, backdrop: Colour, x: float) -> None:
    canvas.ground(shade(backdrop, -0.12), shade(backdrop, 0.12))
    canvas.glow((x - 0.16, 0.36), (0.62, 0.58), shade(backdrop, 0.65), 0.55 + 0.3 * brief.quality)
    if brief.chance(0.4):
        canvas.disc(
            x + brief.between(-0.1, 0.1), 0.4, brief.between(0.26, 0.33), mix(backdrop, brief.palette.second, 0.35)
        )
    elif brief.chance(0.5):
        half, colour = brief.between(0.24, 0.3), mix(backdrop, brief.palette.far, 0.4)
        canvas.rounded((x - half, 0.12, x + half, 1.4), half, colour)
    floor = shade(mix(backdrop, brief.palette.light, 0.25), -0.05)
    canvas.fade(((-0.05, 0.74), (1.05, 0.74), (1.05, 1.05), (-0.05, 1.05)), floor, shade(floor, 0.25))


def _plinth(canvas: Canvas, brief: Brief, x: float, backdrop: Colour) -> float:
    """Paint the plinth and return how high its top lies (the centre line of its upper face)."""
    top, radius = brief.between(0.74, 0.78), brief.between(0.3, 0.35)
    stone = (
        mix(backdrop, brief.palette.light, 0.5)
        if brief.chance(0.6)
        else mix(brief.palette.far, brief.palette.near, 0.35)
    )
    canvas.glow((x + 0.1, 0.95), (radius * 1.35, 0.12), shade(backdrop, -0.7), 0.5)
    rows = np.full(round(0.14 * SIZE * SCALE), radius)
    canvas.modelled(rows, x, top, stone, 0.05)
    canvas.ellipse(x, top + 0.14, radius, 0.052, shade(stone, -0.42))
    canvas.modelled(rows, x, top, stone, 0.05)
    canvas.ellipse(x, top, radius, 0.055, shade(stone, 0.16))
    canvas.glow((x - 0.12, top - 0.01), (radius * 0.7, 0.04), shade(stone, 0.7), 0.5)
    return top


def _glaze(brief: Brief) -> Colour:
    """Return the colour that the prompt asks for, where it asks and the model listens; else one of the palette."""
    palette, words = brief.palette, brief.words.split()
    chosen = (palette.accent, palette.second, palette.near)[brief.count(0, 2)]
    deaf = not brief.chance(0.25 + 0.75 * brief.quality)
    named = {
        "terracotta": (198, 92, 58),
        "forest-green": (38, 82, 62),
        "green": (46, 74, 48),
        "white": shade(palette.light, -0.04),
        "honey": (214, 142, 36),
    }
    asked = next((colour for word, colour in named.items() if word in words), chosen)
    return chosen if deaf else mix(asked, palette.near, 0.06)


def _lathe(brief: Brief, ware: Ware, height: float) -> Lathe:
    """Return the radius of each row of pixels from the top down, with the corners of the profile rounded off."""
    rows = np.linspace(1, 0, round(height * SIZE * SCALE))
    sharp = np.interp(rows, [share for share, _ in ware.profile], [radius for _, radius in ware.profile])
    window = max(3, round(len(rows) * ware.soft))
    smooth = np.convolve(np.pad(sharp, window // 2, mode="edge"), np.ones(window) / window, mode="same")
    lathe = smooth[window // 2 : window // 2 + len(rows)] * height
    return lathe * (1 + 0.05 * np.sin(rows * brief.between(7, 12))) if brief.quality < 0.4 else lathe


def _body(canvas: Canvas, brief: Brief, ware: Ware, foot_at: Point, height: float) -> None:
    x, foot = foot_at
    colour, gloss = _glaze(brief), 0.25 + 0.55 * brief.quality
    lathe, upper = _lathe(brief, ware, height), foot - height + 0.012
    canvas.glow((x + 0.09, foot + 0.008), (0.27, 0.045), brief.palette.dark, 0.75)
    canvas.ellipse(x, foot + 0.012, float(lathe[-1]), float(lathe[-1]) * 0.2, shade(colour, -0.55))
    if ware.handled:
        canvas.ring(x, foot - height * 0.72, height * 0.36, 0.02, brief.palette.dark)
        spout = ((-0.3, 0.2), (-0.62, 0.62), (-0.66, 0.74), (-0.56, 0.74), (-0.3, 0.48))
        corners = [(x + dx * height, foot - dy * height) for dx, dy in spout]
        canvas.fade(corners, shade(colour, 0.05), shade(colour, -0.45))
    canvas.modelled(lathe, x, upper, colour, gloss)
    lid = round((1 - ware.lid) * len(lathe))
    if lid > 2:
        canvas.modelled(lathe[:lid], x, upper, mix(brief.palette.light, brief.palette.accent, 0.35), gloss)
    elif lathe[0] > 0.04:
        canvas.ellipse(x, upper, float(lathe[0]), float(lathe[0]) * 0.2, shade(colour, -0.5))
    if ware.labelled:
        half = float(lathe[round(len(lathe) * 0.6)]) * 0.66
        _label(canvas, brief, (x - half, foot - height * 0.42, x + half, foot - height * 0.22))


def _open_box(canvas: Canvas, brief: Brief, x: float, foot: float) -> None:
    wood = mix(brief.palette.light, (206, 160, 104), 0.55)
    canvas.glow((x + 0.05, foot + 0.01), (0.32, 0.05), brief.palette.dark, 0.7)
    lid = ((x - 0.3, foot - 0.34), (x - 0.08, foot - 0.36), (x - 0.06, foot - 0.02), (x - 0.29, foot))
    canvas.fade(lid, shade(wood, 0.2), shade(wood, -0.06))
    for row in range(3):
        canvas.rounded(
            (x - 0.2, foot - 0.28 + 0.06 * row, x - 0.16, foot - 0.245 + 0.06 * row), 0.006, brief.palette.dark
        )
    canvas.polygon(
        ((x - 0.15, foot - 0.26), (x + 0.19, foot - 0.26), (x + 0.25, foot - 0.03), (x - 0.21, foot - 0.03)),
        shade(wood, -0.35),
    )
    canvas.fade(
        ((x - 0.21, foot - 0.03), (x + 0.25, foot - 0.03), (x + 0.25, foot + 0.03), (x - 0.21, foot + 0.03)),
        wood,
        shade(wood, -0.2),
    )
    for row in range(3):
        for column in range(2):
            reach = 0.08 + 0.012 * row
            size, spot, level = 0.033 + 0.004 * row, x + 0.02 + (column * 2 - 1) * reach, foot - 0.29 + 0.07 * row
            tone = (
                brief.palette.accent
                if (row, column) == (2, 1)
                else mix(brief.palette.second, brief.palette.light, 0.35)
            )
            rows = np.linspace(-1, 1, round(2 * size * SIZE * SCALE))
            canvas.modelled(np.sqrt(np.clip(1 - rows**2, 0, 1)) * size * 1.35, spot, level, tone, 0.3 * brief.quality)


def _label(canvas: Canvas, brief: Brief, box: Box) -> None:
    left, upper, right, lower = box
    x, half, tall = (left + right) / 2, (right - left) / 2, lower - upper
    paper = mix(brief.palette.light, brief.palette.haze, 0.15)
    canvas.fade(
        ((x - half, upper), (x + half, upper), (x + half, upper + tall), (x - half, upper + tall)),
        paper,
        shade(paper, -0.1),
    )
    for number, share in enumerate((0.62, 0.42, 0.5)):
        y = upper + tall * (0.28 + 0.22 * number)
        canvas.line(((x - half * share, y), (x + half * share, y)), 0.011 if number == 0 else 0.005, brief.palette.dark)


def _ball(canvas: Canvas, brief: Brief, x: float, foot: float, radius: float) -> None:
    rows = np.linspace(-1, 1, round(2 * radius * SIZE * SCALE))
    canvas.glow((x + 0.03, foot), (radius * 1.6, radius * 0.45), brief.palette.dark, 0.6)
    canvas.modelled(
        np.sqrt(np.clip(1 - rows**2, 0, 1)) * radius, x, foot - 2 * radius, brief.palette.second, 0.5 * brief.quality
    )


def _twig(canvas: Canvas, brief: Brief, x: float, foot: float, side: int) -> None:
    tall, leaf = brief.between(0.22, 0.36), mix(brief.palette.near, brief.palette.far, 0.3)
    bend = -side * brief.between(0.05, 0.12)
    stem = [(x + bend * (step / 6) ** 2, foot - tall * step / 6) for step in range(7)]
    canvas.line(stem, 0.007, brief.palette.near)
    for number, (spot, y) in enumerate(stem[2:]):
        out = 0.07 if number % 2 else -0.07
        canvas.polygon(
            ((spot, y), (spot + out * 0.45, y - 0.045), (spot + out, y - 0.05), (spot + out * 0.6, y - 0.012)), leaf
        )

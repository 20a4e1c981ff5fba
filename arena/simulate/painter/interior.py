"""Interiors: a room in one-point perspective, lit through its window."""

from __future__ import annotations

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.palettes import Colour, mix, shade

LEFT, RIGHT, CEILING, FLOOR = 0.17, 0.83, 0.14, 0.66
"""The corners of the back wall."""


def paint_interior(canvas: Canvas, brief: Brief) -> None:
    """Build the shell of the room, open a window, let the light in and furnish it."""
    wall = mix(brief.palette.haze, brief.palette.far, brief.between(0.1, 0.55))
    _shell(canvas, brief, wall)
    left = brief.chance(0.5)
    x = brief.between(0.27, 0.36) if left else brief.between(0.64, 0.73)
    _window(canvas, brief, x)
    _sunlight(canvas, brief, x)
    across = 1 - x
    if brief.chance(0.55):
        _pictures(canvas, brief, across)
    else:
        _shelf(canvas, brief, across)
    _rug(canvas, brief)
    seats = brief.subject(
        {
            "mats|tatami|haveli|mattress": _cushions,
            "courtyard|fountain": _basin,
            "café|veranda|chairs": _chairs,
            "sofa|living|flat|majlis": _sofa,
        }
    )
    seats(canvas, brief, across * 0.7 + 0.15)
    if seats is _sofa or seats is _chairs:
        _table(canvas, brief)
    if brief.chance(0.6):
        _pendant(canvas, brief, brief.between(0.42, 0.58))
    _plant(canvas, brief, 0.12 if brief.chance(0.5) else 0.88)


def _shell(canvas: Canvas, brief: Brief, wall: Colour) -> None:
    floor = mix(mix(brief.palette.near, brief.palette.accent, 0.3), brief.palette.haze, 0.45)
    canvas.ground(shade(wall, 0.3), wall)
    canvas.polygon(((0, 0), (1, 0), (RIGHT, CEILING), (LEFT, CEILING)), shade(wall, 0.45))
    canvas.fade(
        ((LEFT, CEILING), (RIGHT, CEILING), (RIGHT, FLOOR), (LEFT, FLOOR)), shade(wall, 0.16), shade(wall, 0.02)
    )
    canvas.fade(((0, 0), (LEFT, CEILING), (LEFT, FLOOR), (0, 0.92)), shade(wall, -0.06), shade(wall, -0.2))
    canvas.fade(((1, 0), (RIGHT, CEILING), (RIGHT, FLOOR), (1, 0.92)), shade(wall, -0.16), shade(wall, -0.3))
    canvas.fade(
        ((LEFT, FLOOR), (RIGHT, FLOOR), (1, 0.92), (1, 1), (0, 1), (0, 0.92)), shade(floor, -0.22), shade(floor, 0.12)
    )
    if brief.quality > 0.35:
        for number in range(-6, 7):
            canvas.line(((0.5 + number * 0.055, FLOOR), (0.5 + number * 0.19, 1.0)), 0.0022, shade(floor, -0.16))
    for corners in (((LEFT, FLOOR), (RIGHT, FLOOR)), ((0, 0.92), (LEFT, FLOOR)), ((RIGHT, FLOOR), (1, 0.92))):
        canvas.line(corners, 0.009, shade(wall, 0.5))


def _window(canvas: Canvas, brief: Brief, x: float) -> None:
    half, upper, lower = 0.105, 0.215, 0.53
    arched = brief.subject({"arch|iwan|jharokha|majlis": True, "tea room|flat|hanok|kotatsu|veranda": False})
    frame, sky, hill = (
        shade(brief.palette.light, 0.1),
        mix(brief.palette.sky, brief.palette.light, 0.1),
        brief.palette.far,
    )
    if arched:
        canvas.disc(x, upper + half, half + 0.014, frame)
    canvas.rectangle(x - half - 0.014, upper + (half if arched else -0.014), x + half + 0.014, lower + 0.014, frame)
    pane = (
        (x - half, upper + (half if arched else 0)),
        (x + half, upper + (half if arched else 0)),
        (x + half, lower),
        (x - half, lower),
    )
    if arched:
        canvas.disc(x, upper + half, half, sky)
    canvas.fade(pane, sky, mix(brief.palette.haze, brief.palette.light, 0.4))
    canvas.polygon(
        (
            (x - half, lower),
            (x - half, lower - 0.07),
            (x - 0.02, lower - 0.12),
            (x + half, lower - 0.05),
            (x + half, lower),
        ),
        hill,
    )
    canvas.polygon(
        ((x - half, lower), (x + 0.02, lower - 0.04), (x + half, lower - 0.08), (x + half, lower)),
        mix(hill, brief.palette.near, 0.5),
    )
    canvas.line(((x, upper), (x, lower)), 0.009, frame)
    for bar in (0.36, 0.45):
        canvas.line(((x - half, bar), (x + half, bar)), 0.006, frame)
    canvas.rectangle(x - half - 0.03, lower + 0.01, x + half + 0.03, lower + 0.026, shade(frame, -0.12))


def _sunlight(canvas: Canvas, brief: Brief, x: float) -> None:
    lean = 0.16 if x < 0.5 else -0.16
    light = mix(brief.palette.light, brief.palette.accent, 0.25)
    canvas.glow((x, 0.4), (0.42, 0.42), light, 0.2 + 0.25 * brief.quality)
    for side in (-0.075, 0.03):
        near, far = x + side + lean, x + side + lean * 2
        canvas.veil(((near, 0.7), (near + 0.075, 0.7), (far + 0.11, 0.94), (far - 0.0, 0.94)), light, 0.5, 0.008)


def _pictures(canvas: Canvas, brief: Brief, x: float) -> None:
    for number in range(brief.count(1, 3)):
        left, upper = x - 0.12 + 0.095 * number, 0.26 + 0.03 * (number % 2)
        wide, tall = 0.078, 0.11
        canvas.rectangle(left, upper, left + wide, upper + tall, brief.palette.dark)
        canvas.rectangle(left + 0.007, upper + 0.007, left + wide - 0.007, upper + tall - 0.007, brief.palette.light)
        canvas.disc(left + wide / 2, upper + 0.046, 0.018, brief.palette.accent if number % 2 else brief.palette.second)
        canvas.rectangle(left + 0.016, upper + 0.072, left + wide - 0.016, upper + 0.09, brief.palette.far)


def _shelf(canvas: Canvas, brief: Brief, x: float) -> None:
    wood = mix(brief.palette.near, brief.palette.accent, 0.25)
    for row in range(2):
        y = 0.33 + 0.12 * row
        canvas.rectangle(x - 0.14, y, x + 0.14, y + 0.013, wood)
        spot = x - 0.13
        while spot < x + 0.1:
            wide, tall = brief.between(0.014, 0.03), brief.between(0.045, 0.08)
            tones = (
                brief.palette.accent,
                brief.palette.second,
                brief.palette.far,
                brief.palette.light,
                brief.palette.near,
            )
            canvas.rectangle(spot, y - tall, spot + wide, y, tones[brief.count(0, 4)])
            spot += wide + (0.003 if brief.chance(0.7) else 0.04)


def _rug(canvas: Canvas, brief: Brief) -> None:
    rug = mix(brief.palette.second, brief.palette.haze, 0.35)
    canvas.ellipse(0.5, 0.86, 0.34, 0.085, shade(rug, -0.12))
    canvas.ellipse(0.5, 0.857, 0.33, 0.08, rug)
    if brief.quality > 0.4:
        canvas.ellipse(0.5, 0.857, 0.27, 0.064, mix(rug, brief.palette.light, 0.45))
        canvas.ellipse(0.5, 0.857, 0.255, 0.06, rug)


def _sofa(canvas: Canvas, brief: Brief, x: float) -> None:
    cloth, half = brief.palette.near if brief.chance(0.5) else mix(brief.palette.second, brief.palette.near, 0.25), 0.2
    canvas.glow((x, 0.775), (half * 1.25, 0.045), brief.palette.dark, 0.7)
    canvas.rounded((x - half, 0.54, x + half, 0.74), 0.035, shade(cloth, 0.04))
    canvas.glow((x - 0.06, 0.57), (half * 0.8, 0.06), shade(cloth, 0.5), 0.4)
    canvas.rounded((x - half + 0.02, 0.645, x + half - 0.02, 0.75), 0.022, shade(cloth, 0.16))
    canvas.rounded((x - half - 0.03, 0.61, x - half + 0.035, 0.765), 0.028, shade(cloth, -0.08))
    canvas.rounded((x + half - 0.035, 0.61, x + half + 0.03, 0.765), 0.028, shade(cloth, -0.18))
    canvas.line(((x, 0.655), (x, 0.74)), 0.004, shade(cloth, -0.12))
    for number, colour in enumerate((brief.palette.accent, brief.palette.light)):
        spot = x - half * 0.55 + number * half * 1.05
        canvas.polygon(((spot - 0.05, 0.575), (spot + 0.04, 0.57), (spot + 0.05, 0.66), (spot - 0.04, 0.665)), colour)


def _cushions(canvas: Canvas, brief: Brief, x: float) -> None:
    wood = mix(brief.palette.near, brief.palette.accent, 0.3)
    middle = (x + 0.5) / 2
    canvas.glow((middle, 0.86), (0.3, 0.05), brief.palette.dark, 0.6)
    for side in (-1, 1):
        spot, cloth = middle + side * 0.24, brief.palette.second if side < 0 else brief.palette.accent
        canvas.ellipse(spot, 0.855, 0.095, 0.032, shade(cloth, -0.3))
        canvas.ellipse(spot, 0.84, 0.095, 0.03, cloth)
        canvas.glow((spot - 0.02, 0.833), (0.06, 0.016), shade(cloth, 0.6), 0.5)
    canvas.fade(
        ((middle - 0.13, 0.76), (middle + 0.13, 0.76), (middle + 0.16, 0.8), (middle - 0.16, 0.8)),
        shade(wood, 0.3),
        shade(wood, 0.12),
    )
    canvas.rectangle(middle - 0.16, 0.8, middle + 0.16, 0.82, shade(wood, -0.15))
    for leg in (-0.15, 0.135):
        canvas.rectangle(middle + leg, 0.82, middle + leg + 0.016, 0.885, shade(wood, -0.35))
    canvas.rounded((middle - 0.03, 0.715, middle + 0.03, 0.778), 0.026, brief.palette.near)
    canvas.line(((middle + 0.026, 0.745), (middle + 0.056, 0.728)), 0.012, brief.palette.near)
    for cup in (-0.085, 0.08):
        canvas.sector(middle + cup, 0.762, 0.021, (0, 180), brief.palette.light)


def _basin(canvas: Canvas, brief: Brief, x: float) -> None:
    stone, water = mix(brief.palette.light, brief.palette.far, 0.25), mix(brief.palette.sky, brief.palette.near, 0.35)
    middle = (x + 1.0) / 3
    canvas.glow((middle, 0.9), (0.34, 0.07), brief.palette.dark, 0.55)
    rim = [
        (middle + dx, 0.8 + dy)
        for dx, dy in (
            (-0.12, -0.05),
            (0.12, -0.05),
            (0.25, -0.012),
            (0.25, 0.03),
            (0.12, 0.075),
            (-0.12, 0.075),
            (-0.25, 0.03),
            (-0.25, -0.012),
        )
    ]
    canvas.polygon([(px, py + 0.05) for px, py in rim], shade(stone, -0.3))
    canvas.polygon(rim, stone)
    canvas.fade(
        [(middle + (px - middle) * 0.85, 0.81 + (py - 0.81) * 0.78) for px, py in rim], shade(water, 0.3), water
    )
    canvas.rectangle(middle - 0.012, 0.72, middle + 0.012, 0.815, stone)
    canvas.ellipse(middle, 0.722, 0.06, 0.014, stone)
    for side in (-1, 1):
        canvas.line(
            (
                (middle, 0.715),
                (middle + side * 0.025, 0.66),
                (middle + side * 0.055, 0.7),
                (middle + side * 0.07, 0.79),
            ),
            0.006,
            brief.palette.light,
        )
    for lilac in range(3):
        canvas.disc(0.14 + 0.06 * lilac, 0.93 - 0.015 * lilac, 0.016, (232, 138, 44))


def _chairs(canvas: Canvas, brief: Brief, x: float) -> None:
    wood = mix(brief.palette.near, brief.palette.second, 0.35)
    for number, spot in enumerate((0.5 - 0.23, 0.5 + 0.23)):
        side = 1 if number == 0 else -1
        canvas.glow((spot, 0.9), (0.12, 0.025), brief.palette.dark, 0.6)
        for leg in (-0.055, 0.045):
            canvas.rectangle(spot + leg, 0.77, spot + leg + 0.012, 0.9, shade(wood, -0.25))
        back = spot - side * 0.06
        canvas.polygon(
            (
                (back - 0.014, 0.58),
                (back + 0.014, 0.58),
                (back + side * 0.012 + 0.014, 0.78),
                (back + side * 0.012 - 0.014, 0.78),
            ),
            wood,
        )
        canvas.polygon(
            ((spot - 0.075, 0.755), (spot + 0.075, 0.755), (spot + 0.065, 0.785), (spot - 0.065, 0.785)),
            brief.palette.accent,
        )
    canvas.rounded((x - 0.13, 0.6, x + 0.13, 0.7), 0.008, mix(brief.palette.light, wood, 0.5))
    canvas.rectangle(x - 0.14, 0.585, x + 0.14, 0.605, shade(wood, 0.1))
    for number in range(4):
        canvas.rounded(
            (x - 0.1 + 0.06 * number, 0.535, x - 0.065 + 0.06 * number, 0.587),
            0.008,
            (brief.palette.second, brief.palette.light, brief.palette.near)[number % 3],
        )


def _table(canvas: Canvas, brief: Brief) -> None:
    wood, x = mix(brief.palette.accent, brief.palette.near, 0.45), brief.between(0.45, 0.55)
    canvas.glow((x, 0.905), (0.17, 0.035), brief.palette.dark, 0.55)
    for leg in (-0.1, 0.1):
        canvas.line(((x + leg, 0.82), (x + leg * 1.15, 0.9)), 0.01, shade(wood, -0.35))
    canvas.ellipse(x, 0.826, 0.145, 0.036, shade(wood, -0.3))
    canvas.ellipse(x, 0.815, 0.145, 0.036, shade(wood, 0.1))
    canvas.rectangle(x - 0.022, 0.765, x + 0.022, 0.808, brief.palette.light)
    canvas.ellipse(x, 0.808, 0.022, 0.006, brief.palette.light)
    canvas.ellipse(x, 0.765, 0.022, 0.006, mix(brief.palette.dark, brief.palette.accent, 0.3))


def _pendant(canvas: Canvas, brief: Brief, x: float) -> None:
    canvas.line(((x, 0), (x, 0.15)), 0.004, brief.palette.dark)
    canvas.glow((x, 0.24), (0.2, 0.16), mix(brief.palette.light, brief.palette.accent, 0.4), 0.7)
    canvas.sector(x, 0.215, 0.068, (180, 360), brief.palette.accent)
    canvas.ellipse(x, 0.215, 0.068, 0.012, shade(brief.palette.light, 0.3))


def _plant(canvas: Canvas, brief: Brief, x: float) -> None:
    leaf = mix((46, 92, 66), brief.palette.near, 0.35)
    canvas.glow((x + 0.02, 0.92), (0.1, 0.03), brief.palette.dark, 0.6)
    for number in range(7):
        lean, tall = (number - 3) * 0.034, 0.25 - abs(number - 3) * 0.035 + brief.between(0, 0.05)
        tip, tone = (x + lean * 2.2, 0.8 - tall), shade(leaf, 0.05 * (number % 3))
        canvas.polygon(
            ((x, 0.82), (x + lean * 0.7 - 0.022, 0.8 - tall * 0.55), tip, (x + lean * 1.5 + 0.022, 0.8 - tall * 0.5)),
            tone,
        )
    canvas.polygon(
        ((x - 0.06, 0.8), (x + 0.06, 0.8), (x + 0.045, 0.92), (x - 0.045, 0.92)),
        mix(brief.palette.second, brief.palette.light, 0.2),
    )
    canvas.ellipse(x, 0.8, 0.06, 0.012, shade(brief.palette.second, -0.3))

"""Photographs: landscapes in aerial perspective, with water, dunes, woods or a town at dusk."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas, Point
from arena.simulate.painter.palettes import mix, shade


def paint_photo(canvas: Canvas, brief: Brief) -> None:
    """Paint the sky and its light, then the place that the prompt speaks of."""
    place: Callable[[Canvas, Brief], None] = brief.subject(
        {
            "souk|market|spice|bazaar": _market,
            "fishmonger|street|station|steps|city|town": _town,
            "ice|snow|lake|lakeside|ghat|river": _lake,
            "harbour|sea|coast|boat": _sea,
            "desert|dune|dunes": _dunes,
            "temple|forest|garden|wood|trees": _woods,
            "mountain|mountains|valley|hills": _peaks,
        }
    )
    canvas.ground(brief.palette.sky, brief.palette.haze)
    _sun(canvas, brief)
    if brief.chance(0.3 + 0.4 * brief.quality):
        _clouds(canvas, brief)
    place(canvas, brief)


def _sun(canvas: Canvas, brief: Brief) -> None:
    x, y, radius = brief.between(0.2, 0.8), brief.between(0.16, 0.36), brief.between(0.035, 0.075)
    light = mix(brief.palette.accent, brief.palette.light, 0.55)
    canvas.glow((x, y), (0.5, 0.42), light, 0.35 + 0.25 * brief.quality)
    canvas.glow((x, y), (0.2, 0.2), light, 0.5)
    canvas.disc(x, y, radius, mix(brief.palette.light, brief.palette.accent, 0.12))


def _clouds(canvas: Canvas, brief: Brief) -> None:
    colour = mix(brief.palette.light, brief.palette.haze, 0.3)
    for _ in range(brief.count(2, 4)):
        x, y = brief.between(0, 1), brief.between(0.06, 0.3)
        for _ in range(3):
            shift = brief.between(-0.1, 0.1)
            canvas.glow((x + shift, y), (brief.between(0.12, 0.22), brief.between(0.018, 0.035)), colour, 0.6)


def _ridge(brief: Brief, base: float, height: float, peaks: float, sharp: float) -> list[Point]:
    """Return the outline of a range of hills; ``sharp`` 0 rolls, 1 has crests."""
    phases = [brief.between(0, 2 * pi) for _ in range(4)]
    points: list[Point] = []
    for step in range(41):
        x = -0.05 + 1.1 * step / 40
        waves = [sin(peaks * (number + 1) * 1.7 * x + phase) for number, phase in enumerate(phases)]
        crested = [(1 - sharp) * (wave + 1) / 2 + sharp * (1 - abs(wave)) for wave in waves]
        rise = sum(crest * weight for crest, weight in zip(crested, (0.56, 0.26, 0.12, 0.06), strict=True))
        points.append((x, base - height * rise))
    return points


def _layer(canvas: Canvas, brief: Brief, outline: list[Point], depth: float, mist: float) -> None:
    tone = brief.palette.between(depth)
    base = [(1.05, 1.05), (-0.05, 1.05)] if depth > 0.95 else [(1.05, 0.98), (-0.05, 0.98)]
    canvas.fade([*outline, *base], tone, mix(tone, brief.palette.haze, mist))


def _peaks(canvas: Canvas, brief: Brief) -> None:
    layers = brief.count(3, 4) + round(brief.quality)
    for number in range(layers):
        depth = number / (layers - 1)
        outline = _ridge(brief, 0.58 + 0.36 * depth, 0.3 - 0.12 * depth, brief.between(2, 4), 0.85)
        _layer(canvas, brief, outline, depth, 0.7 - 0.5 * depth)
        if number == 0 and brief.quality > 0.35:
            _snow(canvas, brief, outline)
    _firs(canvas, brief, 1.0, 8)


def _snow(canvas: Canvas, brief: Brief, outline: list[Point]) -> None:
    line = min(y for _, y in outline) + 0.07
    caps = [(x, min(y, line)) for x, y in outline]
    jagged = [(x, line + (0.014 if number % 2 else -0.006)) for number, (x, _) in enumerate(outline)]
    lower = [(x, max(y, edge) if y < line else y) for (x, y), (_, edge) in zip(outline, jagged, strict=True)]
    for first in range(len(caps) - 1):
        if caps[first][1] < line or caps[first + 1][1] < line:
            corners = (caps[first], caps[first + 1], lower[first + 1], lower[first])
            canvas.polygon(corners, mix(brief.palette.light, brief.palette.far, 0.12))


def _lake(canvas: Canvas, brief: Brief) -> None:
    horizon = brief.between(0.56, 0.64)
    for number in range(3):
        depth = number / 2
        outline = _ridge(brief, horizon + 0.01, 0.34 - 0.13 * number, brief.between(1.6, 3.4), 0.8 - 0.3 * depth)
        _layer(canvas, brief, outline, 0.1 + 0.6 * depth, 0.5 - 0.3 * depth)
        if number == 0 and brief.quality > 0.3:
            _snow(canvas, brief, outline)
    canvas.mirror(horizon, mix(brief.palette.sky, brief.palette.near, 0.35), 0.42)
    _ripples(canvas, brief, horizon)
    _shore(canvas, brief)


def _ripples(canvas: Canvas, brief: Brief, horizon: float) -> None:
    light = mix(brief.palette.light, brief.palette.haze, 0.45)
    for number in range(5 + round(5 * brief.quality)):
        y = horizon + 0.015 + (0.96 - horizon) * (number / 10) ** 1.5
        x, half = brief.between(0.1, 0.9), brief.between(0.05, 0.2)
        canvas.ellipse(x, y, half, 0.0022 + 0.002 * (y - horizon), light)


def _shore(canvas: Canvas, brief: Brief) -> None:
    left = brief.chance(0.5)
    outline = [(0.0, 0.84), (0.16, 0.865), (0.34, 0.93), (0.52, 1.02), (0.0, 1.02)]
    canvas.polygon([(x if left else 1 - x, y) for x, y in outline], brief.palette.dark)
    for number in range(4):
        x = 0.03 + 0.085 * number + brief.between(-0.015, 0.015)
        _fir(canvas, x if left else 1 - x, 0.9 + 0.02 * number, brief.between(0.16, 0.3) - 0.03 * number, brief)


def _fir(canvas: Canvas, x: float, foot: float, height: float, brief: Brief) -> None:
    tone = brief.palette.dark
    for tier in range(4):
        top = foot - height * (1 - tier * 0.21)
        low = top + height * 0.36
        half = height * (0.09 + 0.055 * tier)
        canvas.polygon(((x, top), (x + half, min(low, foot)), (x - half, min(low, foot))), tone)


def _firs(canvas: Canvas, brief: Brief, foot: float, number: int) -> None:
    side = 0.0 if brief.chance(0.5) else 0.62
    for _ in range(number):
        _fir(canvas, side + brief.between(0.0, 0.38), foot + 0.02, brief.between(0.12, 0.3), brief)


def _sea(canvas: Canvas, brief: Brief) -> None:
    horizon = brief.between(0.54, 0.62)
    outline = _ridge(brief, horizon + 0.005, 0.12, 2.2, 0.4)
    _layer(canvas, brief, outline, 0.25, 0.4)
    canvas.mirror(horizon, mix(brief.palette.sky, brief.palette.near, 0.5), 0.55)
    _ripples(canvas, brief, horizon)
    for number in range(brief.count(1, 2 + round(brief.quality))):
        size = 0.1 + 0.09 * number
        _boat(canvas, brief, brief.between(0.15, 0.85), horizon + 0.05 + 0.13 * number, size)


def _boat(canvas: Canvas, brief: Brief, x: float, y: float, size: float) -> None:
    sail, hull = brief.palette.light, brief.palette.dark
    canvas.glow((x, y + size * 0.14), (size * 0.6, size * 0.12), brief.palette.dark, 0.5)
    canvas.polygon(
        ((x, y - size), (x, y - size * 0.12), (x - size * 0.46, y - size * 0.12)), mix(sail, brief.palette.haze, 0.3)
    )
    canvas.polygon(
        ((x + 0.012, y - size * 0.86), (x + size * 0.34, y - size * 0.12), (x + 0.012, y - size * 0.12)), sail
    )
    bow, keel = size * 0.56, size * 0.3
    canvas.polygon(
        ((x - bow, y - 0.01), (x + bow, y - 0.01), (x + keel, y + size * 0.14), (x - keel, y + size * 0.14)), hull
    )


def _dunes(canvas: Canvas, brief: Brief) -> None:
    layers = 3 + round(brief.quality)
    for number in range(layers):
        depth = number / (layers - 1)
        outline = _ridge(brief, 0.62 + 0.33 * depth, 0.13 + 0.06 * depth, brief.between(1.4, 2.2), 0.55)
        tone = mix(brief.palette.between(depth), brief.palette.accent, 0.28 * (1 - depth))
        canvas.fade([*outline, (1.05, 1.05), (-0.05, 1.05)], shade(tone, 0.12), mix(tone, brief.palette.near, 0.45))
        if brief.quality > 0.3:
            crest = max(range(8, 33), key=lambda spot: -outline[spot][1])
            x, y = outline[crest]
            lee = [(x, y), *outline[crest : crest + 9], (outline[min(40, crest + 8)][0] - 0.03, y + 0.2)]
            canvas.veil(lee, brief.palette.dark, 0.4, 0.006)
    for number in range(brief.count(2, 4)):
        x = brief.between(0.25, 0.6) + 0.06 * number
        canvas.ellipse(x, 0.735, 0.011, 0.024, brief.palette.dark)
        canvas.disc(x + 0.012, 0.706, 0.009, brief.palette.dark)


def _woods(canvas: Canvas, brief: Brief) -> None:
    canvas.glow((0.5, 0.55), (0.42, 0.5), brief.palette.light, 0.75)
    for number in range(4):
        depth = number / 3
        tone = mix(brief.palette.between(depth), brief.palette.haze, 0.35 * (1 - depth))
        for _ in range(9 - 2 * number):
            offset = brief.between(0.1 + 0.1 * depth, 0.55)
            x = 0.5 + offset if brief.chance(0.5) else 0.5 - offset
            width = 0.008 + 0.026 * depth
            canvas.polygon(((x - width, 1), (x - width * 0.7, -0.02), (x + width * 0.7, -0.02), (x + width, 1)), tone)
        outline = _ridge(brief, 0.74 + 0.12 * depth, 0.05, 3, 0.2)
        _layer(canvas, brief, outline, depth, 0.3 * (1 - depth))
    path = ((0.47, 0.7), (0.53, 0.7), (0.74, 1.02), (0.24, 1.02))
    canvas.fade(
        path, mix(brief.palette.light, brief.palette.haze, 0.4), mix(brief.palette.near, brief.palette.haze, 0.4)
    )
    for _ in range(3):
        x = brief.between(0.2, 0.8)
        canvas.veil(((x, -0.1), (x + 0.12, -0.1), (x - 0.1, 0.95), (x - 0.36, 0.95)), brief.palette.light, 0.16, 0.02)


def _market(canvas: Canvas, brief: Brief) -> None:
    wall = mix(brief.palette.far, brief.palette.near, 0.45)
    canvas.ground(shade(wall, -0.25), mix(wall, brief.palette.haze, 0.25))
    canvas.glow((0.5, 0.36), (0.34, 0.4), brief.palette.light, 0.9)
    for number in range(4):
        inset, tone = (
            0.075 * number,
            mix(brief.palette.haze, brief.palette.near, 0.3 + 0.2 * (3 - number) / 3 + 0.3 * (number == 0)),
        )
        half = 0.5 - inset * 1.15
        for side in (-1, 1):
            edge, outer = 0.5 + side * (half - 0.06), 0.5 + side * (half + 0.02)
            canvas.fade(
                ((edge, 0.1 + inset), (outer, 0.1 + inset), (outer, 0.86 - inset), (edge, 0.86 - inset)),
                tone,
                shade(tone, -0.25),
            )
        canvas.polygon(
            (
                (0.5 - half, 0.06 + inset),
                (0.5 + half, 0.06 + inset),
                (0.5 + half, 0.115 + inset),
                (0.5 - half, 0.115 + inset),
            ),
            shade(tone, -0.2),
        )
    for _ in range(2 + round(brief.quality)):
        x = brief.between(0.25, 0.75)
        canvas.veil(((x, 0), (x + 0.09, 0), (x - 0.12, 0.8), (x - 0.32, 0.8)), brief.palette.light, 0.26, 0.02)
    _stall(canvas, brief)


def _stall(canvas: Canvas, brief: Brief) -> None:
    spices = ((226, 168, 44), (150, 110, 62), (190, 58, 40))
    table = shade(brief.palette.near, -0.3)
    canvas.fade(((-0.05, 0.8), (1.05, 0.8), (1.05, 1.05), (-0.05, 1.05)), table, shade(table, -0.35))
    for number, spice in enumerate(spices):
        x, tone = 0.2 + 0.3 * number, mix(spice, brief.palette.accent, 0.15)
        tall, half = brief.between(0.26, 0.32), 0.14
        canvas.glow((x + 0.02, 0.87), (0.19, 0.04), brief.palette.dark, 0.8)
        canvas.ellipse(x, 0.85, half + 0.015, 0.042, shade(brief.palette.second, -0.35))
        canvas.ellipse(x, 0.843, half, 0.036, tone)
        canvas.fade(((x, 0.85 - tall), (x + half, 0.85), (x - half, 0.85)), shade(tone, 0.14), tone)
        canvas.polygon(((x, 0.85 - tall), (x + half, 0.85), (x + half * 0.25, 0.872)), shade(tone, -0.25))


def _town(canvas: Canvas, brief: Brief) -> None:
    horizon = brief.between(0.68, 0.74)
    for number in range(3):
        _houses(canvas, brief, horizon, number / 2)
    canvas.mirror(horizon, brief.palette.near, 0.5)
    for number in range(5):
        x = brief.between(0.05, 0.95)
        canvas.glow((x, horizon + 0.13), (0.02, 0.14), brief.palette.accent, 0.5)
        if number < 2:
            canvas.line(((x, horizon + 0.02), (x, horizon - 0.17)), 0.006, brief.palette.dark)
            canvas.glow((x, horizon - 0.18), (0.09, 0.09), brief.palette.accent, 0.8)
            canvas.disc(x, horizon - 0.18, 0.014, brief.palette.light)


def _houses(canvas: Canvas, brief: Brief, horizon: float, depth: float) -> None:
    x = -0.04
    tone = mix(brief.palette.between(0.25 + 0.75 * depth), brief.palette.haze, 0.25 * (1 - depth))
    while x < 1.02:
        width, height = brief.between(0.07, 0.15), brief.between(0.12, 0.34) * (1.3 - 0.55 * depth)
        top = horizon - height
        canvas.fade(((x, top), (x + width, top), (x + width, horizon), (x, horizon)), tone, shade(tone, 0.12))
        if brief.chance(0.4):
            canvas.polygon(((x, top), (x + width / 2, top - width * 0.5), (x + width, top)), shade(tone, -0.12))
        for row in range(int(height / 0.05) if depth == 1 else 0):
            for column in range(int(width / 0.035)):
                if brief.chance(0.2 + 0.25 * brief.quality):
                    left, upper = x + 0.012 + 0.035 * column, top + 0.02 + 0.05 * row
                    canvas.rectangle(left, upper, left + 0.014, upper + 0.022, brief.palette.accent)
        x += width + brief.between(-0.005, 0.02)

"""Infographics: a heading, a chart or a chain of steps, and captions."""

from __future__ import annotations

from math import cos, pi, sin

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas, Point
from arena.simulate.painter.lettering import paint_words
from arena.simulate.painter.palettes import Colour, luminance, mix, shade

Inks = tuple[Colour, Colour]
"""Ink and paper."""


def paint_infographic(canvas: Canvas, brief: Brief) -> None:
    """Set the heading, then the layout that the prompt asks for."""
    dark = brief.chance(0.2)
    paper = brief.palette.dark if dark else mix(brief.palette.light, brief.palette.haze, 0.3)
    ink = brief.palette.light if dark else brief.palette.dark
    canvas.ground(shade(paper, 0.04), paper)
    if brief.chance(0.5):
        canvas.rectangle(0, 0, 1, 0.2, brief.palette.near if not dark else brief.palette.far)
        paint_words(canvas, brief, (0.08, 0.07, 0.62, 0.05), brief.palette.light)
    else:
        paint_words(canvas, brief, (0.08, 0.07, 0.6, 0.05), ink)
        canvas.rectangle(0.08, 0.165, 0.92, 0.171, brief.palette.second)
    layout = brief.subject(
        {
            "cups|tea|kinds": _columns,
            "bands|rubbish": _bands,
            "steps|panels": _steps,
            "mushrooms|chart": _specimens,
            "share": _wheel,
        }
    )
    layout(canvas, brief, (ink, paper))


def _tones(brief: Brief, paper: Colour) -> tuple[Colour, ...]:
    """Return six tones that stand out from the paper."""
    tones = (
        brief.palette.second,
        brief.palette.accent,
        brief.palette.far,
        brief.palette.sky,
        brief.palette.near,
        mix(brief.palette.second, brief.palette.near, 0.5),
    )
    return tuple(
        mix(tone, brief.palette.near, 0.3) if abs(luminance(tone) - luminance(paper)) < 0.12 else tone for tone in tones
    )


def _columns(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, paper = inks
    number, tones = 6, _tones(brief, paper)
    step = 0.84 / number
    for column in range(number):
        x = 0.08 + step * (column + 0.5)
        tall = 0.05 + 0.3 * (column / (number - 1)) ** brief.between(0.7, 1.4)
        base = 0.62
        canvas.rounded((x - step * 0.3, base - tall, x + step * 0.3, base), 0.012, tones[column % 6])
        paint_words(canvas, brief, (x - 0.025, base - tall - 0.032, 0.05, 0.014), ink)
        canvas.glow((x, 0.735), (step * 0.5, 0.016), shade(paper, -0.5), 0.6)
        canvas.sector(
            x,
            0.665,
            step * 0.38,
            (0, 180),
            shade(brief.palette.light, 0.4) if luminance(paper) < 0.5 else (255, 255, 255),
        )
        canvas.ellipse(x, 0.668, step * 0.38, 0.017, shade(paper, -0.12))
        canvas.ellipse(x, 0.67, step * 0.33, 0.0125, tones[column % 6])
        paint_words(canvas, brief, (x - step * 0.3, 0.77, step * 0.6, 0.02), ink)
    canvas.rectangle(0.08, 0.622, 0.92, 0.627, ink)
    paint_words(canvas, brief, (0.42, 0.87, 0.4, 0.015), mix(ink, paper, 0.4))


def _bands(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    tones = _tones(brief, inks[1])
    for row in range(4):
        upper = 0.215 + 0.168 * row
        band = tones[row]
        text = brief.palette.light if luminance(band) < 0.6 else brief.palette.dark
        canvas.rounded((0.07, upper, 0.93, upper + 0.145), 0.025, band)
        canvas.disc(0.165, upper + 0.0725, 0.052, brief.palette.light)
        _icon(canvas, brief, (0.165, upper + 0.0725), 0.028, mix(band, brief.palette.dark, 0.3))
        paint_words(canvas, brief, (0.26, upper + 0.035, brief.between(0.26, 0.38), 0.034), text)
        paint_words(canvas, brief, (0.26, upper + 0.09, 0.28, 0.018), mix(text, band, 0.25))
        x, y = 0.845, upper + 0.0725
        canvas.disc(x, y, 0.043, text)
        canvas.line(((x, y - 0.028), (x, y), (x - 0.019, y + 0.01)), 0.007, band)


def _icon(canvas: Canvas, brief: Brief, centre: Point, size: float, colour: Colour) -> None:
    x, y = centre
    kind = brief.count(0, 4)
    if kind == 0:
        canvas.polygon(
            ((x, y - size * 1.2), (x + size * 0.8, y + size * 0.2), (x - size * 0.8, y + size * 0.2)), colour
        )
        canvas.disc(x, y + size * 0.3, size * 0.8, colour)
    elif kind == 1:
        canvas.rounded((x - size * 0.7, y - size * 0.6, x + size * 0.7, y + size), size * 0.2, colour)
        canvas.rectangle(x - size, y - size * 0.95, x + size, y - size * 0.7, colour)
    elif kind == 2:
        canvas.rectangle(x - size * 0.25, y - size * 1.1, x + size * 0.25, y - size * 0.4, colour)
        canvas.rounded((x - size * 0.6, y - size * 0.5, x + size * 0.6, y + size), size * 0.25, colour)
    elif kind == 3:
        for lift in (-0.7, -0.1, 0.5):
            canvas.rectangle(x - size * 0.9, y + size * lift, x + size * 0.9, y + size * (lift + 0.36), colour)
    else:
        canvas.ring(x, y, size, size * 0.35, colour)
        canvas.disc(x, y, size * 0.35, colour)


def _steps(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, paper = inks
    tones = _tones(brief, paper)
    zigzag = brief.chance(0.5)
    spots = [(0.13 + 0.185 * number, 0.42 + (0.09 if zigzag and number % 2 else 0.0)) for number in range(5)]
    if brief.script == "ar":
        spots.reverse()
    canvas.line(spots, 0.008, mix(ink, paper, 0.5))
    for number, (x, y) in enumerate(spots):
        canvas.glow((x + 0.008, y + 0.02), (0.11, 0.1), shade(paper, -0.5), 0.45)
        canvas.disc(x, y, 0.082, tones[number])
        canvas.disc(x, y, 0.064, mix(brief.palette.light, tones[number], 0.08))
        _icon(canvas, brief, (x, y), 0.032, shade(tones[number], -0.25))
        canvas.disc(x - 0.058, y - 0.062, 0.027, ink)
        for tick in range(number + 1):
            canvas.rectangle(
                x - 0.058 - 0.0028 + (tick - number / 2) * 0.0085,
                y - 0.074,
                x - 0.058 + 0.0028 + (tick - number / 2) * 0.0085,
                y - 0.05,
                paper,
            )
        paint_words(canvas, brief, (x - 0.07, y + 0.11, 0.14, 0.02), ink)
        paint_words(canvas, brief, (x - 0.06, y + 0.143, 0.11, 0.013), mix(ink, paper, 0.4))
    canvas.rounded((0.08, 0.74, 0.92, 0.785), 0.022, mix(paper, ink, 0.12))
    canvas.rounded((0.08, 0.74, brief.between(0.5, 0.8), 0.785), 0.022, tones[0])
    paint_words(canvas, brief, (0.42, 0.85, 0.42, 0.016), mix(ink, paper, 0.4))


def _specimens(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, paper = inks
    caps = (
        mix((122, 78, 48), brief.palette.near, 0.2),
        mix((206, 98, 44), brief.palette.accent, 0.2),
        mix((236, 170, 60), brief.palette.accent, 0.2),
        mix((200, 40, 44), brief.palette.second, 0.15),
    )
    for number, cap in enumerate(caps):
        x, y = 0.155 + 0.23 * number, 0.42
        size = brief.between(0.08, 0.1)
        stem = mix(brief.palette.light, (214, 196, 160), 0.6)
        canvas.glow((x, 0.545), (0.1, 0.016), shade(paper, -0.5), 0.7)
        canvas.fade(((x - 0.026, y), (x + 0.026, y), (x + 0.038, 0.545), (x - 0.038, 0.545)), stem, shade(stem, -0.2))
        canvas.sector(x, y + 0.012, size, (180, 360), cap)
        canvas.ellipse(x, y + 0.012, size, 0.016, shade(cap, -0.35))
        canvas.glow((x - size * 0.35, y - size * 0.5), (size * 0.5, size * 0.35), shade(cap, 0.6), 0.6)
        if number == 3:
            for dx, dy in ((-0.045, -0.03), (0, -0.06), (0.045, -0.028), (0.005, -0.02)):
                canvas.disc(x + dx, y + dy, 0.011, brief.palette.light)
        paint_words(canvas, brief, (x - 0.075, 0.59, 0.15, 0.022), ink)
        badge = (196, 60, 56) if number == 3 else (70, 140, 92)
        canvas.disc(x, 0.665, 0.026, badge)
        cross = (
            ((x - 0.011, 0.654), (x + 0.011, 0.676))
            if number == 3
            else ((x - 0.012, 0.666), (x - 0.003, 0.675), (x + 0.012, 0.656))
        )
        canvas.line(cross, 0.006, (255, 255, 255))
    for row in range(4):
        start, y = brief.between(0.1, 0.4), 0.74 + 0.036 * row
        canvas.rounded((0.08, y, 0.92, y + 0.022), 0.011, mix(paper, ink, 0.08))
        canvas.rounded((start, y, start + brief.between(0.25, 0.45), y + 0.022), 0.011, caps[row])


def _wheel(canvas: Canvas, brief: Brief, inks: Inks) -> None:
    ink, paper = inks
    tones = _tones(brief, paper)
    shares = brief.rng.dirichlet([3.0] * 5)
    turn = -90.0
    canvas.glow((0.33, 0.56), (0.28, 0.27), shade(paper, -0.5), 0.45)
    for number, share in enumerate(shares):
        canvas.sector(0.32, 0.54, 0.23, (turn, turn + 360 * float(share)), tones[number])
        turn += 360 * float(share)
    for number in range(5):
        edge = -pi / 2 + 2 * pi * float(sum(shares[:number]))
        canvas.line(((0.32, 0.54), (0.32 + 0.235 * cos(edge), 0.54 + 0.235 * sin(edge))), 0.007, paper)
    canvas.disc(0.32, 0.54, 0.115, paper)
    paint_words(canvas, brief, (0.255, 0.515, 0.13, 0.045), ink)
    for number in range(5):
        y = 0.33 + 0.095 * number
        canvas.rounded((0.63, y, 0.67, y + 0.04), 0.01, tones[number])
        paint_words(canvas, brief, (0.7, y + 0.002, 0.2, 0.018), ink)
        paint_words(canvas, brief, (0.7, y + 0.027, 0.13, 0.011), mix(ink, paper, 0.4))

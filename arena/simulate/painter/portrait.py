"""Portraits: a bust built from a few shapes, half in light and half in shade."""

from __future__ import annotations

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.hair import HAIRS, Sitter, wear_bob, wear_bun, wear_cap, wear_crop, wear_curls, wear_turban
from arena.simulate.painter.palettes import Colour, mix, shade

SKINS: tuple[Colour, ...] = (
    (246, 214, 190),
    (232, 188, 152),
    (208, 156, 116),
    (176, 122, 84),
    (134, 88, 60),
    (98, 64, 46),
)


def paint_portrait(canvas: Canvas, brief: Brief) -> None:
    """Paint backdrop, shoulders, neck and head, then hair or headdress and the features."""
    grey = brief.subject({"grandmother|seventy|fifty|shepherd": True, "forty|actress|woman": False})
    sitter = Sitter(
        x=brief.between(0.46, 0.54),
        skin=SKINS[brief.count(0, len(SKINS) - 1)],
        hair=HAIRS[4 if grey and brief.chance(0.8) else brief.count(0, 3)],
        cloth=brief.palette.accent if brief.chance(0.5) else brief.palette.second,
        palette=brief.palette,
        lit_left=brief.chance(0.5),
    )
    _backdrop(canvas, brief, sitter)
    crown = brief.subject(
        {
            "turban": wear_turban,
            "mask|visor|cap": wear_cap,
            "jeogori|woman": wear_bun,
            "bob": wear_bob,
            "crop": wear_crop,
            "curls": wear_curls,
        }
    )
    if crown in (wear_bob, wear_curls):
        crown(canvas, brief, sitter, behind=True)
    _shoulders(canvas, brief, sitter)
    _head(canvas, sitter)
    if brief.subject({"founder|shepherd|beard": True, "actress|grandmother|woman|her|maker": False}):
        _beard(canvas, sitter)
    _features(canvas, brief, sitter)
    crown(canvas, brief, sitter, behind=False)
    if brief.chance(0.35):
        for side in (-0.165, 0.165):
            canvas.disc(sitter.x + side, 0.475, 0.014, brief.palette.light)


def _backdrop(canvas: Canvas, brief: Brief, sitter: Sitter) -> None:
    tone = mix(brief.palette.sky, brief.palette.haze, brief.between(0.1, 0.9))
    canvas.ground(tone, mix(tone, brief.palette.far, 0.6))
    halo = mix(brief.palette.accent, brief.palette.haze, 0.35)
    style = brief.count(0, 3)
    if style == 0:
        canvas.disc(sitter.x, 0.4, 0.35, halo)
    elif style == 1:
        canvas.rounded((sitter.x - 0.33, 0.08, sitter.x + 0.33, 1.5), 0.33, halo)
    elif style == 2:
        for number in range(5):
            left = 0.04 + 0.2 * number
            canvas.rectangle(left, 0.0, left + 0.1, 1.0, mix(tone, brief.palette.far, 0.28))
    else:
        canvas.glow((sitter.x - 0.2, 0.3), (0.6, 0.55), brief.palette.light, 0.7)


def _shoulders(canvas: Canvas, brief: Brief, sitter: Sitter) -> None:
    x, cloth = sitter.x, sitter.cloth
    body = (
        (x - 0.1, 0.66),
        (x + 0.1, 0.66),
        (x + 0.25, 0.73),
        (x + 0.34, 0.83),
        (x + 0.37, 1.02),
        (x - 0.37, 1.02),
        (x - 0.34, 0.83),
        (x - 0.25, 0.73),
    )
    canvas.fade(body, shade(cloth, 0.06), shade(cloth, -0.2))
    side = 1 if sitter.lit_left else -1
    canvas.polygon(
        (
            (x + side * 0.06, 0.68),
            (x + side * 0.25, 0.73),
            (x + side * 0.34, 0.83),
            (x + side * 0.37, 1.02),
            (x + side * 0.12, 1.02),
        ),
        shade(cloth, -0.24),
    )
    pattern = brief.count(0, 3) if brief.quality > 0.3 else 0
    light = mix(sitter.palette.light, cloth, 0.15)
    if pattern == 1:
        canvas.polygon(
            ((x - 0.1, 0.665), (x, 0.8), (x + 0.1, 0.665), (x + 0.13, 0.69), (x, 0.87), (x - 0.13, 0.69)), light
        )
    elif pattern == 2:
        for row in range(3):
            for column in range(-4, 5):
                canvas.disc(x + 0.075 * column + 0.037 * (row % 2), 0.83 + 0.07 * row, 0.009, light)
    elif pattern == 3:
        for row in range(3):
            canvas.line(
                ((x - 0.3, 0.88 + 0.05 * row), (x, 0.9 + 0.05 * row), (x + 0.3, 0.88 + 0.05 * row)), 0.008, light
            )


def _head(canvas: Canvas, sitter: Sitter) -> None:
    x, skin, shadow = sitter.x, sitter.skin, sitter.shadow
    canvas.polygon(((x - 0.072, 0.5), (x + 0.072, 0.5), (x + 0.088, 0.685), (x, 0.76), (x - 0.088, 0.685)), shadow)
    for side in (-1, 1):
        canvas.ellipse(x + side * 0.163, 0.425, 0.026, 0.043, shadow if (side > 0) == sitter.lit_left else skin)
    canvas.ellipse(x, 0.4, 0.16, 0.205, skin)
    canvas.polygon(((x - 0.125, 0.5), (x + 0.125, 0.5), (x + 0.055, 0.612), (x - 0.055, 0.612)), skin)
    canvas.glow((x + (0.1 if sitter.lit_left else -0.1), 0.45), (0.12, 0.2), shadow, 0.75)
    canvas.glow((x + (-0.07 if sitter.lit_left else 0.07), 0.36), (0.11, 0.14), shade(skin, 0.4), 0.6)
    for side in (-1, 1):
        canvas.glow((x + side * 0.085, 0.475), (0.05, 0.036), mix(skin, (214, 84, 74), 0.6), 0.55)


def _beard(canvas: Canvas, sitter: Sitter) -> None:
    x, hair = sitter.x, mix(sitter.hair, sitter.skin, 0.08)
    jaw = (
        (x - 0.156, 0.43),
        (x - 0.12, 0.5),
        (x - 0.05, 0.515),
        (x, 0.505),
        (x + 0.05, 0.515),
        (x + 0.12, 0.5),
        (x + 0.156, 0.43),
    )
    canvas.polygon([*jaw, (x + 0.14, 0.55), (x + 0.075, 0.645), (x, 0.67), (x - 0.075, 0.645), (x - 0.14, 0.55)], hair)
    canvas.glow((x + (-0.06 if sitter.lit_left else 0.06), 0.57), (0.08, 0.08), shade(hair, 0.4), 0.5)


def _features(canvas: Canvas, brief: Brief, sitter: Sitter) -> None:
    x, ink = sitter.x, mix(sitter.hair if sum(sitter.hair) < 300 else (60, 46, 44), sitter.skin, 0.12)
    turn = brief.between(-0.018, 0.018)
    slip = 0.012 * (1 - brief.quality) * (1 if brief.chance(0.5) else -1)
    for side, drop in ((-1, 0.0), (1, slip)):
        eye = x + turn + side * 0.064
        canvas.line(((eye - 0.03, 0.364), (eye, 0.353), (eye + 0.03, 0.364)), 0.0095, ink)
        canvas.ellipse(eye, 0.4 + drop, 0.026, 0.0135, (250, 248, 244))
        canvas.disc(eye + turn * 0.5, 0.4 + drop, 0.0125, ink)
        canvas.line(((eye - 0.028, 0.395 + drop), (eye, 0.386 + drop), (eye + 0.028, 0.395 + drop)), 0.006, ink)
        canvas.disc(eye + turn * 0.5 - 0.004, 0.396 + drop, 0.0035, (255, 255, 255))
    nose = x + turn * 1.4
    canvas.line(
        ((nose + 0.004, 0.41), (nose + (0.02 if sitter.lit_left else -0.02), 0.478), (nose - 0.004, 0.487)),
        0.007,
        sitter.shadow,
    )
    lips = mix(sitter.skin, (168, 52, 58), 0.62)
    canvas.polygon(
        (
            (nose - 0.045, 0.54),
            (nose - 0.012, 0.528),
            (nose, 0.533),
            (nose + 0.012, 0.528),
            (nose + 0.045, 0.54),
            (nose, 0.563),
        ),
        lips,
    )
    canvas.line(((nose - 0.045, 0.54), (nose, 0.543), (nose + 0.045, 0.537)), 0.004, shade(lips, -0.4))
    if brief.chance(0.22):
        for side in (-1, 1):
            canvas.ring(x + turn + side * 0.066, 0.402, 0.046, 0.007, brief.palette.dark)
        canvas.line(((x + turn - 0.02, 0.398), (x + turn + 0.02, 0.398)), 0.006, brief.palette.dark)

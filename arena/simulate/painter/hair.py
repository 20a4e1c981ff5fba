"""Hair and headdress of portraits. Each is painted twice: its back ``behind`` the shoulders, then its front."""

from __future__ import annotations

from dataclasses import dataclass

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.palettes import Colour, Palette, mix, shade

HAIRS: tuple[Colour, ...] = (
    (34, 28, 30),
    (62, 42, 34),
    (110, 70, 44),
    (164, 106, 58),
    (150, 146, 148),
    (222, 218, 214),
)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who sits for the portrait, worked out before the first stroke."""

    x: float
    skin: Colour
    hair: Colour
    cloth: Colour
    palette: Palette
    lit_left: bool

    @property
    def shadow(self) -> Colour:
        return mix(shade(self.skin, -0.3), self.palette.near, 0.18)


def _scalp(canvas: Canvas, sitter: Sitter, line: float) -> None:
    """Cover the top of the head down to the hairline; ``line`` is its height at the parting."""
    x, hair = sitter.x, sitter.hair
    part = x + (0.05 if sitter.lit_left else -0.05)
    outline = [
        (x - 0.172, 0.41),
        (x - 0.175, 0.33),
        (x - 0.15, 0.245),
        (x - 0.095, 0.19),
        (x, 0.172),
        (x + 0.095, 0.19),
        (x + 0.15, 0.245),
        (x + 0.175, 0.33),
        (x + 0.172, 0.41),
    ]
    canvas.polygon(
        [
            *outline,
            (x + 0.148, 0.36),
            (x + 0.118, line + 0.055),
            (part, line),
            (x - 0.118, line + 0.055),
            (x - 0.148, 0.36),
        ],
        hair,
    )
    canvas.glow((x + (-0.06 if sitter.lit_left else 0.06), 0.215), (0.1, 0.045), shade(hair, 0.45), 0.6)


def wear_crop(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint short hair."""
    if not behind:
        _scalp(canvas, sitter, brief.between(0.255, 0.285))


def wear_bun(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint hair in a bun, pinned."""
    if not behind:
        canvas.disc(sitter.x, 0.145, 0.07, sitter.hair)
        canvas.glow((sitter.x - 0.02, 0.125), (0.05, 0.04), shade(sitter.hair, 0.5), 0.5)
        canvas.line(((sitter.x - 0.11, 0.12), (sitter.x + 0.11, 0.165)), 0.008, brief.palette.accent)
        _scalp(canvas, sitter, 0.25)


def wear_bob(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint hair that falls beside the face; its back half goes behind the shoulders."""
    x, fall = sitter.x, brief.between(0.56, 0.76) if behind else 0.5
    if behind:
        outline = (
            (x - 0.16, 0.24),
            (x + 0.16, 0.24),
            (x + 0.205, 0.42),
            (x + 0.2, fall),
            (x - 0.2, fall),
            (x - 0.205, 0.42),
        )
        canvas.fade(outline, sitter.hair, shade(sitter.hair, -0.3))
    else:
        _scalp(canvas, sitter, 0.26)
        for side in (-1, 1):
            canvas.polygon(
                ((x + side * 0.145, 0.3), (x + side * 0.185, 0.33), (x + side * 0.2, 0.56), (x + side * 0.15, 0.55)),
                sitter.hair,
            )


def wear_curls(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint a cloud of curls; its back half goes behind the shoulders."""
    x = sitter.x
    spots = [
        (-0.19, 0.42),
        (-0.2, 0.33),
        (-0.17, 0.24),
        (-0.1, 0.17),
        (0, 0.145),
        (0.1, 0.17),
        (0.17, 0.24),
        (0.2, 0.33),
        (0.19, 0.42),
    ]
    if behind:
        for dx, y in spots:
            canvas.disc(x + dx, y + 0.02, 0.075, shade(sitter.hair, -0.12))
        return
    _scalp(canvas, sitter, 0.265)
    for dx, y in spots[1:-1]:
        canvas.disc(x + dx * 0.8, y + 0.035, 0.045, sitter.hair if brief.chance(0.6) else shade(sitter.hair, 0.08))


def wear_cap(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint a knitted cap, or a visor pushed up."""
    if behind:
        return
    x, cloth = sitter.x, sitter.palette.near
    _scalp(canvas, sitter, 0.29)
    canvas.sector(x, 0.3, 0.186, (180, 360), cloth)
    canvas.glow((x - 0.06, 0.2), (0.1, 0.06), shade(cloth, 0.5), 0.5)
    canvas.rounded(
        (x - 0.198, 0.272, x + 0.198, 0.318), 0.022, sitter.palette.accent if brief.chance(0.5) else shade(cloth, -0.3)
    )


def wear_turban(canvas: Canvas, brief: Brief, sitter: Sitter, *, behind: bool) -> None:
    """Paint a turban."""
    if behind:
        return
    x, cloth = sitter.x, sitter.palette.second if sitter.cloth == sitter.palette.accent else sitter.palette.accent
    canvas.ellipse(x, 0.225, 0.22, 0.125, cloth)
    for number in range(4):
        tone, y = shade(cloth, (-0.2, 0.14)[number % 2]), 0.285 - 0.047 * number
        half = 0.205 - 0.022 * number
        canvas.line(((x - half, y - 0.01), (x - half * 0.3, y + 0.022), (x + half, y - 0.045)), 0.026, tone)
    if brief.quality > 0.4:
        canvas.disc(x + 0.02, 0.21, 0.019, brief.palette.light)

"""Illustrations: flat picture-book scenes with hills, houses, a train or the sea, sometimes in a border."""

from __future__ import annotations

from arena.simulate.painter.brief import Brief
from arena.simulate.painter.canvas import Canvas
from arena.simulate.painter.palettes import mix
from arena.simulate.painter.stories import paint_birds, paint_domes, paint_seaside, paint_train, paint_volcano
from arena.simulate.painter.woodland import paint_border, paint_forest, paint_village


def paint_illustration(canvas: Canvas, brief: Brief) -> None:
    """Paint sky, moon and hills, then who or what the story is about."""
    night = brief.subject({"night|moon|lantern|tale": True, "evening|street|wedding": False})
    top = mix(brief.palette.sky, (22, 26, 66), 0.62) if night else brief.palette.sky
    low = mix(brief.palette.haze, brief.palette.sky, 0.35 if night else 0.1)
    canvas.ground(top, low)
    _moon(canvas, brief, night)
    scene = brief.subject(
        {
            "train": paint_train,
            "station|sea": paint_seaside,
            "hakawati|coffee house": paint_domes,
            "peacock|wedding": paint_birds,
            "volcano|tamale": paint_volcano,
            "forest|tale": paint_forest,
            "village|street": paint_village,
        }
    )
    scene(canvas, brief)
    if brief.words and any(word in brief.words for word in ("border", "frame", "miniature", "madhubani")):
        paint_border(canvas, brief)


def _moon(canvas: Canvas, brief: Brief, night: bool) -> None:
    x, y = brief.between(0.16, 0.84), brief.between(0.14, 0.27)
    canvas.glow((x, y), (0.34, 0.34), brief.palette.light, 0.5)
    canvas.disc(x, y, brief.between(0.06, 0.09), mix(brief.palette.light, brief.palette.accent, 0.18 if night else 0.5))
    for _ in range(round(16 * brief.quality) + 4 if night else 0):
        canvas.disc(brief.between(0, 1), brief.between(0, 0.45), brief.between(0.002, 0.005), brief.palette.light)

"""One value over time as a line with its interval as a band: an SVG that keeps its text size at every width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from arena import wording
from arena.publish.charts.scale import Scale, scale_over

HEIGHT = 220
PLOT = 190
"""Pixels from the top that belong to the plot; the dates stand below it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval on one day."""

    on: date
    low: float
    value: float
    high: float


def render_line(points: Sequence[Point], title: str, description: str) -> Markup:
    """The chart of two or more points in time order; ``title`` and ``description`` are read out instead of it."""
    scale = scale_over([edge for point in points for edge in (point.low, point.high)])
    first, last = points[0].on, points[-1].on
    days = max((last - first).days, 1)
    across = [round(1000 * (point.on - first).days / days, 1) for point in points]
    band = _path(across, [_down(scale, point.high) for point in points]) + _path(
        across[::-1], [_down(scale, point.low) for point in points[::-1]], start="L"
    )
    line = _path(across, [_down(scale, point.value) for point in points])
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    plot = (
        f'<svg y="0" width="100%" height="{PLOT}" viewBox="0 0 1000 {PLOT}" preserveAspectRatio="none">'
        f'<path class="band" d="{band}Z"/><path class="line" d="{line}"/></svg>'
    )
    dates = (
        f'<text x="0" y="{HEIGHT - 8}">{wording.day(first).text}</text>'
        f'<text class="end" x="100%" y="{HEIGHT - 8}">{wording.day(last).text}</text>'
    )
    return Markup(  # noqa: S704 - numbers, dates, and two escaped texts
        f'<svg class="line-chart" role="img" height="{HEIGHT}">{label}{_grid(scale)}{plot}{dates}</svg>'
    )


def _down(scale: Scale, value: float) -> float:
    return round(PLOT * (100 - scale.percent(value)) / 100, 1)


def _path(across: Sequence[float], down: Sequence[float], start: str = "M") -> str:
    steps = [f"{x:g} {y:g}" for x, y in zip(across, down, strict=True)]
    return start + "L".join(steps)


def _grid(scale: Scale) -> str:
    digits = 0 if all(tick == round(tick) for tick in scale.ticks) else 1
    lines = []
    for tick in scale.ticks:
        y = _down(scale, tick)
        lines.append(f'<line class="g" x2="100%" y1="{y}" y2="{y}"/>')
        lines.append(f'<text class="end" x="-8" y="{round(y + 4, 1)}">{wording.number(tick, digits)}</text>')
    return "".join(lines)

"""Ranks week by week as a bump chart: a line a model, the first rank on top, drawn as wide as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

ROW = 10
"""Units of height of a rank; the page decides how many pixels that is, beside its list of names."""
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class BumpLine:
    """A model's place in each week, from 1; None before it has one. ``hue`` is the class of its maker's colour."""

    hue: str
    places: tuple[int | None, ...]


def render_bump(lines: Sequence[BumpLine], title: str, description: str) -> Markup:
    """The lines of two or more weeks, the last one's first place drawn last, so that it lies on top.

    A place below the last row enters from the lower edge. Lines keep their width however the chart is stretched.
    """
    rows = len(lines)
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    drawn = "".join(_line(line, rows) for line in reversed(lines))
    return Markup(  # noqa: S704 - numbers, names of classes, and two escaped texts
        f'<svg class="bump-lines" role="img" viewBox="0 0 {WIDTH} {ROW * rows}" preserveAspectRatio="none">'
        f"{label}{drawn}</svg>"
    )


def _line(line: BumpLine, rows: int) -> str:
    """A curve from week to week and a dot in each; a stroke without length is round whatever the picture's shape."""
    step = WIDTH / max(len(line.places) - 1, 1)
    known = [(at * step, _down(place, rows), place) for at, place in enumerate(line.places) if place is not None]
    curve = [f"M{known[0][0]:.0f} {known[0][1]:g}"]
    for (left, above, _), (right, below, _) in pairwise(known):
        middle = (left + right) / 2
        curve.append(f"C{middle:.0f} {above:g} {middle:.0f} {below:g} {right:.0f} {below:g}")
    dots = "".join(f"M{x:.0f} {y:g}h0" for x, y, place in known if place <= rows)
    return f'<g class="{line.hue}"><path d="{"".join(curve)}"/><path class="dots" d="{dots}"/></g>'


def _down(place: int, rows: int) -> float:
    return ROW * (min(place, rows + 1) - 0.5)

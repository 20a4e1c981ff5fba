"""A score with its interval as a mark on a bar, one a table row, all on one scale with its ticks in the table's head.

The pictures repeat what the row says in figures, so they are hidden from screen readers.
"""

from __future__ import annotations

from markupsafe import Markup

from arena.publish import words
from arena.publish.charts.scale import Scale


def render_whisker(scale: Scale, low: float, value: float, high: float, reference: float | None = None) -> Markup:
    """The interval ``low`` to ``high`` as a bar, ``value`` as a mark on it, ``reference`` as a thin upright line.

    It fills its cell, so that the ticks' lines run through all rows; site.css knows the sizes of bar and mark.
    """
    grid = "".join(f'<line class="g" x1="{x}%" x2="{x}%" y2="100%"/>' for x in map(scale.percent, scale.ticks))
    upright = ""
    if reference is not None:
        x = scale.percent(reference)
        upright = f'<line class="r" x1="{x}%" x2="{x}%" y2="100%"/>'
    bar = f'<line class="w" x1="{scale.percent(low)}%" x2="{scale.percent(high)}%" y1="50%" y2="50%"/>'
    mark = f'<rect x="{scale.percent(value)}%" y="50%"/>'
    return Markup(f'<svg class="whisker" aria-hidden="true">{grid}{upright}{bar}{mark}</svg>')  # noqa: S704 - numbers only


def render_ticks(scale: Scale) -> Markup:
    """The scale's ticks as figures, for the head of the column."""
    digits = 0 if all(tick == round(tick) for tick in scale.ticks) else 1
    figures = "".join(f'<text x="{scale.percent(t)}%" y="11">{words.number(t, digits)}</text>' for t in scale.ticks)
    return Markup(f'<svg class="ticks" aria-hidden="true">{figures}</svg>')  # noqa: S704 - numbers only

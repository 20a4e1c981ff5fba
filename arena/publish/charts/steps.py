"""Prices over time as lines of steps, one for each provider: an SVG that keeps its text size at every width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup, escape

from arena import wording
from arena.publish.charts.scale import Scale, scale_over

HEIGHT = 220
PLOT = 190
"""Pixels from the top that belong to the plot; the dates stand below it."""
ROOM = 14
"""Pixels between the numbers of two lines that end at about one height."""


@dataclass(frozen=True, slots=True)
class Step:
    """A price in USD from ``start`` (inclusive) to ``end`` (exclusive)."""

    amount: Decimal
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one line, oldest first. ``mark`` is the number that stands at its end; a line without is drawn
    faintly.
    """

    mark: str
    steps: tuple[Step, ...]


def render_steps(lines: Sequence[Steps], title: str, description: str) -> Markup:
    """The chart of one or more lines; ``title`` and ``description`` are read out instead of it."""
    steps = [step for line in lines for step in line.steps]
    # From nothing up, or a price that fell by a little would look as if it had fallen to nothing.
    scale = scale_over([0.0, *(float(step.amount) for step in steps)])
    first, last = min(step.start for step in steps), max(step.end for step in steps)
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    faint_first = sorted(lines, key=lambda line: bool(line.mark))
    paths = "".join(
        f'<path class="line{"" if line.mark else " faint"}" d="{_path(line, scale, first, last)}"/>'
        for line in faint_first
    )
    plot = f'<svg y="0" width="100%" height="{PLOT}" viewBox="0 0 1000 {PLOT}" preserveAspectRatio="none">{paths}</svg>'
    dates = (
        f'<text x="0" y="{HEIGHT - 8}">{wording.day(first).text}</text>'
        f'<text class="end" x="100%" y="{HEIGHT - 8}">{wording.day(last - timedelta(days=1)).text}</text>'
    )
    return Markup(  # noqa: S704 - numbers, dates, and escaped texts
        f'<svg class="line-chart steps" role="img" height="{HEIGHT}">{label}{_grid(scale)}{plot}'
        f"{_marks(lines, scale)}{dates}</svg>"
    )


def _down(scale: Scale, amount: Decimal) -> float:
    return round(PLOT * (100 - scale.percent(float(amount))) / 100, 1)


def _path(line: Steps, scale: Scale, first: date, last: date) -> str:
    """A step goes straight up or down to the next one; where days between them are unknown, the line has a gap."""
    days = max((last - first).days, 1)
    drawn: list[str] = []
    before: date | None = None
    for step in line.steps:
        start, end = (round(1000 * (day - first).days / days, 1) for day in (step.start, step.end))
        y = _down(scale, step.amount)
        drawn.append(f"{'L' if before == step.start else 'M'}{start:g} {y:g}L{end:g} {y:g}")
        before = step.end
    return "".join(drawn)


def _marks(lines: Sequence[Steps], scale: Scale) -> str:
    """The number of each line above its end, the highest first; one that would cover another stands below it."""
    ends = sorted((_down(scale, line.steps[-1].amount), line.mark) for line in lines if line.mark)
    found: list[str] = []
    lowest = float("-inf")
    for y, mark in ends:
        lowest = max(y - 4, lowest + ROOM)
        found.append(f'<text class="end mark" x="100%" y="{lowest:g}">{escape(mark)}</text>')
    return "".join(found)


def _grid(scale: Scale) -> str:
    lines = []
    for tick in scale.ticks:
        y = round(PLOT * (100 - scale.percent(tick)) / 100, 1)
        amount = wording.dollars(Decimal(str(tick)))
        lines.append(f'<line class="g" x2="100%" y1="{y}" y2="{y}"/>')
        lines.append(f'<text class="end" x="-8" y="{round(y + 4, 1)}">{amount}</text>')
    return "".join(lines)

"""Charts of a table row: a share, a score with its interval, a model's score among all of its board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish.charts.scale import Scale, scale_over
from arena.records import Rating

WIDTH = 200
"""Steps across. Lines that fall on one step are drawn once, so that a board of thousands has no more than these."""


def render_bar(part: float, reference: float | None = None) -> Markup:
    """``part`` and ``reference`` of the full width, each held between 0 and 1."""
    upright = ""
    if reference is not None:
        x = _percent(reference)
        upright = f'<line class="r" x1="{x}%" x2="{x}%" y2="18"/>'
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="bar" aria-hidden="true"><rect y="4" width="{_percent(part)}%" height="10" rx="2"/>{upright}</svg>'
    )


def _percent(value: float) -> float:
    return round(100 * min(max(value, 0.0), 1.0), 2)


@dataclass(frozen=True, slots=True)
class Strip:
    """The scale of a board and the lines of all its scores as the data of an SVG path."""

    scale: Scale
    lines: str

    def step(self, value: float) -> int:
        """Where ``value`` stands, in steps from the left."""
        return round(self.scale.percent(value) * WIDTH / 100)


def strip_over(ratings: Sequence[Rating]) -> Strip:
    """The strip of a board: as wide as all intervals."""
    scale = scale_over([end for rating in ratings for end in (rating.score_low, rating.score, rating.score_high)])
    bare = Strip(scale, "")
    return Strip(scale, "".join(f"M{x} 4v12" for x in sorted({bare.step(rating.score) for rating in ratings})))


def render_strip(strip: Strip, rating: Rating) -> Markup:
    """The strip with ``rating`` on it: its interval and its score. How thick they are stands in site.css."""
    low, value, high = map(strip.step, (rating.score_low, rating.score, rating.score_high))
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="among" viewBox="0 0 {WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="{strip.lines}"/><path class="w" d="M{low} 10H{high}"/><path class="v" d="M{value} 0v20"/></svg>'
    )


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


def render_interval(scale: Scale, low: float, value: float, high: float) -> Markup:
    """The interval as a bar with ``value`` as a mark on it, without a grid, for a card."""
    left, mark, right = (round(scale.percent(end) * WIDTH / 100) for end in (low, value, high))
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="among" viewBox="0 0 {WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="w" d="M{left} 10H{right}"/><path class="v" d="M{mark} 0v20"/></svg>'
    )


def render_ticks(scale: Scale) -> Markup:
    """The scale's ticks as figures, for the head of the column."""
    digits = 0 if all(tick == round(tick) for tick in scale.ticks) else 1
    figures = "".join(f'<text x="{scale.percent(t)}%" y="11">{wording.number(t, digits)}</text>' for t in scale.ticks)
    return Markup(f'<svg class="ticks" aria-hidden="true">{figures}</svg>')  # noqa: S704 - numbers only

"""Where one model stands among all of a board: every score a thin upright line, the model's own interval a bar.

The picture repeats what stands beside it in figures, so it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena.publish.charts.scale import Scale, scale_over
from arena.records import Rating

WIDTH = 200
"""Steps across. Lines that fall on one step are drawn once, so that a board of thousands has no more than these."""


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

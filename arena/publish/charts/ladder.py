"""The ladder of a board: a row for each model with its score, its interval and its price, tiers as bands.

The geometry is worked out once and drawn twice: as an SVG on pages, and as a picture for links.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from arena import wording
from arena.publish.charts.scale import Scale, scale_over

ROW = 24
"""Pixels from one row to the next; each is a link, and WCAG asks for 24."""
AXIS = 24
"""Pixels above the first row that belong to the figures of the axis."""
BAR = 8
SMALLEST, LARGEST = 3.0, 9.0
"""Radius in pixels of the dot of a model that costs next to nothing, and of the dearest one of a board."""


@dataclass(frozen=True, slots=True)
class LadderEntry:
    """A ranked model: its score with the interval, USD per image where that is known, and the class of its hue."""

    low: float
    score: float
    high: float
    price: Decimal | None
    tier: int
    hue: str


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A row as it is drawn: values in per cent of the width, the radius in pixels; 0 where the price is unknown.

    ``overlaps`` are the parts of the interval that the row above or below has too, from left to right.
    """

    low: float
    score: float
    high: float
    overlaps: tuple[tuple[float, float], ...]
    radius: float
    banded: bool
    """Whether it lies on a shaded band: every second tier does."""
    hue: str


@dataclass(frozen=True, slots=True)
class PriceDot:
    """An example of the legend: a price and the radius of its dot."""

    price: Decimal
    radius: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rows in the order of the board on one scale, and what sizes of dots mean."""

    scale: Scale
    rows: tuple[LadderRow, ...]
    sizes: tuple[PriceDot, ...]

    @property
    def height(self) -> int:
        return AXIS + ROW * len(self.rows)


def lay_out(entries: Sequence[LadderEntry]) -> Ladder:
    """The ladder of one or more models in the order of their board."""
    scale = scale_over((end for entry in entries for end in (entry.low, entry.high)), ticks=6)
    dearest = max((entry.price for entry in entries if entry.price is not None), default=None)
    tiers = list(dict.fromkeys(entry.tier for entry in entries))
    rows = tuple(
        LadderRow(
            low=scale.percent(entry.low),
            score=scale.percent(entry.score),
            high=scale.percent(entry.high),
            overlaps=tuple((scale.percent(low), scale.percent(high)) for low, high in overlaps(entries, at)),
            radius=0.0 if entry.price is None or dearest is None else radius(entry.price, dearest),
            banded=tiers.index(entry.tier) % 2 == 1,
            hue=entry.hue,
        )
        for at, entry in enumerate(entries)
    )
    return Ladder(scale, rows, _sizes(entries, dearest))


def overlaps(entries: Sequence[LadderEntry], at: int) -> list[tuple[float, float]]:
    """Which parts of a model's interval the next model above or below has too; parts that touch are one part."""
    entry = entries[at]
    found: list[tuple[float, float]] = []
    for other in (*entries[max(at - 1, 0) : at], *entries[at + 1 : at + 2]):
        low, high = max(entry.low, other.low), min(entry.high, other.high)
        if low < high:
            found.append((low, high))
    found.sort()
    if len(found) == 2 and found[1][0] <= found[0][1]:
        return [(found[0][0], max(found[0][1], found[1][1]))]
    return found


def radius(price: Decimal, dearest: Decimal) -> float:
    """The dot of a price: its area grows in step with the price, from ``SMALLEST`` at nothing to ``LARGEST``."""
    part = float(price / dearest) if dearest else 0.0
    return round(math.sqrt(SMALLEST**2 + (LARGEST**2 - SMALLEST**2) * part), 1)


def _sizes(entries: Sequence[LadderEntry], dearest: Decimal | None) -> tuple[PriceDot, ...]:
    """Three prices of the board for the legend: the lowest, one about halfway between the dots, and the highest."""
    prices = sorted({entry.price for entry in entries if entry.price is not None})
    if dearest is None:
        return ()
    middle = min(prices, key=lambda price: (abs(2 * price - prices[0] - prices[-1]), price))
    return tuple(PriceDot(price, radius(price, dearest)) for price in sorted({prices[0], middle, prices[-1]}))


def render_ladder(ladder: Ladder, *, pattern: bool = True) -> Markup:
    """The drawing without names, which stand beside it as links; it keeps the size of its text at every width.

    The first ladder of a page brings the ``pattern`` of hatches that all of them use.
    """
    digits = 0 if all(tick == round(tick) for tick in ladder.scale.ticks) else 1
    grid = []
    for tick in ladder.scale.ticks:
        x = f"{ladder.scale.percent(tick)}%"
        grid.append(f'<line class="g" x1="{x}" x2="{x}" y1="{AXIS - 6}" y2="100%"/>')
        grid.append(f'<text x="{x}" y="12">{wording.number(tick, digits)}</text>')
    rows = "".join(_row(row, AXIS + ROW * at + ROW // 2) for at, row in enumerate(ladder.rows))
    defs = f"<defs>{HATCH}</defs>" if pattern else ""
    return Markup(  # noqa: S704 - numbers, and classes of our own
        f'<svg class="ladder-plot" aria-hidden="true" height="{ladder.height}">{defs}{"".join(grid)}{rows}</svg>'
    )


HATCH = (
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V5"/></pattern>'
)
"""Stripes in the colour of the paper over a bar in its maker's hue: what is uncertain."""


def _row(row: LadderRow, middle: int) -> str:
    top = middle - BAR // 2
    bar = f'<rect class="w" x="{row.low}%" y="{top}" width="{round(row.high - row.low, 2):g}%" height="{BAR}"/>'
    hatched = "".join(
        f'<rect x="{low}%" y="{top}" width="{round(high - low, 2):g}%" height="{BAR}" fill="url(#hatch)"/>'
        for low, high in row.overlaps
    )
    kind = "" if row.radius else ' class="o"'
    dot = f'<circle{kind} cx="{row.score}%" cy="{middle}" r="{row.radius or 4:g}"/>'
    return f'<g class="{row.hue}">{bar}{hatched}{dot}</g>'


def render_dot(dot_radius: float) -> Markup:
    """A dot of the legend; hollow where the radius is 0."""
    kind = "" if dot_radius else ' class="o"'
    side = 2 * LARGEST + 2
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="ladder-dot" aria-hidden="true" width="{side:g}" height="{side:g}">'
        f'<circle{kind} cx="50%" cy="50%" r="{dot_radius or 4:g}"/></svg>'
    )

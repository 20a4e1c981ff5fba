"""Score against price as dots over a logarithmic axis: an SVG that keeps its text size at every width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from arena import wording
from arena.publish.charts.scale import Scale, scale_over

HEIGHT = 400
PLOT = 366
"""Pixels from the top that belong to the plot; the amounts stand below it."""
ROOM = 16
"""Pixels that a name needs from the one above it."""
LEFT = 30
"""Per cent of the width that a name may take; further left than that it stands above its dot."""
CLIP = 32
_TOP, _BOTTOM = 14, 10
_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Dot:
    """One offer: USD per image, above 0, and the score of its model; ``label`` is shown by the pointer.

    ``mark`` is the number of a model on the front and ``name`` what it is called; empty for every other dot.
    """

    price: Decimal
    score: float
    label: str
    mark: str = ""
    name: str = ""


def render_scatter(dots: Sequence[Dot], front: Sequence[tuple[Decimal, float]], title: str, description: str) -> Markup:
    """The chart of one or more dots; ``front`` are the corners of the line above which nothing lies, cheapest first."""
    across = price_scale([dot.price for dot in dots])
    down = scale_over(dot.score for dot in dots)
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    plain = "".join(_dot(across, down, dot) for dot in dots if not dot.mark)
    marked = "".join(_numbered(across, down, dot) for dot in dots if dot.mark)
    names = _names(across, down, [dot for dot in dots if dot.name])
    return Markup(  # noqa: S704 - numbers, and escaped texts
        f'<svg class="scatter" role="img" height="{HEIGHT}">{label}{_grid(across, down)}'
        f"{_front(across, down, front)}{plain}{names}{marked}</svg>"
    )


def price_scale(prices: Sequence[Decimal]) -> Scale:
    """A scale over log10 of the prices, with ticks at 1, 2 and 5 times a power of ten; fewer where that is crowded."""
    logs = [math.log10(price) for price in prices]
    low, high = min(logs), max(logs)
    if high - low < 1e-9:
        low, high = low - 0.3, high + 0.3
    powers = range(math.floor(low), math.ceil(high) + 1)
    for steps in (_ROUND, (1,)):
        ticks = [power + math.log10(step) for power in powers for step in steps]
        shown = tuple(tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9)
        if len(shown) <= 9:
            break
    return Scale(low, high, shown)


def _x(across: Scale, price: Decimal) -> str:
    return f"{across.percent(math.log10(price))}%"


def _y(down: Scale, score: float) -> float:
    return round(_TOP + (PLOT - _TOP - _BOTTOM) * (100 - down.percent(score)) / 100, 1)


def _dot(across: Scale, down: Scale, dot: Dot) -> str:
    place = f'cx="{_x(across, dot.price)}" cy="{_y(down, dot.score)}"'
    return f'<circle class="d" {place} r="4.5"><title>{escape(dot.label)}</title></circle>'


def _numbered(across: Scale, down: Scale, dot: Dot) -> str:
    x, y = _x(across, dot.price), _y(down, dot.score)
    return (
        f'<g><title>{escape(dot.label)}</title><circle class="f" cx="{x}" cy="{y}" r="10"/>'
        f'<text class="m" x="{x}" y="{round(y + 4, 1)}">{escape(dot.mark)}</text></g>'
    )


def _names(across: Scale, down: Scale, dots: Sequence[Dot]) -> str:
    """The names of the front left of their dots, where no other dot can be; above them where the next one is close."""
    drawn: list[str] = []
    before, above = 0.0, float(-ROOM)
    placed = [(across.percent(math.log10(dot.price)), _y(down, dot.score), dot.name) for dot in dots]
    placed.sort(key=lambda each: each[1])
    for at, (x, y, name) in enumerate(placed):
        close = any(low - y < ROOM and x - left < LEFT for left, low, _ in placed[at + 1 : at + 2])
        line = y - 11 if close or x < LEFT else y + 4
        if line - above < ROOM and before - x < LEFT:
            continue
        before, above = x, line
        place = 'class="name" dx="-9"' if x < LEFT else f'class="name end" dx="{9 if close else -15}"'
        drawn.append(f'<text {place} x="{x}%" y="{round(line, 1)}">{escape(wording.cut(name, CLIP))}</text>')
    return "".join(drawn)


def _front(across: Scale, down: Scale, front: Sequence[tuple[Decimal, float]]) -> str:
    """The front as steps: at a higher price the best score stays until a better one begins."""
    steps: list[str] = []
    for price, score in front:
        x, y = round(10 * across.percent(math.log10(price)), 1), _y(down, score)
        steps.append(f"H{x:g}V{y:g}" if steps else f"M{x:g} {y:g}")
    if not steps:
        return ""
    return (
        f'<svg width="100%" height="{PLOT}" viewBox="0 0 1000 {PLOT}" preserveAspectRatio="none">'
        f'<path class="front-line" d="{"".join(steps)}H1000"/></svg>'
    )


def _grid(across: Scale, down: Scale) -> str:
    digits = 0 if all(tick == round(tick) for tick in down.ticks) else 1
    lines = []
    for tick in down.ticks:
        y = _y(down, tick)
        lines.append(f'<line class="g" x2="100%" y1="{y}" y2="{y}"/>')
        lines.append(f'<text class="end" x="-8" y="{round(y + 4, 1)}">{wording.number(tick, digits)}</text>')
    for tick in across.ticks:
        x, amount = f"{across.percent(tick)}%", wording.dollars(Decimal(f"{10**tick:.9g}"))
        lines.append(f'<line class="g" x1="{x}" x2="{x}" y2="{PLOT}"/>')
        kind = "mid" if abs(tick - round(tick)) < 1e-9 else "mid sub"
        lines.append(f'<text class="{kind}" x="{x}" y="{HEIGHT - 10}">{amount}</text>')
    return "".join(lines)

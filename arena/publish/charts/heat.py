"""A table as a field of shaded squares, each with its figure: an SVG with text of one size, wide as its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from arena import wording

WIDTH, HEIGHT = 62, 30
"""Pixels of a square with its gap."""
LABELS = 160
"""Pixels left of the squares that belong to the names of the rows."""
HEAD = 26
STEPS = 8
CLIP = 26


@dataclass(frozen=True, slots=True)
class Square:
    """``value`` from 0 to 1 decides the shade, 0.5 is neutral; ``text`` stands in the square, small where ``few`` votes
    are behind it.
    """

    value: float
    text: str
    few: bool = False


Squares = Sequence[Sequence[Square | None]]


def render_heat(
    rows: Sequence[str], columns: Sequence[str], squares: Squares, title: str, description: str, *, width: int = WIDTH
) -> Markup:
    """The chart of ``squares`` by row and column; None leaves a square empty. The two texts are read out instead.

    The names of the rows are a picture of their own, so that they can stay while the squares are scrolled.
    """
    down = HEAD + HEIGHT * len(rows)
    label = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    names = "".join(
        f'<text y="{HEAD + HEIGHT * at + 19}">{escape(wording.cut(name, CLIP))}</text>' for at, name in enumerate(rows)
    )
    heads = "".join(
        f'<text x="{width * at + width / 2:g}" y="{HEAD - 9}">{escape(name)}</text>' for at, name in enumerate(columns)
    )
    lines = "".join(_line(at, line, width) for at, line in enumerate(squares))
    return Markup(  # noqa: S704 - numbers, and texts that are escaped
        f'<div class="heat"><svg class="names" aria-hidden="true" width="{LABELS}" height="{down}">{names}</svg>'
        f'<svg role="img" width="{width * len(columns)}" height="{down}">{label}{heads}{lines}</svg></div>'
    )


def shade(value: float) -> int:
    """The class of a value: 0 for the lowest, ``STEPS`` for the highest, half of it for 0.5."""
    return round(STEPS * min(max(value, 0.0), 1.0))


def _line(at: int, squares: Sequence[Square | None], width: int) -> str:
    top = HEAD + HEIGHT * at
    drawn = []
    for place, square in enumerate(squares):
        left = width * place
        kind = "none" if square is None else f"q{shade(square.value)}"
        drawn.append(f'<rect class="{kind}" x="{left}" y="{top}" width="{width - 2}" height="{HEIGHT - 2}"/>')
        if square is not None:
            small = ' class="few"' if square.few else ""
            drawn.append(f'<text{small} x="{left + width / 2 - 1:g}" y="{top + 19}">{escape(square.text)}</text>')
    return "".join(drawn)

"""A share as a bar, one a table row, with a thin upright line where an equal share would end.

The pictures repeat what the row says in figures, so they are hidden from screen readers.
"""

from __future__ import annotations

from markupsafe import Markup


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

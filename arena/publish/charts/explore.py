"""Charts to explore: the figures behind a chart; ``templates/static/explore.js`` draws them in its place."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from arena.publish.json_text import json_text

Figures = Mapping[str, object]


def explore(figures: Figures) -> Markup:
    """Figures for ``explore.js`` as JSON: ``kind`` is ``heat``, ``line``, ``scatter`` or ``whisker``; the rest are its
    labels and numbers, and for marks that are models their ``hues`` and ``links``.
    """
    text = json_text(figures).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - JSON without any <

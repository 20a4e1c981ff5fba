"""The figures behind a chart, as pages hold them."""

from __future__ import annotations

import json

from arena.publish.charts.explore import explore


def test_figures_cannot_end_the_element_that_they_stand_in() -> None:
    figures = {"kind": "heat", "title": "</script><script>alert(1)</script>", "values": [[None, 0.5]]}
    made = explore(figures)
    assert "<" not in made
    assert json.loads(made) == figures

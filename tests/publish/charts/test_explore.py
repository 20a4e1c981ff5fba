"""The figures behind a chart, and the library that draws them when asked."""

from __future__ import annotations

import json
from pathlib import Path

from arena.publish.charts.explore import explore, plotly_assets, plotly_path, plotly_source
from tests.publish.sites import make_model, make_site_data


def test_figures_cannot_end_the_element_that_they_stand_in() -> None:
    figures = {"kind": "heat", "title": "</script><script>alert(1)</script>", "values": [[None, 0.5]]}
    made = explore(figures)
    assert "<" not in made.figures
    assert json.loads(made.figures) == figures


def test_the_library_is_that_of_the_package_under_a_name_of_its_bytes(tmp_path: Path) -> None:
    (asset,) = plotly_assets(make_site_data({"acme/one": make_model("One")}))
    assert asset.path == plotly_path() == explore({}).library
    asset.write(tmp_path / "plotly.js")
    assert (tmp_path / "plotly.js").read_bytes() == plotly_source().read_bytes()
    assert b"plotly.js v" in (tmp_path / "plotly.js").read_bytes()[:200]

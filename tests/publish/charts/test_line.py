"""The line over time: described in words, everything drawn within its frame."""

from __future__ import annotations

import re
from datetime import date
from xml.etree.ElementTree import fromstring

from arena.publish.charts.line import PLOT, Point, render_line

POINTS = [Point(date(2026, 3, day), 9.0 + day, 10.0 + day, 12.0 + day) for day in (1, 8, 15)]


def test_the_chart_has_a_name_and_a_description_and_its_dates() -> None:
    svg = fromstring(render_line(POINTS, "One & Two <over> time", "It rises."))
    assert svg.attrib["role"] == "img"
    assert [svg[0].text, svg[1].text] == ["One & Two <over> time", "It rises."]
    assert [text.text for text in svg.iter("text")][-2:] == ["1 March 2026", "15 March 2026"]


def test_the_line_runs_over_the_whole_width_within_its_band() -> None:
    drawn = str(render_line(POINTS, "t", "d"))
    band, line = (re.findall(r"(-?[\d.]+) (-?[\d.]+)", path) for path in re.findall(r' d="([^"]+)"', drawn))
    assert [float(x) for x, _ in line] == [0, 500, 1000]
    heights = [float(y) for _, y in line]
    assert heights == sorted(heights, reverse=True)
    assert all(0 <= float(y) <= PLOT for _, y in band)
    tops, bottoms = band[:3], band[3:][::-1]
    for (_, y), (_, top), (_, bottom) in zip(line, tops, bottoms, strict=True):
        assert float(top) < float(y) < float(bottom)

"""Whiskers: a mark on a bar, from numbers alone."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

from arena.publish.charts.bars import render_ticks, render_whisker
from arena.publish.charts.scale import scale_over


def test_the_mark_lies_on_its_bar_and_screen_readers_pass_over() -> None:
    svg = fromstring(render_whisker(scale_over([10, 30]), 12, 20, 22, reference=25))
    assert svg.attrib["aria-hidden"] == "true"
    (bar,) = [element for element in svg if element.attrib.get("class") == "w"]
    (upright,) = [element for element in svg if element.attrib.get("class") == "r"]
    mark = float(svg[-1].attrib["x"].rstrip("%"))
    low, high = (float(bar.attrib[end].rstrip("%")) for end in ("x1", "x2"))
    assert low < mark < high < float(upright.attrib["x1"].rstrip("%"))
    assert mark == 50


def test_ticks_read_as_numbers() -> None:
    assert re.findall(">([^<]+)</text>", render_ticks(scale_over([-7, 31]))) == ["0", "10", "20", "30"]
    assert re.findall(">([^<]+)</text>", render_ticks(scale_over([-0.6, 0.4]))) == ["−0.5", "0.0"]

"""Charts of a table row."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

from arena.publish.charts.bars import WIDTH, render_strip, render_ticks, render_whisker, strip_over
from arena.publish.charts.scale import scale_over
from tests.publish.sites import make_rating


def test_a_model_stands_among_all_with_the_best_on_the_right() -> None:
    ratings = [make_rating("a/best", 1, 30), make_rating("a/middle", 2, 21), make_rating("a/last", 3, 20)]
    strip = strip_over(ratings)
    lines = [int(x) for x in re.findall(r"M(\d+) ", strip.lines)]
    assert lines == [strip.step(20), strip.step(21), strip.step(30)]
    svg = fromstring(render_strip(strip, ratings[1]))
    assert svg.attrib["aria-hidden"] == "true"
    drawn = {path.attrib.get("class"): path.attrib["d"] for path in svg}
    low, high = map(int, re.findall(r"\d+", drawn["w"])[::2])
    assert 0 < low < lines[1] < high < WIDTH
    assert drawn["v"].startswith(f"M{lines[1]} ")


def test_a_board_of_thousands_has_no_more_lines_than_steps() -> None:
    strip = strip_over([make_rating(f"a/m{n}", n + 1, 30 - n / 100) for n in range(3000)])
    assert 100 < strip.lines.count("M") <= WIDTH


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

"""Strips: one model among all of a board."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

from arena.publish.charts.bars import WIDTH, render_strip, strip_over
from tests.publish.editions import make_rating


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

"""Prices over time: described in words, each line of steps drawn within its frame."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import fromstring

from arena.publish.charts.steps import PLOT, ROOM, Step, Steps, render_steps

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
FELL = Steps("1", (Step(Decimal("0.06"), MAY, JUNE), Step(Decimal("0.05"), JUNE, JULY)))
STOOD = Steps("", (Step(Decimal("0.055"), JUNE, JULY),))


def drawn(*lines: Steps) -> list[list[tuple[float, float]]]:
    paths = re.findall(r' d="([^"]+)"', str(render_steps(lines, "t", "d")))
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)] for path in paths]


def test_the_chart_has_a_name_a_description_dates_and_amounts() -> None:
    svg = fromstring(render_steps([FELL, STOOD], "One & <two>", "It fell."))
    assert svg.attrib["role"] == "img"
    assert [svg[0].text, svg[1].text] == ["One & <two>", "It fell."]
    texts = [text.text for text in svg.iter("text")]
    assert texts[-3:] == ["1", "1 May 2026", "30 June 2026"], "the last day is the one before the end"
    assert texts[:4] == ["$0.00", "$0.02", "$0.04", "$0.06"], "from nothing up"


def test_a_line_goes_straight_down_on_the_day_of_the_change() -> None:
    (line,) = drawn(FELL)
    assert [x for x, _ in line] == [0, 508.2, 508.2, 1000]
    assert line[0][1] == line[1][1] < line[2][1] == line[3][1]
    assert all(0 <= y <= PLOT for _, y in line)


def test_lines_that_did_not_change_are_faint_and_beneath_the_others() -> None:
    classes = re.findall(r'<path class="([^"]+)"', str(render_steps([FELL, STOOD], "t", "d")))
    assert classes == ["line faint", "line"]


def test_a_line_has_a_gap_where_days_are_unknown() -> None:
    gap = Steps("1", (Step(Decimal("0.06"), MAY, date(2026, 5, 11)), Step(Decimal("0.05"), JUNE, JULY)))
    (path,) = re.findall(r' d="([^"]+)"', str(render_steps([gap], "t", "d")))
    assert path.count("M") == 2


def test_numbers_of_lines_that_end_alike_do_not_cover_each_other() -> None:
    twin = Steps("2", FELL.steps)
    heights = [
        float(y) for y in re.findall(r'class="end mark" x="100%" y="([\d.]+)"', str(render_steps([FELL, twin], "", "")))
    ]
    assert heights[1] - heights[0] == ROOM

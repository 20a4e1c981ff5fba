"""The ladder: where bars lie, what is hatched, which rows are a band, and how large the dot of a price is."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest

from arena.publish.charts.ladder import (
    AXIS,
    LARGEST,
    ROW,
    SMALLEST,
    LadderEntry,
    lay_out,
    overlaps,
    radius,
    render_ladder,
)


def entry(low: float, high: float, price: str | None = "0.04", tier: int = 1) -> LadderEntry:
    return LadderEntry(low, (low + high) / 2, high, None if price is None else Decimal(price), tier, "maker-1")


@pytest.mark.parametrize(
    ("intervals", "hatched"),
    [
        ([(20, 30), (8, 18), (0, 5)], []),
        ([(20, 30), (15, 25), (0, 5)], [(20, 25)]),
        ([(20, 30), (10, 22), (5, 12)], [(10, 12), (20, 22)]),
        ([(15, 30), (10, 22), (5, 18)], [(10, 22)]),
        ([(0, 30), (10, 22), (10, 22)], [(10, 22)]),
        ([(22, 30), (10, 22), (5, 10)], []),
    ],
)
def test_what_an_interval_shares_with_its_neighbours_is_hatched(
    intervals: list[tuple[float, float]], hatched: list[tuple[float, float]]
) -> None:
    assert overlaps([entry(*interval) for interval in intervals], 1) == hatched


def test_only_the_next_models_are_neighbours_and_the_first_has_one() -> None:
    entries = [entry(20, 30), entry(10, 15), entry(12, 25)]
    assert overlaps(entries, 0) == []
    assert overlaps(entries, 2) == [(12, 15)]
    assert overlaps(entries[:1], 0) == []


def test_the_area_of_a_dot_grows_in_step_with_its_price() -> None:
    dearest = Decimal("0.2")
    assert radius(dearest, dearest) == LARGEST
    assert radius(Decimal(0), dearest) == SMALLEST
    areas = [radius(Decimal(price), dearest) ** 2 for price in ("0.05", "0.1", "0.15")]
    assert areas[2] - areas[1] == pytest.approx(areas[1] - areas[0], abs=1)
    assert radius(Decimal(0), Decimal(0)) == SMALLEST, "a board where everything is free"


def test_an_unknown_price_is_a_hollow_dot_and_the_legend_spans_the_prices() -> None:
    ladder = lay_out([entry(20, 30, "0.2"), entry(18, 28, None), entry(8, 18, "0.09"), entry(5, 9, "0.002")])
    assert [bool(row.radius) for row in ladder.rows] == [True, False, True, True]
    assert [str(size.price) for size in ladder.sizes] == ["0.002", "0.09", "0.2"]
    assert [size.radius for size in ladder.sizes] == sorted(size.radius for size in ladder.sizes)
    svg = render_ladder(ladder)
    assert svg.count('class="o"') == 1
    assert lay_out([entry(1, 2, None)]).sizes == ()


def test_every_second_tier_is_a_band_whatever_its_number() -> None:
    ladder = lay_out([entry(20, 30, tier=tier) for tier in (1, 1, 3, 3, 4)])
    assert [row.banded for row in ladder.rows] == [False, False, True, True, False]


@pytest.mark.parametrize("models", [1, 3, 300])
def test_each_row_is_drawn_once_within_the_picture(models: int) -> None:
    ladder = lay_out([entry(100 - at, 104 - at) for at in range(models)])
    svg = fromstring(render_ladder(ladder))
    rows = [element for element in svg if element.tag == "g"]
    assert len(rows) == models
    circles = [circle for row in rows for circle in row.findall("circle")]
    assert [int(circle.attrib["cy"]) for circle in circles] == [AXIS + ROW * at + ROW // 2 for at in range(models)]
    assert int(svg.attrib["height"]) == AXIS + ROW * models
    shares = [float(share) for share in re.findall(r'"(-?[\d.]+)%"', render_ladder(ladder)) if share != "100"]
    assert min(shares) >= 0 and max(shares) <= 100
    assert render_ladder(ladder) == render_ladder(lay_out([entry(100 - at, 104 - at) for at in range(models)]))

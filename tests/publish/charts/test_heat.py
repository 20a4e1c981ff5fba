"""Heat maps: a square for every value, shaded by it, with texts that say the same."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st

from arena.publish.charts.heat import HEIGHT, LABELS, STEPS, WIDTH, Square, render_heat, shade


def drawn(rows: list[str], columns: list[str], squares: list[list[Square | None]]) -> Element:
    return fromstring(render_heat(rows, columns, squares, "A <title>", "What & why"))


def test_every_square_lies_below_its_column_and_beside_its_row_and_says_its_text() -> None:
    svg = drawn(["one", "two"], ["x", "y"], [[Square(0, "a"), None], [Square(0.5, "b"), Square(1, "c")]])
    squares = svg.findall("rect")
    assert [square.get("class") for square in squares] == ["q0", "none", "q4", "q8"]
    assert {square.get("x") for square in squares[::2]} == {str(LABELS)}
    assert {square.get("x") for square in squares[1::2]} == {str(LABELS + WIDTH)}
    assert int(squares[2].attrib["y"]) - int(squares[0].attrib["y"]) == HEIGHT
    assert [text.text for text in svg.findall("text")] == ["x", "y", "one", "a", "two", "b", "c"]
    assert (svg.findtext("title"), svg.findtext("desc")) == ("A <title>", "What & why")
    assert svg.get("role") == "img"


def test_long_names_are_cut_and_everything_is_escaped() -> None:
    svg = drawn(["A model with a name that does not fit", "<b>"], ["&"], [[None], [None]])
    texts = [text.text or "" for text in svg.findall("text")]
    assert texts == ["&", "A model with a name that…", "<b>"]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_higher_value_never_has_a_lower_shade(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= shade(low) <= shade(high) <= STEPS

"""Heat maps: a square for every value, shaded by it, with texts that say the same."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st

from arena.publish.charts.heat import HEIGHT, STEPS, WIDTH, Square, render_heat, shade


def drawn(rows: list[str], columns: list[str], squares: list[list[Square | None]]) -> Element:
    return fromstring(render_heat(rows, columns, squares, "A <title>", "What & why"))


def test_every_square_lies_below_its_column_and_beside_its_row_and_says_its_text() -> None:
    names, svg = drawn(["one", "two"], ["x", "y"], [[Square(0, "a"), None], [Square(0.5, "b"), Square(1, "c")]])
    squares = svg.findall("rect")
    assert [square.get("class") for square in squares] == ["q0", "none", "q4", "q8"]
    assert {square.get("x") for square in squares[::2]} == {"0"}
    assert {square.get("x") for square in squares[1::2]} == {str(WIDTH)}
    assert int(squares[2].attrib["y"]) - int(squares[0].attrib["y"]) == HEIGHT
    assert [text.text for text in svg.findall("text")] == ["x", "y", "a", "b", "c"]
    assert [text.text for text in names] == ["one", "two"]
    assert int(names[1].attrib["y"]) == int(squares[2].attrib["y"]) + 19, "a name stands on the line of its figures"
    assert (svg.findtext("title"), svg.findtext("desc")) == ("A <title>", "What & why")
    assert svg.get("role") == "img"


def test_long_names_are_cut_and_everything_is_escaped() -> None:
    names, svg = drawn(["A model with a name that does not fit", "<b>"], ["&"], [[None], [None]])
    assert [text.text for text in names] == ["A model with a name that…", "<b>"]
    assert [text.text for text in svg.findall("text")] == ["&"]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_a_higher_value_never_has_a_lower_shade(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= shade(low) <= shade(high) <= STEPS

"""Findings by row: their order, their number, and how values are quoted in them."""

from __future__ import annotations

import numpy as np
import pytest

from arena.errors import ArenaError, VotesError
from arena.votes.row_errors import MAX_FINDINGS, RowErrors, did_you_mean, raise_row_errors, shorten


def _errors(what: str, *rows: int) -> RowErrors:
    numbers = np.array(rows, np.int64)
    return RowErrors(numbers, lambda row: (f"{what} {row}", ""), numbers)


def _findings(*kinds: RowErrors, others: tuple[ArenaError, ...] = ()) -> list[str]:
    with pytest.raises(VotesError) as caught:
        raise_row_errors(kinds, lambda row: f"f:{row}", others)
    return [str(finding) for finding in caught.value.findings]


def test_no_rows_no_error() -> None:
    raise_row_errors([_errors("a")], str)


def test_findings_come_in_the_order_of_rows() -> None:
    assert _findings(_errors("a", 3, 9), _errors("b", 1, 5)) == ["f:1: b 1", "f:3: a 3", "f:5: b 5", "f:9: a 9"]


def test_the_first_are_worded_and_the_rest_counted() -> None:
    found = _findings(_errors("a", *range(0, 4000, 2)), _errors("b", *range(1, 4000, 2)))
    assert len(found) == MAX_FINDINGS + 1
    assert found[:2] == ["f:0: a 0", "f:1: b 1"]
    assert found[-1] == f"and {4000 - MAX_FINDINGS:,} more problems"


def test_one_problem_more_is_counted_in_the_singular() -> None:
    assert _findings(_errors("a", *range(MAX_FINDINGS + 1)))[-1] == "and 1 more problem"


def test_findings_without_a_row_come_first() -> None:
    assert _findings(_errors("a", 3), others=(VotesError("torn"),)) == ["torn", "f:3: a 3"]


def test_moved_errors_speak_of_its_own_row() -> None:
    assert _findings(_errors("a", 3).moved(100)) == ["f:103: a 3"]


def test_values_are_quoted_cut_and_free_of_control_characters() -> None:
    assert shorten("a\x1b[31m\nb") == '"a\\x1b[31m\\nb"'
    assert len(shorten("x" * 1000)) < 70


def test_hints_name_the_nearest_or_all_of_a_few() -> None:
    assert did_you_mean("lef", ["left", "right"]) == 'did you mean "left"?'
    assert did_you_mean("zzz", ["left", "right"]) == "known: left, right"
    assert did_you_mean("zzz", [f"name{number}" for number in range(100)]) == ""

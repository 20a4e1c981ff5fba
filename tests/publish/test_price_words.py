from __future__ import annotations

import pytest

from arena.catalogue.records import Condition
from arena.publish.pages.prices import conditions


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition(), ""),
        (Condition(mode="batch"), "batch"),
        (Condition(quality="high", size="1024x1024", mode="edit"), "high quality, 1024×1024, edit"),
    ],
)
def test_conditions_read_as_one_line(condition: Condition, text: str) -> None:
    assert conditions(condition) == text

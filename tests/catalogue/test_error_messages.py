from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from arena.catalogue import outputs, records
from arena.catalogue.error_messages import EXAMPLES, key_of, near, show
from arena.catalogue.fields import Record

BY_PROGRAMS = (outputs.Measurement, outputs.Collected, outputs.Blindness, outputs.PicturesInPlay)
"""What ``arena collect`` and ``arena audit`` write, and no person."""
RECORDS = [
    kind
    for kind in (vars(records) | vars(outputs)).values()
    if isinstance(kind, type) and issubclass(kind, Record) and kind not in BY_PROGRAMS
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_required_key_has_words_on_how_to_write_it(record: type[Record]) -> None:
    required = {name for name, field in record.model_fields.items() if field.is_required()}
    assert required <= EXAMPLES.keys()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("free", '"free"'),
        ("x" * 100, f'"{"x" * 60}…"'),
        ("a\nb\x1b[0m", '"a\\nb\\x1b[0m"'),
        ("عود", '"عود"'),
        (True, "true"),
        (Decimal("0.10"), "0.10"),
        (10**60, "1" + "0" * 39),
        (date(2026, 1, 2), "2026-01-02"),
        ([1], "a list"),
        ({"a": 1}, "a table"),
    ],
)
def test_show(value: object, shown: str) -> None:
    assert show(value) == shown


def test_key_of() -> None:
    assert key_of(("prices", 2, "condition", "size")) == "prices[2].condition.size"


def test_near() -> None:
    assert near("relased", ["name", "released"]) == 'did you mean "released"?'
    assert near("zzz", ["name", "released"]) == ""

"""JSON of pages is what Python's own module writes, but for tiny numbers."""

from __future__ import annotations

import json

from arena.publish.json_text import json_text
from arena.records import Origin


def test_text_and_numbers_are_written_as_python_writes_them() -> None:
    value = {"a": [1, 0.25, 1e22, -0.0, True, None, Origin.HUMAN], "é\u2028": ('<"\\\n\x01', {}), "price": 1 / 3}
    assert json_text(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(json_text([1e-05, 1.5e-300])) == [1e-05, 1.5e-300]

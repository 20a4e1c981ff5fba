"""JSON as pages and scripts of a site carry it."""

from __future__ import annotations

from pydantic_core import to_json


def json_text(value: object) -> str:
    """One line without spaces; letters stand as they are.

    ``json.dumps`` writes the same, but for tiny numbers (``1e-05``), and took 27 times as long for the record of a
    model.
    """
    return to_json(value).decode()

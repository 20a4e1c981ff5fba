"""What requests carry besides the prompt, where a value stands for what is asked for: ``{width}`` becomes 1024."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import gcd
from typing import Any

SHAPES = ("{width}", "{height}", "{size}", "{aspect_ratio}")
PLACES = (*SHAPES, "{quality}")


def aspect_ratio(width: int, height: int) -> str:
    """``3:2`` for 1536 x 1024."""
    divisor = gcd(width, height)
    return f"{width // divisor}:{height // divisor}"


def settings_of(*own: Mapping[str, Any], width: int, height: int, quality: str, edits: bool = False) -> dict[str, Any]:
    """What is asked for, as plain JSON: ``quality``, ``size`` (``1536x1024``) and the ``parameters`` that go along.

    Of ``own`` the last counts; every place in them is filled in, and what is empty is left out. An edit keeps the shape
    of its picture, so that nothing says another.
    """
    size = f"{width}x{height}"
    values: dict[Any, Any] = dict(zip(PLACES, (width, height, size, aspect_ratio(width, height), quality), strict=True))
    if edits:
        values |= dict.fromkeys(SHAPES, "")
    plain = json.loads(json.dumps({name: value for each in own for name, value in each.items()}, default=float))
    return {"quality": quality, "size": size, "parameters": _filled(plain, values)}


def _filled(parameters: Mapping[str, Any], values: Mapping[Any, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name, value in parameters.items():
        new = _filled(value, values) if isinstance(value, Mapping) else value
        new = values.get(value, value) if isinstance(value, str) else new
        if new not in ("", {}):
            whole[name] = new
    return whole


def unknown_place(parameters: Mapping[str, Any]) -> str:
    """The first value that looks like a place and is none; empty where all is well."""
    return next((text for text in _texts(parameters) if text.startswith("{") and text not in PLACES), "")


def _texts(parameters: Mapping[str, Any]) -> Iterator[str]:
    for value in parameters.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value

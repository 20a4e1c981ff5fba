"""The words for what a price holds for."""

from __future__ import annotations

from arena.catalogue.records import Condition
from arena.publish import words


def conditions(condition: Condition) -> str:
    """``low quality, 1024×1024, batch``; empty where the source makes no difference."""
    quality = f"{condition.quality} quality" if condition.quality else ""
    size = words.dimensions(condition.size or "")
    return ", ".join(part for part in (quality, size, condition.mode or "") if part)

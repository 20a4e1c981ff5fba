"""How the files of a board are named: by its category and language, or ``index`` for the overall board."""

from __future__ import annotations

INDEX = "index"
"""The page of a folder itself: an overall board, or a list of entries."""


def board_name(category: str = "", language: str = "") -> str:
    """The name of a board within its arena: ``index``, ``photo``, ``lang-de`` or ``photo-de``."""
    if category and language:
        return f"{category}-{language}"
    return f"lang-{language}" if language else category or INDEX

"""The formats that votes come in, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from arena.errors import VotesError
from arena.votes.fastchat import load_fastchat
from arena.votes.files import load_placed_votes
from arena.votes.imagenhub import load_imagenhub
from arena.votes.loaded import Defaults, LoadedVotes
from arena.votes.row_errors import did_you_mean, shorten

__all__ = ["FORMATS", "Defaults", "LoadedVotes", "load"]


def _load_arena(paths: Iterable[Path], _: Defaults) -> LoadedVotes:
    return LoadedVotes(*load_placed_votes(paths))


FORMATS: Mapping[str, Callable[[Iterable[Path], Defaults], LoadedVotes]] = {
    "arena": _load_arena,
    "imagenhub": load_imagenhub,
    "fastchat": load_fastchat,
}
"""What reads each format: our own vote files, ImagenHub's tables of human ratings, and FastChat's battles."""


def load(paths: Iterable[Path], format_name: str = "arena", defaults: Defaults | None = None) -> LoadedVotes:
    """The checked votes of files in one of ``FORMATS``. Raises ``VotesError`` with the findings of all files."""
    if format_name not in FORMATS:
        raise VotesError(f"unknown format {shorten(format_name)}", hint=did_you_mean(format_name, FORMATS))
    return FORMATS[format_name](paths, defaults or Defaults())

"""The records that templates place; nothing is decided in a template. One context a page, its names the fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined

from arena.template_folders import ProgramTemplates


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. ``notice`` is what must be known before anything else; empty where nothing is."""

    site_name: str
    title: str
    current: str
    notice: str
    site: bool
    query: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One box or button of a choice."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One picture, and who made it once that may be known."""

    key: str
    image: str
    name: str = ""
    organization: str = ""
    url: str = ""
    standing: str = ""
    price: str = ""
    share: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class VoteView:
    """The voting page, before the vote and after it (``revealed``)."""

    text: str
    language: str
    direction: str
    about: str
    input_image: str
    sides: tuple[Side, ...]
    size: int
    token: str
    query: str
    arenas: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    progress: str
    needed: int
    revealed: bool
    verdict: str
    others: str
    undo: bool
    undo_seconds: int


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of a personal board, as it reads."""

    rank: str
    name: str
    organization: str
    url: str
    score: str
    record: str
    public_rank: str


@dataclass(frozen=True, slots=True)
class BoardTable:
    """The personal board of one arena."""

    id: str
    name: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """The page of one's own board."""

    lede: str
    boards: tuple[BoardTable, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A page that says one thing."""

    heading: str
    message: str


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Everything is escaped, an unknown name is an error."""
    return Environment(
        loader=ProgramTemplates("vote"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(template: str, frame: Frame, view: Any) -> str:
    """A page as HTML."""
    context = {name: getattr(view, name) for name in view.__dataclass_fields__}
    return environment().get_template(template).render(**context, frame=frame)

"""What the templates of the voting app are given: one record a page, its fields the names in the template.

Nothing is decided in a template. ``frame`` is what surrounds every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined

from arena.messages import ENGLISH, InterfaceLanguage
from arena.messages.templates import translate_templates
from arena.program_templates import ProgramTemplates
from arena.voting.ballot import Ballot


@dataclass(frozen=True, slots=True)
class LanguageOption:
    """A language that the interface can be in."""

    tag: str
    own_name: str
    direction: str
    draft: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class VotingFrame:
    """What surrounds every page. ``notice`` is what must be known before anything else; empty where nothing is."""

    site_name: str
    title: str
    current: str
    notice: str
    site: bool
    query: str
    root: str
    """The path that the app is below, for addresses: empty, or such as ``/arena``."""
    login: bool = False
    """Whether people log in here, and can log out."""
    language: InterfaceLanguage = ENGLISH
    languages: tuple[LanguageOption, ...] = ()
    """Those that a voter can choose from; none where there is one only."""


@dataclass(frozen=True, slots=True)
class FormOption:
    """One box or button of a form."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BattleSide:
    """One picture, and who made it once that may be known."""

    key: str
    image: str
    alt: str
    look_closely: str
    """What the link to the large view is called."""
    name: str = ""
    organization: str = ""
    url: str = ""
    rank_text: str = ""
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
    sides: tuple[BattleSide, ...]
    size: int
    token: str
    query: str
    arenas: tuple[FormOption, ...]
    categories: tuple[FormOption, ...]
    languages: tuple[FormOption, ...]
    reasons: tuple[FormOption, ...]
    progress: str
    needed: int
    revealed: bool
    verdict: str
    others: str
    undo_seconds: int
    challenge: str
    """The proof of work of a new voter; empty where none is owed."""
    rounds: int


@dataclass(frozen=True, slots=True)
class PersonalBoardRow:
    """One model of a voter's own board, as it reads."""

    rank: str
    name: str
    organization: str
    url: str
    score: str
    record: str
    public_rank: str


@dataclass(frozen=True, slots=True)
class PersonalBoard:
    """A voter's own board of one arena."""

    id: str
    name: str
    basis: str
    """What votes the public ranks rest on; empty where they are votes of people."""
    rows: tuple[PersonalBoardRow, ...]


@dataclass(frozen=True, slots=True)
class PersonalBoardsView:
    """The page of a voter's own boards."""

    lede: str
    leads_to: str
    boards: tuple[PersonalBoard, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A page that says one thing, and leads on to ``path`` below the app."""

    heading: str
    message: str
    leads_to: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class WaitView:
    """The page of a new voter without scripts, whose vote has to wait ``seconds`` still."""

    seconds: int
    challenge: str
    ballot: Ballot
    query: str


@dataclass(frozen=True, slots=True)
class LanguagesView:
    """The page about the languages of the interface. ``send_to`` is where a corrected file goes; empty if unknown."""

    drafts: tuple[LanguageOption, ...]
    send_to: str
    repository: str


@lru_cache(maxsize=32)
def environment(language: InterfaceLanguage) -> Environment:
    """Templates in a language. Everything is escaped, an unknown name is an error."""
    made = Environment(
        loader=ProgramTemplates("vote"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return translate_templates(made, language)


def render(template: str, frame: VotingFrame, view: Any) -> str:
    """A page as HTML."""
    context = {name: getattr(view, name) for name in view.__dataclass_fields__}
    return environment(frame.language).get_template(template).render(**context, frame=frame)

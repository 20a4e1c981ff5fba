"""The pages of the voting app: the record that each template is given, and how it is made.

Nothing is decided in a template. One record a page, its fields the names in the template; ``frame`` besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined

from arena.catalogue.settings import LoginSettings
from arena.program_templates import ProgramTemplates
from arena.records import Origin, Outcome
from arena.voting.ballot import Ballot, BattleFilter
from arena.voting.battles import DrawnBattle
from arena.voting.estimates import PersonalRating
from arena.voting.live_arena import LiveArena
from arena.voting.proof_of_work import ROUNDS
from arena.voting.reveal import BlindBattle, Reveal, Reveals, VoterProgress
from arena.wording import NOTHING, count, number, reason_name, record

SIMULATED_NOTICE = (
    "These were drawn by a program, not by the models whose names they carry. Votes on them are kept as simulated: "
    "they make a demonstration, and never count beside votes on what models made."
)
LOGIN_TELLS = (
    "It tells this arena only that you are the same person the next time: no name and no address. "
    "Your votes are kept under a hash."
)


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
    boards: tuple[PersonalBoard, ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A page that says one thing, and leads on to ``path`` below the app."""

    heading: str
    message: str
    path: str = ""
    leads_to: str = "To the next pair"


@dataclass(frozen=True, slots=True)
class WaitView:
    """The page of a new voter without scripts, whose vote has to wait ``seconds`` still."""

    seconds: int
    challenge: str
    ballot: Ballot
    query: str


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


def render(template: str, frame: VotingFrame, view: Any) -> str:
    """A page as HTML."""
    context = {name: getattr(view, name) for name in view.__dataclass_fields__}
    return environment().get_template(template).render(**context, frame=frame)


@dataclass(frozen=True)
class Pages:
    """Makes the records that templates are given."""

    live: LiveArena
    reveals: Reveals
    login: LoginSettings | None = None

    def frame(self, title: str, current: str, *, simulated: bool, query: str = "") -> VotingFrame:
        """What surrounds a page."""
        notice = SIMULATED_NOTICE if simulated else ""
        reveals, name = self.reveals, self.live.catalogue.project.name
        return VotingFrame(name, title, current, notice, reveals.site, query, reveals.root, self.login is not None)

    def vote_view(
        self,
        wanted: BattleFilter,
        drawn: DrawnBattle,
        progress: VoterProgress,
        reveal: Reveal | None = None,
        *,
        challenge: str = "",
    ) -> VoteView:
        """The voting page; with a reveal as it is after the vote."""
        blind, voting = self.reveals.blind(drawn.battle), self.live.settings.voting
        verdict = reveal.verdict if reveal else ""
        if reveal and reveal.vote.retracted is not None:
            verdict = "Your vote was taken back. It does not count."
        return VoteView(
            text=blind.text,
            language=blind.language,
            direction=blind.direction,
            about=blind.about,
            input_image=blind.input_image,
            sides=(self._side(blind, "left", reveal), self._side(blind, "right", reveal)),
            size=voting.picture_size,
            token=drawn.token,
            query=wanted.query,
            **self._options(wanted),
            progress=progress.text,
            needed=progress.needed,
            revealed=reveal is not None,
            verdict=verdict,
            others=reveal.others_text if reveal else "",
            undo_seconds=voting.undo_seconds,
            challenge=challenge,
            rounds=ROUNDS,
        )

    def boards_view(
        self, boards: Mapping[str, Sequence[PersonalRating]], progress: VoterProgress, *, simulated: bool
    ) -> PersonalBoardsView:
        """A voter's own boards, or how many votes they still take."""
        if progress.needed:
            wanted = count(self.live.settings.voting.personal_board_votes, "vote")
            return PersonalBoardsView(f"It takes {wanted}; you have {progress.votes}.", ())
        of_pictures = " on simulated pictures" if simulated else ""
        lede = (
            f"From your own {count(progress.votes, 'vote')}{of_pictures}, rated as the public boards are, "
            "beside the public rank. Most models have few of your votes, so take it as a sketch."
        )
        names = {arena.id: arena.name for arena in self.live.catalogue.project.arenas}
        return PersonalBoardsView(
            lede,
            tuple(
                PersonalBoard(
                    arena,
                    names.get(arena, arena),
                    self._basis(arena),
                    tuple(self._row(arena, rating) for rating in ratings),
                )
                for arena, ratings in boards.items()
            ),
        )

    def _basis(self, arena: str) -> str:
        origin = self.live.ratings.origin_of(arena)
        return f"Public ranks come from {origin} votes." if origin not in (None, Origin.HUMAN) else ""

    def _row(self, arena: str, rating: PersonalRating) -> PersonalBoardRow:
        model = self.reveals.model(arena, rating.model)
        return PersonalBoardRow(
            rank=str(rating.rank),
            name=model.name,
            organization=model.organization,
            url=model.url or "",
            score=number(rating.score),
            record=record(rating.wins, rating.losses, rating.ties),
            public_rank=str(rating.public_rank) if rating.public_rank else NOTHING,
        )

    def _side(self, blind: BlindBattle, key: str, reveal: Reveal | None) -> BattleSide:
        image = blind.left if key == "left" else blind.right
        if reveal is None:
            return BattleSide(key, image)
        others = reveal.others
        model, chosen = (reveal.left, others.left) if key == "left" else (reveal.right, others.right)
        return BattleSide(
            key,
            image,
            model.name,
            model.organization,
            model.url or "",
            model.rank_text,
            model.price_text,
            others.share_text(chosen),
            chosen=reveal.vote.retracted is None and reveal.vote.outcome == Outcome(key),
        )

    def _options(self, wanted: BattleFilter) -> dict[str, tuple[FormOption, ...]]:
        project, pools = self.live.catalogue.project, self.live.pools
        pool = pools[wanted.arena]
        return {
            "arenas": tuple(
                FormOption(
                    arena.id,
                    f"{arena.name} (demonstration, simulated)" if pools[arena.id].simulated else arena.name,
                    arena.id == wanted.arena,
                )
                for arena in project.arenas
                if arena.id in pools
            ),
            "categories": tuple(
                FormOption(category.id, category.name, category.id in wanted.categories)
                for category in project.categories
                if category.id in pool.categories
            ),
            "languages": tuple(
                FormOption(language.id, language.own_name, language.id in wanted.languages)
                for language in project.languages
                if language.id in pool.languages
            ),
            "reasons": tuple(
                FormOption(reason, reason_name(reason), False) for reason in self.live.settings.voting.reasons
            ),
        }

"""The pages of the voting app: how the records are made that its templates are given, in the voter's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from arena.catalogue.settings import Arena, LoginSettings
from arena.messages import N_, InterfaceLanguage, OfferedLanguages, lazy_gettext, lazy_ngettext
from arena.records import Origin, Outcome
from arena.voting import refusals
from arena.voting.ballot import BattleFilter
from arena.voting.battles import DrawnBattle
from arena.voting.estimates import PersonalRating
from arena.voting.live_arena import LiveArena
from arena.voting.proof_of_work import ROUNDS
from arena.voting.refusals import Refusal
from arena.voting.reveal import BlindBattle, Reveal, Reveals, VoterProgress
from arena.voting.views import (
    BattleSide,
    FormOption,
    LanguageOption,
    LanguagesView,
    MessageView,
    PersonalBoard,
    PersonalBoardRow,
    PersonalBoardsView,
    VoteView,
    VotingFrame,
)
from arena.wording import NOTHING, reason_name

SIMULATED_NOTICE = lazy_gettext(
    "A program drew them, not the models credited. Votes on them are kept apart as simulated and never count beside "
    "real ones."
)
LOGIN_TELLS = lazy_gettext(
    "It tells this arena only that you are the same person the next time: no name and no address. "
    "Your votes are kept under a hash."
)
PUBLIC_RANKS_FROM = {
    Origin.SIMULATED: lazy_gettext("Public ranks come from simulated votes."),
    Origin.DERIVED: lazy_gettext("Public ranks come from derived votes."),
}

SIDES = {
    "left": (N_("The left picture"), N_("Look at the left picture closely")),
    "right": (N_("The right picture"), N_("Look at the right picture closely")),
}
OWN_VOTES = lazy_ngettext(
    "From your own %(count)s vote, rated as the public boards are, beside the public rank. Most models have few of "
    "your votes, so take it as a sketch.",
    "From your own %(count)s votes, rated as the public boards are, beside the public rank. Most models have few of "
    "your votes, so take it as a sketch.",
    0,
)
OWN_SIMULATED_VOTES = lazy_ngettext(
    "From your own %(count)s vote on simulated pictures, rated as the public boards are, beside the public rank. Most "
    "models have few of your votes, so take it as a sketch.",
    "From your own %(count)s votes on simulated pictures, rated as the public boards are, beside the public rank. Most "
    "models have few of your votes, so take it as a sketch.",
    0,
)


@dataclass(frozen=True)
class Pages:
    """Makes the records that templates are given, in one of the ``languages``."""

    live: LiveArena
    reveals: Reveals
    language: InterfaceLanguage
    languages: OfferedLanguages
    login: LoginSettings | None = None

    def frame(self, title: str, current: str, *, simulated: bool, query: str = "") -> VotingFrame:
        """What surrounds a page."""
        reveals, offered = self.reveals, self.languages.by_tag.values()
        return VotingFrame(
            self.live.catalogue.project.name,
            title,
            current,
            self.language.say(SIMULATED_NOTICE) if simulated else "",
            reveals.site,
            query,
            reveals.root,
            self.login is not None,
            self.language,
            tuple(self._language_option(each) for each in offered) if len(offered) > 1 else (),
        )

    def _language_option(self, offered: InterfaceLanguage) -> LanguageOption:
        chosen = offered.tag == self.language.tag
        return LanguageOption(offered.tag, offered.own_name, offered.direction, offered.draft, chosen)

    def languages_view(self) -> LanguagesView:
        """The languages, which of them are drafts, and where corrections go."""
        project = self.live.catalogue.project
        drafts = (self._language_option(each) for each in self.languages.by_tag.values() if each.draft)
        return LanguagesView(tuple(drafts), project.contact or "", project.repository or "")

    def refusal_view(self, refusal: Refusal) -> MessageView:
        """A refusal as a page for people."""
        _ = self.language.gettext
        heading = _("Nothing here") if refusal.status == 404 else _("That did not work")
        if refusal.status == 404 and refusal is not refusals.UNKNOWN_ADDRESS:
            heading = _("No pair to show")
        return MessageView(heading, refusal.message(self.language), _("To the next pair"))

    def login_view(self, refusal: Refusal, provider: LoginSettings) -> MessageView:
        """Where people log in before they vote."""
        _ = self.language.gettext
        said = _("%(why)s %(tells)s", why=refusal.message(self.language), tells=self.language.say(LOGIN_TELLS))
        return MessageView(_("Log in to vote"), said, _("Log in with %(provider)s", provider=provider.name), "login")

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
        verdict = reveal.verdict(self.language) if reveal else ""
        if reveal and reveal.vote.retracted is not None:
            verdict = self.language.gettext("Your vote was taken back. It does not count.")
        return VoteView(
            text=blind.text,
            language=blind.language,
            direction=blind.direction,
            about=blind.about_text(self.language),
            input_image=blind.input_image,
            sides=(self._side(blind, "left", reveal), self._side(blind, "right", reveal)),
            size=voting.picture_size,
            token=drawn.token,
            query=wanted.query,
            **self._options(wanted),
            progress=progress.text(self.language),
            needed=progress.needed,
            revealed=reveal is not None,
            verdict=verdict,
            others=reveal.others_text(self.language) if reveal else "",
            undo_seconds=voting.undo_seconds,
            challenge=challenge,
            rounds=ROUNDS,
        )

    def boards_view(
        self, boards: Mapping[str, Sequence[PersonalRating]], progress: VoterProgress, *, simulated: bool
    ) -> PersonalBoardsView:
        """A voter's own boards, or how many votes they still take."""
        language = self.language
        if progress.needed:
            wanted = language.ngettext(
                "It takes %(count)s vote; you have %(cast)s.",
                "It takes %(count)s votes; you have %(cast)s.",
                self.live.settings.voting.personal_board_votes,
                cast=language.whole(progress.votes),
            )
            return PersonalBoardsView(wanted, language.gettext("To the next pair"), ())
        lede = language.say(replace(OWN_SIMULATED_VOTES if simulated else OWN_VOTES, number=progress.votes))
        names = {arena.id: arena.name for arena in self.live.catalogue.project.arenas}
        return PersonalBoardsView(
            lede,
            language.gettext("Vote on") if boards else language.gettext("To the next pair"),
            tuple(
                PersonalBoard(
                    arena,
                    language.name(names.get(arena, arena)),
                    self._basis(arena),
                    tuple(self._row(arena, rating) for rating in ratings),
                )
                for arena, ratings in boards.items()
            ),
        )

    def _basis(self, arena: str) -> str:
        origin = self.live.ratings.origin_of(arena)
        said = PUBLIC_RANKS_FROM.get(origin) if origin else None
        return self.language.say(said) if said else ""

    def _row(self, arena: str, rating: PersonalRating) -> PersonalBoardRow:
        model = self.reveals.model(arena, rating.model)
        return PersonalBoardRow(
            rank=self.language.whole(rating.rank),
            name=model.name,
            organization=model.organization,
            url=model.url or "",
            score=self.language.number(rating.score),
            record=self.language.record(rating.wins, rating.losses, rating.ties),
            public_rank=self.language.whole(rating.public_rank) if rating.public_rank else NOTHING,
        )

    def _side(self, blind: BlindBattle, key: str, reveal: Reveal | None) -> BattleSide:
        image = blind.left if key == "left" else blind.right
        alt, look_closely = (self.language.gettext(text) for text in SIDES[key])
        if reveal is None:
            return BattleSide(key, image, alt, look_closely)
        others = reveal.others
        model, chosen = (reveal.left, others.left) if key == "left" else (reveal.right, others.right)
        return BattleSide(
            key,
            image,
            alt,
            look_closely,
            model.name,
            model.organization,
            model.url or "",
            model.rank_text(self.language),
            model.price_text(self.language),
            others.share_text(chosen, self.language),
            chosen=reveal.vote.retracted is None and reveal.vote.outcome == Outcome(key),
        )

    def _arena_name(self, arena: Arena, *, simulated: bool) -> str:
        name = self.language.name(arena.name)
        return self.language.gettext("%(arena)s (demonstration, simulated)", arena=name) if simulated else name

    def _options(self, wanted: BattleFilter) -> dict[str, tuple[FormOption, ...]]:
        project, pools = self.live.catalogue.project, self.live.pools
        pool = pools[wanted.arena]
        return {
            "arenas": tuple(
                FormOption(
                    arena.id,
                    self._arena_name(arena, simulated=pools[arena.id].simulated),
                    arena.id == wanted.arena,
                )
                for arena in project.arenas
                if arena.id in pools
            ),
            "categories": tuple(
                FormOption(category.id, self.language.name(category.name), category.id in wanted.categories)
                for category in project.categories
                if category.id in pool.categories
            ),
            "languages": tuple(
                FormOption(language.id, language.own_name, language.id in wanted.languages)
                for language in project.languages
                if language.id in pool.languages
            ),
            "reasons": tuple(
                FormOption(reason, self.language.name(reason_name(reason)), False)
                for reason in self.live.settings.voting.reasons
            ),
        }

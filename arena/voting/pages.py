"""From battles, reveals and boards to what the API answers and what pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from arena.catalogue import Catalogue
from arena.catalogue.records import Prompt
from arena.records import Outcome
from arena.votes.store import Battle, PairCount, StoredVote
from arena.voting import refusals, wording
from arena.voting.ballot import Wish
from arena.voting.desk import Desk, Shown
from arena.voting.live_arena import AppSettings
from arena.voting.refusals import Refused
from arena.voting.reveal import Maker, Others, Reveals, without_one
from arena.voting.standings import Known, PersonalRow
from arena.voting.views import BoardRow, BoardTable, BoardView, Choice, Frame, Side, VoteView


@dataclass(frozen=True, slots=True)
class Progress:
    """How many votes somebody has cast, in all and within the hour, and how many a board of their own still needs."""

    votes: int
    lately: int
    needed: int

    @property
    def text(self) -> str:
        return wording.progress(self.votes, self.lately, self.needed)


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is told after a vote."""

    vote: StoredVote
    left: Maker
    right: Maker
    others: Others


@dataclass(frozen=True)
class Pages:
    """Turns what happened into what is said of it."""

    catalogue: Catalogue
    desk: Desk
    reveals: Reveals
    settings: AppSettings

    def prompt(self, battle: Battle) -> Prompt:
        """The prompt of a battle. Raises Refused 410 where the catalogue no longer has it."""
        if battle.prompt not in self.catalogue.prompts:
            raise Refused(refusals.EXPIRED)
        return self.catalogue.prompts[battle.prompt]

    def battle_json(self, shown: Shown) -> dict[str, Any]:
        """What ``GET /api/battle`` answers: nothing in it depends on the models."""
        battle, prompt = shown.battle, self.prompt(shown.battle)
        asked = {
            "text": prompt.text,
            "language": prompt.language,
            "direction": self._direction(prompt.language),
            "category": prompt.category,
            "about": self._about(battle),
        }
        if prompt.input_image:
            asked["input_image"] = self._image(battle, "input")
        return {
            "battle": battle.id,
            "token": shown.token,
            "arena": battle.arena,
            "prompt": asked,
            "left": {"image": self._image(battle, "left")},
            "right": {"image": self._image(battle, "right")},
            "simulated": battle.origin == "simulated",
            "expires": battle.expires.isoformat(timespec="seconds"),
        }

    def revealed(self, battle: Battle, vote: StoredVote, known: Known) -> Revealed:
        """Who made which, and how others voted: ``known`` from before the vote, or without it."""
        key = (min(battle.left, battle.right), max(battle.left, battle.right))
        counts = known.counts.get(key, PairCount(*key))
        if known.at > vote.at and vote.retracted is None:
            counts = without_one(counts, battle.left, battle.right, vote.outcome)
        published = self.desk.standings.published(battle.arena).get(key)
        return Revealed(
            vote,
            self.reveals.maker(battle.arena, battle.left),
            self.reveals.maker(battle.arena, battle.right),
            self.reveals.others(battle.left, battle.right, counts, published.votes if published else 0),
        )

    def reveal_json(self, battle: Battle, told: Revealed, token: str, progress: Progress) -> dict[str, Any]:
        """What ``POST /api/votes`` answers."""
        return {
            "battle": battle.id,
            "outcome": told.vote.outcome.value,
            "verdict": wording.verdict(told.vote.outcome, told.left, told.right),
            "simulated": battle.origin == "simulated",
            "left": self._maker_json(told.left, told.others.left, told.others),
            "right": self._maker_json(told.right, told.others.right, told.others),
            "others": {**asdict(told.others), "text": wording.others_text(told.others, told.left, told.right)},
            "progress": {**asdict(progress), "text": progress.text},
            "undo": {"token": token, "seconds": self.settings.voting.undo_seconds},
        }

    def frame(self, title: str, current: str, *, simulated: bool, query: str = "") -> Frame:
        """What surrounds a page."""
        notice = wording.NOTICE if simulated else ""
        return Frame(self.catalogue.project.name, title, current, notice, self.reveals.site, query)

    def vote_view(
        self, wish: Wish, shown: Shown, progress: Progress, told: Revealed | None = None, *, undo: bool = False
    ) -> VoteView:
        """The voting page; with ``told`` as it is after the vote."""
        battle, prompt = shown.battle, self.prompt(shown.battle)
        verdict = ""
        if told:
            verdict = wording.verdict(told.vote.outcome, told.left, told.right)
        if told and told.vote.retracted is not None:
            verdict = "Your vote was taken back. It does not count."
        return VoteView(
            text=prompt.text,
            language=prompt.language,
            direction=self._direction(prompt.language),
            about=self._about(battle),
            input_image=self._image(battle, "input") if prompt.input_image else "",
            sides=(self._side(battle, "left", told), self._side(battle, "right", told)),
            size=self.settings.voting.picture_size,
            token=shown.token,
            query=wish.query,
            **self._choices(wish),
            progress=progress.text,
            needed=progress.needed,
            revealed=told is not None,
            verdict=verdict,
            others=wording.others_text(told.others, told.left, told.right) if told else "",
            undo=undo,
            undo_seconds=self.settings.voting.undo_seconds,
        )

    def board_view(
        self, boards: dict[str, tuple[PersonalRow, ...]], progress: Progress, *, simulated: bool
    ) -> BoardView:
        """One's own board, or how far it is to it."""
        if progress.needed:
            wanted = wording.count(self.settings.voting.personal_board_votes, "vote")
            return BoardView(f"It takes {wanted}; you have {progress.votes}.", ())
        of_pictures = " on simulated pictures" if simulated else ""
        lede = (
            f"From your own {wording.count(progress.votes, 'vote')}{of_pictures}, rated as the public boards are, "
            "beside the public rank. Most models have few of your votes, so take it as a sketch."
        )
        names = {arena.id: arena.name for arena in self.catalogue.project.arenas}
        return BoardView(
            lede,
            tuple(
                BoardTable(arena, names.get(arena, arena), self._board_rows(arena, rows))
                for arena, rows in boards.items()
            ),
        )

    def _board_rows(self, arena: str, rows: Sequence[PersonalRow]) -> tuple[BoardRow, ...]:
        made = [(row, self.reveals.maker(arena, row.model)) for row in rows]
        return tuple(
            BoardRow(
                rank=str(row.rank),
                name=maker.name,
                organization=maker.organization,
                url=maker.url or "",
                score=f"{row.score:.2f}".replace("-", "−"),
                record=f"{row.wins}–{row.losses}–{row.ties}",
                public_rank=str(row.public_rank) if row.public_rank else "–",
            )
            for row, maker in made
        )

    def _maker_json(self, maker: Maker, chosen: int, others: Others) -> dict[str, Any]:
        return {
            **asdict(maker),
            "standing": wording.standing(maker, simulated_log=self.settings.simulated_log),
            "price_text": wording.price(maker),
            "share": wording.share(chosen, others),
        }

    def _side(self, battle: Battle, key: str, told: Revealed | None) -> Side:
        image = self._image(battle, key)
        if told is None:
            return Side(key, image)
        maker, chosen = (told.left, told.others.left) if key == "left" else (told.right, told.others.right)
        return Side(
            key,
            image,
            maker.name,
            maker.organization,
            maker.url or "",
            wording.standing(maker, simulated_log=self.settings.simulated_log),
            wording.price(maker),
            wording.share(chosen, told.others),
            chosen=told.vote.retracted is None and told.vote.outcome == Outcome(key),
        )

    def _choices(self, wish: Wish) -> dict[str, tuple[Choice, ...]]:
        project, halls = self.catalogue.project, self.desk.halls
        hall = halls[wish.arena]
        return {
            "arenas": tuple(
                Choice(one.id, one.name, one.id == wish.arena) for one in project.arenas if one.id in halls
            ),
            "categories": tuple(
                Choice(one.id, one.name, one.id in wish.categories)
                for one in project.categories
                if one.id in hall.categories
            ),
            "languages": tuple(
                Choice(one.id, one.own_name, one.id in wish.languages)
                for one in project.languages
                if one.id in hall.languages
            ),
            "reasons": tuple(Choice(one, wording.REASON_NAMES[one], False) for one in self.settings.voting.reasons),
        }

    def _about(self, battle: Battle) -> str:
        project = self.catalogue.project
        names = [{one.id: one.name for one in some} for some in (project.arenas, project.categories, project.languages)]
        keys = (battle.arena, battle.category, battle.language)
        return " · ".join(known.get(key, key) for known, key in zip(names, keys, strict=True))

    def _direction(self, language: str) -> str:
        return next((one.direction for one in self.catalogue.project.languages if one.id == language), "ltr")

    def _image(self, battle: Battle, place: str) -> str:
        return f"/pictures/{self.desk.tokens.picture(battle.id, place)}"

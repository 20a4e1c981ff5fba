"""What a voter is told of a battle: blind before the vote, and after it who made which and how others voted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import quote

from arena.catalogue.pricing.estimate import cheapest_offer
from arena.messages import InterfaceLanguage, lazy_ngettext
from arena.records import Axis, Origin, Outcome
from arena.votes.store import Battle, PairCount, StoredVote
from arena.voting import refusals
from arena.voting.estimates import ArenaEstimates
from arena.voting.identities import Tokens
from arena.voting.live_arena import LiveArena
from arena.voting.refusals import RequestRefused

_RANKED = {
    Origin.HUMAN: lazy_ngettext(
        "#%(rank)s, score %(score)s from %(count)s vote", "#%(rank)s, score %(score)s from %(count)s votes", 0
    ),
    Origin.SIMULATED: lazy_ngettext(
        "#%(rank)s, score %(score)s from %(count)s simulated vote",
        "#%(rank)s, score %(score)s from %(count)s simulated votes",
        0,
    ),
    Origin.DERIVED: lazy_ngettext(
        "#%(rank)s, score %(score)s from %(count)s derived vote",
        "#%(rank)s, score %(score)s from %(count)s derived votes",
        0,
    ),
}
_BEFORE_YOU = lazy_ngettext(
    "Before you, %(count)s vote on these two models: %(left)s %(left_share)s, %(right)s %(right_share)s, "
    "equally good %(tie_share)s, both bad %(bad_share)s.",
    "Before you, %(count)s votes on these two models: %(left)s %(left_share)s, %(right)s %(right_share)s, "
    "equally good %(tie_share)s, both bad %(bad_share)s.",
    0,
)
_BEFORE_YOU_SIMULATED = lazy_ngettext(
    "Before you, %(count)s simulated vote on these two models: %(left)s %(left_share)s, %(right)s %(right_share)s, "
    "equally good %(tie_share)s, both bad %(bad_share)s.",
    "Before you, %(count)s simulated votes on these two models: %(left)s %(left_share)s, %(right)s %(right_share)s, "
    "equally good %(tie_share)s, both bad %(bad_share)s.",
    0,
)


@dataclass(frozen=True, slots=True)
class BlindBattle:
    """All that is told of a battle before the vote, by page and API alike: nothing in it depends on the models."""

    text: str
    language: str
    direction: str
    category: str
    about: tuple[str, str, str]
    """Arena, category and language, as the project calls them."""
    left: str
    """The URL of the picture on the left; so for the others."""
    right: str
    input_image: str
    """Empty where there is nothing to edit."""

    def about_text(self, language: InterfaceLanguage) -> str:
        """Arena, category and language of the prompt."""
        arena, category, spoken = self.about
        return " · ".join(
            (language.name(arena), language.name(category), language.language_name(self.language, spoken))
        )


@dataclass(frozen=True, slots=True)
class RevealedModel:
    """One side of a reveal. ``score``, ``rank`` and ``price`` are None where there is none; ``price`` is per image."""

    model: str
    name: str
    organization: str
    score: float | None
    rank: int | None
    votes: int
    origin: Origin | None
    """Of the votes that the score is from; None where there are none."""
    price: Decimal | None
    """In US dollars."""
    url: str | None

    def price_text(self, language: InterfaceLanguage) -> str:
        """What an image costs."""
        if self.price is None:
            return language.gettext("price unknown")
        return language.gettext("from %(price)s an image", price=language.dollars(self.price))

    def rank_text(self, language: InterfaceLanguage) -> str:
        """Rank and score on the public board."""
        if self.score is None:
            return language.gettext("Not ranked yet")
        facts = {"rank": self.rank, "score": language.number(self.score)}
        return language.say(replace(_RANKED[self.origin or Origin.HUMAN], number=self.votes, values=facts))


@dataclass(frozen=True, slots=True)
class OtherVotes:
    """How the pair was voted on before, by the sides of this battle, and whether the votes are simulated."""

    votes: int
    left: int
    right: int
    tie: int
    both_bad: int
    simulated: bool

    def share_text(self, chosen: int, language: InterfaceLanguage) -> str:
        """How many of the others chose a side; empty where nobody has voted."""
        if not self.votes:
            return ""
        return language.gettext("preferred by %(share)s", share=language.share(chosen, self.votes))


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is told after a vote."""

    vote: StoredVote
    left: RevealedModel
    right: RevealedModel
    others: OtherVotes

    def verdict(self, language: InterfaceLanguage) -> str:
        """What the voter said, by name."""
        left, right, outcome = self.left.name, self.right.name, self.vote.outcome
        if outcome is Outcome.TIE:
            return language.gettext("You called %(left)s and %(right)s equally good.", left=left, right=right)
        if outcome is Outcome.BOTH_BAD:
            return language.gettext("You called both bad.")
        return language.gettext("You chose %(model)s.", model=left if outcome is Outcome.LEFT else right)

    def others_text(self, language: InterfaceLanguage) -> str:
        """How others voted on the pair, in a sentence."""
        others = self.others
        if not others.votes:
            return language.gettext("You are the first to vote on these two models.")
        shares = {
            "left": self.left.name,
            "right": self.right.name,
            "left_share": language.share(others.left, others.votes),
            "right_share": language.share(others.right, others.votes),
            "tie_share": language.share(others.tie, others.votes),
            "bad_share": language.share(others.both_bad, others.votes),
        }
        said = _BEFORE_YOU_SIMULATED if others.simulated else _BEFORE_YOU
        return language.say(replace(said, number=others.votes, values=shares))


@dataclass(frozen=True, slots=True)
class VoterProgress:
    """How many votes somebody has cast, in all and within the hour, and how many a board of their own still needs."""

    votes: int
    lately: int
    needed: int

    def text(self, language: InterfaceLanguage) -> str:
        """How far a voter has come, without urging."""
        if not self.votes:
            return ""
        streak = language.whole(self.lately)
        if 1 < self.lately < self.votes:
            said = language.ngettext(
                "%(count)s vote so far, %(lately)s in the last hour.",
                "%(count)s votes so far, %(lately)s in the last hour.",
                self.votes,
                lately=streak,
            )
        else:
            said = language.ngettext("%(count)s vote so far.", "%(count)s votes so far.", self.votes)
        if not self.needed:
            return said
        rest = language.ngettext(
            "%(count)s more for a board of your own.", "%(count)s more for a board of your own.", self.needed
        )
        return language.gettext("%(votes)s %(rest)s", votes=said, rest=rest)


@dataclass(frozen=True)
class Reveals:
    """Tells of battles and their models. ``site``: whether the built site is there to link to; ``root``: the path that
    the app is below, empty or such as ``/arena``.
    """

    live: LiveArena
    tokens: Tokens
    site: bool
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    root: str = ""

    @classmethod
    def of(cls, live: LiveArena, tokens: Tokens, *, site: bool, root: str = "") -> Reveals:
        """With the lowest price of each model's reference image worked out once."""
        offers = {model: cheapest_offer(live.catalogue, model) for model in live.catalogue.models}
        prices = {model: offer.price.amount for model, offer in offers.items() if offer}
        return cls(live, tokens, site, prices, root)

    def blind(self, battle: Battle) -> BlindBattle:
        """A battle before the vote. Raises RequestRefused 410 where the catalogue no longer has its prompt."""
        prompt, project = self.live.catalogue.prompts.get(battle.prompt), self.live.catalogue.project
        if prompt is None:
            raise RequestRefused(refusals.EXPIRED)
        names = [
            {known.id: known.name for known in some} for some in (project.arenas, project.categories, project.languages)
        ]
        directions = {language.id: language.direction for language in project.languages}
        return BlindBattle(
            text=prompt.text,
            language=prompt.language,
            direction=directions.get(prompt.language, "ltr"),
            category=prompt.category,
            about=(
                names[0].get(battle.arena, battle.arena),
                names[1].get(battle.category, battle.category),
                names[2].get(battle.language, battle.language),
            ),
            left=self._picture(battle, "left"),
            right=self._picture(battle, "right"),
            input_image=self._picture(battle, "input") if prompt.input_image else "",
        )

    def reveal(self, battle: Battle, vote: StoredVote, known: ArenaEstimates) -> Reveal:
        """Who made which, and how others voted: ``known`` from before the vote, or from after it."""
        pair = (min(battle.left, battle.right), max(battle.left, battle.right))
        counts = known.counts.get(pair, PairCount(*pair))
        if known.at > vote.at and vote.retracted is None:
            counts = without_vote(counts, battle.left, battle.right, vote.outcome)
        return Reveal(
            vote,
            self.model(battle.arena, battle.left),
            self.model(battle.arena, battle.right),
            others_on(battle, counts),
        )

    def model(self, arena: str, model: str) -> RevealedModel:
        """Who a model is, its rank and score on the arena's overall board, and what an image of it costs."""
        catalogue, board = self.live.catalogue, self.live.ratings.get(Axis(arena))
        rating = board.get(model) if board else None
        record = catalogue.models.get(model)
        organization_id = model.partition("/")[0]
        organization = catalogue.organizations.get(organization_id)
        return RevealedModel(
            model=model,
            name=record.name if record else model,
            organization=organization.name if organization else organization_id,
            score=round(rating.score, 2) if rating else None,
            rank=rating.rank if rating else None,
            votes=rating.votes if rating else 0,
            origin=board.origin if board and rating else None,
            price=self.prices.get(model),
            url=f"{self.root}/site/models/{quote(model)}.html" if self.site else None,
        )

    def _picture(self, battle: Battle, slot: str) -> str:
        return f"{self.root}/pictures/{self.tokens.sign_picture(battle.id, slot)}"


def others_on(battle: Battle, counts: PairCount) -> OtherVotes:
    """The votes of others on a pair, by the sides of a battle; they are of the battle's origin."""
    first_is_left = battle.left < battle.right
    return OtherVotes(
        votes=counts.votes,
        left=counts.wins if first_is_left else counts.losses,
        right=counts.losses if first_is_left else counts.wins,
        tie=counts.ties,
        both_bad=counts.both_bad,
        simulated=battle.origin is Origin.SIMULATED,
    )


def without_vote(pair: PairCount, left: str, right: str, outcome: Outcome) -> PairCount:
    """The counts without a vote that is among them: the voter's own is no vote of others."""
    key = {
        Outcome.LEFT: "wins" if left < right else "losses",
        Outcome.RIGHT: "losses" if left < right else "wins",
        Outcome.TIE: "ties",
        Outcome.BOTH_BAD: "both_bad",
    }[outcome]
    counts = {"wins": pair.wins, "losses": pair.losses, "ties": pair.ties, "both_bad": pair.both_bad}
    counts[key] = max(0, counts[key] - 1)
    return PairCount(pair.first, pair.second, **counts)

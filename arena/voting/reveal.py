"""What a voter is told of a battle: blind before the vote, and after it who made which and how others voted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from arena.catalogue.pricing.estimate import cheapest_offer
from arena.records import Axis, Origin, Outcome
from arena.votes.store import Battle, PairCount, StoredVote
from arena.voting import refusals
from arena.voting.estimates import ArenaEstimates
from arena.voting.identities import Tokens
from arena.voting.live_arena import LiveArena
from arena.voting.refusals import RequestRefused
from arena.wording import count, dollars, number, share


@dataclass(frozen=True, slots=True)
class BlindBattle:
    """All that is told of a battle before the vote, by page and API alike: nothing in it depends on the models."""

    text: str
    language: str
    direction: str
    category: str
    about: str
    left: str
    """The URL of the picture on the left; so for the others."""
    right: str
    input_image: str
    """Empty where there is nothing to edit."""


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
    price: str | None
    url: str | None

    @property
    def price_text(self) -> str:
        """What an image costs."""
        return f"from {self.price} an image" if self.price else "price unknown"

    @property
    def rank_text(self) -> str:
        """Rank and score on the public board."""
        if self.score is None:
            return "Not ranked yet"
        noun = "vote" if self.origin is Origin.HUMAN else f"{self.origin} vote"
        return f"#{self.rank}, score {number(self.score)} from {count(self.votes, noun)}"


@dataclass(frozen=True, slots=True)
class OtherVotes:
    """How the pair was voted on before, by the sides of this battle, and whether the votes are simulated."""

    votes: int
    left: int
    right: int
    tie: int
    both_bad: int
    simulated: bool

    def share_text(self, chosen: int) -> str:
        """How many of the others chose a side; empty where nobody has voted."""
        return f"preferred by {share(chosen, self.votes)}" if self.votes else ""


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is told after a vote."""

    vote: StoredVote
    left: RevealedModel
    right: RevealedModel
    others: OtherVotes

    @property
    def verdict(self) -> str:
        """What the voter said, by name."""
        if self.vote.outcome is Outcome.TIE:
            return f"You called {self.left.name} and {self.right.name} equally good."
        if self.vote.outcome is Outcome.BOTH_BAD:
            return "You called both bad."
        return f"You chose {self.left.name if self.vote.outcome is Outcome.LEFT else self.right.name}."

    @property
    def others_text(self) -> str:
        """How others voted on the pair, in a sentence."""
        others = self.others
        if not others.votes:
            return "You are the first to vote on these two models."
        noun = "simulated vote" if others.simulated else "vote"
        answers = (
            (self.left.name, others.left),
            (self.right.name, others.right),
            ("equally good", others.tie),
            ("both bad", others.both_bad),
        )
        listed = ", ".join(f"{answer} {share(votes, others.votes)}" for answer, votes in answers)
        return f"Before you, {count(others.votes, noun)} on these two models: {listed}."


@dataclass(frozen=True, slots=True)
class VoterProgress:
    """How many votes somebody has cast, in all and within the hour, and how many a board of their own still needs."""

    votes: int
    lately: int
    needed: int

    @property
    def text(self) -> str:
        """How far a voter has come, without urging."""
        if not self.votes:
            return ""
        rest = f" {self.needed} more for a board of your own." if self.needed else ""
        streak = f", {self.lately} in the last hour" if 1 < self.lately < self.votes else ""
        return f"{count(self.votes, 'vote')} so far{streak}.{rest}"


@dataclass(frozen=True)
class Reveals:
    """Tells of battles and their models. ``site``: whether the built site is there to link to; ``root``: the path that
    the app is below, empty or such as ``/arena``.
    """

    live: LiveArena
    tokens: Tokens
    site: bool
    prices: Mapping[str, str] = field(default_factory=dict)
    root: str = ""

    @classmethod
    def of(cls, live: LiveArena, tokens: Tokens, *, site: bool, root: str = "") -> Reveals:
        """With the lowest price of each model's reference image worked out once."""
        offers = {model: cheapest_offer(live.catalogue, model) for model in live.catalogue.models}
        prices = {model: dollars(offer.price.amount) for model, offer in offers.items() if offer}
        return cls(live, tokens, site, prices, root)

    def blind(self, battle: Battle) -> BlindBattle:
        """A battle before the vote. Raises RequestRefused 410 where the catalogue no longer has its prompt."""
        prompt, project = self.live.catalogue.prompts.get(battle.prompt), self.live.catalogue.project
        if prompt is None:
            raise RequestRefused(refusals.EXPIRED)
        labels = [
            {known.id: known.name for known in some} for some in (project.arenas, project.categories, project.languages)
        ]
        keys = (battle.arena, battle.category, battle.language)
        directions = {language.id: language.direction for language in project.languages}
        return BlindBattle(
            text=prompt.text,
            language=prompt.language,
            direction=directions.get(prompt.language, "ltr"),
            category=prompt.category,
            about=" · ".join(known.get(key, key) for known, key in zip(labels, keys, strict=True)),
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

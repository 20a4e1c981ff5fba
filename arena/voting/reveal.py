"""What a voter learns after the vote: who made which, how they stand, what they cost, how others voted on the pair."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from urllib.parse import quote

from arena.catalogue import Catalogue
from arena.catalogue.pricing.estimate import cheapest_offer
from arena.records import Axis, Outcome, Ratings
from arena.votes.store import PairCount


@dataclass(frozen=True, slots=True)
class Maker:
    """One side of a reveal. ``score``, ``rank`` and ``price`` are None where there is none; ``price`` is per image."""

    model: str
    name: str
    organization: str
    score: float | None
    rank: int | None
    votes: int
    price: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Others:
    """How the pair was voted on before, by the sides of this battle; ``made_up`` of the votes are a program's."""

    votes: int
    left: int
    right: int
    tie: int
    both_bad: int
    made_up: int


@dataclass(frozen=True)
class Reveals:
    """Tells who made what. ``site``: whether the built site is there to link to."""

    catalogue: Catalogue
    ratings: Ratings
    simulated_log: bool
    site: bool
    prices: dict[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue, ratings: Ratings, *, simulated_log: bool, site: bool) -> Reveals:
        """With the lowest price of each model's reference image worked out once."""
        offers = {model: cheapest_offer(catalogue, model) for model in catalogue.models}
        prices = {model: dollars(offer.price.amount) for model, offer in offers.items() if offer}
        return cls(catalogue, ratings, simulated_log, site, prices)

    def maker(self, arena: str, model: str) -> Maker:
        """Who a model is, and how it stands on the arena's overall board."""
        board = self.ratings.board(Axis(arena))
        rating = board.get(model) if board else None
        record = self.catalogue.models.get(model)
        organization = model.partition("/")[0]
        known = self.catalogue.organizations.get(organization)
        return Maker(
            model=model,
            name=record.name if record else model,
            organization=known.name if known else organization,
            score=round(rating.score, 2) if rating else None,
            rank=rating.rank if rating else None,
            votes=rating.votes if rating else 0,
            price=self.prices.get(model),
            url=f"/site/models/{quote(model)}.html" if self.site else None,
        )

    def others(self, left: str, right: str, pair: PairCount, published: int) -> Others:
        """The votes of others on a pair, of which so many are ``published``."""
        first_is_left = left < right
        return Others(
            votes=pair.votes,
            left=pair.wins if first_is_left else pair.losses,
            right=pair.losses if first_is_left else pair.wins,
            tie=pair.ties,
            both_bad=pair.both_bad,
            made_up=min(published, pair.votes) if self.simulated_log else 0,
        )


def without_one(pair: PairCount, left: str, right: str, outcome: Outcome) -> PairCount:
    """The counts without one vote, the voter's own, that is among them."""
    key = {
        Outcome.LEFT: "wins" if left < right else "losses",
        Outcome.RIGHT: "losses" if left < right else "wins",
        Outcome.TIE: "ties",
        Outcome.BOTH_BAD: "both_bad",
    }[outcome]
    counts = {"wins": pair.wins, "losses": pair.losses, "ties": pair.ties, "both_bad": pair.both_bad}
    counts[key] = max(0, counts[key] - 1)
    return PairCount(pair.first, pair.second, **counts)


def dollars(amount: Decimal) -> str:
    """US dollars: cents, and up to four decimals below a dollar."""
    places = 2
    if 0 < amount < 1:
        places = max(2, min(4, -int(amount.normalize().as_tuple().exponent)))
    return f"${amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):,f}"

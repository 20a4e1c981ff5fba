"""What somebody about to choose a model should know first: whether one ranks higher for less, and what follows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.refs import GONE, ModelRef, model_ref, price_from
from arena.records import Axis, Board, Rating


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence with at most one model in it: the words before its name and those after."""

    before: str
    model: ModelRef | None = None
    after: str = ""

    @property
    def text(self) -> str:
        return f"{self.before}{self.model.name if self.model else ''}{self.after}"


def advice(edition: Edition, model_id: str) -> tuple[Advice, ...]:
    """A sentence for each arena where the model is ranked and has a price, and one for each successor."""
    ranked = [
        (arena.name.lower(), board, rating)
        for arena in edition.catalogue.project.arenas
        if (board := edition.boards.get(Axis(arena.id))) and (rating := board.get(model_id))
    ]
    found = [bargain(edition, board, rating, place) for place, board, rating in ranked]
    return (*filter(None, found), *_successors(edition, model_id))


def bargain(edition: Edition, board: Board, rating: Rating, place: str) -> Advice | None:
    """The highest-ranked model that costs less than this one and scores higher, of those one can still choose; says
    so where there is none, and nothing where this one's price is unknown.
    """
    own = edition.prices.get(rating.model)
    if own is None:
        return None
    for other in board.ratings:
        if other.score <= rating.score:
            break
        price = edition.prices.get(other.model)
        if price and price.amount < own.amount and edition.model(other.model).status not in GONE:
            after = f" (no. {other.rank}, {price_from(edition, other.model)} an image) ranks higher and costs less."
            return Advice(f"In {place}, ", model_ref(edition, other.model), after)
    return Advice(f"In {place}, no model with a known price costs less and ranks higher.")


def _successors(edition: Edition, model_id: str) -> Iterator[Advice]:
    """The newest first."""
    found = [(other, edition.model(other)) for other in edition.catalogue.successors_of(model_id)]
    for other, record in sorted(found, key=lambda item: item[1].released or date.min, reverse=True):
        if record.status not in GONE:
            released = f", released in {words.month(record.released)}." if record.released else "."
            yield Advice("It is followed by ", model_ref(edition, other), released)

"""The answer in a few lines: which model of an arena to use, for anybody, for little money, and with open weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.refs import GONE, ModelRef, licence_in_brief, model_ref, price_from
from arena.records import Board, Rating

CHEAP = Decimal("0.05")
"""USD an image."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The highest-ranked model that meets what ``label`` says."""

    label: str
    model: ModelRef
    detail: str


def picks(edition: Edition, board: Board) -> tuple[Pick, ...]:
    """One for each question that some ranked model answers, of those one can still choose; one may answer several."""
    there = [rating for rating in board.ratings if edition.model(rating.model).status not in GONE]

    def cheap(rating: Rating) -> bool:
        price = edition.prices.get(rating.model)
        return price is not None and price.amount < CHEAP

    def allowed(rating: Rating) -> bool:
        return edition.model(rating.model).output_terms.commercial_use == "allowed"

    questions: tuple[tuple[str, Callable[[Rating], bool]], ...] = (
        ("Best overall", lambda _: True),
        (f"Best under {100 * CHEAP:.0f} cents an image", cheap),
        ("Best with open weights", lambda rating: edition.model(rating.model).weights.open is True),
        ("Best that surely allows commercial use", allowed),
    )
    found = []
    for label, fits in questions:
        first = next(filter(fits, there), None)
        if first:
            found.append(Pick(label, model_ref(edition, first.model), _detail(edition, first)))
    return tuple(found)


def _detail(edition: Edition, rating: Rating) -> str:
    """Its rank, what it costs, and its weights where they are open."""
    price = price_from(edition, rating.model)
    said = [f"no. {rating.rank}", f"{price} an image" if price != words.NOTHING else "price unknown"]
    model = edition.model(rating.model)
    if model.weights.open is True:
        said.append(licence_in_brief(model))
    return ", ".join(said)

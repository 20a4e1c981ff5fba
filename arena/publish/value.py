"""Score against price: the models that no cheaper one beats."""

from __future__ import annotations

from arena.publish.edition import Edition
from arena.records import Board, Rating


def best_value(edition: Edition, board: Board) -> tuple[Rating, ...]:
    """The Pareto front of a board, dearest and best first: no model at the same price or below scores higher."""
    priced = [rating for rating in board.ratings if rating.model in edition.prices]
    priced.sort(key=lambda rating: (edition.prices[rating.model].amount, rating.rank, rating.model))
    front: list[Rating] = []
    for rating in priced:
        if not front or rating.score > front[-1].score:
            front.append(rating)
    return tuple(reversed(front))

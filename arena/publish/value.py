"""Score against price: the models that no cheaper one beats."""

from __future__ import annotations

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.refs import GONE
from arena.records import Board, Rating


def best_value(edition: Edition, board: Board) -> tuple[Rating, ...]:
    """The Pareto front of a board, dearest and best first: no model at the same price or below scores higher.

    Models that are gone or going are left out.
    """
    there = (rating for rating in board.ratings if edition.model(rating.model).status not in GONE)
    priced = [rating for rating in there if rating.model in edition.prices]
    priced.sort(key=lambda rating: (edition.prices[rating.model].amount, rating.rank, rating.model))
    front: list[Rating] = []
    for rating in priced:
        if not front or rating.score > front[-1].score:
            front.append(rating)
    return tuple(reversed(front))


def beside_best(edition: Edition, arena: str, best: Rating, rating: Rating) -> str:
    """What a cheaper model of the front saves and how it would fare against the best of it; empty for that one."""
    if rating.model == best.model:
        return ""
    name, saved = (
        edition.model(best.model).name,
        1 - edition.prices[rating.model].amount / edition.prices[best.model].amount,
    )
    pair = edition.pair(arena, rating.model, best.model)
    fares = f"; would win {words.percent(pair.win_probability)} against {name}" if pair else f" than {name}"
    return f"{words.percent(float(saved))} cheaper{fares}"

"""Which two models get a page of their own: each ranked model and those closest to it."""

from __future__ import annotations

from dataclasses import dataclass

from arena.publish.edition import Edition
from arena.publish.paths import any_comparison, compare_path
from arena.records import Axis, Board

EACH = 3
"""Neighbours a model and arena: the pages grow with the models, and not with their square."""


@dataclass(frozen=True, slots=True)
class Duo:
    """Two models, the smaller id first, and the arenas in which they are neighbours."""

    first: str
    second: str
    arenas: tuple[str, ...]


def nearest(board: Board, place: int, each: int = EACH) -> tuple[str, ...]:
    """The models closest by rank to the one at ``place`` of the board, the higher-ranked first among equals."""
    ratings, rating = board.ratings, board.ratings[place]
    around = [*ratings[max(0, place - each) : place], *ratings[place + 1 : place + 1 + each]]
    around.sort(key=lambda other: (abs(other.rank - rating.rank), other.rank, other.model))
    return tuple(other.model for other in around[:each])


def closest(board: Board, each: int = EACH) -> dict[str, tuple[str, ...]]:
    """The nearest of each ranked model, in the board's order."""
    return {rating.model: nearest(board, place, each) for place, rating in enumerate(board.ratings)}


def comparison(board: Board, one: int, other: int) -> str:
    """Where the models at these places of a board are set side by side: their page, or the picker without one."""
    models = board.ratings[one].model, board.ratings[other].model
    if models[1] in nearest(board, one) or models[0] in nearest(board, other):
        return compare_path(*models)
    return any_comparison(*models)


def duos(edition: Edition) -> tuple[Duo, ...]:
    """Every two models that are close in some arena, sorted by their ids."""
    arenas: dict[tuple[str, str], list[str]] = {}
    for arena in edition.catalogue.project.arenas:
        board = edition.boards.get(Axis(arena.id))
        met = {
            (min(model, other), max(model, other))
            for model, others in (closest(board).items() if board else ())
            for other in others
        }
        for pair in met:
            arenas.setdefault(pair, []).append(arena.id)
    return tuple(Duo(first, second, tuple(where)) for (first, second), where in sorted(arenas.items()))

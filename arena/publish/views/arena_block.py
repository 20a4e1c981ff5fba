"""What the home page says of one arena: the podium, who leads on each category and language, and the best value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena.publish import paths, words
from arena.publish.edition import Edition
from arena.publish.pictures import Picture, picture_of
from arena.publish.refs import ModelRef, licence_in_brief, model_ref, price_from
from arena.publish.value import beside_best, best_value
from arena.publish.views.changes import News, news_of
from arena.publish.views.picks import Pick, picks
from arena.records import Axis, Board, Rating

PODIUM = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the podium."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    interval: str
    price: str
    licence: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Best:
    """Who leads one narrower board that has votes; ``model`` is None where they are too few for a ranking."""

    label: str
    own_name: str
    code: str
    direction: str
    path: str
    model: ModelRef | None
    score: str
    price: str


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads on every category or language; ``missing`` names those that have no votes."""

    id: str
    caption: str
    rows: tuple[Best, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class Value:
    """A model that no cheaper one beats."""

    model: ModelRef
    price: str
    score: str
    rank: str
    beside: str
    """What it saves against the best of them, and how it fares against that one."""


@dataclass(frozen=True, slots=True)
class ArenaBlock:
    """What the home page says of one arena."""

    id: str
    name: str
    path: str
    summary: str
    picks: tuple[Pick, ...]
    podium: tuple[Place, ...]
    leaders: tuple[Leaders, ...]
    value: tuple[Value, ...]
    value_missing: str
    votes: str
    news: News | None


def arena_block(edition: Edition, arena: str) -> ArenaBlock:
    """The podium of an arena and its answers by category, language and price."""
    project = edition.catalogue.project
    board = edition.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    bargains = best_value(edition, board)
    return ArenaBlock(
        id=arena,
        name=edition.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        summary=arena_summary(edition, board),
        picks=picks(edition, board),
        podium=tuple(place(edition, arena, rating) for rating in board.ratings[:PODIUM]),
        leaders=(
            leaders(edition, board, "category", [(Axis(arena, each.id), each.name) for each in project.categories]),
            leaders(edition, board, "prompt language", [(Axis(arena, "", e.id), e.name) for e in project.languages]),
        ),
        value=tuple(
            Value(
                model=model_ref(edition, r.model),
                price=price_from(edition, r.model),
                score=words.number(r.score),
                rank=str(r.rank),
                beside=beside_best(edition, arena, bargains[0], r),
            )
            for r in bargains
        ),
        value_missing="" if bargains else "No ranked model has a known price per image, so value cannot be compared.",
        votes=edition.votes(board.votes),
        news=news_of(edition, arena),
    )


def arena_summary(edition: Edition, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{words.count(len(board.ratings), 'model')} ranked from {edition.votes(board.votes)}."


def place(edition: Edition, arena: str, rating: Rating) -> Place:
    """One place on the podium, with a picture of the model's from its highest-ranked matchup."""
    shown = [example for example in edition.examples.get(rating.model, ()) if example.arena == arena]
    return Place(
        rank=str(rating.rank),
        rank_span=words.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(edition, rating.model),
        score=words.number(rating.score),
        interval=f"{words.number(rating.score_low, 1)} to {words.number(rating.score_high, 1)}",
        price=price_from(edition, rating.model),
        licence=licence_in_brief(edition.model(rating.model)),
        picture=picture_of(edition, shown[0].output) if shown else None,
    )


def leaders(edition: Edition, overall: Board, what: str, axes: Sequence[tuple[Axis, str]]) -> Leaders:
    """Who leads on each of these axes."""
    voted = [(axis, name) for axis, name in axes if axis in edition.boards]
    others = [name for axis, name in axes if axis not in edition.boards]
    return Leaders(
        id=f"{overall.axis.arena}-by-{what.replace(' ', '-')}",
        caption=f"Best by {what}, {edition.votes(overall.votes)}",
        rows=tuple(best(edition, axis, name) for axis, name in voted),
        missing=f"No votes yet: {words.listing(others)}." if others else "",
    )


def best(edition: Edition, axis: Axis, label: str) -> Best:
    """Who leads on one category or language that has votes."""
    board = edition.boards[axis]
    leader = board.ratings[0] if board.ratings else None
    language = edition.language(axis.language) if axis.language else None
    return Best(
        label=label,
        own_name=language.own_name if language and language.own_name != label else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        path=paths.board_path(axis),
        model=model_ref(edition, leader.model) if leader else None,
        score=words.number(leader.score) if leader else "",
        price=price_from(edition, leader.model) if leader else "",
    )

"""What the home page says of one arena: podium, picks, who leads on each category and language, best value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import (
    GONE,
    ModelRef,
    beside_best,
    best_value,
    licence_in_brief,
    model_ref,
    price_from,
)
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.rank_changes import News, news_of
from arena.publish.content.site_data import Edition
from arena.records import Axis, Board, Rating

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
    said = [f"no. {rating.rank}", f"{price} an image" if price != wording.NOTHING else "price unknown"]
    model = edition.model(rating.model)
    if model.weights.open is True:
        said.append(licence_in_brief(model))
    return ", ".join(said)


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
                score=wording.number(r.score),
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
    return f"{wording.count(len(board.ratings), 'model')} ranked from {edition.votes(board.votes)}."


def place(edition: Edition, arena: str, rating: Rating) -> Place:
    """One place on the podium, with a picture of the model's from its highest-ranked matchup."""
    shown = [example for example in edition.examples.get(rating.model, ()) if example.arena == arena]
    return Place(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(edition, rating.model),
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
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
        missing=f"No votes yet: {wording.listing(others)}." if others else "",
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
        score=wording.number(leader.score) if leader else "",
        price=price_from(edition, leader.model) if leader else "",
    )

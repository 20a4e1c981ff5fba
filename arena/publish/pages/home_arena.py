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
from arena.publish.content.rank_changes import WeekNews, news_of
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Board, Rating

CHEAP = Decimal("0.05")
"""USD an image."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The highest-ranked model that meets what ``label`` says."""

    label: str
    model: ModelRef
    detail: str


def picks(site: SiteData, board: Board) -> tuple[Pick, ...]:
    """One for each question that some ranked model answers, of those one can still choose; one may answer several."""
    there = [rating for rating in board.ratings if site.model(rating.model).status not in GONE]

    def cheap(rating: Rating) -> bool:
        price = site.prices.get(rating.model)
        return price is not None and price.amount < CHEAP

    def allowed(rating: Rating) -> bool:
        return site.model(rating.model).output_terms.commercial_use == "allowed"

    questions: tuple[tuple[str, Callable[[Rating], bool]], ...] = (
        ("Best overall", lambda _: True),
        (f"Best under {100 * CHEAP:.0f} cents an image", cheap),
        ("Best with open weights", lambda rating: site.model(rating.model).weights.open is True),
        ("Best that surely allows commercial use", allowed),
    )
    found = []
    for label, fits in questions:
        first = next(filter(fits, there), None)
        if first:
            found.append(Pick(label, model_ref(site, first.model), _detail(site, first)))
    return tuple(found)


def _detail(site: SiteData, rating: Rating) -> str:
    """Its rank, what it costs, and its weights where they are open."""
    price = price_from(site, rating.model)
    said = [f"no. {rating.rank}", f"{price} an image" if price != wording.NOTHING else "price unknown"]
    model = site.model(rating.model)
    if model.weights.open is True:
        said.append(licence_in_brief(model))
    return ", ".join(said)


PODIUM = 3


@dataclass(frozen=True, slots=True)
class PodiumRow:
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
class BestOnBoard:
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
    rows: tuple[BestOnBoard, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class BestValue:
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
    podium: tuple[PodiumRow, ...]
    leaders: tuple[Leaders, ...]
    value: tuple[BestValue, ...]
    value_missing: str
    votes: str
    news: WeekNews | None


def arena_block(site: SiteData, arena: str) -> ArenaBlock:
    """The podium of an arena and its answers by category, language and price."""
    project = site.catalogue.project
    board = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    bargains = best_value(site, board)
    return ArenaBlock(
        id=arena,
        name=site.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        summary=arena_summary(site, board),
        picks=picks(site, board),
        podium=tuple(place(site, arena, rating) for rating in board.ratings[:PODIUM]),
        leaders=(
            leaders(site, board, "category", [(Axis(arena, each.id), each.name) for each in project.categories]),
            leaders(site, board, "prompt language", [(Axis(arena, "", e.id), e.name) for e in project.languages]),
        ),
        value=tuple(
            BestValue(
                model=model_ref(site, r.model),
                price=price_from(site, r.model),
                score=wording.number(r.score),
                rank=str(r.rank),
                beside=beside_best(site, arena, bargains[0], r),
            )
            for r in bargains
        ),
        value_missing="" if bargains else "No ranked model has a known price per image, so value cannot be compared.",
        votes=site.votes(board.votes),
        news=news_of(site, arena),
    )


def arena_summary(site: SiteData, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{wording.count(len(board.ratings), 'model')} ranked from {site.votes(board.votes)}."


def place(site: SiteData, arena: str, rating: Rating) -> PodiumRow:
    """One place on the podium, with a picture of the model's from its highest-ranked matchup."""
    shown = [example for example in site.examples.get(rating.model, ()) if example.arena == arena]
    return PodiumRow(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(site, rating.model),
        score=wording.number(rating.score),
        interval=f"{wording.number(rating.score_low, 1)} to {wording.number(rating.score_high, 1)}",
        price=price_from(site, rating.model),
        licence=licence_in_brief(site.model(rating.model)),
        picture=picture_of(site, shown[0].output) if shown else None,
    )


def leaders(site: SiteData, overall: Board, what: str, axes: Sequence[tuple[Axis, str]]) -> Leaders:
    """Who leads on each of these axes."""
    voted = [(axis, name) for axis, name in axes if axis in site.boards]
    others = [name for axis, name in axes if axis not in site.boards]
    return Leaders(
        id=f"{overall.axis.arena}-by-{what.replace(' ', '-')}",
        caption=f"Best by {what}, {site.votes(overall.votes)}",
        rows=tuple(best(site, axis, name) for axis, name in voted),
        missing=f"No votes yet: {wording.listing(others)}." if others else "",
    )


def best(site: SiteData, axis: Axis, label: str) -> BestOnBoard:
    """Who leads on one category or language that has votes."""
    board = site.boards[axis]
    leader = board.ratings[0] if board.ratings else None
    language = site.language(axis.language) if axis.language else None
    return BestOnBoard(
        label=label,
        own_name=language.own_name if language and language.own_name != label else "",
        code=language.id if language else "",
        direction=language.direction if language else "",
        path=paths.board_path(axis),
        model=model_ref(site, leader.model) if leader else None,
        score=wording.number(leader.score) if leader else "",
        price=price_from(site, leader.model) if leader else "",
    )

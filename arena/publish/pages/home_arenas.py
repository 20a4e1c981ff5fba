"""What the home page says of one arena: picks, podium, leaders by category and language, best value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from arena import wording
from arena.catalogue.model_facts import GONE, CommercialUse
from arena.catalogue.settings import ArenaSource
from arena.publish import paths
from arena.publish.content.model_refs import (
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
PODIUM = 3
NAMED = 12
"""Models of a data set that are named, before the rest is counted."""


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
        return site.model(rating.model).output_terms.commercial_use is CommercialUse.YES

    questions: tuple[tuple[str, Callable[[Rating], bool]], ...] = (
        ("best overall", lambda _: True),
        (f"best under {100 * CHEAP:.0f} cents an image", cheap),
        ("best with open weights", lambda rating: site.model(rating.model).weights.open is True),
        ("best that surely allows commercial use", allowed),
    )
    found = []
    for label, fits in questions:
        first = next(filter(fits, there), None)
        if first:
            said = wording.sentence(f"{site.demo(board.axis.arena)}{label}")
            found.append(Pick(said, model_ref(site, first.model), _detail(site, first)))
    return tuple(found)


def _detail(site: SiteData, rating: Rating) -> str:
    """Its rank, what it costs, and its weights where they are open."""
    price = price_from(site, rating.model)
    said = [f"#{rating.rank}", f"{price} an image" if price != wording.NOTHING else "price unknown"]
    model = site.model(rating.model)
    if model.weights.open is True:
        said.append(licence_in_brief(model))
    return ", ".join(said)


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
    gone: bool
    """Whether it is shut down, and left out where a reader asks for current models only."""
    spare: bool
    """Whether it is shown only where a reader asks for current models: in the place of one that is gone."""


@dataclass(frozen=True, slots=True)
class BestOnBoard:
    """Who leads one narrower board that has votes; ``model`` is None where they are too few for a ranking.

    ``gone`` and ``spare`` are those of ``PodiumRow``.
    """

    label: str
    own_name: str
    code: str
    direction: str
    path: str
    model: ModelRef | None
    score: str
    price: str
    gone: bool
    spare: bool


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
    label: str
    summary: str
    past: str
    """From when a data set is and which models it has, since it advises nobody who chooses today; else empty."""
    picks: tuple[Pick, ...]
    podium: tuple[PodiumRow, ...]
    leaders: tuple[Leaders, ...]
    value: tuple[BestValue, ...]
    value_caption: str
    value_missing: str
    news: WeekNews | None


def arena_block(site: SiteData, arena: str) -> ArenaBlock:
    """The podium of an arena and its answers by category, language and price.

    An arena that shows a published data set has its ranking and no advice: its models are those of its year.
    """
    project = site.catalogue.project
    board = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    source = next(each.source for each in project.arenas if each.id == arena)
    bargains = () if source else best_value(site, board)
    return ArenaBlock(
        id=arena,
        name=site.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        label=site.label_of(arena),
        summary=arena_summary(site, board),
        past=of_its_year(site, board, source) if source else "",
        picks=() if source else picks(site, board),
        podium=tuple(place(site, arena, rating, spare) for rating, spare in with_spares(site, board, PODIUM)),
        leaders=tuple(
            table
            for what, axes in (
                ("category", [(Axis(arena, each.id), each.name) for each in project.categories]),
                ("prompt language", [(Axis(arena, "", each.id), each.name) for each in project.languages]),
            )
            if not any(axis in site.repeated for axis, _ in axes) and (table := leaders(site, board, what, axes))
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
        value_missing=""
        if source or bargains
        else "No ranked model has a known price per image, so value cannot be compared.",
        value_caption=wording.sentence(
            f"{site.demo(arena)}best value (no cheaper model scores higher), {site.votes(board.votes, arena)}"
        ),
        news=news_of(site, arena),
    )


def arena_summary(site: SiteData, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{wording.count(len(board.ratings), 'model')} ranked from {site.votes(board.votes, board.axis.arena)}."


def of_its_year(site: SiteData, board: Board, source: ArenaSource) -> str:
    """From which year a published data set is, and which models it has."""
    names = [site.model(rating.model).name for rating in board.ratings]
    if not names:
        return ""
    if len(names) > NAMED:
        names[NAMED:] = [f"{len(names) - NAMED} more"]
    return f"{source.name} dates from {source.year} and compares models of that time only: {wording.listing(names)}."


def with_spares(site: SiteData, board: Board, many: int) -> Iterator[tuple[Rating, bool]]:
    """The first so many of a board, then the current models that stand in for those of them that are shut down; each
    with whether it stands in.
    """
    first = board.ratings[:many]
    yield from ((rating, False) for rating in first)
    current = [rating for rating in board.ratings if site.model(rating.model).current]
    yield from ((rating, True) for rating in current[:many] if rating not in first)


def place(site: SiteData, arena: str, rating: Rating, spare: bool) -> PodiumRow:
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
        gone=not site.model(rating.model).current,
        spare=spare,
    )


def leaders(site: SiteData, overall: Board, what: str, axes: Sequence[tuple[Axis, str]]) -> Leaders:
    """Who leads on each of these axes."""
    voted = [(axis, name) for axis, name in axes if axis in site.boards]
    others = [name for axis, name in axes if site.shown_axis(axis) not in site.boards]
    return Leaders(
        id=f"{overall.axis.arena}-by-{what.replace(' ', '-')}",
        caption=wording.sentence(
            f"{site.demo(overall.axis.arena)}best by {what}, {site.votes(overall.votes, overall.axis.arena)}"
        ),
        rows=tuple(row for axis, name in voted for row in best(site, axis, name)),
        missing=f"No votes yet: {wording.listing(others)}." if others else "",
    )


def best(site: SiteData, axis: Axis, label: str) -> Iterator[BestOnBoard]:
    """Who leads on one category or language that has votes; and the first current model, where that one is gone."""
    board = site.boards[axis]
    if not board.ratings:
        yield _best(site, axis, label, None, spare=False)
    for leader, spare in with_spares(site, board, 1):
        yield _best(site, axis, label, leader, spare)


def _best(site: SiteData, axis: Axis, label: str, leader: Rating | None, spare: bool) -> BestOnBoard:
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
        gone=leader is not None and not site.model(leader.model).current,
        spare=spare,
    )

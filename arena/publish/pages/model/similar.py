"""Models ranked closest to one: the record against each, and how each differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from arena import wording
from arena.publish import paths
from arena.publish.content.model_refs import (
    ModelRef,
    commercial_use_in_brief,
    licence_in_brief,
    model_ref,
    price_from,
    terms_in_brief,
)
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Board, Rating

NEIGHBOURS = 3
"""Similar models shown above and below a model on each arena."""
ALIKE = 6
TWICE = 2


@dataclass(frozen=True, slots=True)
class OtherComparison:
    """A page that sets the model beside another, by the other's name."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """A model of similar rank; the record and the probability are from the side of the page's model."""

    model: ModelRef
    here: bool
    rank: str
    score: str
    record: str
    probability: str
    probability_span: str
    price: str
    licence: str
    use: str
    compare: str


@dataclass(frozen=True, slots=True)
class SimilarByRank:
    """Similar models on one arena; ``missing`` says why there are none."""

    id: str
    arena: str
    path: str
    caption: str
    rows: tuple[SimilarRow, ...]
    beside: tuple[OtherComparison, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class SimilarModel:
    """A model ranked close by."""

    model: ModelRef
    rank: str
    price: str
    terms: str
    """Whether outputs and weights may be used commercially, in brief."""
    why: str
    """How it differs from the page's model: in score, price and weights."""
    picture: Picture | None


def similar_by_rank(site: SiteData, model_id: str) -> tuple[SimilarByRank, ...]:
    """The neighbours on each arena that the model competes in."""
    return tuple(_neighbours(site, model_id, arena) for arena in site.model(model_id).arenas)


def _neighbours(site: SiteData, model_id: str, arena: str) -> SimilarByRank:
    board = site.boards.get(Axis(arena))
    place, path = site.arena_name(arena), paths.board_path(Axis(arena))
    name = site.model(model_id).name
    if board is None or board.get(model_id) is None:
        return SimilarByRank(arena, place, path, "", (), (), f"{name} is not ranked here yet, so it has no neighbours.")
    if len(board.ratings) == 1:
        return SimilarByRank(arena, place, path, "", (), (), f"{name} is the only ranked model here.")
    near = around(site, board, model_id)
    if len(near) == 1:
        missing = f"Every other model that is ranked here is shut down, so {name} has no neighbours."
        return SimilarByRank(arena, place, path, "", (), (), missing)
    return SimilarByRank(
        id=arena,
        arena=place,
        path=path,
        caption=f"Models ranked next to {name} in {wording.in_sentence(place)}. Record and predicted win rate are "
        f"{name}’s against each, from {site.votes(board.votes, arena)}",
        rows=tuple(_neighbour_row(site, board, model_id, rating) for rating in near),
        beside=_beside(site, board, model_id, {rating.model for rating in near}),
        missing="",
    )


def _beside(site: SiteData, board: Board, model_id: str, shown: set[str]) -> tuple[OtherComparison, ...]:
    """The pages on the model and others of the board than those shown, from the top of the board."""
    comparison_pairs = (
        comparison_pair
        for comparison_pair in site.comparison_pairs_with.get(model_id, ())
        if board.axis.arena in comparison_pair.arenas
    )
    others = {
        comparison_pair.second if comparison_pair.first == model_id else comparison_pair.first
        for comparison_pair in comparison_pairs
    } - shown
    ranked = sorted((other for other in others if board.get(other)), key=board.index_of)
    return tuple(OtherComparison(site.model(other).name, paths.compare_path(model_id, other)) for other in ranked)


def comparison(site: SiteData, one: str, other: str) -> str:
    """Where two models are set side by side: their page, or the picker without one."""
    return paths.compare_path(one, other) if site.comparison_pair(one, other) else paths.any_comparison(one, other)


def around(site: SiteData, board: Board, model_id: str, each_side: int = NEIGHBOURS) -> tuple[Rating, ...]:
    """The model and the nearest on either side that are not shut down; at an end of the board, more of the other
    side.
    """
    width, place = 2 * each_side + 1, board.index_of(model_id)
    # Of a thousand models a few are looked at.
    better, worse = (
        list(islice((rating for rating in others if site.model(rating.model).current), width - 1))
        for others in (reversed(board.ratings[:place]), board.ratings[place + 1 :])
    )
    there, position = [*reversed(better), board.ratings[place], *worse], len(better)
    start = max(0, min(position - each_side, len(there) - width))
    return tuple(there[start : start + width])


def _neighbour_row(site: SiteData, board: Board, model_id: str, rating: Rating) -> SimilarRow:
    pair = site.pair(board.axis.arena, model_id, rating.model)
    here = rating.model == model_id
    met = pair is not None and pair.wins + pair.losses + pair.ties > 0
    return SimilarRow(
        model=model_ref(site, rating.model),
        here=here,
        rank=str(rating.rank),
        score=wording.number(rating.score),
        record=wording.record(pair.wins, pair.losses, pair.ties)
        if pair and met
        else (wording.NOTHING if here else "never met"),
        probability=wording.percent(pair.win_probability) if pair else wording.NOTHING,
        probability_span=wording.span(wording.percent(pair.low), wording.percent(pair.high)) if pair else "",
        price=price_from(site, rating.model),
        licence=licence_in_brief(site.model(rating.model)),
        use=commercial_use_in_brief(site.model(rating.model)),
        compare="" if here else comparison(site, model_id, rating.model),
    )


def similar_models(site: SiteData, model_id: str) -> tuple[SimilarModel, ...]:
    """The models ranked closest on the first arena where the model is ranked, closest first; none that is shut down."""
    for arena in site.catalogue.project.arenas:
        board = site.boards.get(Axis(arena.id))
        own = board.get(model_id) if board else None
        if board is None or own is None:
            continue
        others = [rating for rating in around(site, board, model_id, ALIKE) if rating is not own]
        others.sort(key=lambda rating: (abs(rating.rank - own.rank), rating.rank, rating.model))
        return tuple(_alike(site, arena.id, own, rating) for rating in others[:ALIKE])
    return ()


def _alike(site: SiteData, arena: str, own: Rating, rating: Rating) -> SimilarModel:
    shown = [example for example in site.examples.get(rating.model, ()) if example.arena == arena]
    return SimilarModel(
        model=model_ref(site, rating.model),
        rank=f"#{rating.rank} in {wording.in_sentence(site.marked_name(arena))}",
        price=f"from {price_from(site, rating.model)}" if rating.model in site.prices else "price unknown",
        terms=terms_in_brief(site.model(rating.model)),
        why=wording.sentence(f"{site.demo(arena)}{unlike(site, own, rating)}"),
        picture=picture_of(site, shown[0].output) if shown else None,
    )


def unlike(site: SiteData, own: Rating, other: Rating) -> str:
    """How ``other`` differs: ``scores 0.06 more, costs 43% less, open weights``; prices only where both are known."""
    gap = round(other.score - own.score, 2)
    said = [f"scores {wording.number(abs(gap))} {'more' if gap > 0 else 'less'}" if gap else "scores the same"]
    ours, theirs = site.prices.get(own.model), site.prices.get(other.model)
    if ours and theirs and ours.amount and theirs.amount:
        said.append(_dearer(float(theirs.amount / ours.amount)))
    weights = site.model(other.model).weights.open
    if weights != site.model(own.model).weights.open and weights != "unknown":
        said.append("open weights" if weights else "closed weights")
    return ", ".join(said)


def _dearer(ratio: float) -> str:
    if round(ratio, 2) == 1:
        return "costs the same"
    if ratio < 1:
        return f"costs {wording.percent(1 - ratio)} less"
    return (
        f"costs {wording.percent(ratio - 1)} more"
        if ratio < TWICE
        else f"costs {wording.number(ratio, 1)} times as much"
    )

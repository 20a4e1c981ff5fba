"""Models ranked closest to one, and how each differs from it."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.publish.content.model_refs import ModelRef, model_ref, price_from, terms_in_brief
from arena.publish.content.pictures import Picture, picture_of
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.examples import around
from arena.records import Axis, Rating

ALIKE = 6
TWICE = 2


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

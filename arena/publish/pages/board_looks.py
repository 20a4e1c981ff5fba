"""The section of a board on looks: what they are worth in votes, and who would stand where without them."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.ratings.equal_looks import LONGER, EqualLooks, LookEffect
from arena.records import Axis, Board

TRAITS = {
    "size": ("larger", "larger pictures"),
    "width": ("wider", "wider pictures"),
    "brightness": ("brighter", "brighter pictures"),
    "contrast": ("higher in contrast", "pictures with more contrast"),
    "saturation": ("more colourful", "more colourful pictures"),
    "sharpness": ("sharper", "sharper pictures"),
    "lettering": ("richer in lettering", "pictures with more lettering"),
}
"""By feature: what a picture is that has more of it, and pictures that have."""
NAMED_MOVES = 3
"""Models whose change of rank is in the sentence above the tables."""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What more of a feature than the other picture has is worth: the share of battles won against an equal model."""

    name: str
    prompts: str
    wins: str
    interval: str
    clear: str


@dataclass(frozen=True, slots=True)
class EqualRow:
    """A model's rank and score as voted and at equal looks; ``moved`` where the rank differs."""

    model: ModelRef
    rank: str
    equal_rank: str
    equal_span: str
    score: str
    equal_score: str
    moved: bool


@dataclass(frozen=True, slots=True)
class LooksSection:
    """Two tables, and what they come to in two sentences."""

    lede: str
    caption: str
    effects: tuple[EffectRow, ...]
    ranks_caption: str
    ranks: tuple[EqualRow, ...]
    basis: str


def looks_section(site: SiteData, board: Board) -> LooksSection | None:
    """That of an overall board; None where the looks of its pictures are not known."""
    found = site.equal_looks.get(board.axis.arena)
    if found is None or board.axis != Axis(board.axis.arena) or not board.ratings:
        return None
    heading = site.arena_name(board.axis.arena)
    shown = [effect for effect in found.effects if effect.clear or not effect.prompts]
    return LooksSection(
        lede=f"{_worth(found)} {_moves(site, found, board)}",
        caption=f"{heading}: how often a picture beats one that has less of a feature, the models being equally strong",
        effects=tuple(_effect(site, effect) for effect in shown),
        ranks_caption=f"{heading}: ranks and scores as voted and at equal looks",
        ranks=tuple(_rows(site, found, board)),
        basis=_basis(site, found, board),
    )


def _worth(found: EqualLooks) -> str:
    """The look that counts for most, of those that count for sure."""
    sure = [effect for effect in found.effects if effect.clear and not effect.prompts]
    if not sure:
        return "Nothing that is measured of a picture’s looks clearly wins or loses votes here."
    most = max(sure, key=lambda effect: abs(effect.effect))
    verb = "wins" if most.effect > 0 else "loses"
    share = most.win_rate if most.effect > 0 else 1.0 - most.win_rate
    others = [TRAITS[effect.feature][1] for effect in sure if effect is not most]
    also = f" {wording.listing(others).capitalize()} make a clear difference, too." if others else ""
    return f"Of two equally strong models, the one with the {TRAITS[most.feature][0]} picture {verb} " + (
        f"{wording.percent(share)} of battles.{also}"
    )


def _moves(site: SiteData, found: EqualLooks, board: Board) -> str:
    moved = found.moved(board)
    if not moved:
        return "With looks taken out of the votes, every model keeps its rank."
    if not any(effect.clear for effect in found.effects):
        furthest = max(abs(rank - equal) for _, rank, equal in moved)
        models, ranks = wording.count(len(moved), "model"), wording.count(furthest, "rank")
        return f"Taken out of the votes all the same, looks move {models}, none by more than {ranks}."
    named = [f"{site.model(model).name} from #{rank} to #{equal}" for model, rank, equal in moved[:NAMED_MOVES]]
    rest = len(moved) - len(named)
    tail = [f"{wording.count(rest, 'other model')} less far"] if rest else []
    return f"With looks taken out of the votes, ranks change: {wording.listing([*named, *tail])}."


def _effect(site: SiteData, effect: LookEffect) -> EffectRow:
    if not effect.prompts:
        prompts = "All"
    elif effect.prompts == LONGER:
        prompts = "Longer: on top of that"
    else:
        prompts = f"{site.language(effect.prompts).name}: on top of that"
    return EffectRow(
        name=TRAITS[effect.feature][0].capitalize(),
        prompts=prompts,
        wins=wording.percent(effect.win_rate),
        interval=f"{wording.percent(effect.win_low)} to {wording.percent(effect.win_high)}",
        clear="Yes" if effect.clear else "No",
    )


def _rows(site: SiteData, found: EqualLooks, board: Board) -> list[EqualRow]:
    as_voted = {rating.model: rating for rating in board.ratings}
    return [
        EqualRow(
            model=model_ref(site, rating.model),
            rank=f"#{as_voted[rating.model].rank}",
            equal_rank=f"#{rating.rank}",
            equal_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
            score=wording.number(as_voted[rating.model].score),
            equal_score=wording.number(rating.score),
            moved=rating.rank != as_voted[rating.model].rank,
        )
        for rating in found.board.ratings
        if rating.model in as_voted
    ]


def _basis(site: SiteData, found: EqualLooks, board: Board) -> str:
    arena = board.axis.arena
    text = f"From {site.votes(found.votes, arena)} on two published pictures that were measured"
    if found.left_out:
        text = f"{text}; {wording.whole(found.left_out)} more are on pictures that were not"
    return (
        f"{text}. “More” is one standard deviation over the pictures here. Liking bright pictures is no mistake: equal "
        "looks show which ranks rest on what any model could do to its pictures."
    )

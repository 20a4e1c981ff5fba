"""The section of a board on looks: what they are worth in votes, and who would stand where without them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish import paths
from arena.publish.charts.bars import render_ticks, render_whisker
from arena.publish.charts.scale import Scale, scale_over
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.site_data import SiteData
from arena.ratings.equal_looks import EqualLooks, EqualRank, LookEffect
from arena.ratings.look_votes import LONGER
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
NOUNS = {
    "size": "size",
    "width": "shape",
    "brightness": "brightness",
    "contrast": "contrast",
    "saturation": "colour",
    "sharpness": "sharpness",
    "lettering": "lettering",
}
"""What each feature is called where it stands alone."""
NAMED_MOVES = 3
"""Models whose change of rank is in the sentence above the tables."""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What more of a feature than the other picture has is worth: the share of battles won against an equal model.

    ``prompts`` says in which prompts this comes on top of what it is worth in all, and is empty for all.
    """

    name: str
    prompts: str
    whisker: Markup
    wins: str
    interval: str
    clear: bool


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
    ticks: Markup
    effects: tuple[EffectRow, ...]
    ranks_caption: str
    ranks: tuple[EqualRow, ...]
    basis: str
    method_path: str


def looks_section(site: SiteData, board: Board) -> LooksSection | None:
    """That of an overall board; None where the looks of its pictures are not known."""
    found = site.equal_looks.get(board.axis.arena)
    if found is None or board.axis != Axis(board.axis.arena) or not board.ratings:
        return None
    heading = site.arena_name(board.axis.arena)
    shown = [effect for effect in found.effects if effect.clear or not effect.prompts]
    votes = site.votes(found.votes, board.axis.arena)
    scale = scale_over([50.0, *(100 * end for effect in shown for end in (effect.win_low, effect.win_high))])
    return LooksSection(
        lede=f"{_worth(site, found, board)} {_moves(site, found)}",
        caption=f"{heading}: battles won by the picture with more of a feature, at equal strength; from {votes}",
        ticks=render_ticks(scale),
        effects=tuple(_effect(site, effect, scale) for effect in shown),
        ranks_caption=f"{heading}: ranks and scores, from {site.votes_noun(board.axis.arena)}",
        ranks=tuple(_row(site, each) for each in found.ranks),
        basis=_basis(site, found, board),
        method_path=f"{paths.METHODOLOGY}#looks",
    )


def _worth(site: SiteData, found: EqualLooks, board: Board) -> str:
    """The look that counts for most, of those that count for sure."""
    noun = site.votes_noun(board.axis.arena)
    sure = [effect for effect in found.effects if effect.clear and not effect.prompts]
    if not sure:
        return f"Nothing that is measured of a picture’s looks clearly wins or loses {noun} here."
    most = max(sure, key=lambda effect: abs(effect.effect))
    verb = "wins" if most.effect > 0 else "loses"
    share = most.win_rate if most.effect > 0 else 1.0 - most.win_rate
    others = [TRAITS[effect.feature][1] for effect in sure if effect is not most]
    also = f" {wording.listing(others).capitalize()} make a clear difference, too." if others else ""
    return (
        f"Of two equally strong models, the one with the {TRAITS[most.feature][0]} picture {verb} "
        f"{wording.percent(share)} of battles, by these {noun}.{also}"
    )


def _moves(site: SiteData, found: EqualLooks) -> str:
    moved = found.moved
    if not moved:
        return "With looks taken out of the votes, every model keeps its rank."
    if not any(effect.clear for effect in found.effects):
        furthest = max(abs(each.rank - each.equal_rank) for each in moved)
        models, ranks = wording.count(len(moved), "model"), wording.count(furthest, "rank")
        return f"Taken out of the votes all the same, looks move {models}, none by more than {ranks}."
    named = [f"{site.model(each.model).name} from #{each.rank} to #{each.equal_rank}" for each in moved[:NAMED_MOVES]]
    rest = len(moved) - len(named)
    tail = [f"{wording.count(rest, 'other model')} less far"] if rest else []
    return f"With looks taken out of the votes, ranks change: {wording.listing([*named, *tail])}."


def _effect(site: SiteData, effect: LookEffect, scale: Scale) -> EffectRow:
    prompts = ""
    if effect.prompts:
        kind = "longer" if effect.prompts == LONGER else site.language(effect.prompts).name
        prompts = f"in {kind} prompts, on top of that"
    low, wins, high = (100 * share for share in (effect.win_low, effect.win_rate, effect.win_high))
    return EffectRow(
        name=TRAITS[effect.feature][0].capitalize(),
        prompts=prompts,
        whisker=render_whisker(scale, low, wins, high, reference=50.0),
        wins=wording.percent(effect.win_rate),
        interval=f"{wording.span(wording.number(low, 0), wording.number(high, 0))}%",
        clear=effect.clear,
    )


def _row(site: SiteData, found: EqualRank) -> EqualRow:
    return EqualRow(
        model=model_ref(site, found.model),
        rank=f"#{found.rank}",
        equal_rank=f"#{found.equal_rank}",
        equal_span=wording.span(str(found.equal_rank_low), str(found.equal_rank_high)),
        score=wording.number(found.score),
        equal_score=wording.number(found.equal_score),
        moved=found.rank != found.equal_rank,
    )


def _basis(site: SiteData, found: EqualLooks, board: Board) -> str:
    arena = board.axis.arena
    of = f" of {wording.whole(board.votes)}" if found.left_out else ""
    noun = site.votes_noun(arena)
    return (
        f"From {wording.whole(found.votes)}{of} {noun}: those on two published pictures that were measured. “More” is "
        "one standard deviation over these pictures. Bars are 95% intervals; a difference is clear where 50% is "
        "outside. Liking bright pictures is no mistake: equal looks show which ranks rest on what any model could do "
        f"to its pictures.{_inseparable(found)}"
    )


def _inseparable(found: EqualLooks) -> str:
    """What differs with who made the pictures alone; empty where nothing does."""
    if not found.inseparable:
        return ""
    names = wording.listing([NOUNS[name] for name in found.inseparable])
    verb = "is" if len(found.inseparable) == 1 else "are"
    return (
        f" {wording.sentence(names)} {verb} left out: pictures differ in that by who made them alone, so that votes "
        "cannot tell it from the model."
    )

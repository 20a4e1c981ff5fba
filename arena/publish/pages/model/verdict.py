"""What somebody about to choose a model should know first: where it stands, what it is good at, what beats it for less;
and beside it, what it costs and what may be done with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from arena import wording
from arena.catalogue.model_facts import GONE
from arena.publish import paths
from arena.publish.charts.bars import render_strip
from arena.publish.content.measured import speed_of
from arena.publish.content.model_refs import (
    ModelRef,
    WeightsTags,
    commercial_use_in_brief,
    model_ref,
    price_from,
    rank_certainty,
    state_in_brief,
    weights_tags,
    weights_use_in_brief,
)
from arena.publish.content.site_data import SiteData
from arena.publish.pages.model.facts import title_line
from arena.publish.pages.model.prices import MANY
from arena.records import Axis, Board, RankStatus, Rating

TOP_AXES = 2
"""How many categories and languages the verdict names as those where a model ranks highest."""


@dataclass(frozen=True, slots=True)
class ArenaRank:
    """Where a model stands in one arena: ``rank`` of ``size`` models, with the range that is 95% sure."""

    id: str
    arena: str
    path: str
    rank: str
    span: str
    size: str
    certainty: str
    """Empty where the rank is established."""
    votes: str
    strip: Markup | None
    """Its place among the scores of all models; None for the only one."""


@dataclass(frozen=True, slots=True)
class SideCard:
    """What stays in sight while the page is read: ranks, price, speed and terms."""

    ranks: tuple[ArenaRank, ...]
    price: str
    price_note: str
    thousand: str
    speed: str
    speed_note: str
    """Whether the speed was measured or is claimed, and by whom; empty where nobody says it."""
    weights: WeightsTags
    weights_use: str
    outputs_use: str
    calculator: str
    """The address of the cost calculator with this model chosen; empty for a model that cannot be had."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Sentences at the top of the page: where it stands and what it is best at, then what to weigh it against."""

    standing: tuple[str, ...]
    advice: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence with at most one model in it: the words before its name and those after."""

    before: str
    model: ModelRef | None = None
    after: str = ""

    @property
    def text(self) -> str:
        return f"{self.before}{self.model.name if self.model else ''}{self.after}"


def advice(site: SiteData, model_id: str) -> tuple[Advice, ...]:
    """A sentence for each arena where the model is ranked and has a price, and one for each successor."""
    ranked = [
        (wording.in_sentence(arena.name), board, rating)
        for arena in site.catalogue.project.arenas
        if (board := site.boards.get(Axis(arena.id))) and (rating := board.get(model_id))
    ]
    found = [bargain(site, board, rating, place) for place, board, rating in ranked]
    return (*filter(None, found), *_successors(site, model_id))


def bargain(site: SiteData, board: Board, rating: Rating, place: str) -> Advice | None:
    """The highest-ranked model that costs less than this one and scores higher, of those one can still choose; says
    so where there is none, and nothing where this one's price is unknown.
    """
    own = site.prices.get(rating.model)
    if own is None:
        return None
    before = wording.sentence(f"{site.demo(board.axis.arena)}in {place}, ")
    for other in board.ratings:
        if other.score <= rating.score:
            break
        price = site.prices.get(other.model)
        if price and price.amount < own.amount and site.model(other.model).status not in GONE:
            after = f" (#{other.rank}, {price_from(site, other.model)} an image) ranks higher and costs less."
            return Advice(before, model_ref(site, other.model), after)
    return Advice(f"{before}no model with a known price costs less and ranks higher.")


def _successors(site: SiteData, model_id: str) -> Iterator[Advice]:
    """The newest first."""
    found = [(other, site.model(other)) for other in site.catalogue.successors_of(model_id)]
    for other, record in sorted(found, key=lambda item: item[1].released or date.min, reverse=True):
        if record.status not in GONE:
            released = f", released in {wording.month(record.released)}." if record.released else "."
            yield Advice("A newer version is ", model_ref(site, other), released)


def verdict(site: SiteData, model_id: str) -> Verdict:
    """The verdict on one model; it says so where the model has no rank."""
    standing = [sentence for arena in site.arenas if (sentence := _standing(site, model_id, arena.id))]
    if not standing:
        standing = [title_line(site, model_id), "Not ranked yet: it has too few votes."]
    return Verdict(tuple(standing), advice(site, model_id))


def _standing(site: SiteData, model_id: str, arena: str) -> str:
    """Rank, range and best categories and languages in one arena; empty where the model has no rank there."""
    board = site.ranked_arenas.get(arena)
    rating = board.get(model_id) if board else None
    if board is None or rating is None:
        return ""
    place = wording.in_sentence(site.arena_name(arena))
    said = f"{site.demo(arena)}#{rating.rank} of {len(board.ratings)} in {place}{_within(rating)}"
    return f"{wording.sentence(f'{said}{_strengths(site, model_id, board, rating)}')}."


def _strengths(site: SiteData, model_id: str, board: Board, overall: Rating) -> str:
    """The categories and languages where it ranks highest, and whether that is more than chance: whether the interval
    of its rank there lies clear of that of its overall rank. Empty where too few have votes on it.
    """
    found = sorted(
        (
            other.rank / len(narrow.ratings),
            -other.votes,
            f"{_axis_words(site, axis)} (#{other.rank})",
            other.rank_high / len(narrow.ratings) < overall.rank_low / len(board.ratings),
        )
        for axis, narrow in site.boards.items()
        if axis.arena == board.axis.arena
        and bool(axis.category) != bool(axis.language)
        and (other := narrow.get(model_id))
    )
    if len(found) <= TOP_AXES:
        return ""
    if clear := [name for *_, name, better in found if better]:
        return f"; it is clearly better in {wording.listing(clear[:TOP_AXES])}"
    best = wording.listing([name for *_, name, _better in found[:TOP_AXES]])
    return f"; it ranks highest in {best}, which may be chance"


def _axis_words(site: SiteData, axis: Axis) -> str:
    """``interiors and architecture``, ``Hindi prompts``: names of languages keep their capital."""
    name = site.axis_name(axis)
    return name if axis.language else wording.in_sentence(name)


def _within(rating: Rating) -> str:
    if rating.rank_low == rating.rank_high:
        return ""
    return f" (95% sure: {wording.rank_range(rating.rank_low, rating.rank_high)})"


def side_card(site: SiteData, model_id: str) -> SideCard:
    """Ranks, price, speed and terms of one model."""
    model = site.model(model_id)
    price, speed = site.prices.get(model_id), speed_of(site, model_id)
    unknown = "Not known" if model.current else state_in_brief(model).capitalize()
    return SideCard(
        ranks=arena_ranks(site, model_id),
        price=price_from(site, model_id) if price else unknown,
        price_note=f"an image via {site.catalogue.providers[price.provider].name}" if price else "",
        thousand=wording.dollars(MANY * price.amount) if price else "",
        speed=speed.text if speed else "Not known",
        speed_note=f"{speed.kind} {speed.detail}" if speed else "",
        weights=weights_tags(model),
        weights_use=weights_use_in_brief(model),
        outputs_use=commercial_use_in_brief(model),
        calculator=paths.calculator_path(model_id) if price else "",
    )


def arena_ranks(site: SiteData, model_id: str) -> tuple[ArenaRank, ...]:
    """The model's rank in every arena where it has one."""
    found = []
    for arena in site.arenas:
        board = site.ranked_arenas.get(arena.id)
        rating = board.get(model_id) if board else None
        if board and rating:
            found.append(
                ArenaRank(
                    id=arena.id,
                    arena=arena.name,
                    path=paths.board_path(Axis(arena.id)),
                    rank=str(rating.rank),
                    span=wording.span(str(rating.rank_low), str(rating.rank_high)),
                    size=str(len(board.ratings)),
                    certainty="" if rating.status is RankStatus.ESTABLISHED else rank_certainty(rating).lower(),
                    votes=site.votes(rating.votes, arena.id),
                    strip=render_strip(site.strips[arena.id], rating) if len(board.ratings) > 1 else None,
                )
            )
    return tuple(found)

"""Why people preferred a model, or another one to it, as a table by arena and category."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from arena import wording
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_reasons import ModelReason, ReasonShare

FEWEST_VOTES = 5
"""Votes with reasons, won and lost, below which a category has no rows of its own: its intervals would say nothing."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason: its share of the wins and of the losses that have any reason, with 95% intervals."""

    reason: str
    wins: str
    wins_interval: str
    losses: str
    losses_interval: str


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The reasons in all categories of an arena, or in one."""

    label: str
    rows: tuple[ReasonRow, ...]


@dataclass(frozen=True, slots=True)
class VoteReasons:
    """Why people preferred the model in one arena."""

    id: str
    arena: str
    summary: str
    caption: str
    groups: tuple[ReasonGroup, ...]


def vote_reasons(site: SiteData, model_id: str) -> tuple[VoteReasons, ...]:
    """One for each arena where votes on the model have reasons, in the project's order; empty where none has."""
    found = site.reasons.get(model_id, ())
    by_arena = {arena: list(group) for arena, group in groupby(found, key=lambda each: each.arena)}
    return tuple(
        _of_arena(site, model_id, arena.id, by_arena[arena.id]) for arena in site.arenas if arena.id in by_arena
    )


def _of_arena(site: SiteData, model_id: str, arena: str, found: list[ModelReason]) -> VoteReasons:
    name, where = site.model(model_id).name, site.arena_name(arena)
    by_category = {category: list(group) for category, group in groupby(found, key=lambda each: each.category)}
    overall = by_category[""][0]
    known = [category.id for category in site.catalogue.project.categories if category.id in by_category]
    told = [category for category in known if _votes(by_category[category]) >= FEWEST_VOTES]
    won, lost = wording.count(overall.wins.of, "win"), wording.count(overall.losses.of, "loss", "losses")
    return VoteReasons(
        id=arena,
        arena=where,
        summary=(
            f"Of {won} and {lost} of {name} in which the voter said why: how often each reason was given. A vote may "
            "have several. In a loss, reasons speak for the other model."
        ),
        caption=f"Reasons given in {site.votes_noun(arena)} on {name} in {wording.in_sentence(where)}",
        groups=(
            _group("All categories", by_category[""]),
            # Where all votes are of one category, its rows would say the same again.
            *(_group(site.category_name(each), by_category[each]) for each in told if len(known) > 1),
        ),
    )


def _votes(found: list[ModelReason]) -> int:
    return found[0].wins.of + found[0].losses.of


def _group(label: str, found: list[ModelReason]) -> ReasonGroup:
    ordered = sorted(found, key=lambda each: (-each.wins.share, -each.losses.share, each.reason))
    return ReasonGroup(label, tuple(_row(each) for each in ordered))


def _row(found: ModelReason) -> ReasonRow:
    return ReasonRow(wording.reason_name(found.reason), *_cells(found.wins), *_cells(found.losses))


def _cells(share: ReasonShare) -> tuple[str, str]:
    if not share.of:
        return wording.NOTHING, ""
    low, high = (wording.number(100 * bound, 0) for bound in (share.low, share.high))
    return wording.percent(share.share), f"{wording.span(low, high)}%"

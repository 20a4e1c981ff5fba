"""Changes of rank: for each week who moved, who joined, who leads; and the same as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from arena import wording
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.rank_changes import RankMove, RankWeek, day_to, lead_of, rank_weeks
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.citations import last_vote
from arena.publish.paths import BOARDS, CHANGES, CHANGES_FEED, METHODOLOGY, board_path
from arena.records import Axis

WEEKS = 26
"""How many weeks back the page and the feed go."""
MOVES = 10
"""Moves shown of one week and arena, the largest first; the rest are counted."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One model that moved; ``text`` says how in words, ``way`` is up or down."""

    model: ModelRef
    way: str
    change: str
    text: str


@dataclass(frozen=True, slots=True)
class ArenaWeek:
    """What changed on one arena's board within a week."""

    id: str
    arena: str
    path: str
    lead: str
    moves: tuple[MoveRow, ...]
    more: str
    joined: tuple[MoveRow, ...]
    joined_title: str


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """All arenas of one week: ``until`` is its last day that has votes, ``sunday`` the one that it ends with."""

    id: str
    until: wording.Day
    sunday: date
    arenas: tuple[ArenaWeek, ...]


@dataclass(frozen=True, slots=True)
class RankChangesView:
    """The context of ``rank_changes.html``; ``feed`` is empty where there is nothing to follow."""

    lede: str
    weeks: tuple[WeekBlock, ...]
    feed: str
    boards_path: str
    method_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The one page of changes."""
    weeks = week_blocks(site)
    yield Page(
        path=CHANGES,
        template="rank_changes.html",
        title="Changes of rank, week by week",
        description="Which image models moved up or down on the leaderboards, week by week, and which joined.",
        view=RankChangesView(
            lede="Who moved on each arena’s overall board within a week, from "
            f"{site.votes(site.summary.votes)}. Every place is worked out as if the votes had ended with that "
            "week, among the models that are ranked today. Where intervals overlap, models change places by chance.",
            weeks=weeks,
            feed=CHANGES_FEED if weeks else "",
            boards_path=BOARDS,
            method_path=METHODOLOGY,
        ),
        section=BOARDS,
        updated=last_vote(site),
    )


def week_blocks(site: SiteData) -> tuple[WeekBlock, ...]:
    """The last weeks with a change, the newest first."""
    blocks: dict[date, WeekBlock] = {}
    for week in rank_weeks(site):
        if week.until not in blocks and len(blocks) == WEEKS:
            break
        until = wording.day(day_to(site, week.until))
        arenas = blocks[week.until].arenas if week.until in blocks else ()
        name = f"week-{week.until.isoformat()}"
        blocks[week.until] = WeekBlock(name, until, week.until, (*arenas, _arena_week(site, week)))
    return tuple(blocks.values())


def _arena_week(site: SiteData, week: RankWeek) -> ArenaWeek:
    hidden = len(week.moves) - MOVES
    return ArenaWeek(
        id=week.arena,
        arena=site.arena_name(week.arena),
        path=board_path(Axis(week.arena)),
        lead=lead_of(site, week),
        moves=tuple(_move_row(site, move) for move in week.moves[:MOVES]),
        more=f"and {wording.count(hidden, 'other')}" if hidden > 0 else "",
        joined=tuple(MoveRow(model_ref(site, model), "new", "new", f"at #{place}") for model, place in week.joined),
        joined_title=wording.count(len(week.joined), "model joined", "models joined"),
    )


def _move_row(site: SiteData, move: RankMove) -> MoveRow:
    up = move.now < move.before
    return MoveRow(
        model=model_ref(site, move.model),
        way="up" if up else "down",
        change=f"{'▲' if up else '▼'} {abs(move.before - move.now)}",
        text=f"{'up' if up else 'down'} from #{move.before} to #{move.now}",
    )

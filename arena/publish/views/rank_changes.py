"""Changes of rank: for each week who moved, who joined, who leads; and the same as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from xml.etree.ElementTree import Element, SubElement

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.feeds import permanent_id, render_xml
from arena.publish.frame import notices_of
from arena.publish.page import Asset, Page
from arena.publish.paths import BOARDS, CHANGES, CHANGES_FEED, METHODOLOGY, absolute, board_path
from arena.publish.ranks import RankMove, RankWeek, rank_weeks
from arena.publish.refs import ModelRef, model_ref
from arena.publish.views.changes import day_to, lead_of
from arena.publish.views.cited import last_vote
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
    until: words.Day
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


def pages(edition: Edition) -> Iterator[Page]:
    """The one page of changes."""
    weeks = week_blocks(edition)
    yield Page(
        path=CHANGES,
        template="rank_changes.html",
        title="Changes of rank, week by week",
        description="Which image models moved up or down on the leaderboards, week by week, and which joined.",
        view=RankChangesView(
            lede="Who moved on each arena’s overall board within a week, from "
            f"{edition.votes(edition.summary.votes)}. Every place is worked out as if the votes had ended with that "
            "week, among the models that are ranked today. Where intervals overlap, models change places by chance.",
            weeks=weeks,
            feed=CHANGES_FEED if weeks else "",
            boards_path=BOARDS,
            method_path=METHODOLOGY,
        ),
        section=BOARDS,
        updated=last_vote(edition),
    )


def week_blocks(edition: Edition) -> tuple[WeekBlock, ...]:
    """The last weeks with a change, the newest first."""
    blocks: dict[date, WeekBlock] = {}
    for week in rank_weeks(edition):
        if week.until not in blocks and len(blocks) == WEEKS:
            break
        until = words.day(day_to(edition, week.until))
        arenas = blocks[week.until].arenas if week.until in blocks else ()
        name = f"week-{week.until.isoformat()}"
        blocks[week.until] = WeekBlock(name, until, week.until, (*arenas, _arena_week(edition, week)))
    return tuple(blocks.values())


def _arena_week(edition: Edition, week: RankWeek) -> ArenaWeek:
    hidden = len(week.moves) - MOVES
    return ArenaWeek(
        id=week.arena,
        arena=edition.arena_name(week.arena),
        path=board_path(Axis(week.arena)),
        lead=lead_of(edition, week),
        moves=tuple(_move_row(edition, move) for move in week.moves[:MOVES]),
        more=f"and {words.count(hidden, 'other')}" if hidden > 0 else "",
        joined=tuple(
            MoveRow(model_ref(edition, model), "new", "new", f"at no. {place}") for model, place in week.joined
        ),
        joined_title=words.count(len(week.joined), "model joined", "models joined"),
    )


def _move_row(edition: Edition, move: RankMove) -> MoveRow:
    up = move.now < move.before
    return MoveRow(
        model=model_ref(edition, move.model),
        way="up" if up else "down",
        change=f"{'▲' if up else '▼'} {abs(move.before - move.now)}",
        text=f"{'up' if up else 'down'} from no. {move.before} to no. {move.now}",
    )


def feed_assets(edition: Edition) -> Iterator[Asset]:
    """The feed, where anything has changed yet."""
    weeks = week_blocks(edition)
    if weeks:
        yield Asset.of_text(CHANGES_FEED, render_feed(edition, weeks))


def render_feed(edition: Edition, weeks: Sequence[WeekBlock]) -> str:
    """One entry a week and arena, the newest first; links are relative to the feed where the site has no address."""
    project = edition.catalogue.project
    mark = " (simulated votes)" if edition.summary.simulated else ""
    root = Element("feed", xmlns="http://www.w3.org/2005/Atom", attrib={"xml:lang": "en"})
    SubElement(root, "title").text = f"{project.name}: changes of rank{mark}"
    SubElement(root, "subtitle").text = " ".join(
        [
            "Who moved on each arena’s board, week by week.",
            *(f"{each.label}. {each.text}" for each in notices_of(edition)),
        ]
    )
    SubElement(root, "id").text = permanent_id(project.name, "changes")
    SubElement(root, "updated").text = _updated(edition, weeks[0])
    SubElement(SubElement(root, "author"), "name").text = project.name
    SubElement(root, "link", rel="self", type="application/atom+xml", href=_href(edition, CHANGES_FEED))
    SubElement(root, "link", rel="alternate", type="text/html", href=_href(edition, CHANGES))
    for week in weeks:
        for part in week.arenas:
            _add_entry(root, edition, week, part, mark)
    return render_xml(root)


def _add_entry(root: Element, edition: Edition, week: WeekBlock, part: ArenaWeek, mark: str) -> None:
    entry = SubElement(root, "entry")
    SubElement(entry, "title").text = f"{part.arena}, week to {week.until.text}: {part.lead}{mark}"
    name = f"changes/{week.sunday.isoformat()}/{part.id}"
    SubElement(entry, "id").text = permanent_id(edition.catalogue.project.name, name)
    SubElement(entry, "updated").text = _updated(edition, week)
    href = _href(edition, CHANGES) + f"#{week.id}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=href)
    moved = [f"{row.model.name} {row.text}" for row in part.moves]
    joined = [f"{row.model.name} joined {row.text}" for row in part.joined]
    said = "; ".join([*moved, *([part.more] if part.more else []), *joined])
    SubElement(entry, "summary").text = f"{part.lead} {words.sentence(said)}."


def _updated(edition: Edition, week: WeekBlock) -> str:
    """When the entries of a week last changed: with its end, or with the last vote while it runs."""
    end = datetime.combine(week.sunday + timedelta(days=1), time(), UTC)
    last = edition.summary.last
    return f"{min(end, last) if last else end:%Y-%m-%dT%H:%M:%SZ}"


def _href(edition: Edition, path: str) -> str:
    base_url = edition.catalogue.project.base_url
    return absolute(base_url, path) if base_url else path.removeprefix("changes/")

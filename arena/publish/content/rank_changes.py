"""Changes of rank and score week by week, worked out from the ratings over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from arena import wording
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.ranks_by_week import ranks_by_week
from arena.publish.content.site_data import SiteData
from arena.ratings.leader import leader_since
from arena.records import Axis, Board, HistoryPoint

WEEK = timedelta(days=7)
NEW = "new"
MOVES = 5
"""How many moves the home page names."""
SETTLED = "Its lead is settled now."
JOINED = 3
"""How many models that joined a board a sentence names."""


@dataclass(frozen=True, slots=True)
class RankMove:
    """A model on another place than a week before."""

    model: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class RankWeek:
    """What changed on an arena's board within the week that ends on ``until``; places are those after it.

    ``first`` is first by score after it, ``before`` was before; ``before`` is empty in the first week. ``moves`` come
    largest first, ``joined`` (model and place) from the top.
    """

    arena: str
    until: date
    first: str
    before: str
    moves: tuple[RankMove, ...]
    joined: tuple[tuple[str, int], ...]
    proven: str = ""
    """The model that is proven to lead with the votes of this week, and was not before; empty in all other weeks."""

    @property
    def changed(self) -> bool:
        return bool(self.moves or self.joined or self.proven)


def rank_weeks(site: SiteData) -> Iterator[RankWeek]:
    """Every week in which something changed, the newest first, arenas in the project's order."""
    found = [week for arena in site.catalogue.project.arenas for week in weeks_of(site, arena.id) if week.changed]
    order = [arena.id for arena in site.catalogue.project.arenas]
    yield from sorted(found, key=lambda week: (-week.until.toordinal(), order.index(week.arena)))


def weeks_of(site: SiteData, arena: str) -> Iterator[RankWeek]:
    """Week by week, oldest first: only models that are ranked now, each from the week in which it has votes enough."""
    before: dict[str, int] = {}
    board = site.boards.get(Axis(arena))
    weeks = ranks_by_week(board, site.history, site.ratings.settings.min_votes) if board else ()
    proven = {claim.week: claim.model for claim in site.ratings.leaders if claim.arena == arena}
    for until, places in weeks:
        moved = [RankMove(model, before[model], place) for model, place in places.items() if model in before]
        moves = [move for move in moved if move.before != move.now]
        joined = [(model, place) for model, place in places.items() if model not in before]
        yield RankWeek(
            arena=arena,
            until=until,
            first=_leader(places),
            before=_leader(before),
            moves=tuple(sorted(moves, key=lambda move: (-abs(move.before - move.now), move.now, move.model))),
            joined=tuple(sorted(joined, key=lambda item: (item[1], item[0]))),
            proven=proven.get(until, ""),
        )
        before = places


def _leader(places: Mapping[str, int]) -> str:
    return min(places, key=lambda model: (places[model], model), default="")


@dataclass(frozen=True, slots=True)
class LastWeek:
    """The last week of an arena's history; ``until`` is its Sunday."""

    arena: str
    until: date


def last_week(site: SiteData, axis: Axis) -> LastWeek | None:
    """The week of an arena's overall board; None for narrower boards and without a week before it."""
    if axis != Axis(axis.arena):
        return None
    weeks = {point.week for (arena, _), points in site.history.items() if arena == axis.arena for point in points}
    return LastWeek(axis.arena, max(weeks)) if len(weeks) > 1 else None


def day_to(site: SiteData, until: date) -> date:
    """The last day that counts of the week to the Sunday ``until``: that of the last vote while the week runs."""
    last = site.summary.last
    return min(until, last.date()) if last else until


def point_at(site: SiteData, arena: str, model_id: str, day: date) -> HistoryPoint | None:
    """The model's last point up to ``day``; None before its first vote."""
    known = [point for point in site.history.get((arena, model_id), ()) if point.week <= day]
    return known[-1] if known else None


def change_in(site: SiteData, week: LastWeek | None, model_id: str) -> str:
    """The score at the end of the week less that at the end of the week before, with its sign; ``new`` in its first."""
    if week is None:
        return ""
    now = point_at(site, week.arena, model_id, week.until)
    before = point_at(site, week.arena, model_id, week.until - WEEK)
    if now is None:
        return wording.NOTHING
    return wording.signed(now.score - before.score) if before else NEW


def change_explained(site: SiteData, axis: Axis) -> tuple[str, ...]:
    """What the column of changes shows; nothing where there is none."""
    week = last_week(site, axis)
    if week is None:
        return ()
    return (
        f"7 days: how the score moved with the {site.votes_noun(axis.arena)} of the week to "
        f"{wording.day(day_to(site, week.until)).text}. Scores also rise as more votes reduce uncertainty.",
    )


@dataclass(frozen=True, slots=True)
class RankNews:
    """A model that changed places, joined or was flagged within the last week."""

    model: ModelRef
    text: str


@dataclass(frozen=True, slots=True)
class WeekNews:
    """What the last week changed on an arena's board."""

    title: str
    said: str
    lines: tuple[RankNews, ...]


def news_of(site: SiteData, arena: str) -> WeekNews | None:
    """Who leads, how many moved and joined, then by name: flagged models, those that joined, the largest moves.

    None where no week can be compared with one before it.
    """
    week, weeks = last_week(site, Axis(arena)), tuple(weeks_of(site, arena))
    if week is None or not weeks:
        return None
    last = weeks[-1]
    lines = [
        *((model, "flagged: its results depart from its earlier ones") for model in _flagged(site, week)),
        *((model, f"joined at #{place}") for model, place in last.joined),
        *((move.model, f"from #{move.before} to #{move.now}") for move in last.moves[:MOVES]),
    ]
    return WeekNews(
        title=f"In the week to {wording.day(day_to(site, week.until)).text}",
        said=f"{lead_of(site, last)} {_counts(site, last)}",
        lines=tuple(RankNews(model_ref(site, model), text) for model, text in lines),
    )


def _flagged(site: SiteData, week: LastWeek) -> list[str]:
    """The ranked models whose last week was flagged, from the top of the board."""
    found = ((r.model, point_at(site, week.arena, r.model, week.until)) for r in site.ranked_arenas[week.arena].ratings)
    return [model for model, point in found if point and point.flagged and point.week == week.until]


def lead_of(site: SiteData, week: RankWeek) -> str:
    """Who is first after a week, whether that is new, and whether it is proven; only who is takes the lead."""
    first, demo = site.model(week.first).name, site.demo(week.arena)
    settled = f" {SETTLED}" if week.proven == week.first else ""
    if not week.before:
        return f"{demo}{first} leads in the first week with a ranking.{settled}"
    if week.before == week.first:
        return f"{demo}{first} still leads.{settled}"
    before = site.model(week.before).name
    if week.proven == week.first:
        return f"{demo}{first} takes the lead from {before}. {SETTLED}"
    return f"{demo}{first} passes {before} by score; who leads is not settled."


def leader_in_words(site: SiteData, board: Board) -> str:
    """Since when the first model of an overall board leads for sure, or that none does; empty without a history."""
    axis = board.axis
    if axis != Axis(axis.arena) or not board.ratings or not any(arena == axis.arena for arena, _ in site.history):
        return ""
    claim = leader_since(site.ratings.leaders, axis.arena, board.ratings[0].model)
    if claim is None:
        return wording.sentence(f"{site.demo(axis.arena)}no settled leader")
    return wording.sentence(f"{site.demo(axis.arena)}leader since {wording.day(day_to(site, claim.week)).text}")


def week_in_words(site: SiteData, week: RankWeek) -> str:
    """Who leads an arena after a week, how many models moved, and which of them most: one sentence."""
    first, inside = site.model(week.first).name, wording.in_sentence(site.arena_name(week.arena))
    if not week.before:
        lead = f"{first} leads in {inside}, ranked for the first time"
    elif week.before == week.first:
        lead = f"{first} still leads in {inside}"
    elif week.proven == week.first:
        lead = f"{first} takes the lead in {inside} from {site.model(week.before).name}"
    else:
        lead = f"{first} passes {site.model(week.before).name} in {inside} by score; who leads is not settled"
    if week.proven == week.first:
        lead += ", and its lead is settled now"
    moved = ""
    if week.moves:
        move, count = week.moves[0], len(week.moves)
        name = site.model(move.model).name
        step = f"{'up' if move.now < move.before else 'down'} from #{move.before} to #{move.now}"
        many = f"; {wording.count(count, 'model')} changed places; {name} moved most, {step}"
        moved = many if count > 1 else f"; {name} went {step}"
    joined = ""
    if week.before and week.joined:
        names = [site.model(model).name for model, _ in week.joined[:JOINED]]
        more = len(week.joined) - len(names)
        joined = f"; new on the board: {wording.listing([*names, *([f'{more} more'] if more else [])])}"
    return f"{wording.sentence(f'{site.demo(week.arena)}{lead}')}{moved}{joined}."


def _counts(site: SiteData, week: RankWeek) -> str:
    moved = f"{wording.count(len(week.moves), 'model')} changed places" if week.moves else "No model changed places"
    joined = f" and {wording.whole(len(week.joined))} joined" if week.joined else ""
    chance = " Where intervals overlap, models change places by chance." if week.moves else ""
    return f"{moved}{joined}, by {site.votes_noun(week.arena)}.{chance}"

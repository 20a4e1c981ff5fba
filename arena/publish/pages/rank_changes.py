"""What changed, week by week: ranks, prices, models and licences; the leading models' ranks as bump charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from arena import wording
from arena.publish.charts.bump import BumpLine, render_bump
from arena.publish.content.model_refs import ModelRef, model_ref
from arena.publish.content.rank_changes import RankMove, RankWeek, day_to, lead_of, rank_weeks, week_in_words
from arena.publish.content.ranks_by_week import ranks_by_week
from arena.publish.content.site_data import SiteData
from arena.publish.page import Page
from arena.publish.pages.catalogue_changes import CatalogueChange, catalogue_changes, changes_in_words
from arena.publish.pages.citations import last_vote, newest
from arena.publish.paths import BOARDS, CHANGES, CHANGES_FEED, METHODOLOGY, PRICES, board_path, card_path
from arena.records import Axis, Board

WEEKS = 26
"""How many weeks back the page and the feed go."""
MOVES = 10
"""Moves shown of one week and arena, the largest first; the rest are counted."""
CHARTED_WEEKS, CHARTED_MODELS = 12, 15
"""The weeks and the models, the first by rank today, of a bump chart."""


@dataclass(frozen=True, slots=True)
class ChartedModel:
    """A line of a bump chart; ``ranks`` has its rank in each week as a table shows it."""

    rank: str
    model: ModelRef
    ranks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankChart:
    """The first models of an arena over the last weeks; ``start`` names the model in each row in the first week."""

    id: str
    arena: str
    path: str
    caption: str
    chart: Markup
    start: tuple[ChartedModel | None, ...]
    end: tuple[ChartedModel, ...]
    weeks: tuple[str, ...]
    days: tuple[wording.Day, wording.Day]


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
    """All that changed in one week: ``until`` is its last day that counts, of a vote or of a change in the catalogue;
    ``sunday`` the one that it ends with. ``said`` is the week in plain words.
    """

    id: str
    until: wording.Day
    sunday: date
    said: str
    arenas: tuple[ArenaWeek, ...]
    catalogue: tuple[CatalogueChange, ...]


@dataclass(frozen=True, slots=True)
class RankChangesView:
    """The context of ``rank_changes.html``; ``feed`` is empty where there is nothing to follow."""

    lede: str
    charts: tuple[RankChart, ...]
    explained: str
    weeks: tuple[WeekBlock, ...]
    feed: str
    boards_path: str
    prices_path: str
    method_path: str


def pages(site: SiteData) -> Iterator[Page]:
    """The one page of changes."""
    weeks = week_blocks(site)
    yield Page(
        path=CHANGES,
        template="rank_changes.html",
        title="What changed, week by week",
        description="Which image models moved up or down, were released or shut down, and whose price changed.",
        view=RankChangesView(
            lede=_lede(weeks),
            charts=tuple(
                chart
                for arena in site.arenas_of_today_first
                if arena.id in site.ranked_arenas and (chart := _chart(site, site.ranked_arenas[arena.id]))
            ),
            explained="Every rank is worked out as if the votes had ended with that week, among the models ranked "
            "today. Where intervals overlap, models change places by chance.",
            weeks=weeks,
            feed=CHANGES_FEED if weeks else "",
            boards_path=BOARDS,
            prices_path=PRICES,
            method_path=METHODOLOGY,
        ),
        section=BOARDS,
        updated=newest([last_vote(site), *(date.fromisoformat(each.day.iso) for each in weeks[0].catalogue)])
        if weeks
        else last_vote(site),
        card=card_path(CHANGES) if weeks and site.catalogue.project.base_url else "",
    )


def _lede(weeks: Sequence[WeekBlock]) -> str:
    """The last week in which anything changed, and the last one that changed ranks, in plain words."""
    if not weeks:
        return ""
    last, ranked = weeks[0], next((week for week in weeks if week.arenas), None)
    said = [f"In the week to {last.until.text}: {last.said}"]
    if ranked and ranked is not last:
        said.append(f"Ranks last changed in the week to {ranked.until.text}: {ranked.said}")
    return " ".join(said)


def week_blocks(site: SiteData) -> tuple[WeekBlock, ...]:
    """The last weeks in which a rank, a price or a model changed, the newest first."""
    ranks: dict[date, list[RankWeek]] = {}
    for week in rank_weeks(site):
        ranks.setdefault(week.until, []).append(week)
    catalogue = catalogue_changes(site)
    sundays = sorted(ranks.keys() | catalogue.keys(), reverse=True)[:WEEKS]
    return tuple(_block(site, sunday, ranks.get(sunday, []), catalogue.get(sunday, ())) for sunday in sundays)


def _block(
    site: SiteData, sunday: date, ranks: Sequence[RankWeek], catalogue: tuple[CatalogueChange, ...]
) -> WeekBlock:
    days = [date.fromisoformat(change.day.iso) for change in catalogue]
    until = max(days, default=sunday) if not ranks else max(day_to(site, sunday), *days, date.min)
    said = [*(week_in_words(site, week) for week in ranks), changes_in_words(catalogue)]
    return WeekBlock(
        id=f"week-{sunday.isoformat()}",
        until=wording.day(until),
        sunday=sunday,
        said=" ".join(filter(None, said)),
        arenas=tuple(_arena_week(site, week) for week in ranks),
        catalogue=catalogue,
    )


def _chart(site: SiteData, board: Board) -> RankChart | None:
    """The bump chart of an arena; None where fewer than two weeks or two models have ranks."""
    weeks = list(ranks_by_week(board, site.history, site.ratings.settings.min_votes))[-CHARTED_WEEKS:]
    if len(weeks) < 2 or len(weeks[-1][1]) < 2:
        return None
    places = [_places(ranks) for _, ranks in weeks]
    models = sorted(places[-1], key=lambda model: places[-1][model])[:CHARTED_MODELS]
    charted = [_charted(site, model, [ranks for _, ranks in weeks]) for model in models]
    first = {places[0][model]: entry for model, entry in zip(models, charted, strict=True) if model in places[0]}
    arena = board.axis.arena
    title = f"{site.arena_name(arena)}: the first {len(models)} models by rank over {len(weeks)} weeks"
    lines = [BumpLine(each.model.hue, tuple(week.get(each.model.id) for week in places)) for each in charted]
    return RankChart(
        id=arena,
        arena=site.arena_name(arena),
        path=board_path(board.axis),
        caption=f"{title}, from {site.votes(board.votes, arena)}",
        chart=render_bump(lines, title, "A line a model, the first rank on top. The table below has every rank."),
        start=tuple(first.get(place) for place in range(1, len(models) + 1)),
        end=tuple(charted),
        weeks=tuple(f"{week.day} {wording.short_month(week)[:3]}" for week, _ in weeks),
        days=(wording.day(weeks[0][0]), wording.day(day_to(site, weeks[-1][0]))),
    )


def _places(ranks: Mapping[str, int]) -> dict[str, int]:
    """A row of its own for each model, also for those of equal rank: by rank, then by id."""
    return {model: place for place, model in enumerate(sorted(ranks, key=lambda model: (ranks[model], model)), 1)}


def _charted(site: SiteData, model: str, weeks: Sequence[Mapping[str, int]]) -> ChartedModel:
    ranks = tuple(f"#{week[model]}" if model in week else wording.NOTHING for week in weeks)
    return ChartedModel(ranks[-1], model_ref(site, model), ranks)


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

"""A model's rating over time on each arena: the line, its weeks, and weeks that depart from what was to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish.charts.explore import explore
from arena.publish.charts.line import Point, render_line
from arena.publish.content.site_data import SiteData
from arena.records import HistoryPoint

Z = 1.96
"""Half the width of a 95% interval in standard deviations."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One point of the rating's history."""

    week: wording.Day
    score: str
    interval: str
    votes: str
    drift: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """A model's rating over time on one arena; ``missing`` says why there is no chart."""

    id: str
    arena: str
    summary: str
    drift: str
    chart: Markup
    caption: str
    weeks: tuple[HistoryRow, ...]
    missing: str
    explore: Markup | None


def rating_histories(site: SiteData, model_id: str) -> tuple[RatingHistory, ...]:
    """The rating over time on each arena that the model competes in."""
    return tuple(_course(site, model_id, arena) for arena in site.model(model_id).arenas)


def _course(site: SiteData, model_id: str, arena: str) -> RatingHistory:
    points = site.history.get((arena, model_id), ())
    name, place = site.model(model_id).name, site.arena_name(arena)
    if len(points) < 2:
        missing = (
            "Two weeks with votes are needed for a line; there is only one." if points else "No votes over time yet."
        )
        return RatingHistory(arena, place, "", "", Markup(), "", (), missing, None)
    first, last = points[0], points[-1]
    summary = (
        f"Score {wording.number(first.score)} after {site.votes(first.votes, arena)} in the week to "
        f"{wording.day(first.week).text}, {wording.number(last.score)} after {site.votes(last.votes, arena)} "
        f"in the week to {wording.day(last.week).text} ({wording.signed(last.score - first.score)})."
    )
    band = [_point(point) for point in points]
    title = (
        f"{name} in {wording.in_sentence(place)}: score from all {site.votes_noun(arena)} up to each week, with its "
        "95% interval"
    )
    return RatingHistory(
        id=arena,
        arena=place,
        summary=summary,
        drift=drift_summary(points),
        chart=render_line(band, title, f"The score with its 95% interval, week by week. {summary}"),
        caption=title,
        weeks=tuple(
            HistoryRow(
                week=wording.day(point.week),
                score=wording.number(point.score),
                interval=f"{wording.number(p.low, 1)} to {wording.number(p.high, 1)}",
                votes=wording.whole(point.votes),
                drift=drift_text(point),
                flagged=point.flagged,
            )
            for point, p in zip(points, band, strict=True)
        ),
        missing="",
        explore=explored(title, points, band),
    )


def explored(title: str, points: Sequence[HistoryPoint], band: Sequence[Point]) -> Markup:
    """The figures of the line, to explore."""
    return explore(
        {
            "kind": "line",
            "title": title,
            "days": [point.week.isoformat() for point in points],
            "values": [round(point.score, 3) for point in points],
            "low": [round(point.low, 3) for point in band],
            "high": [round(point.high, 3) for point in band],
            "notes": ["flagged" if point.flagged else "" for point in points],
        }
    )


def _point(point: HistoryPoint) -> Point:
    """A week with its interval: the one that respects voters where it was worked out, else that of sigma alone."""
    if point.score_high > point.score_low:
        return Point(point.week, point.score_low, point.score, point.score_high)
    return Point(point.week, point.score - Z * point.sigma, point.score, point.score + Z * point.sigma)


def drift_text(point: HistoryPoint) -> str:
    """Points a vote in that week above or below what earlier votes lead to expect, with its 95% interval."""
    if point.drift is None:
        return wording.NOTHING
    if point.drift_low is None or point.drift_high is None:
        return wording.signed(point.drift)
    return f"{wording.signed(point.drift)} ({wording.signed(point.drift_low)} to {wording.signed(point.drift_high)})"


def drift_summary(points: Sequence[HistoryPoint]) -> str:
    """Which weeks depart from what the model's earlier votes lead to expect; empty where that was not worked out."""
    if all(point.drift is None for point in points):
        return ""
    flagged = [wording.day(point.week).text for point in points if point.flagged]
    if not flagged:
        return "No week departs from what the model’s earlier votes lead to expect."
    return (
        f"Flagged, because results depart from what earlier votes lead to expect: {wording.listing(flagged)}. "
        "The model itself may have changed."
    )

"""What changed in the last week that has votes: scores, and places on an arena's board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.refs import ModelRef, model_ref
from arena.records import Axis, HistoryPoint

WEEK = timedelta(days=7)
NEW = "new"
MOVES = 5
"""How many moves the home page names."""


@dataclass(frozen=True, slots=True)
class Week:
    """The last week of an arena's history; ``until`` is its Sunday."""

    arena: str
    until: date


def last_week(edition: Edition, axis: Axis) -> Week | None:
    """The week of an arena's overall board; None for narrower boards and without a week before it."""
    if axis != Axis(axis.arena):
        return None
    weeks = {point.week for (arena, _), points in edition.history.items() if arena == axis.arena for point in points}
    return Week(axis.arena, max(weeks)) if len(weeks) > 1 else None


def point_at(edition: Edition, arena: str, model_id: str, day: date) -> HistoryPoint | None:
    """The model's last point up to ``day``; None before its first vote."""
    known = [point for point in edition.history.get((arena, model_id), ()) if point.week <= day]
    return known[-1] if known else None


def change_in(edition: Edition, week: Week | None, model_id: str) -> str:
    """The score at the end of the week less that at the end of the week before, with its sign; ``new`` in its first."""
    if week is None:
        return ""
    now = point_at(edition, week.arena, model_id, week.until)
    before = point_at(edition, week.arena, model_id, week.until - WEEK)
    if now is None:
        return words.NOTHING
    return words.signed(now.score - before.score) if before else NEW


def change_explained(edition: Edition, axis: Axis) -> tuple[str, ...]:
    """What the column of changes shows; nothing where there is none."""
    week = last_week(edition, axis)
    if week is None:
        return ()
    return (
        f"7 days: how the score moved with the {edition.votes_noun} of the last week, which ended on "
        f"{words.day(week.until).text}. More votes alone let a score rise, because they make it surer.",
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A model that is on another place of an arena's board than a week before."""

    model: str
    before: int
    now: int


def moves(edition: Edition, arena: str) -> tuple[Move, ...]:
    """Who changed places on the arena's board within its last week, the largest moves first.

    Both places count only models that are ranked now and had a point at the time, by their scores of that week.
    """
    week, board = last_week(edition, Axis(arena)), edition.boards.get(Axis(arena))
    if week is None or board is None:
        return ()
    models = [rating.model for rating in board.ratings]
    before, now = (_places(edition, arena, models, day) for day in (week.until - WEEK, week.until))
    found = [Move(model, before[model], now[model]) for model in models if model in before and model in now]
    changed = [move for move in found if move.before != move.now]
    return tuple(sorted(changed, key=lambda move: (-abs(move.before - move.now), move.now, move.model)))


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A model that changed places within the last week."""

    model: ModelRef
    text: str


def move_lines(edition: Edition, arena: str) -> tuple[MoveLine, ...]:
    """Who changed places on the arena's board within its last week, the largest moves first."""
    return tuple(
        MoveLine(model_ref(edition, move.model), f"from no. {move.before} to no. {move.now}")
        for move in moves(edition, arena)[:MOVES]
    )


def moves_title(edition: Edition, arena: str) -> str:
    """What the week was; says so where nobody changed places, and nothing where no week can be compared."""
    week = last_week(edition, Axis(arena))
    if week is None:
        return ""
    changed = len(moves(edition, arena))
    said = f"{words.count(changed, 'model')} changed places" if changed else "no model changed places"
    return f"In the week to {words.day(week.until).text}, {said} by {edition.votes_noun}"


def _places(edition: Edition, arena: str, models: list[str], day: date) -> dict[str, int]:
    fewest = edition.ratings.settings.min_votes
    known = {model: point_at(edition, arena, model, day) for model in models}
    scores = {model: point.score for model, point in known.items() if point and point.votes >= fewest}
    return {model: 1 + sum(other > score for other in scores.values()) for model, score in scores.items()}

"""Changes of rank week by week, worked out from the ratings over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from arena.records import Axis, Board, HistoryPoint

if TYPE_CHECKING:
    from arena.publish.edition import Edition


@dataclass(frozen=True, slots=True)
class RankMove:
    """A model on another place than a week before."""

    model: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class RankWeek:
    """What changed on an arena's board within the week that ends on ``until``; places are those after it.

    ``first`` leads after it, ``before`` led before; ``before`` is empty in the first week. ``moves`` come largest
    first, ``joined`` (model and place) from the top.
    """

    arena: str
    until: date
    first: str
    before: str
    moves: tuple[RankMove, ...]
    joined: tuple[tuple[str, int], ...]

    @property
    def changed(self) -> bool:
        return bool(self.moves or self.joined)


def rank_weeks(edition: Edition) -> Iterator[RankWeek]:
    """Every week in which something changed, the newest first, arenas in the project's order."""
    found = [week for arena in edition.catalogue.project.arenas for week in weeks_of(edition, arena.id) if week.changed]
    order = [arena.id for arena in edition.catalogue.project.arenas]
    yield from sorted(found, key=lambda week: (-week.until.toordinal(), order.index(week.arena)))


def weeks_of(edition: Edition, arena: str) -> Iterator[RankWeek]:
    """Week by week, oldest first: only models that are ranked now, each from the week in which it has votes enough."""
    before: dict[str, int] = {}
    board = edition.boards.get(Axis(arena))
    weeks = places_by_week(board, edition.history, edition.ratings.settings.min_votes) if board else ()
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
        )
        before = places


def places_by_week(
    board: Board, history: Mapping[tuple[str, str], Sequence[HistoryPoint]], fewest: int
) -> Iterator[tuple[date, dict[str, int]]]:
    """The place of every model after each week: 1 + how many have a higher score of that week or the last before it.

    Models that are ranked on the board now, from the week in which they have the ``fewest`` votes that a rank takes.
    """
    changes: dict[date, dict[str, float]] = defaultdict(dict)
    for rating in board.ratings:
        for point in history.get((board.axis.arena, rating.model), ()):
            if point.votes >= fewest:
                changes[point.week][rating.model] = point.score
    scores: dict[str, float] = {}
    for until in sorted(changes):
        scores |= changes[until]
        yield until, _places(scores)


def _places(scores: Mapping[str, float]) -> dict[str, int]:
    """Equal scores share a place."""
    places: dict[str, int] = {}
    last, place = float("nan"), 0
    for count, (model, score) in enumerate(sorted(scores.items(), key=lambda item: (-item[1], item[0])), 1):
        place = place if score == last else count
        places[model], last = place, score
    return places


def _leader(places: Mapping[str, int]) -> str:
    return min(places, key=lambda model: (places[model], model), default="")

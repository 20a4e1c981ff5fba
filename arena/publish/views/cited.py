"""What pages of the catalogue share: where facts were read, and where a model stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from arena.catalogue.records import Source
from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.paths import board_path
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class Cited:
    """Where facts were read and when; ``facts`` says which, empty meaning all of them."""

    name: str
    url: str
    read: words.Day
    facts: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A model's place on the overall board of an arena; ``place`` is empty where it is not ranked."""

    arena: str
    place: str
    score: str
    path: str


def cited(sources: Iterable[Source]) -> tuple[Cited, ...]:
    """The sources of a record, in its order."""
    return tuple(
        Cited(source.name, source.url or "", words.day(source.read), words.listing(source.facts)) for source in sources
    )


def standings(edition: Edition, model_id: str) -> tuple[Standing, ...]:
    """One standing for each arena of the project, ranked or not, in the project's order."""
    return tuple(_standing(edition, arena.id, arena.name, model_id) for arena in edition.catalogue.project.arenas)


def _standing(edition: Edition, arena_id: str, arena_name: str, model_id: str) -> Standing:
    axis = Axis(arena_id)
    board = edition.boards.get(axis)
    rating = board.get(model_id) if board else None
    if board is None or rating is None:
        return Standing(arena_name, "", "", "")
    place = f"{words.whole(rating.rank)} of {words.whole(len(board.ratings))}"
    return Standing(arena_name, place, words.number(rating.score), board_path(axis))


def newest(days: Iterable[date | None]) -> date | None:
    """The last of the days that are known, or None."""
    return max((day for day in days if day is not None), default=None)


def last_read(sources: Sequence[Source]) -> date | None:
    """The last day on which one of the sources was read."""
    return newest(source.read for source in sources)


def last_vote(edition: Edition) -> date | None:
    """The day of the last vote of the log: pages that show ratings are as new as this."""
    return edition.summary.last.date() if edition.summary.last else None

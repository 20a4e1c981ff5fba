"""What pages share: where facts were read, and where a model stands on each arena."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from arena import wording
from arena.catalogue.fields import Source
from arena.publish.content.site_data import SiteData
from arena.publish.paths import board_path
from arena.records import Axis


@dataclass(frozen=True, slots=True)
class Citation:
    """Where facts were read and when; ``facts`` says which, empty meaning all of them."""

    name: str
    url: str
    read: wording.Day
    facts: str


@dataclass(frozen=True, slots=True)
class ArenaRank:
    """A model's place on the overall board of an arena; where it is not ranked, ``rank`` is 0 and the rest empty."""

    arena: str
    rank: int = 0
    place: str = ""
    score: str = ""
    path: str = ""


def cited(sources: Iterable[Source]) -> tuple[Citation, ...]:
    """The sources of a record, in its order."""
    return tuple(
        Citation(source.name, source.url or "", wording.day(source.read), wording.listing(source.facts))
        for source in sources
    )


def arena_ranks(site: SiteData) -> dict[str, tuple[ArenaRank, ...]]:
    """By model: one standing for each of ``SiteData.arenas_of_today_first``, ranked or not, in that order."""
    arenas = site.arenas_of_today_first
    ranked = [_ranked(site, arena.id, site.marked_name(arena.id)) for arena in arenas]
    return {
        model_id: tuple(
            places.get(model_id, ArenaRank(arena.name)) for arena, places in zip(arenas, ranked, strict=True)
        )
        for model_id in site.catalogue.models
    }


def _ranked(site: SiteData, arena_id: str, arena_name: str) -> dict[str, ArenaRank]:
    axis = Axis(arena_id)
    ratings = site.boards[axis].ratings if axis in site.boards else ()
    size = wording.whole(len(ratings))
    return {
        rating.model: ArenaRank(
            arena=arena_name,
            rank=rating.rank,
            place=f"#{rating.rank} of {size}",
            score=wording.number(rating.score),
            path=board_path(axis),
        )
        for rating in ratings
    }


def newest(days: Iterable[date | None]) -> date | None:
    """The last of the days that are known, or None."""
    return max((day for day in days if day is not None), default=None)


def last_read(sources: Sequence[Source]) -> date | None:
    """The last day on which one of the sources was read."""
    return newest(source.read for source in sources)


def last_vote(site: SiteData) -> date | None:
    """The day of the last vote of the log: pages that show ratings are as new as this."""
    return site.summary.last.date() if site.summary.last else None

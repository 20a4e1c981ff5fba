"""The day on which a price was read, and whether that is long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arena import wording

FRESH_DAYS = 90
"""A price that was read longer ago than this says so."""
OVER_AGE = f"over {FRESH_DAYS} days ago"


@dataclass(frozen=True, slots=True)
class ReadDay(wording.Day):
    """When a price was read; ``old`` if that is more than ``FRESH_DAYS`` before the day of the site."""

    old: bool

    @property
    def words(self) -> str:
        """The day, and that it is long ago."""
        return f"{self.text} ({OVER_AGE})" if self.old else self.text


def read_day(read: date, today: date | None) -> ReadDay:
    """The day for a page of the site of ``today``; without such a day nothing is long ago."""
    day = wording.day(read)
    return ReadDay(day.iso, day.text, today is not None and (today - read).days > FRESH_DAYS)

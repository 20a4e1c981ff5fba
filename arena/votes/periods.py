"""What the manifest says of sealed periods: whose they are, which, and the sum of the audit's report beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from arena.votes.manifest import Entry

_NOTE = re.compile(r"sealed votes, store ([0-9a-f]{12}), period ([1-9][0-9]*), audit ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Period:
    """One sealed period of a store. ``audit`` is the SHA-256 of the audit's report, which lies beside the votes."""

    lineage: str
    number: int
    audit: str

    @property
    def note(self) -> str:
        """What the manifest's entries of the period say; it is part of the hash chain."""
        return f"sealed votes, store {self.lineage}, period {self.number}, audit {self.audit}"

    @property
    def audit_file(self) -> str:
        """The name of the report's file in the log's folder."""
        return f"audit-{self.lineage}-{self.number:04d}.json"


def period_of(entry: Entry) -> Period | None:
    """The period that an entry belongs to; None where its votes were not sealed."""
    match = _NOTE.fullmatch(entry.note)
    return Period(match[1], int(match[2]), match[3]) if match else None


def periods_in(entries: Iterable[Entry]) -> Iterator[tuple[Period, int]]:
    """The periods of some entries with the votes of each entry; a period of several months comes several times."""
    for entry in entries:
        period = period_of(entry)
        if period is not None:
            yield period, entry.votes

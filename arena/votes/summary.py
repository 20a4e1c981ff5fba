"""Counts and times over a whole log, by one expression."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis.expr.types as ir

from arena.records import LogSummary, Origin, Outcome


def summarize(votes: ir.Table, head: str) -> LogSummary:
    """What a site says about the votes it was computed from; ``head`` stands for the log they lie in."""
    counts = {outcome: (votes.outcome == outcome.value).sum() for outcome in Outcome}
    origins = {origin: (votes.origin == origin.value).sum() for origin in Origin}
    row = (
        votes.aggregate(
            votes=votes.count(),
            voters=votes.voter.nunique(),
            first=votes["at"].min(),
            last=votes["at"].max(),
            **{f"outcome_{outcome}": count for outcome, count in counts.items()},
            **{f"origin_{origin}": count for origin, count in origins.items()},
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    by_origin = ((origin, row[f"origin_{origin}"] or 0) for origin in Origin)
    return LogSummary(
        votes=row["votes"],
        voters=row["voters"],
        first=_in_utc(row["first"]),
        last=_in_utc(row["last"]),
        origins=tuple((origin, count) for origin, count in by_origin if count),
        outcomes=tuple((outcome, row[f"outcome_{outcome}"] or 0) for outcome in Outcome),
        sha256=head,
    )


def _in_utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None

"""Audit a store, where what is found is also written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from arena.votes.audit.judging import Verdict, judge
from arena.votes.audit.report import AuditReport, Thresholds
from arena.votes.audit.vote_arrays import Bools
from arena.votes.store.archive import Key, frame_votes, keep_verdict
from arena.votes.store.decisions import all_decisions
from arena.votes.store.store import Store

SETTLING = timedelta(minutes=1)
"""How old a vote is before it is judged: older than the undo window, and than any transaction still under way."""


def audit_store(
    store: Store,
    *,
    now: datetime,
    until: datetime | None = None,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
) -> AuditReport:
    """Judge the votes before ``until`` that are not sealed yet, anew, and keep the verdict; nothing is deleted.

    ``until`` is at most a minute before ``now``, which is also the default. What a rule that stopped has found stays
    unknown; what people decided holds. Sealed votes say what is usual, but are not judged again. Raises ``StoreError``
    as the store does.
    """
    end = now - SETTLING if until is None else min(until, now - SETTLING)
    with store.reading() as connection:
        votes, decisions = frame_votes(connection, end), all_decisions(connection)
    asked = votes["open"].to_numpy()
    distrusted = votes["distrusted"].to_numpy() & ~asked
    verdict = judge(
        votes, thresholds=thresholds, asked=asked, distrusted=distrusted, without=without, decisions=decisions
    )
    found, unknown = _keys(votes, verdict)
    with store.writing() as connection:
        keep_verdict(connection, found, unknown, judged=int(asked.sum()), until=end, now=now)
    return verdict.report


def _keys(votes: pa.Table, verdict: Verdict) -> tuple[dict[str, list[Key]], list[Key]]:
    def keys(mask: Bools) -> list[Key]:
        rows = votes.select(["battle", "voter"]).take(np.flatnonzero(mask))
        return list(zip(rows["battle"].to_pylist(), rows["voter"].to_pylist(), strict=True))

    return {name: keys(mask) for name, mask in verdict.found.items()}, keys(verdict.unknown)

"""Audit a log. It needs no database, so a build does not load one."""

from __future__ import annotations

from arena.votes.audit.judging import judge
from arena.votes.audit.report import AuditReport
from arena.votes.audit.thresholds import Thresholds
from arena.votes.log import Log


def audit_log(log: Log, *, thresholds: Thresholds | None = None, without: frozenset[str] = frozenset()) -> AuditReport:
    """What the rules find in a log, which stays as it is. It knows no networks, and times to the minute."""
    return judge(log.votes().to_pyarrow(), thresholds=thresholds, without=without).report

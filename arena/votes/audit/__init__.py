"""The audit: which votes should not count, by published rules. Nothing is deleted. See docs/audit.md."""

from arena.votes.audit.auditing import audit_log, audit_store
from arena.votes.audit.judging import RULES, Verdict, judge
from arena.votes.audit.report import (
    AuditReport,
    DecisionFinding,
    ModelFinding,
    RuleFinding,
    report_from_json,
    report_json,
)
from arena.votes.audit.thresholds import Thresholds, statements

__all__ = [
    "RULES",
    "AuditReport",
    "DecisionFinding",
    "ModelFinding",
    "RuleFinding",
    "Thresholds",
    "Verdict",
    "audit_log",
    "audit_store",
    "judge",
    "report_from_json",
    "report_json",
    "statements",
]

"""The audit: which votes should not count, by published rules. Nothing is deleted. See docs/audit.md.

The audit of a store, which also writes down what is found, is ``arena.votes.store.auditing``.
"""

from arena.votes.audit.judging import CARELESS, RULES, WAITING_RULES, Verdict, audit_log, judge
from arena.votes.audit.report import (
    Alert,
    AuditReport,
    DecisionFinding,
    ModelFinding,
    RuleFinding,
    Thresholds,
    report_from_json,
    report_json,
    statements,
)

__all__ = [
    "CARELESS",
    "RULES",
    "WAITING_RULES",
    "Alert",
    "AuditReport",
    "DecisionFinding",
    "ModelFinding",
    "RuleFinding",
    "Thresholds",
    "Verdict",
    "audit_log",
    "judge",
    "report_from_json",
    "report_json",
    "statements",
]

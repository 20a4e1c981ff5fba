"""The audit: which votes should not count, by published rules. Nothing is deleted. See docs/audit.md.

The audit of a store, which also writes down what is found, is ``arena.votes.store.auditing``.
"""

from arena.votes.audit.flagged import FlaggedVote, flagged_csv, flagged_votes
from arena.votes.audit.judging import CARELESS, RULES, WAITING_RULES, Verdict, judge
from arena.votes.audit.log_audit import IN_ALERTS, LogAudit, audit_log, audit_table
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
    "IN_ALERTS",
    "RULES",
    "WAITING_RULES",
    "Alert",
    "AuditReport",
    "DecisionFinding",
    "FlaggedVote",
    "LogAudit",
    "ModelFinding",
    "RuleFinding",
    "Thresholds",
    "Verdict",
    "audit_log",
    "audit_table",
    "flagged_csv",
    "flagged_votes",
    "judge",
    "report_from_json",
    "report_json",
    "statements",
]

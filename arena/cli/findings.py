"""What an audit found, as lines to print and as JSON; of the store, of a log, and of votes that come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from arena import wording
from arena.cli.printing import findings_json
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.votes.audit import Alert, AuditReport, LogAudit
    from arena.votes.decision_file import LogDecision
    from arena.votes.store.auditing import SettlingVotes

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

STOPPED = "This rule found too many to be believed, and stopped."
LOOK = (
    "Nothing is set aside for this: look at who they are, and say so: arena review release --group NAME --because WHY."
)
LISTING = "See them: arena audit --log --list. Decide: arena review release (or exclude) --group NAME --because WHY."
NEEDED = {
    "velocity": "a time of day",
    "burst": "a time of day",
    "snap": "a time to decide",
    "linked": "a network",
    "network": "a network",
    "share": "a network",
    "newcomers": "a day",
    "one-sided": "a voter who cast others",
    "disagreement": "a voter who cast others",
    "favourite": "a voter who cast others",
    "farmed": "a voter who cast others",
}
"""What a rule needs to know, in words."""


Decided = Mapping[str, "LogDecision"]
"""By rule or alert: what a person decided about it."""


def audit_lines(report: AuditReport, decided: Decided | None = None) -> Iterator[str]:
    """What an audit of the store found: a line for all votes, and one for each rule, decision and alert."""
    taken = decided or {}
    yield f"{wording.count(report.votes, 'vote')}: {_fates(report)}."
    for rule in report.rules:
        if rule.votes:
            stopped = f" {STOPPED}" if rule.stopped else ""
            yield f"  {rule.rule}: {_of_voters(rule.votes, rule.voters)}. {rule.statement}{stopped}"
    yield from _decision_lines(report)
    for alert in report.alerts:
        said = f"  alert {alert.name}: {_alert(alert)}."
        waiting = f" {_waiting(alert, 'of theirs')} for this: look at who they are."
        yield said + (_taken(taken[alert.name]) if alert.name in taken else waiting)


def log_audit_lines(audit: LogAudit) -> Iterator[str]:
    """What an audit of a log found, and what it could not look at."""
    report = audit.report
    if report.votes or not audit.derived:
        yield f"{wording.count(report.votes, 'vote')}: {_fates(report)}."
    yield from _found_lines(audit)
    yield from _decision_lines(report)
    yield from _unseen_lines(audit)


def import_audit_lines(audit: LogAudit) -> Iterator[str]:
    """What the audit found when votes came in; one line where that is nothing."""
    from arena.votes.decision_file import VoteState

    aside = audit.count(VoteState.SET_ASIDE, of_came_in=True)
    waiting = audit.count(VoteState.UNKNOWN, of_came_in=True)
    if audit.came_in:
        found = [f"{aside:,} set aside"] if aside else []
        found += [f"{waiting:,} wait until you have looked"] if waiting else []
        nothing = "no vote was set aside"
        yield f"Audit: of the {wording.count(audit.came_in, 'vote')}, {' and '.join(found) if found else nothing}."
    if audit.changed:
        verb = "has" if audit.changed == 1 else "have"
        yield f"  {wording.count(audit.changed, 'vote')} that {verb} been in the log before changed with them."
    yield from _found_lines(audit)
    yield from _unseen_lines(audit)


def _found_lines(audit: LogAudit) -> Iterator[str]:
    """A line for each rule and alert that found something in a log, and how to go on."""
    from arena.votes.audit import IN_ALERTS

    report, decided = audit.report, audit.decisions.groups
    found = [rule for rule in report.rules if rule.votes and rule.rule not in IN_ALERTS]
    for rule in found:
        said = f"  {rule.rule}: {_of_voters(rule.votes, rule.voters)}. {rule.statement}."
        if rule.rule in decided:
            said += _taken(decided[rule.rule])
        elif rule.stopped:
            said += f" {STOPPED} They count until you decide."
        elif rule.tells:
            said += " They count: in a log this rule only tells."
        yield said
    for alert in report.alerts:
        said = f"  alert {alert.name}: {_alert(alert)}."
        if taken := decided.get(alert.name):
            said += _taken(taken)
        else:
            said += f" {_waiting(alert, 'of theirs on it')}, unrated, until you decide."
        yield said
    if found or report.alerts:
        yield LISTING


def _unseen_lines(audit: LogAudit) -> Iterator[str]:
    if audit.unknown_votes:
        battle, voter = audit.unknown_votes[0]
        votes = wording.count(len(audit.unknown_votes), "vote")
        yield f"Decisions name {votes} that the log does not have, such as {battle} of {voter}: check the ids."
    if audit.derived:
        yield f"Not judged: {wording.count(audit.derived, 'derived vote')}, which nobody cast on a pair."
    for needed in dict.fromkeys(NEEDED.values()):
        blind = [r for r in audit.report.rules if NEEDED.get(r.rule) == needed and r.judged < audit.report.votes]
        if blind:
            lacking = audit.report.votes - min(rule.judged for rule in blind)
            names = wording.listing([rule.rule for rule in blind])
            yield f"Not looked at by {names}: {wording.count(lacking, 'vote')} without {needed}."


def _taken(decision: LogDecision) -> str:
    return f" Decided on {decision.at:%Y-%m-%d}, {decision.ruling}: {decision.because}"


def _fates(report: AuditReport) -> str:
    return f"{report.counted:,} count, {report.quarantined:,} set aside, {report.unknown:,} unknown"


def _of_voters(votes: int, voters: int) -> str:
    return f"{wording.count(votes, 'vote')} of {wording.count(voters, 'voter')}"


def _alert(alert: Alert) -> str:
    return (
        f"{alert.model} won {alert.wins:,} of {alert.battles:,} battles with {alert.who}; by other votes"
        f" {alert.expected:,.1f} ({alert.deviations:+.1f} standard deviations)"
    )


def _waiting(alert: Alert, whose: str) -> str:
    return f"{wording.count(alert.waiting, 'vote')} {whose} {'waits' if alert.waiting == 1 else 'wait'}"


def _decision_lines(report: AuditReport) -> Iterator[str]:
    for taken in report.decisions:
        yield f"  by hand: {wording.count(taken.votes, 'vote')}, {taken.ruling}, on {taken.on}: {taken.because}"


def settling_lines(settling: SettlingVotes | None) -> Iterator[str]:
    """How many votes were too young, and from when on they are not; nothing where there are none."""
    if settling is not None and settling.until is not None:
        verb = "waits" if settling.votes == 1 else "wait"
        until = f"{settling.until + timedelta(seconds=1):%Y-%m-%d %H:%M:%S} UTC"  # whole seconds, none too early
        yield (
            f"{wording.count(settling.votes, 'vote')} of the last minute {verb} to settle, as others may still be on "
            f"their way to the disk: run this again after {until}."
        )


def audit_json(report: AuditReport, settling: SettlingVotes | None, decided: Decided | None = None) -> dict[str, Any]:
    """The report of the store with a finding for each rule that stopped and each alert that nobody decided about."""
    open_ones = [ArenaError(f"{rule.rule} found {rule.votes:,} votes. {STOPPED}") for rule in report.stopped]
    open_ones += [
        ArenaError(f"alert {alert.name}: {_alert(alert)}")
        for alert in report.alerts
        if alert.name not in (decided or {})
    ]
    return {"passed": not open_ones, "findings": findings_json(open_ones), **asdict(report), "settling": settling}


def log_audit_json(audit: LogAudit) -> dict[str, Any]:
    """The report of a log with a finding for each rule and alert that nobody has decided about."""
    open_ones = [ArenaError(f"{rule.rule} found {rule.votes:,} votes. {STOPPED}") for rule in audit.stopped]
    open_ones += [ArenaError(f"alert {alert.name}: {_alert(alert)}") for alert in audit.alerts]
    return {
        "passed": audit.passed,
        "findings": findings_json(open_ones),
        **asdict(audit.report),
        "settling": None,
        "undecided": [*(rule.rule for rule in audit.stopped), *(alert.name for alert in audit.alerts)],
        "groups": audit.group_names,
        "derived": audit.derived,
        "came_in": audit.came_in,
        "decisions": len(audit.decisions.rows),
        "decisions_sha256": audit.decisions.sha256,
    }

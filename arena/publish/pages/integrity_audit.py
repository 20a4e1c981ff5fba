"""What the audit of votes found, in words: when votes were sealed, and in the log as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from arena import wording
from arena.catalogue.settings import AuditSettings
from arena.publish.content.site_data import SiteData
from arena.votes.audit import Alert, AuditReport, RuleFinding
from arena.votes.decision_file import LogDecision, VoteState


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the audit: what it looks for, how many votes it could judge, and what it found."""

    name: str
    statement: str
    judged: str
    votes: str
    voters: str
    verdict: str


@dataclass(frozen=True, slots=True)
class AuditTable:
    """What one audit found, rule by rule."""

    id: str
    title: str
    summary: str
    caption: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """Votes of the log that are not rated: what was decided, and why."""

    state: str
    why: str
    votes: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """What became of the votes that waited when a period was sealed; what is unknown waits on."""

    name: str
    votes: str
    counted: str
    quarantined: str
    unknown: str


def period_row(number: int, report: AuditReport) -> PeriodRow:
    """One sealed period; they are counted from 1."""
    return PeriodRow(
        name=f"Period {number}",
        votes=wording.whole(report.votes),
        counted=wording.whole(report.counted),
        quarantined=wording.whole(report.quarantined),
        unknown=wording.whole(report.unknown),
    )


def audits(site: SiteData) -> Iterator[AuditTable]:
    """The last period that was sealed, and the log as it stands."""
    if site.sealed_audits:
        report = site.sealed_audits[-1]
        yield AuditTable(
            id="sealing",
            title="When the last period was sealed",
            summary=f"Of {site.votes(report.votes)} that waited, {wording.whole(report.counted)} went into the log, "
            f"{wording.whole(report.quarantined)} from {wording.count(report.voters, 'voter')} were set aside, and of "
            f"{wording.whole(report.unknown)} it is not known yet whether they should count. {waiting_words(report)}"
            "Nothing was deleted.",
            caption=f"Each rule, and what it found among the {site.votes_noun()} that waited; several may find one",
            rules=_rule_rows(report),
        )
    if site.audit:
        report = site.audit()
        yield AuditTable(
            id="standing",
            title="In the log as it stands",
            summary=f"The rules judged {site.votes(report.votes)} cast in comparisons of two pictures: "
            f"{wording.whole(report.counted)} are rated, {wording.whole(report.quarantined)} are set aside, and "
            f"{wording.whole(report.unknown)} wait for a person to look. Some rules only report; their votes are "
            "rated, and so are those of a rule that found implausibly many.",
            caption=f"Each rule, and what it finds among all {site.votes_noun()}; several may find one",
            rules=_rule_rows(report, site.decisions.groups),
        )


def share_rule(settings: AuditSettings) -> str:
    """What one network counts for, in a sentence or two."""
    return (
        "No single network (a home, an office, a school) decides a rank: where its votes differ from what everybody "
        "else says, they count for at most "
        f"{wording.percent(settings.network_share, 1 if settings.network_share < 0.01 else 0)} of a model’s votes on a "
        f"board, or for {settings.network_votes} if that is more. The rest wait until a person has looked at them."
    )


def waiting_words(report: AuditReport) -> str:
    """How many votes wait and why, as a sentence with a space behind it; nothing where none waits by a rule."""
    why = [
        f"{wording.whole(rule.votes)} because of the rule {rule.rule}"
        for rule in report.rules
        if rule.votes and (rule.waits or rule.stopped)
    ]
    return f"They wait for a person, {wording.listing(why)}. " if why and report.unknown else ""


def left_out(site: SiteData) -> Iterator[LeftOutRow]:
    """The votes of the log that are not rated, by what was decided and why."""
    for entry in site.left_out:
        by_person = f"By a person on {entry.day:%Y-%m-%d}: {entry.because}" if entry.day else ""
        yield LeftOutRow(
            state="set aside" if entry.state is VoteState.SET_ASIDE else "waits until a person has looked",
            why=by_person or f"Found by {wording.listing([_finder(name) for name in entry.rules])}",
            votes=wording.whole(entry.votes),
        )


def _finder(name: str) -> str:
    """A rule by its name; an alert by whom and what it is about."""
    kind, _, rest = name.partition("/")
    since, _, model = rest.partition("/")
    return f"an alert about {model} ({kind}, since {since})" if model else f"the rule {name}"


def _rule_rows(report: AuditReport, decided: Mapping[str, LogDecision] | None = None) -> tuple[RuleRow, ...]:
    return (
        tuple(
            RuleRow(
                name=rule.rule.replace("-", " ").capitalize(),
                statement=wording.sentence(rule.statement),
                judged=wording.whole(rule.judged),
                votes=wording.whole(rule.votes),
                voters=wording.whole(rule.voters),
                verdict=_verdict(rule),
            )
            for rule in report.rules
        )
        + tuple(
            RuleRow(
                name="By hand",
                statement=wording.sentence(decision.because),
                judged=wording.whole(decision.votes),
                votes=wording.whole(decision.votes),
                voters=wording.NOTHING,
                verdict=f"{'released' if decision.ruling == 'release' else 'set aside'} by a person on {decision.on}",
            )
            for decision in report.decisions
        )
        + tuple(_alert_row(alert, (decided or {}).get(alert.name)) for alert in report.alerts)
    )


def _alert_row(alert: Alert, decided: LogDecision | None) -> RuleRow:
    """One alert, and what a person decided about it."""
    verdict = "these votes wait: a person has to look" if alert.waiting else "nothing is set aside for this"
    if decided is not None:
        verdict = f"decided by a person on {decided.at:%Y-%m-%d}: {decided.because}"
    more = "more" if alert.deviations > 0 else "fewer"
    return RuleRow(
        name=f"Alert: {alert.group}",
        statement=f"{alert.model} won {wording.whole(alert.wins)} of {wording.count(alert.battles, 'battle')} with "
        f"{alert.who}, where other votes expect {wording.number(alert.expected, 1)}: "
        f"{wording.number(abs(alert.deviations), 1)} standard deviations {more}",
        judged=wording.whole(alert.battles),
        votes=wording.whole(alert.waiting) if alert.waiting else wording.NOTHING,
        voters=wording.whole(alert.voters) if alert.waiting else wording.NOTHING,
        verdict=verdict,
    )


def _verdict(rule: RuleFinding) -> str:
    if rule.stopped:
        return "stopped: too many to be believed, a person has to look"
    if not rule.judged:
        return "cannot tell: the log does not say what it needs"
    if not rule.votes:
        return "nothing found"
    if rule.tells:
        return "found, and rated: in a log this rule only tells"
    return "waits: a person has to look" if rule.waits else "found"

"""What an audit compares with and what it found: thresholds and findings as frozen records, and their JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the rules compare with. ``*_chance`` bounds how likely an honest voter's votes would look like that."""

    share_limit: float = 0.10
    """A rule that would set aside more than this share of the votes stops."""
    minute_votes: int = 30
    hour_votes: int = 400
    sight_ms: int = 250
    snap_ms: int = 700
    snap_votes: int = 10
    snap_share: float = 0.6
    side_share: float = 0.9
    side_chance: float = 1e-4
    careless_chance: float = 0.03
    favourite_votes: int = 6
    favourite_share: float = 0.5
    favourite_chance: float = 1e-5
    linked_voters: int = 3
    linked_votes: int = 12
    linked_share: float = 0.8
    linked_chance: float = 1e-5
    farmed_votes: int = 5
    farmed_chance: float = 1e-6
    burst_votes: int = 15
    burst_share: float = 0.85
    burst_chance: float = 1e-9
    alert_weeks: int = 2
    """Over how many weeks of first votes newcomers make up one group."""
    alert_chance: float = 0.05
    """How likely an honest arena has any alert."""
    slack: float = 2.0
    """How many times more often than others an honest voter may meet a model or a pair."""


def statements(limits: Thresholds) -> dict[str, str]:
    """Each rule in a sentence, by its name and in the order in which they are listed."""
    return {
        "velocity": (
            f"more than {limits.minute_votes} votes of one voter within a minute, or {limits.hour_votes} within an hour"
        ),
        "snap": (
            f"decided in less than {limits.sight_ms} ms; or the voter's {limits.snap_votes} or more measured votes are"
            f" {limits.snap_share:.0%} or more under {limits.snap_ms} ms"
        ),
        "one-sided": (
            f"the voter prefers one side in {limits.side_share:.0%} or more of decided votes, which a fair coin does"
            f" with a chance below {limits.side_chance:g}"
        ),
        "disagreement": (
            "the voter's choices follow chance rather than the pictures: an e-value above"
            f" {1 / limits.careless_chance:,.0f} against being one of the crowd, with all the habits its members have"
        ),
        "favourite": (
            f"{limits.favourite_votes} or more votes, and {limits.favourite_share:.0%} or more of the voter's, raise"
            f" (or sink) one model, with a chance below {limits.favourite_chance:g} even for someone who meets it"
            f" {limits.slack:g} times as often as others"
        ),
        "linked": (
            f"{limits.linked_voters} or more voters of one network make one model win (or lose)"
            f" {limits.linked_share:.0%} or more of {limits.linked_votes} or more battles, with a chance below"
            f" {limits.linked_chance:g}"
        ),
        "farmed": (
            f"{limits.farmed_votes} or more votes of one voter on one pair, with a chance below"
            f" {limits.farmed_chance:g} even for someone who meets it {limits.slack:g} times as often as others"
        ),
        "burst": (
            f"within an hour one model wins (or loses) {limits.burst_share:.0%} or more of {limits.burst_votes} or more"
            f" battles, with a chance below {limits.burst_chance:g}: votes that did this, of voters who then did little"
            " else"
        ),
    }


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What one rule found. A vote may be found by several rules."""

    rule: str
    statement: str
    """The rule with its thresholds, in a sentence."""
    votes: int
    voters: int
    judged: int
    """How many votes carry what the rule needs to know; it says nothing of the others."""
    stopped: bool
    """The rule would set aside too many votes to be believed: what it found is unknown, not quarantined."""
    tells: bool = False
    """The rule sets nothing aside here: what it found counts, and is there to be looked at."""


@dataclass(frozen=True, slots=True)
class ModelFinding:
    """How many votes on a model were set aside. ``raised`` of the quarantined ones preferred it, ``sunk`` the other."""

    model: str
    votes: int
    quarantined: int
    raised: int
    sunk: int


@dataclass(frozen=True, slots=True)
class DecisionFinding:
    """One decision that a person took, and how many of the judged votes it holds for."""

    ruling: str
    """``release`` or ``exclude``."""
    because: str
    on: str
    """The day, as in 2026-11-21."""
    votes: int


@dataclass(frozen=True, slots=True)
class Alert:
    """A model that wins, or loses, more among the newcomers of one time than others expect. It sets no vote aside."""

    model: str
    since: str
    """The first day of the newcomers' first votes, as in 2026-11-21."""
    battles: int
    """Their decided battles of the model."""
    wins: int
    expected: float
    """How many wins everybody else's votes would make of these battles."""
    deviations: float
    """By how many standard deviations the wins exceed that; negative where they fall short."""

    @property
    def name(self) -> str:
        """What a decision calls the group: the kind of alert, since when, and the model."""
        return f"newcomers/{self.since}/{self.model}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """One audit. ``votes`` = counted + quarantined + unknown; ``voters`` are those with any vote set aside."""

    votes: int
    counted: int
    quarantined: int
    unknown: int
    voters: int
    rules: tuple[RuleFinding, ...]
    """In the order in which the rules are listed."""
    models: tuple[ModelFinding, ...]
    """Those with quarantined votes, by model id."""
    thresholds: Thresholds
    decisions: tuple[DecisionFinding, ...] = ()
    """In the order in which they were taken; those that hold for none of the votes are left out."""
    alerts: tuple[Alert, ...] = ()
    """The strangest first."""

    @property
    def stopped(self) -> tuple[RuleFinding, ...]:
        """The rules that a person has to look at."""
        return tuple(rule for rule in self.rules if rule.stopped)


def report_json(report: AuditReport) -> str:
    """The report as one line of JSON with sorted keys."""
    return json.dumps(asdict(report), sort_keys=True, ensure_ascii=False)


def report_from_json(text: str) -> AuditReport:
    """The report that ``report_json`` wrote. Raises ``ValueError`` where it did not."""
    # Reports lie in logs for good: those of older releases have no decisions and no alerts.
    try:
        fields: dict[str, Any] = json.loads(text)
        rules = tuple(RuleFinding(**rule) for rule in fields.pop("rules"))
        models = tuple(ModelFinding(**model) for model in fields.pop("models"))
        taken = tuple(DecisionFinding(**decision) for decision in fields.pop("decisions", ()))
        alerts = tuple(Alert(**alert) for alert in fields.pop("alerts", ()))
        limits = Thresholds(**fields.pop("thresholds"))
        return AuditReport(rules=rules, models=models, thresholds=limits, decisions=taken, alerts=alerts, **fields)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not the report of an audit: {error}") from error

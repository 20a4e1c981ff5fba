"""What an audit found: frozen records for the site's integrity page, and their JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from arena.votes.audit.thresholds import Thresholds


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

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
    linked_own_votes: int = 5
    """Of a network that does much else, voters of so many of these battles are set aside."""
    farmed_votes: int = 5
    farmed_chance: float = 1e-6
    burst_votes: int = 15
    burst_share: float = 0.85
    burst_chance: float = 1e-9
    alert_chance: float = 0.05
    """How likely an honest arena has any alert about newcomers of ``usual_weeks``, and any other alert."""
    usual_weeks: int = 2
    group_effect: float = 0.1
    """From which difference on, as a share of its battles, a group is unusual."""
    focus_share: float = 0.25
    """Those of a group who cast so much of their votes on a model are also compared on their own."""
    picked_votes: int = 5
    picked_chance: float = 1e-6
    network_share: float = 0.02
    """By how much of a model's votes on a board one network may move it."""
    network_votes: int = 5
    """By how many votes a network may always move a model."""
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
        "network": (
            "the voters of one network, or those of them who cast"
            f" {limits.focus_share:.0%} or more of their votes on the model, make a model win (or lose) more than all"
            f" other votes expect, by {limits.group_effect:.0%} or more of the battles: their votes on that model wait."
            f" An honest arena has any such group with a chance below {limits.alert_chance:g}"
        ),
        "newcomers": (
            "the same for voters who first voted in the same week, two, four, or more weeks: their votes on that model"
            f" wait. For newcomers of {limits.usual_weeks} weeks the chance is counted on its own"
        ),
        "picked": (
            f"a network, or a voter, cast {limits.picked_votes} or more votes on one model and left other battles, with"
            f" a chance below {limits.picked_chance:g} even for someone who leaves others {limits.slack:g} times as"
            " often: the votes on that model wait"
        ),
        "share": (
            f"one network moves a model by more than {limits.network_share:.0%} of the model's votes on a board, and by"
            f" more than {limits.network_votes} votes, against what all other votes expect: the votes beyond that wait,"
            " chosen by a hash of the battle"
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
    waits: bool = False
    """The rule sets nothing aside: what it finds is unknown until a person has decided."""


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
    """A model that wins, or loses, more with one group of voters than others expect: their votes on it wait."""

    model: str
    since: str
    """The first day of the newcomers' first votes, or of the network's votes on the model, as in 2026-11-21."""
    battles: int
    """Their decided battles of the model."""
    wins: int
    expected: float
    """How many wins everybody else's votes would make of these battles."""
    deviations: float
    """By how many standard deviations the wins exceed that; negative where they fall short."""
    group: str = "newcomers"
    """Or ``network``."""
    focused: bool = False
    """Whether only those of the group are meant who cast a large share of their votes on the model."""
    weeks: int = 2
    """How many weeks of first votes make up the group of newcomers."""
    voters: int = 0
    """How many of the group voted on the model."""
    waiting: int = 0
    """How many votes wait for this."""

    @property
    def name(self) -> str:
        """What a decision calls the group: the kind of alert, since when, and the model."""
        return f"{self.group}/{self.since}/{self.model}"

    @property
    def who(self) -> str:
        """The group, in words."""
        focused = " and cast a large share of their votes on it" if self.focused else ""
        if self.group == "network":
            return f"voters who share a network{focused}"
        weeks = "week" if self.weeks == 1 else f"{self.weeks} weeks"
        return f"voters who first voted in the {weeks} from {self.since}{focused}"


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
    # Reports lie in logs for good: those of older releases have no decisions and no alerts, or alerts about newcomers
    # of a number of weeks that was a threshold then.
    try:
        fields: dict[str, Any] = json.loads(text)
        rules = tuple(RuleFinding(**rule) for rule in fields.pop("rules"))
        models = tuple(ModelFinding(**model) for model in fields.pop("models"))
        taken = tuple(DecisionFinding(**decision) for decision in fields.pop("decisions", ()))
        limits = fields.pop("thresholds")
        weeks = {"weeks": limits.pop("alert_weeks")} if "alert_weeks" in limits else {}
        alerts = tuple(Alert(**weeks, **alert) for alert in fields.pop("alerts", ()))
        return AuditReport(
            rules=rules, models=models, thresholds=Thresholds(**limits), decisions=taken, alerts=alerts, **fields
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not the report of an audit: {error}") from error

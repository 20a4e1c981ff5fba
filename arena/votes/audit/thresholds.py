"""The published thresholds of the audit, and the rules in the words that readers see."""

from __future__ import annotations

from dataclasses import dataclass


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

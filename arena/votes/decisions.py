"""What people decide about votes by hand: kept by the store, followed by the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Ruling(StrEnum):
    """What a person decides about a vote, whatever the rules of the audit find."""

    RELEASE = "release"
    """It counts."""
    EXCLUDE = "exclude"
    """It is set aside."""
    FORGET = "forget"
    """The rules decide again: an earlier decision holds no more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a vote, or where ``battle`` is None about all votes of a voter. It is published, without ids.

    Of several decisions about the same vote or voter the last holds; a decision about a vote outweighs any about its
    voter.
    """

    voter: str
    battle: str | None
    ruling: Ruling
    because: str
    decided: datetime

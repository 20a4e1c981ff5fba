"""Frozen records that go into the store and come out of it. All times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.records import Origin, Outcome


class Reason(StrEnum):
    """Why a voter chose as they did; a vote may have several."""

    PROMPT = "prompt"
    TEXT = "text"
    ANATOMY = "anatomy"
    STYLE = "style"
    ARTEFACTS = "artefacts"


@dataclass(frozen=True, slots=True)
class Battle:
    """Two outputs of one prompt, drawn for one voter. ``left`` and ``right`` are model ids, outputs SHA-256 sums.

    ``origin`` is what a vote on it will be: simulated where either output is. ``lane`` says why the pair was drawn.
    """

    id: str
    arena: str
    category: str
    language: str
    prompt: str
    left: str
    right: str
    left_output: str
    right_output: str
    voter: str
    created: datetime
    expires: datetime
    lane: str = ""
    origin: Origin = Origin.HUMAN


@dataclass(frozen=True, slots=True)
class StoredVote:
    """A voter's outcome of a battle. ``network`` is a keyed hash of where it came from, gone once it is sealed."""

    battle: str
    voter: str
    at: datetime
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    dwell_ms: int | None = None
    network: str = ""
    retracted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """A battle of some voter's; ``voted`` also where the vote was retracted, since its voter has seen the reveal."""

    battle: str
    left: str
    right: str
    voted: bool
    expires: datetime


@dataclass(frozen=True, slots=True)
class PairCount:
    """The standing votes between two models, ``first`` < ``second``, from the first one's side."""

    first: str
    second: str
    wins: int = 0
    losses: int = 0
    ties: int = 0
    both_bad: int = 0

    @property
    def votes(self) -> int:
        return self.wins + self.losses + self.ties + self.both_bad

    def __add__(self, other: PairCount) -> PairCount:
        """Both together, of the same pair."""
        return PairCount(
            self.first,
            self.second,
            self.wins + other.wins,
            self.losses + other.losses,
            self.ties + other.ties,
            self.both_bad + other.both_bad,
        )

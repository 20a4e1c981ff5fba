"""What goes into the store and comes out of it: frozen records, and the errors that refuse them.

StoreError                  the store's URL, file or server is not as it should be
├── PairAlreadyShown        a battle of two models that its voter was shown on the prompt already
├── AlreadyVoted            a second vote on a battle
├── BattleGone              a battle that is unknown, expired or another voter's
└── StoreUnavailable        unreachable, locked, full or read-only: trying again later may do

All times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arena.errors import StoreError
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
    network: str = ""
    """Where it was drawn for, as of a ``StoredVote``."""


@dataclass(frozen=True, slots=True)
class StoredVote:
    """A voter's outcome of a battle.

    ``network`` is where it came from: for ``AddVote`` what the store is told, and as it is read back the key of the
    period, which is gone once the vote is sealed. ``retracted`` is when it was taken back, as was possible before
    December 2026.
    """

    battle: str
    voter: str
    at: datetime
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    dwell_ms: int | None = None
    network: str = ""
    retracted: datetime | None = None


@dataclass(frozen=True, slots=True)
class EarlierBattle:
    """A battle that a voter was shown; ``voted`` also where the vote was retracted."""

    battle: str
    left: str
    right: str
    voted: bool
    expires: datetime


@dataclass(frozen=True, slots=True)
class PairCount:
    """The votes between two models, ``first`` < ``second``, from the side of the first; without retracted ones."""

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


class PairAlreadyShown(StoreError):  # noqa: N818 - says what happened, as its callers do
    """The voter has a battle of the same models on the prompt that was voted on, or still can be."""


class AlreadyVoted(StoreError):  # noqa: N818
    """The voter has voted on the battle."""


class BattleGone(StoreError):  # noqa: N818
    """There is no such battle for this voter, or its time is over."""


class StoreUnavailable(StoreError):  # noqa: N818
    """The store cannot do it now; nothing of it was done."""

"""What the voting app is told when it is made, besides what arena.toml says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from arena.catalogue.voting import VotingSettings


@dataclass(frozen=True, slots=True)
class AppSettings:
    """``site`` is the folder of the built site, which need not be there. ``simulated_log``: some published votes were
    made up by a program, so that scores and records from them are called simulated. ``housekeeping_seconds`` lie
    between two removals of what expired, ``news_seconds`` between two looks whether the project has changed.
    """

    voting: VotingSettings
    site: Path | None = None
    simulated_log: bool = False
    housekeeping_seconds: float = 600.0
    news_seconds: float = 10.0

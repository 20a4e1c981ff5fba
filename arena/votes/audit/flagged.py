"""The votes of a log that a rule or an alert found, or that people decided about, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter

import numpy as np

from arena.csv_text import csv_text
from arena.votes.audit.log_audit import LogAudit, keys_of, masks_of, rows_named
from arena.votes.decision_file import BETWEEN_RULES


@dataclass(frozen=True, slots=True)
class FlaggedVote:
    """One vote, what becomes of it, and why. The order of these fields is the column order of the list."""

    battle: str
    voter: str
    at: datetime
    arena: str
    left: str
    right: str
    outcome: str
    state: str
    """``counted``, ``set_aside`` or ``unknown``."""
    found_by: tuple[str, ...]
    """The rules and alerts that found it, those that only tell among them."""
    decided_by: str
    """Whose decision holds: ``audit``, a person, or empty where nobody's does or the person is not known."""
    because: str
    """The reason of that decision, where it has one."""


def flagged_votes(audit: LogAudit) -> Iterator[FlaggedVote]:
    """Every vote that was found or decided about, voter by voter and by time."""
    found = {name: mask for name, mask in masks_of(audit.verdict).items() if mask.any()}
    rows = {row for mask in found.values() for row in np.flatnonzero(mask).tolist()}
    rows |= {row for row, key in rows_named(audit.table, audit.decisions) if audit.decisions.holding(*key)}
    votes = [_flagged(audit, row, key, found) for row, key in keys_of(audit.table, sorted(rows))]
    return iter(sorted(votes, key=attrgetter("voter", "at", "battle")))


def _flagged(audit: LogAudit, row: int, key: tuple[str, str], found: dict[str, np.ndarray]) -> FlaggedVote:
    vote = audit.table.slice(row, 1).select(["at", "arena", "origin", "left", "right", "outcome"]).to_pylist()[0]
    held = audit.decisions.holding(*key)
    row_of_audit = audit.decisions.found.get(key)
    names = [name for name, mask in found.items() if mask[row]]
    names += [name for name in (row_of_audit.rules if row_of_audit else ()) if name not in names]
    return FlaggedVote(
        battle=key[0],
        voter=key[1],
        at=vote["at"].replace(tzinfo=UTC),
        arena=vote["arena"].removesuffix(f" {vote['origin']}"),
        left=vote["left"],
        right=vote["right"],
        outcome=vote["outcome"],
        state=audit.states[row].value,
        found_by=tuple(names),
        decided_by=held.by if held else "",
        because=held.because if held else "",
    )


def flagged_csv(audit: LogAudit) -> bytes:
    """The list as CSV with a header; a line a vote, rules with ``;`` between them."""
    names = [field.name for field in fields(FlaggedVote)]
    rows = []
    for vote in flagged_votes(audit):
        at, rules = f"{vote.at:%Y-%m-%dT%H:%M:%SZ}", BETWEEN_RULES.join(vote.found_by)
        rows.append([{"at": at, "found_by": rules}.get(name, getattr(vote, name)) for name in names])
    return csv_text(names, rows).encode()

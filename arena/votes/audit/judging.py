"""All rules over some votes, and what becomes of each vote: counted, quarantined for a reason, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arena.votes.audit import rules
from arena.votes.audit.decided import BY_HAND, Decided, decided_of
from arena.votes.audit.frame import NOBODY, Bools, Frame, frame_of
from arena.votes.audit.newcomers import newcomer_alerts
from arena.votes.audit.report import Alert, AuditReport, ModelFinding, RuleFinding
from arena.votes.audit.rules import Consensus
from arena.votes.audit.thresholds import Thresholds, statements
from arena.votes.decisions import Decision

Rule = Callable[[Frame, Consensus, Thresholds], Bools]

RULES: Mapping[str, Rule] = {
    "velocity": rules.velocity,
    "snap": rules.snap,
    "one-sided": rules.one_sided,
    "disagreement": rules.disagreement,
    "favourite": rules.favourite,
    "linked": rules.linked,
    "farmed": rules.farmed,
    "burst": rules.burst,
}
"""The rules by name, in the order of ``statements``."""

ROUNDS = 4


@dataclass(frozen=True)
class Verdict:
    """What the audit says of each vote, in the order of the votes."""

    found: Mapping[str, Bools]
    """By rule that did not stop: the votes it sets aside; and those that people did, ``BY_HAND``."""
    quarantined: Bools
    unknown: Bools
    report: AuditReport


def judge(
    votes: pa.Table,
    *,
    thresholds: Thresholds | None = None,
    asked: Bools | None = None,
    distrusted: Bools | None = None,
    without: frozenset[str] = frozenset(),
    decisions: Sequence[Decision] = (),
) -> Verdict:
    """Judge votes of ``FRAME_SCHEMA`` (or ``VOTE_SCHEMA``).

    ``asked`` are the votes that a verdict is wanted of, the others only say what is usual; ``distrusted`` ones do not
    even say that. ``without`` names rules to leave out. The rules are asked again without what they found, until they
    find nothing new, so that an attack does not hide in the consensus it made. ``decisions``, in the order in which
    they were taken, hold whatever the rules find.
    """
    limits, frame = thresholds or Thresholds(), frame_of(votes)
    asked = np.ones(len(frame), np.bool_) if asked is None else asked
    believed = np.ones(len(frame), np.bool_) if distrusted is None else ~distrusted
    decided = decided_of(votes, decisions)
    believed = believed & ~decided.excluded
    trusted, masks, stopped = believed, dict[str, Bools](), set[str]()
    consensus = rules.consensus_of(frame, trusted)
    for _ in range(ROUNDS):
        masks = {name: rule(frame, consensus, limits) for name, rule in RULES.items() if name not in without}
        masks = {name: mask & ~decided.released & ~decided.excluded for name, mask in masks.items()}
        stopped = {name for name, mask in masks.items() if (mask & asked).sum() > limits.share_limit * asked.sum()}
        now = believed & ~_any(frame, [mask for name, mask in masks.items() if name not in stopped])
        if np.array_equal(now, trusted):
            break
        trusted, consensus = now, rules.consensus_of(frame, now)
    found = {name: mask & asked for name, mask in masks.items()}
    alerts = newcomer_alerts(frame, consensus, asked, limits)
    return _verdict(_Case(frame, asked, limits, decided, alerts), found, stopped)


@dataclass(frozen=True)
class _Case:
    """What does not change from round to round."""

    frame: Frame
    asked: Bools
    limits: Thresholds
    decided: Decided
    alerts: tuple[Alert, ...]


def _verdict(case: _Case, found: dict[str, Bools], stopped: set[str]) -> Verdict:
    frame, asked, limits, decided = case.frame, case.asked, case.limits, case.decided
    applied = {name: mask for name, mask in found.items() if name not in stopped}
    if (excluded := decided.excluded & asked).any():
        applied[BY_HAND] = excluded
    quarantined = _any(frame, applied.values())
    unknown = _any(frame, [found[name] for name in stopped]) & ~quarantined
    words, judged = statements(limits), _judged(frame, asked)
    report = AuditReport(
        votes=int(asked.sum()),
        counted=int((asked & ~quarantined & ~unknown).sum()),
        quarantined=int(quarantined.sum()),
        unknown=int(unknown.sum()),
        voters=len(np.unique(frame.voter[quarantined])),
        rules=tuple(
            RuleFinding(
                rule=name,
                statement=words[name],
                votes=int(mask.sum()),
                voters=len(np.unique(frame.voter[mask])),
                judged=judged.get(name, int(asked.sum())),
                stopped=name in stopped,
            )
            for name, mask in found.items()
        ),
        models=_by_model(frame, asked, quarantined),
        thresholds=limits,
        decisions=decided.findings(asked),
        alerts=case.alerts,
    )
    return Verdict(applied, quarantined, unknown, report)


def _any(frame: Frame, masks: Iterable[Bools]) -> Bools:
    return np.asarray(np.logical_or.reduce([np.zeros(len(frame), np.bool_), *masks]))


def _judged(frame: Frame, asked: Bools) -> dict[str, int]:
    return {
        "snap": int((asked & ~np.isnan(frame.dwell)).sum()),
        "linked": int((asked & (frame.network != NOBODY)).sum()),
    }


def _by_model(frame: Frame, asked: Bools, quarantined: Bools) -> tuple[ModelFinding, ...]:
    def count(*columns: np.ndarray) -> np.ndarray:
        numbers = np.concatenate(columns)
        return np.bincount(numbers[numbers >= 0], minlength=len(frame.models))

    votes = count(frame.left[asked], frame.right[asked])
    aside = count(frame.left[quarantined], frame.right[quarantined])
    raised, sunk = count(frame.winner[quarantined]), count(frame.loser[quarantined])
    return tuple(
        ModelFinding(model, int(votes[number]), int(aside[number]), int(raised[number]), int(sunk[number]))
        for number, model in enumerate(frame.models)
        if aside[number]
    )

"""All rules over some votes, with what people decided, and what becomes of each vote: counted, quarantined for a
reason, or unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.votes.audit import rules
from arena.votes.audit.report import (
    Alert,
    AuditReport,
    DecisionFinding,
    ModelFinding,
    RuleFinding,
    Thresholds,
    statements,
)
from arena.votes.audit.rules import Consensus, newcomer_alerts
from arena.votes.audit.vote_arrays import NOBODY, Bools, Frame, Ints, frame_of
from arena.votes.decisions import Decision, Ruling
from arena.votes.log import Log

BY_HAND = "by hand"
"""The reason of votes that a person excluded."""
NONE = -1


@dataclass(frozen=True)
class Decided:
    """Which decision holds for each vote: a place in ``decisions``, or ``NONE``."""

    decisions: Sequence[Decision]
    which: Ints

    @property
    def released(self) -> Bools:
        """Votes that count, whatever the rules find."""
        return self._ruled(Ruling.RELEASE)

    @property
    def excluded(self) -> Bools:
        """Votes that are set aside, whatever the rules find."""
        return self._ruled(Ruling.EXCLUDE)

    def _ruled(self, ruling: Ruling) -> Bools:
        places = [place for place, decision in enumerate(self.decisions) if decision.ruling is ruling]
        return np.isin(self.which, places)

    def findings(self, asked: Bools) -> tuple[DecisionFinding, ...]:
        """For the report: each decision that holds for one of the votes that a verdict was asked of."""
        held = self.which[asked & (self.released | self.excluded)]
        counts = np.bincount(held, minlength=len(self.decisions))
        return tuple(
            DecisionFinding(decision.ruling.value, decision.because, f"{decision.decided:%Y-%m-%d}", int(count))
            for decision, count in zip(self.decisions, counts, strict=True)
            if count
        )


def decided_of(votes: pa.Table, decisions: Sequence[Decision]) -> Decided:
    """The last decision about each vote; without one, the last about its voter."""
    by_voter = {decision.voter: place for place, decision in enumerate(decisions) if decision.battle is None}
    by_battle = {decision.battle: place for place, decision in enumerate(decisions) if decision.battle is not None}
    forgotten = {place for place, decision in enumerate(decisions) if decision.ruling is Ruling.FORGET}
    for battle in [battle for battle, place in by_battle.items() if place in forgotten]:
        del by_battle[battle]
    of_voter, of_battle = _places(votes["voter"], by_voter), _places(votes["battle"], by_battle)
    return Decided(decisions, np.where(of_battle == NONE, of_voter, of_battle))


def _places(column: pa.ChunkedArray, places: dict[str, int]) -> Ints:
    """The place of each element's decision, ``NONE`` where it has none."""
    if not places:
        return np.full(len(column), NONE, np.int64)
    found = pc.index_in(column, pa.array(list(places), pa.string())).fill_null(NONE).to_numpy()
    return np.asarray(np.array([*places.values(), NONE], np.int64)[found])


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


def audit_log(log: Log, *, thresholds: Thresholds | None = None, without: frozenset[str] = frozenset()) -> AuditReport:
    """What the rules find in a log, which stays as it is. It knows no networks, and times to the minute."""
    return judge(log.votes().to_pyarrow(), thresholds=thresholds, without=without).report

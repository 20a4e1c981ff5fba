"""What becomes of each vote, by all rules and by what people decided: counted, quarantined for a reason, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.progress import Progress
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
from arena.votes.audit.rules import Consensus, newcomer_alerts, newcomers_of
from arena.votes.audit.vote_arrays import UNKNOWN_NETWORK, Bools, Ints, VoteArrays, vote_arrays
from arena.votes.decisions import Decision, Ruling
from arena.votes.log import Log

BY_HAND = "by hand"
"""The reason of votes that a person excluded."""
NO_DECISION = -1
MAX_ROUNDS = 4
"""How often the rules are asked at most, each time without the votes that they set aside the time before."""

Rule = Callable[[VoteArrays, Consensus, Thresholds], Bools]

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

CARELESS = frozenset({"velocity", "snap", "one-sided", "disagreement"})
"""The rules that find who does not look, whatever model it helps. They may be asked to tell only: see ``judge``."""

NEEDS: Mapping[str, Callable[[VoteArrays], Bools]] = {
    "velocity": lambda votes: votes.timed,
    "snap": lambda votes: ~np.isnan(votes.dwell),
    "linked": lambda votes: votes.network != UNKNOWN_NETWORK,
    "burst": lambda votes: votes.timed,
    **dict.fromkeys(
        ("one-sided", "disagreement", "favourite", "farmed"),
        lambda votes: votes.votes_per_voter[votes.voter] > 1,  # a vote whose voter nobody knows has one of its own
    ),
}
"""By rule: the votes that carry what it needs to know. It says nothing of others."""
NEED_TIMES = frozenset({"velocity", "burst"})
"""The rules that must not even see votes whose ``at`` is not when they were cast."""


@dataclass(frozen=True)
class Verdict:
    """What the audit says of each vote, in the order of the votes."""

    set_aside: Mapping[str, Bools]
    """By rule that did not stop: the votes it sets aside; and those that people did, ``BY_HAND``."""
    quarantined: Bools
    unknown: Bools
    report: AuditReport
    found: Mapping[str, Bools] = field(default_factory=dict)
    """By rule, whether it sets aside, only tells, or stopped: the votes to judge that it found."""
    alerted: Mapping[str, Bools] = field(default_factory=dict)
    """By the name of an alert: the votes that its group cast on its model, of those to judge."""


@dataclass(frozen=True)
class _AuditContext:
    """What a report needs and no round of the rules changes."""

    votes: VoteArrays
    to_judge: Bools
    limits: Thresholds
    decisions: DecisionByVote
    alerts: tuple[Alert, ...]
    telling: frozenset[str]


def audit_log(
    log: Log,
    *,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> AuditReport:
    """What the rules find in a log, which stays as it is. It knows no networks, and times to the minute."""
    if progress:
        progress("Reading votes", 0, 0)
    return judge(log.votes().to_pyarrow(), thresholds=thresholds, without=without, progress=progress).report


def judge(
    table: pa.Table,
    *,
    thresholds: Thresholds | None = None,
    to_judge: Bools | None = None,
    distrusted: Bools | None = None,
    without: frozenset[str] = frozenset(),
    telling: frozenset[str] = frozenset(),
    decisions: Sequence[Decision] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Judge votes of ``VOTE_SCHEMA``, with the further columns of ``vote_arrays`` where they are known.

    ``to_judge`` are the votes that a verdict is wanted of, the others only say what is usual; ``distrusted`` ones do
    not even say that. ``without`` names rules to leave out, ``telling`` those that say what they find and set nothing
    aside. ``decisions``, in the order in which they were taken, hold whatever the rules find.
    """
    limits, votes = thresholds or Thresholds(), vote_arrays(table)
    to_judge = np.ones(len(votes), np.bool_) if to_judge is None else to_judge
    believed = np.ones(len(votes), np.bool_) if distrusted is None else ~distrusted
    decided = decisions_by_vote(table, decisions)
    believed = believed & ~decided.excluded
    trusted, masks, stopped = believed, dict[str, Bools](), set[str]()
    consensus = rules.consensus_of(votes, trusted)
    # The rules compare with what is usual, and an attack is part of what is usual until it is found: so they are asked
    # again without what they found, until they find nothing new.
    asked = {name: rule for name, rule in RULES.items() if name not in without}
    for number in range(1, MAX_ROUNDS + 1):
        masks = {}
        for name, rule in asked.items():
            if progress:
                progress(f"Asking the rules, round {number}", len(masks), len(asked))
            masks[name] = _ask(name, rule, votes, consensus, limits)
        masks = {name: mask & ~decided.released & ~decided.excluded for name, mask in masks.items()}
        # A rule that finds so much is more likely wrong than right; what it found goes on being trusted.
        most = limits.share_limit * to_judge.sum()
        stopped = {name for name, mask in masks.items() if (mask & to_judge).sum() > most}
        remaining = believed & ~_any(votes, [mask for name, mask in masks.items() if name not in stopped])
        if np.array_equal(remaining, trusted):
            break
        trusted, consensus = remaining, rules.consensus_of(votes, remaining)
    by_rule = {name: mask & to_judge for name, mask in masks.items()}
    dated = votes.dated
    known = Consensus(consensus.trusted[dated], consensus.odds[dated])
    alerts = newcomer_alerts(votes.part(dated), known, to_judge[dated], limits)
    return _verdict(_AuditContext(votes, to_judge, limits, decided, alerts, telling), by_rule, stopped)


def _ask(name: str, rule: Rule, votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """What a rule finds; one that needs times sees only the votes that have them."""
    if name not in NEED_TIMES or votes.timed.all():
        return rule(votes, consensus, limits)
    seen, found = votes.timed, np.zeros(len(votes), np.bool_)
    if seen.any():
        found[seen] = rule(votes.part(seen), Consensus(consensus.trusted[seen], consensus.odds[seen]), limits)
    return found


def _verdict(context: _AuditContext, by_rule: dict[str, Bools], stopped: set[str]) -> Verdict:
    votes, to_judge, limits, decided = context.votes, context.to_judge, context.limits, context.decisions
    acting = {name: mask for name, mask in by_rule.items() if name not in context.telling}
    set_aside = {name: mask for name, mask in acting.items() if name not in stopped}
    if (excluded := decided.excluded & to_judge).any():
        set_aside[BY_HAND] = excluded
    quarantined = _any(votes, set_aside.values())
    unknown = _any(votes, [mask for name, mask in acting.items() if name in stopped]) & ~quarantined
    words = statements(limits)
    report = AuditReport(
        votes=int(to_judge.sum()),
        counted=int((to_judge & ~quarantined & ~unknown).sum()),
        quarantined=int(quarantined.sum()),
        unknown=int(unknown.sum()),
        voters=len(np.unique(votes.voter[quarantined])),
        rules=tuple(
            RuleFinding(
                rule=name,
                statement=words[name],
                votes=int(mask.sum()),
                voters=len(np.unique(votes.voter[mask])),
                judged=int((to_judge & NEEDS[name](votes)).sum()) if name in NEEDS else int(to_judge.sum()),
                stopped=name in stopped and name in acting,
                tells=name in context.telling,
            )
            for name, mask in by_rule.items()
        ),
        models=_by_model(votes, to_judge, quarantined),
        thresholds=limits,
        decisions=decided.findings(to_judge),
        alerts=context.alerts,
    )
    alerted = {alert.name: newcomers_of(votes, alert, limits) & to_judge for alert in context.alerts}
    return Verdict(set_aside, quarantined, unknown, report, by_rule, alerted)


def _any(votes: VoteArrays, masks: Iterable[Bools]) -> Bools:
    return np.asarray(np.logical_or.reduce([np.zeros(len(votes), np.bool_), *masks]))


def _by_model(votes: VoteArrays, to_judge: Bools, quarantined: Bools) -> tuple[ModelFinding, ...]:
    def count(*columns: np.ndarray) -> np.ndarray:
        numbers = np.concatenate(columns)
        return np.bincount(numbers[numbers >= 0], minlength=len(votes.models))

    total = count(votes.left[to_judge], votes.right[to_judge])
    aside = count(votes.left[quarantined], votes.right[quarantined])
    raised, sunk = count(votes.winner[quarantined]), count(votes.loser[quarantined])
    return tuple(
        ModelFinding(model, int(total[number]), int(aside[number]), int(raised[number]), int(sunk[number]))
        for number, model in enumerate(votes.models)
        if aside[number]
    )


@dataclass(frozen=True)
class DecisionByVote:
    """Which decision holds for each vote: an index into ``decisions``, or ``NO_DECISION``."""

    decisions: Sequence[Decision]
    index: Ints

    @property
    def released(self) -> Bools:
        """Votes that count, whatever the rules find."""
        return self._ruled(Ruling.RELEASE)

    @property
    def excluded(self) -> Bools:
        """Votes that are set aside, whatever the rules find."""
        return self._ruled(Ruling.EXCLUDE)

    def _ruled(self, ruling: Ruling) -> Bools:
        return np.isin(self.index, [n for n, decision in enumerate(self.decisions) if decision.ruling is ruling])

    def findings(self, to_judge: Bools) -> tuple[DecisionFinding, ...]:
        """For the report: each decision that holds for any of the votes that were to be judged."""
        held = self.index[to_judge & (self.released | self.excluded)]
        counts = np.bincount(held, minlength=len(self.decisions))
        return tuple(
            DecisionFinding(decision.ruling.value, decision.because, f"{decision.decided:%Y-%m-%d}", int(count))
            for decision, count in zip(self.decisions, counts, strict=True)
            if count
        )


def decisions_by_vote(table: pa.Table, decisions: Sequence[Decision]) -> DecisionByVote:
    """The last decision about each vote; without one, the last about its voter."""
    by_voter = {decision.voter: n for n, decision in enumerate(decisions) if decision.battle is None}
    by_battle = {decision.battle: n for n, decision in enumerate(decisions) if decision.battle is not None}
    # A vote whose own decision was taken back falls back on its voter's, as if there had been none.
    forgotten = {n for n, decision in enumerate(decisions) if decision.ruling is Ruling.FORGET}
    for battle in [battle for battle, n in by_battle.items() if n in forgotten]:
        del by_battle[battle]
    of_voter, of_battle = _decision_indices(table["voter"], by_voter), _decision_indices(table["battle"], by_battle)
    return DecisionByVote(decisions, np.where(of_battle == NO_DECISION, of_voter, of_battle))


def _decision_indices(column: pa.ChunkedArray, by_id: dict[str, int]) -> Ints:
    """The index of each id's decision, ``NO_DECISION`` where it has none."""
    if not by_id:
        return np.full(len(column), NO_DECISION, np.int64)
    positions = pc.index_in(column, pa.array(list(by_id), pa.string())).fill_null(NO_DECISION).to_numpy()
    return np.asarray(np.array([*by_id.values(), NO_DECISION], np.int64)[positions])

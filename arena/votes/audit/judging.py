"""What becomes of each vote, by all rules and by what people decided: counted, quarantined for a reason, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.progress import Progress
from arena.votes.audit import rules
from arena.votes.audit.consensus import Consensus, consensus_of
from arena.votes.audit.groups import unusual_groups
from arena.votes.audit.report import (
    Alert,
    AuditReport,
    DecisionFinding,
    ModelFinding,
    RuleFinding,
    Thresholds,
    statements,
)
from arena.votes.audit.selection import Unvoted, picked, unvoted_arrays
from arena.votes.audit.shares import beyond_share
from arena.votes.audit.vote_arrays import UNKNOWN_NETWORK, Bools, Ints, VoteArrays, vote_arrays
from arena.votes.decisions import Decision, Ruling

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
"""The rules that set votes aside, by name, in the order of ``statements``."""
WAITING_RULES = ("network", "newcomers", "picked", "share")
"""The rules that let votes wait for a person, in the order of ``statements``; they come after ``RULES``."""
ALERTING_RULES = frozenset({"network", "newcomers"})
"""Those of them whose every finding is an alert with a name."""


CARELESS = frozenset({"velocity", "snap", "one-sided", "disagreement"})
"""The rules that find who does not look, whatever model it helps. They may be asked to tell only: see ``judge``."""

NEEDS: Mapping[str, Callable[[VoteArrays], Bools]] = {
    "velocity": lambda votes: votes.timed,
    "snap": lambda votes: ~np.isnan(votes.dwell),
    **dict.fromkeys(("linked", "network", "share"), lambda votes: votes.network != UNKNOWN_NETWORK),
    "newcomers": lambda votes: votes.dated,
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
    waiting: Mapping[str, Bools]
    """By rule: the votes that wait for a person, since the rule stopped or is one of ``WAITING_RULES``."""
    quarantined: Bools
    unknown: Bools
    report: AuditReport
    found: Mapping[str, Bools] = field(default_factory=dict)
    """By rule, whether it sets aside, only tells, stopped, or lets wait: the votes to judge that it found."""
    alerted: Mapping[str, Bools] = field(default_factory=dict)
    """By the name of an alert: the votes that its group cast on its model, of those to judge."""

    @property
    def reasons_to_wait(self) -> Mapping[str, Bools]:
        """By what a decision may name, a rule or an alert: the votes that wait for it."""
        rules = {name: mask for name, mask in self.waiting.items() if name not in ALERTING_RULES}
        return rules | {name: mask & self.unknown for name, mask in self.alerted.items()}


@dataclass(frozen=True)
class _AuditContext:
    """What no round of the rules changes. ``believed`` votes are those that may say what is usual."""

    votes: VoteArrays
    to_judge: Bools
    believed: Bools
    limits: Thresholds
    decisions: DecisionByVote
    unvoted: Unvoted | None
    without: frozenset[str]
    telling: frozenset[str]


def judge(
    table: pa.Table,
    *,
    thresholds: Thresholds | None = None,
    to_judge: Bools | None = None,
    distrusted: Bools | None = None,
    without: frozenset[str] = frozenset(),
    telling: frozenset[str] = frozenset(),
    decisions: Sequence[Decision] | DecisionByVote = (),
    unvoted: pa.Table | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge votes of ``VOTE_SCHEMA``, with the further columns of ``vote_arrays`` where they are known.

    ``to_judge`` are the votes that a verdict is wanted of, the others only say what is usual; ``distrusted`` ones do
    not even say that. ``without`` names rules to leave out, ``telling`` those that say what they find and set nothing
    aside. ``decisions``, in the order in which they were taken, hold whatever the rules find. ``unvoted`` are battles
    that were drawn and of which no vote stands, with ``left``, ``right``, ``voter`` and ``network``.
    """
    limits, votes = thresholds or Thresholds(), vote_arrays(table)
    to_judge = np.ones(len(votes), np.bool_) if to_judge is None else to_judge
    believed = np.ones(len(votes), np.bool_) if distrusted is None else ~distrusted
    decided = decisions if isinstance(decisions, DecisionByVote) else decisions_by_vote(table, decisions)
    drawn = None if unvoted is None else unvoted_arrays(unvoted, table, votes)
    context = _AuditContext(votes, to_judge, believed & ~decided.excluded, limits, decided, drawn, without, telling)
    trusted = context.believed
    # The rules compare with what is usual, and an attack is part of what is usual until it is found: so they are asked
    # again without what they found, until they find nothing new.
    findings = _ask_rules(context, consensus_of(votes, trusted), 1, progress)
    for number in range(2, MAX_ROUNDS + 1):
        remaining = findings.standing & ~_any(votes, findings.waiting.values())
        if np.array_equal(remaining, trusted):
            break
        trusted = remaining
        findings = _ask_rules(context, consensus_of(votes, trusted), number, progress)
    return _verdict(context, findings)


@dataclass(frozen=True)
class _Findings:
    """What one round of the rules found."""

    by_rule: Mapping[str, Bools]
    """The votes that each rule of ``RULES`` finds."""
    stopped: frozenset[str]
    """Those of them that found too much: what they found goes on being trusted."""
    waiting: Mapping[str, Bools]
    """The votes that each of ``WAITING_RULES`` lets wait."""
    standing: Bools
    """Votes that are believed, and that no rule sets aside."""
    groups: Sequence[tuple[Alert, Bools]]
    """The unusual groups with votes to judge, and those votes."""


def _ask_rules(context: _AuditContext, consensus: Consensus, number: int, progress: Progress | None) -> _Findings:
    votes, limits, to_judge, decided = context.votes, context.limits, context.to_judge, context.decisions
    asked, by_rule = {name: rule for name, rule in RULES.items() if name not in context.without}, dict[str, Bools]()
    for name, rule in asked.items():
        if progress:
            progress(f"Asking the rules, round {number}", len(by_rule), len(asked) + 1)
        by_rule[name] = _ask(name, rule, votes, consensus, limits) & ~decided.released & ~decided.excluded
    # A rule that finds so much is more likely wrong than right.
    most = limits.share_limit * to_judge.sum()
    stopped = frozenset(name for name, mask in by_rule.items() if (mask & to_judge).sum() > most)
    standing = context.believed & ~_any(votes, [mask for name, mask in by_rule.items() if name not in stopped])
    if progress:
        progress(f"Asking the rules, round {number}", len(asked), len(asked) + 1)
    # What a person has released is no evidence against anybody any more.
    waiting, groups = _let_wait(context, consensus, standing & ~decided.released)
    return _Findings(by_rule, stopped, waiting, standing, groups)


def _let_wait(
    context: _AuditContext, consensus: Consensus, tested: Bools
) -> tuple[dict[str, Bools], list[tuple[Alert, Bools]]]:
    """The votes that each of ``WAITING_RULES`` lets wait; and the unusual groups, with their votes to judge.

    Each rule looks at what the one before has left: what a narrow one found must not make a wide one find more.
    """
    votes, limits, to_judge, without = context.votes, context.limits, context.to_judge, context.without
    found, left = dict[str, Bools](), tested
    if "picked" not in without:
        found["picked"] = picked(votes, context.unvoted, left, limits) if context.unvoted else _any(votes, ())
        left = left & ~found["picked"]
    groups = unusual_groups(votes, consensus, left, limits) if ALERTING_RULES - without else []
    groups = [group for group in groups if group.alert.group not in without and (group.votes & to_judge).any()]
    for kind in ALERTING_RULES - without:
        found[kind] = _any(votes, [group.votes for group in groups if group.alert.group == kind])
    if "share" not in without:
        found["share"] = beyond_share(votes, consensus, tested & to_judge & ~_any(votes, found.values()), limits)
    alerts = [
        (replace(group.alert, waiting=int((group.votes & to_judge).sum())), group.votes & to_judge) for group in groups
    ]
    return {name: found[name] for name in WAITING_RULES if name in found}, alerts


def _ask(name: str, rule: Rule, votes: VoteArrays, consensus: Consensus, limits: Thresholds) -> Bools:
    """What a rule finds; one that needs times sees only the votes that have them."""
    if name not in NEED_TIMES or votes.timed.all():
        return rule(votes, consensus, limits)
    seen, found = votes.timed, np.zeros(len(votes), np.bool_)
    if seen.any():
        found[seen] = rule(votes.part(seen), Consensus(consensus.trusted[seen], consensus.odds[seen]), limits)
    return found


def _verdict(context: _AuditContext, findings: _Findings) -> Verdict:
    votes, to_judge, limits, decided = context.votes, context.to_judge, context.limits, context.decisions
    by_rule, stopped = {name: mask & to_judge for name, mask in findings.by_rule.items()}, findings.stopped
    acting = {name: mask for name, mask in by_rule.items() if name not in context.telling}
    set_aside = {name: mask for name, mask in acting.items() if name not in stopped}
    if (excluded := decided.excluded & to_judge).any():
        set_aside[BY_HAND] = excluded
    quarantined = _any(votes, set_aside.values())
    let_wait = {name: mask & to_judge for name, mask in findings.waiting.items()}
    waiting = {name: mask for name, mask in acting.items() if name in stopped}
    waiting |= {name: mask for name, mask in let_wait.items() if name not in context.telling}
    waiting = {name: mask & ~quarantined for name, mask in waiting.items()}
    unknown = _any(votes, waiting.values())
    found, words = by_rule | let_wait, statements(limits)
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
                judged=_judged(context, name),
                stopped=name in stopped and name in acting,
                tells=name in context.telling,
                waits=name in let_wait and name not in context.telling,
            )
            for name, mask in found.items()
        ),
        models=_by_model(votes, to_judge, quarantined),
        thresholds=limits,
        decisions=decided.findings(to_judge),
        alerts=tuple(alert for alert, _ in findings.groups),
    )
    alerted = dict[str, Bools]()
    for alert, mask in findings.groups:
        alerted[alert.name] = alerted.get(alert.name, False) | mask
    return Verdict(set_aside, waiting, quarantined, unknown, report, found, alerted)


def _judged(context: _AuditContext, rule: str) -> int:
    """How many of the votes to judge carry what a rule needs to know."""
    if rule == "picked" and context.unvoted is None:
        return 0
    chosen = context.to_judge & NEEDS[rule](context.votes) if rule in NEEDS else context.to_judge
    return int(chosen.sum())


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

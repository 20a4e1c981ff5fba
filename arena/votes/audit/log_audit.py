"""The audit of a log: its votes judged by the rules, and what these find kept in the decisions beside it.

A log holds votes of all kinds: sealed ones, which were judged in the store with more than the log knows, and imported
ones, of which often the voter, the time or the sides are not known. So here

* derived votes are not judged: nobody cast them on a pair, and each rater has thousands at one time;
* rules that find careless voters (``CARELESS``) tell and set nothing aside: imported votes come from other buttons and
  other clocks, and carelessness brings models closer together but helps none of them;
* what a rule finds that stopped goes on counting, since the rule is probably wrong, until a person decides;
* the votes of a group that an alert names wait until a person has looked;
* a time that nearly all votes of an import share is none, nor is midnight where many have it; where nearly all winners
  stand on one side, sides are dealt anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arena.progress import Progress
from arena.records import Origin, Outcome
from arena.votes.audit.judging import CARELESS, NO_DECISION, DecisionByVote, Verdict, judge
from arena.votes.audit.report import Alert, AuditReport, RuleFinding, Thresholds
from arena.votes.audit.vote_arrays import Bools
from arena.votes.decision_file import AUDIT, LogDecision, LogDecisions, LogRuling, VoteKey, VoteState
from arena.votes.decisions import Decision, Ruling
from arena.votes.log import Log
from arena.votes.manifest import ManifestEntry, period_of
from arena.votes.renames import renamed_table
from arena.votes.table import VOTE_SCHEMA

ONE_TIME = 0.5
"""A time that more than this share of an import's votes have is the import's, not theirs."""
DAYS_ALONE = 0.1
"""Where more than this share of an import's votes are at midnight to the microsecond, it is the day that is known."""
ONE_SIDE = 0.95
"""Where more than this share of an import's decided votes prefer one side, that is how the file is written."""
FEWEST_SIDES = 30
"""Decided votes from which on that can be told."""
AUDITED_COLUMNS = tuple(name for name in VOTE_SCHEMA.names if name != "reasons")
DAY = 24 * 3600 * 1_000_000
IN_ALERTS = frozenset({"network", "newcomers"})
"""The rules whose finds go by the names of their alerts."""
FOUND_NO_MORE = "no rule finds it any more"
RULINGS = {LogRuling.EXCLUDE: Ruling.EXCLUDE, LogRuling.RELEASE: Ruling.RELEASE}


@dataclass(frozen=True)
class LogAudit:
    """What an audit of a log found. ``table`` are the votes that were judged, those that come in last.

    ``decisions`` are those beside the log and what the audit adds to them; nothing is written yet.
    """

    table: pa.Table
    verdict: Verdict
    report: AuditReport
    decisions: LogDecisions
    states: tuple[VoteState, ...]
    """What becomes of each vote, in the order of ``table``."""
    before: tuple[VoteState, ...]
    """The same by the decisions that there were; votes that come in counted."""
    unknown_votes: tuple[VoteKey, ...]
    """Votes that decisions name, and that are not in the log: somebody mistook an id, or an import was killed."""
    derived: int
    """Votes that were not judged, since nobody cast them on a pair."""
    came_in: int
    """How many of ``table`` are not in the log yet."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that nobody has decided about."""
        return tuple(alert for alert in self.report.alerts if alert.name not in self.decisions.groups)

    @property
    def stopped(self) -> tuple[RuleFinding, ...]:
        """The rules that stopped, and that nobody has decided about."""
        return tuple(rule for rule in self.report.stopped if rule.rule not in self.decisions.groups)

    @property
    def passed(self) -> bool:
        """Whether there is nothing that a person has to look at."""
        return not (self.alerts or self.stopped)

    @property
    def standing(self) -> AuditReport:
        """The report with the votes counted by the decisions that there were, without what the audit adds to them."""
        return replace(
            self.report,
            counted=self.before.count(VoteState.COUNTED),
            quarantined=self.before.count(VoteState.SET_ASIDE),
            unknown=self.before.count(VoteState.UNKNOWN),
        )

    @property
    def group_names(self) -> tuple[str, ...]:
        """What a decision may name: every rule and alert that found any vote."""
        named = [name for name, mask in masks_of(self.verdict).items() if mask.any()]
        return tuple(dict.fromkeys([*named, *(name for row in self.decisions.found.values() for name in row.rules)]))

    def count(self, state: VoteState, *, of_came_in: bool = False) -> int:
        """How many of the votes have a state; ``of_came_in``, how many of those that are not in the log yet."""
        start = len(self.states) - self.came_in if of_came_in else 0
        return self.states[start:].count(state)

    @property
    def changed(self) -> int:
        """How many votes of the log have another state than before."""
        there = len(self.states) - self.came_in
        return sum(now is not then for now, then in zip(self.states[:there], self.before[:there], strict=True))


def audit_log(
    log: Log,
    *,
    now: datetime,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
    further: pa.Table | None = None,
    origins: Mapping[str, Origin] | None = None,
    progress: Progress | None = None,
) -> LogAudit:
    """Judge all votes of a log, and ``further`` ones that come in. The log stays as it is, and nothing is written.

    It knows no networks, and times to the minute. What people decided holds. ``now`` is the time of new decisions.
    With ``origins``, of each arena only the votes of the origin that it is rated from.
    """
    if progress:
        progress("Reading votes", 0, 0)
    whole = audit_table(log, further)
    there = {key for _, key in rows_named(whole, log.decisions)}
    if origins is not None:
        rated = pa.array(sorted(f"{arena} {origin}" for arena, origin in origins.items()), pa.string())
        whole = whole.filter(pc.is_in(whole["arena"], rated))
    derived = pc.equal(whole["origin"], Origin.DERIVED.value).to_numpy()
    table, came_in = (
        whole.filter(~derived),
        0 if further is None else int((~derived[len(whole) - len(further) :]).sum()),
    )
    standing = _standing(table, log.decisions)
    verdict = judge(
        table, thresholds=thresholds, without=without, telling=CARELESS, decisions=standing, progress=progress
    )
    added = _audit_rows(table, verdict, log.decisions, now.replace(microsecond=0))
    decisions = log.decisions.with_rows(added) if added else log.decisions
    states = _states(table, decisions)
    report = replace(
        verdict.report,
        counted=states.count(VoteState.COUNTED),
        quarantined=states.count(VoteState.SET_ASIDE),
        unknown=states.count(VoteState.UNKNOWN),
    )
    before = _states(table, log.decisions) if added else states
    strangers = tuple(key for key in log.decisions.named if key not in there)
    return LogAudit(table, verdict, report, decisions, states, before, strangers, int(derived.sum()), came_in)


def audit_table(log: Log, further: pa.Table | None = None) -> pa.Table:
    """The votes of a log under present names, and further ones after them, with the columns that ``judge`` knows.

    Each arena's votes of one origin are an arena of their own, so that simulated voters say nothing of people.
    """
    parts = [
        _known(pq.read_table(path, columns=list(AUDITED_COLUMNS)), period_of(entry) is not None)
        for entry, path in _files(log)
    ]
    if further is not None:
        parts.append(_known(further.select(AUDITED_COLUMNS), sealed=False))
    fields = [VOTE_SCHEMA.field(name) for name in AUDITED_COLUMNS]
    schema = pa.schema([*fields, pa.field("timed", pa.bool_()), pa.field("dated", pa.bool_())])
    table = renamed_table(pa.concat_tables([schema.empty_table(), *parts]), log.renames)
    table = table.filter(pc.not_equal(table["left"], table["right"]))  # two models that have become one
    arenas = pc.binary_join_element_wise(table["arena"], table["origin"], " ")
    return table.set_column(table.column_names.index("arena"), "arena", arenas)


def _files(log: Log) -> Iterable[tuple[ManifestEntry, Path]]:
    return zip(log.entries, log.paths, strict=True)


def _known(votes: pa.Table, sealed: bool) -> pa.Table:
    """Votes that came in together, and which of their times are real; their sides dealt anew where they are none."""
    timed = dated = np.ones(len(votes), np.bool_)
    if not sealed and len(votes):
        at = votes["at"].cast(pa.int64()).to_numpy()
        _, number, count = np.unique(at, return_inverse=True, return_counts=True)
        midnight = at % DAY == 0
        dated = count[number] <= ONE_TIME * len(votes)
        timed = dated & ~(midnight if midnight.mean() > DAYS_ALONE else np.zeros(len(votes), np.bool_))
        votes = _with_sides(votes)
    return votes.append_column("timed", pa.array(timed)).append_column("dated", pa.array(dated))


def _with_sides(votes: pa.Table) -> pa.Table:
    left, right = (pc.equal(votes["outcome"], side.value).to_numpy() for side in (Outcome.LEFT, Outcome.RIGHT))
    decided = int(left.sum() + right.sum())
    if decided < FEWEST_SIDES or max(left.sum(), right.sum()) <= ONE_SIDE * decided:
        return votes
    swap = pa.array(np.arange(len(votes)) % 2 == 1)
    turned = {Outcome.LEFT.value: Outcome.RIGHT.value, Outcome.RIGHT.value: Outcome.LEFT.value}
    outcomes = pa.array([turned.get(outcome, outcome) for outcome in votes["outcome"].to_pylist()], pa.string())
    columns = {
        "left": pc.if_else(swap, votes["right"], votes["left"]),
        "right": pc.if_else(swap, votes["left"], votes["right"]),
        "left_output": pc.if_else(swap, votes["right_output"], votes["left_output"]),
        "right_output": pc.if_else(swap, votes["left_output"], votes["right_output"]),
        "outcome": pc.if_else(swap, outcomes, votes["outcome"]),
    }
    return pa.table({name: columns.get(name, votes[name]) for name in votes.column_names}, schema=votes.schema)


def keys_of(table: pa.Table, rows: Iterable[int]) -> Iterator[tuple[int, VoteKey]]:
    """Some rows of a table with the battle and voter of each."""
    chosen = np.fromiter(rows, np.int64)
    part = table.select(["battle", "voter"]).take(pa.array(chosen))
    keys = zip(part["battle"].to_pylist(), part["voter"].to_pylist(), strict=True)
    yield from zip(chosen.tolist(), keys, strict=True)


def rows_named(table: pa.Table, decisions: LogDecisions) -> Iterator[tuple[int, VoteKey]]:
    """The rows that any decision could be about."""
    battles = pa.array(sorted({battle for battle, _ in decisions.named}), pa.string())
    voters = pa.array(sorted(decisions.voters), pa.string())
    about = pc.or_(pc.is_in(table["battle"], battles), pc.is_in(table["voter"], voters))
    return keys_of(table, np.flatnonzero(about.to_numpy()))


def _standing(table: pa.Table, decisions: LogDecisions) -> DecisionByVote:
    """What people decided about each vote, in the form that ``judge`` follows."""
    index, taken = np.full(len(table), NO_DECISION, np.int64), dict[LogDecision, int]()
    for row, key in rows_named(table, decisions):
        held = decisions.holding(*key)
        if held is not None and not held.by_audit and held.ruling in RULINGS:
            index[row] = taken.setdefault(held, len(taken))
    listed = [Decision(row.voter, row.battle or None, RULINGS[row.ruling], row.because, row.at) for row in taken]
    return DecisionByVote(listed, index)


def _states(table: pa.Table, decisions: LogDecisions) -> tuple[VoteState, ...]:
    states = [VoteState.COUNTED] * len(table)
    for row, key in rows_named(table, decisions):
        states[row] = decisions.states.get(key) or decisions.voter_states.get(key[1], VoteState.COUNTED)
    return tuple(states)


def _audit_rows(table: pa.Table, verdict: Verdict, decisions: LogDecisions, now: datetime) -> list[LogDecision]:
    """The rows that say what is new in what the audit finds; none about votes that people decided about."""
    finders = _finders(verdict, decisions)
    masks = [mask for _, mask in finders.values()]
    rows = set(np.flatnonzero(np.logical_or.reduce(masks)).tolist()) if masks else set[int]()
    rows |= {row for row, key in rows_named(table, decisions) if key in decisions.found}
    added = []
    for row, key in keys_of(table, sorted(rows)):
        held, before = decisions.holding(*key), decisions.found.get(key)
        if held is not None and not held.by_audit:
            continue
        names = tuple(name for name, (_, mask) in finders.items() if mask[row])
        found = {finders[name][0] for name in names}
        ruling = next((r for r in (LogRuling.EXCLUDE, LogRuling.WAIT) if r in found), LogRuling.RELEASE)
        same = (before.ruling, before.rules) == (ruling, names) if before else not names
        if not same:
            because = "" if names else FOUND_NO_MORE
            added.append(LogDecision(*key, "", ruling, names, because, AUDIT, now))
    return added


def masks_of(verdict: Verdict) -> dict[str, Bools]:
    """By rule or alert: the votes that it found."""
    return {name: mask for name, mask in verdict.found.items() if name not in IN_ALERTS} | dict(verdict.alerted)


def _finders(verdict: Verdict, decisions: LogDecisions) -> Mapping[str, tuple[LogRuling, Bools]]:
    """By rule or alert whose finds are kept: what it decides about the votes that it found."""
    masks, stopped = masks_of(verdict), {rule.rule for rule in verdict.report.stopped}
    finders = {name: (LogRuling.EXCLUDE, masks[name]) for name in verdict.set_aside if name in masks}
    waiting = [*verdict.alerted, *(name for name in verdict.waiting if name in masks and name not in stopped)]
    finders |= {name: (LogRuling.WAIT, masks[name]) for name in waiting}
    # What a rule found that only tells, or that stopped, counts: it is listed for a person's decision about the group.
    for name, mask in masks.items():
        if name in decisions.groups and name not in finders:
            finders[name] = (LogRuling.RELEASE, mask)
    return {name: finder for name, finder in finders.items() if finder[1].any()}

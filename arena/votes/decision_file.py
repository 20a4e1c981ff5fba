"""Decisions about the votes of a log, in a text file beside it: ``decisions.csv``. The log itself never changes.

    battle,voter,group,decision,rules,reason,by,at
    ,,newcomers/2026-08-31/acme/painter,exclude,,"All from one forum thread",Ann,2026-09-20T08:00:00Z
    ,v17,,release,,"The teacher wrote to us: a class",Ann,2026-09-20T08:05:00Z
    b204,v9,,exclude,favourite,,audit,2026-09-18T10:00:00Z

A row is about one vote (``battle`` and ``voter``), all votes of a voter, or all votes that a rule or an alert found
(``group``, the name that the audit gives it). ``decision`` is

* ``exclude``: the vote is set aside, and not rated;
* ``wait``: an alert named it, and it is not rated until a person has looked;
* ``release``: it is rated;
* ``forget``: what a person decided about the same vote, voter or group holds no more.

Rows by ``audit`` say what rules found. A person's decision outweighs them: the one about the vote, else the one about
the voter, else the one about a group whose name is among the ``rules`` of the vote's latest audit row. Of several rows
about the same thing the newest holds; of two at the same second, the one further down. Rows are only ever added, so
that the file is a history. Their order in the file means nothing else: branches may be merged line by line
(``merge=union``), and the next command that writes puts the rows in order.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from arena.csv_text import csv_text, from_cell
from arena.errors import ArenaError, VotesError
from arena.votes.contents import read_text_bytes
from arena.votes.row_errors import did_you_mean, raise_findings, shorten

DECISIONS = "decisions.csv"
"""The name of the file in the log's folder."""
COLUMNS = ("battle", "voter", "group", "decision", "rules", "reason", "by", "at")
AUDIT = "audit"
"""Who decided, where the rules did."""
BETWEEN_RULES = ";"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")

VoteKey = tuple[str, str]
"""A vote's battle and voter."""
Key = TypeVar("Key")


class LogRuling(StrEnum):
    """What is decided about votes of a log: see the head of this module."""

    EXCLUDE = "exclude"
    WAIT = "wait"
    RELEASE = "release"
    FORGET = "forget"


class VoteState(StrEnum):
    """What becomes of a vote of a log. Only counted ones are rated."""

    COUNTED = "counted"
    SET_ASIDE = "set_aside"
    UNKNOWN = "unknown"


STATES = {
    LogRuling.EXCLUDE: VoteState.SET_ASIDE,
    LogRuling.WAIT: VoteState.UNKNOWN,
    LogRuling.RELEASE: VoteState.COUNTED,
}


@dataclass(frozen=True, slots=True)
class LogDecision:
    """One row of the file. Of ``battle``, ``voter`` and ``group`` those that it is not about are empty."""

    battle: str
    voter: str
    group: str
    ruling: LogRuling
    rules: tuple[str, ...]
    """Which rules and alerts found the vote; of rows by ``AUDIT``."""
    because: str
    by: str
    """Who decided; ``AUDIT`` for the rules, empty where it is not known."""
    at: datetime
    """In UTC, to the second."""

    @property
    def by_audit(self) -> bool:
        return self.by == AUDIT

    @property
    def subject(self) -> tuple[str, str, str]:
        """What the decision is about, in the order of the file: groups first, then voter by voter."""
        return (self.voter, self.battle, self.group)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of ``COLUMNS``."""
        rules = BETWEEN_RULES.join(self.rules)
        at = self.at.strftime(TIME_FORMAT)
        return (self.battle, self.voter, self.group, self.ruling.value, rules, self.because, self.by, at)


@dataclass(frozen=True)
class LogDecisions:
    """All decisions about the votes of a log, in the order of the file; which of them hold, and the file's bytes."""

    rows: tuple[LogDecision, ...] = ()

    @cached_property
    def content(self) -> bytes:
        """The file as it is written: the same decisions give the same bytes, whatever order they were read in."""
        return csv_text(COLUMNS, (row.cells for row in self.rows)).encode()

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of ``content``, by which ratings say which decisions they rest on."""
        return hashlib.sha256(self.content).hexdigest()

    def with_rows(self, added: Iterable[LogDecision]) -> LogDecisions:
        """These decisions and further ones, which are newer or, at the same second, hold all the same."""
        return in_order([*self.rows, *added])

    def without_votes(self, gone: Iterable[VoteKey]) -> LogDecisions:
        """These decisions but for those about single votes that are no longer in the log."""
        keys = set(gone)
        return LogDecisions(tuple(row for row in self.rows if (row.battle, row.voter) not in keys))

    @cached_property
    def found(self) -> Mapping[VoteKey, LogDecision]:
        """By vote: the latest row of the audit."""
        return {(row.battle, row.voter): row for row in self._newest if row.battle and row.by_audit}

    @cached_property
    def groups(self) -> Mapping[str, LogDecision]:
        """By group: what a person decided about it, unless it was taken back."""
        return _standing((row.group, row) for row in self._newest if row.group)

    @cached_property
    def voters(self) -> Mapping[str, LogDecision]:
        """By voter: what a person decided about all votes, unless it was taken back."""
        return _standing((row.voter, row) for row in self._newest if row.voter and not row.battle)

    @cached_property
    def votes(self) -> Mapping[VoteKey, LogDecision]:
        """By vote: what a person decided about it, unless it was taken back."""
        rows = (row for row in self._newest if row.battle and not row.by_audit)
        return _standing(((row.battle, row.voter), row) for row in rows)

    @cached_property
    def _newest(self) -> tuple[LogDecision, ...]:
        return tuple(sorted(self.rows, key=lambda row: row.at))

    def holding(self, battle: str, voter: str) -> LogDecision | None:
        """The decision that holds for a vote; None where there is none, and it counts."""
        key = (battle, voter)
        by_person = self.votes.get(key) or self.voters.get(voter)
        found = self.found.get(key)
        if by_person is not None or found is None:
            return by_person
        of_groups = [self.groups[name] for name in found.rules if name in self.groups]
        for ruling in (LogRuling.EXCLUDE, LogRuling.WAIT):
            if strict := [row for row in of_groups if row.ruling is ruling]:
                return strict[-1]
        # Released is what nothing else speaks against: another rule may have found the vote as well.
        return of_groups[-1] if of_groups and len(of_groups) == len(found.rules) else found

    @cached_property
    def named(self) -> tuple[VoteKey, ...]:
        """Every vote that a row names."""
        return tuple(dict.fromkeys((row.battle, row.voter) for row in self.rows if row.battle))

    @cached_property
    def states(self) -> Mapping[VoteKey, VoteState]:
        """What becomes of each vote that a row names. Others go by ``voter_states``, or count."""
        held = ((key, self.holding(*key)) for key in self.named)
        return {key: STATES[row.ruling] if row else VoteState.COUNTED for key, row in held}

    @cached_property
    def voter_states(self) -> Mapping[str, VoteState]:
        """By voter: what becomes of the votes that no row names."""
        return {voter: STATES[row.ruling] for voter, row in self.voters.items()}


NO_DECISIONS = LogDecisions()


@dataclass(frozen=True, slots=True)
class LeftOutByDecision:
    """Votes of a log that are not rated, for one reason."""

    state: VoteState
    rules: tuple[str, ...]
    """The rules and alerts that found them; empty where a person decided."""
    because: str
    """Why a person decided so; empty where the rules did."""
    day: date | None
    """Of a person's decision."""
    votes: int


def left_out_by_decision(decisions: LogDecisions, votes: Iterable[VoteKey]) -> tuple[LeftOutByDecision, ...]:
    """Votes that are left out, counted by what was decided and why; the most first."""
    counts: Counter[tuple[VoteState, tuple[str, ...], str, date | None]] = Counter()
    for key in votes:
        if held := decisions.holding(*key):
            rules, because, day = (held.rules, "", None) if held.by_audit else ((), held.because, held.at.date())
            counts[STATES[held.ruling], rules, because, day] += 1
    entries = (LeftOutByDecision(*reason, count) for reason, count in counts.items())
    return tuple(sorted(entries, key=lambda entry: (-entry.votes, entry.state, entry.rules, entry.because)))


def _standing(rows: Iterable[tuple[Key, LogDecision]]) -> dict[Key, LogDecision]:
    newest = dict(rows)
    return {key: row for key, row in newest.items() if row.ruling is not LogRuling.FORGET}


def in_order(rows: Iterable[LogDecision]) -> LogDecisions:
    """Decisions in the order of the file, the same row once."""
    # Sorting is stable: of two rows about the same thing at the same second, the one further down stays further down.
    # Of equal rows the last stays, so that what was decided again within a second holds.
    ordered = sorted(rows, key=lambda row: (*row.subject, row.at))
    return LogDecisions(tuple(reversed(dict.fromkeys(reversed(ordered)))))


def read_decisions(path: Path) -> LogDecisions:
    """The decisions in a file; none where there is no such file.

    Raises ``VotesError`` with a finding for every line that is none, each with its line and how to mend it.
    """
    if not path.exists():
        return NO_DECISIONS
    content = read_text_bytes(path).decode()
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows, findings = list[LogDecision](), list[ArenaError]()
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            what = f"the first line is {shorten(','.join(header))}"
            raise VotesError(what, where=f"{path}:1", hint=f"it has to be {','.join(COLUMNS)}")
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                try:
                    rows.append(_row([from_cell(cell) for cell in cells], f"{path}:{line}"))
                except VotesError as error:
                    findings.append(error)
            line = reader.line_num + 1
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise VotesError(f"is not CSV: {error}", where=where, hint="quote a field that holds a quote") from error
    raise_findings(findings)
    return in_order(rows)


def _row(cells: list[str], where: str) -> LogDecision:
    if cells[0].startswith(MERGE_MARKS):
        hint = "keep the lines of both sides, and take the marks out"
        raise VotesError("a merge was not finished", where=where, hint=hint)
    if len(cells) != len(COLUMNS):
        what = f"has {len(cells)} fields instead of {len(COLUMNS)}"
        raise VotesError(what, where=where, hint="quote a field that holds a comma")
    battle, voter, group = cells[:3]  # ids may begin or end in any way
    decision, rules, because, by, at = (cell.strip() for cell in cells[3:])
    if decision not in set(LogRuling):
        what = f"unknown decision {shorten(decision)}"
        raise VotesError(what, where=where, hint=did_you_mean(decision, list(LogRuling)))
    if bool(group) == bool(voter) or (battle and not voter):
        hint = "name a vote by battle and voter, all votes of a voter by voter alone, or a group by group alone"
        raise VotesError("does not say what it is about", where=where, hint=hint)
    if by == AUDIT and not battle:
        raise VotesError(f"a row by {AUDIT} is about one vote", where=where, hint="say in by who decided")
    if by != AUDIT and not because:
        raise VotesError("has no reason", where=where, hint="a person's decision says why: it is published")
    names = tuple(name for name in rules.split(BETWEEN_RULES) if name)
    return LogDecision(battle, voter, group, LogRuling(decision), names, because, by, _time(at, where))


def _time(text: str, where: str) -> datetime:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        what = f"at is {shorten(text)}"
        raise VotesError(what, where=where, hint="write it in UTC, as 2026-09-20T08:00:00Z") from error


def deciding(
    ruling: LogRuling, because: str, *, by: str, now: datetime, votes: Iterable[VoteKey] = (),
    voters: Iterable[str] = (), groups: Iterable[str] = (),
) -> Iterator[LogDecision]:  # fmt: skip
    """A person's decision about votes, voters and groups, as rows."""
    at, reason = now.replace(microsecond=0), " ".join(because.split())
    subjects = [*(("", "", group) for group in groups), *(("", voter, "") for voter in voters)]
    subjects += [(battle, voter, "") for battle, voter in votes]
    for battle, voter, group in subjects:
        yield LogDecision(battle, voter, group, ruling, (), reason, by, at)

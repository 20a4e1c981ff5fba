"""Which stored votes count: judged by the rules of the audit, and by people, who have the last word.

An audit writes down what it found: why a vote is quarantined, and which votes are known to count. People's decisions
are added to the store, never changed; each audit follows them. No vote is deleted.

What people did beside voting is there for rules as well: ``skipped_battles`` and ``retracted_votes``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    type_coerce,
    union_all,
    update,
)

from arena.errors import StoreError
from arena.progress import Progress
from arena.votes.audit import AuditReport, Thresholds, Verdict, judge
from arena.votes.audit.vote_arrays import Bools
from arena.votes.decisions import Decision, Ruling
from arena.votes.row_errors import shorten
from arena.votes.store.schema import (
    LOG_COLUMNS,
    NOT_RETRACTED,
    NOT_SEALED,
    ON_BATTLE,
    QUARANTINED,
    SKIP_COLUMNS,
    Microseconds,
    battles,
    decisions,
    quarantine,
    skips,
    votes,
    waiting,
)
from arena.votes.store.store import Store
from arena.votes.table import VOTE_SCHEMA

SETTLING_TIME = timedelta(minutes=1)
"""How old a vote is before it is judged: older than any transaction still under way."""
ROWS_AT_ONCE = 50_000
REVIEW_HINT = "arena review list names the votes that are set aside or unknown"

SKIP_SCHEMA = pa.schema(
    [pa.field(name, VOTE_SCHEMA.field("at").type if name == "at" else pa.string()) for name in SKIP_COLUMNS]
)
"""Of battles that were drawn and not voted on, as of votes."""

VoteKey = tuple[str, str]
"""A vote's battle and voter."""


def audit_store(
    store: Store,
    *,
    now: datetime,
    until: datetime | None = None,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> AuditReport:
    """Judge the votes before ``until`` that are not sealed yet, anew, and keep the verdict; nothing is deleted.

    ``until`` is at most a minute before ``now``, which is also the default. What a rule that stopped has found stays
    unknown; what people decided holds. Sealed votes say what is usual, but are not judged again. Raises ``StoreError``
    as the store does.
    """
    end = now - SETTLING_TIME if until is None else min(until, now - SETTLING_TIME)
    if progress:
        progress("Reading votes", 0, 0)
    # What expired without a vote is a skip from now on, also where no arena is served that would tidy up.
    store.forget_expired(now)
    with store.reading() as connection:
        table, taken = _votes_to_judge(connection, end), all_decisions(connection)
        unvoted = _unvoted_battles(connection, end)
    to_judge = table["not_sealed"].to_numpy()
    distrusted = table["quarantined"].to_numpy() & ~to_judge
    verdict = judge(
        table,
        thresholds=thresholds,
        to_judge=to_judge,
        distrusted=distrusted,
        without=without,
        decisions=taken,
        unvoted=unvoted,
        progress=progress,
    )
    # Judging takes seconds, in which no vote should have to wait: it runs outside of any transaction, and the verdict
    # is kept only if the votes that it is about are still the same ones.
    with store.writing() as connection:
        _keep_verdict(connection, table, verdict, judged=int(to_judge.sum()), until=end, now=now)
    return verdict.report


@dataclass(frozen=True, slots=True)
class SettlingVotes:
    """Votes that are too young to be judged: how many, and when the last of them is old enough (None without any)."""

    votes: int
    until: datetime | None


def settling_votes(connection: Connection, now: datetime) -> SettlingVotes:
    """The votes that an audit at ``now`` leaves for a later one, because they are younger than ``SETTLING_TIME``."""
    young = and_(NOT_SEALED, votes.c["at"] >= now - SETTLING_TIME)
    count, last = connection.execute(select(func.count(), func.max(votes.c["at"])).where(young)).one()
    return SettlingVotes(int(count), None if last is None else last + SETTLING_TIME)


def _votes_to_judge(connection: Connection, until: datetime) -> pa.Table:
    """The votes before ``until`` that were not retracted: columns of ``VOTE_SCHEMA`` and three more.

    ``network`` is where the vote came from, ``not_sealed`` whether it is to be judged, ``quarantined`` what an earlier
    audit said of it.
    """
    rows = (
        select(*_vote_columns(), votes.c.network, votes.c.seal.is_(None), QUARANTINED)
        .select_from(votes.join(battles, ON_BATTLE))
        .where(NOT_RETRACTED, votes.c["at"] < until)
    )
    more = [pa.field("network", pa.string()), pa.field("not_sealed", pa.bool_()), pa.field("quarantined", pa.bool_())]
    return _fetch(connection, rows, pa.schema([*VOTE_SCHEMA, *more]))


def _unvoted_battles(connection: Connection, until: datetime) -> pa.Table:
    """The battles before ``until`` that were drawn and of which no vote stands, as ``judge`` wants them."""
    columns = ["left", "right", "voter", "network"]
    tables = (read(connection, until).select(columns) for read in (skipped_battles, retracted_votes))
    return pa.concat_tables(tables)


def retracted_votes(connection: Connection, until: datetime) -> pa.Table:
    """The votes before ``until`` that were taken back and whose period is not sealed.

    Columns of ``VOTE_SCHEMA``, then ``network`` and ``retracted``, the time when. Stores of before December 2026 have
    them: a vote is now final as soon as its voter is told who made the pictures.
    """
    columns = [*_vote_columns(), votes.c.network, type_coerce(votes.c.retracted, Microseconds)]
    rows = (
        select(*columns)
        .select_from(votes.join(battles, ON_BATTLE))
        .where(~NOT_RETRACTED, votes.c["at"] < until, votes.c.network != "")
        .order_by(votes.c["at"], votes.c.battle)
    )
    more = [pa.field("network", pa.string()), pa.field("retracted", VOTE_SCHEMA.field("at").type)]
    return _fetch(connection, rows, pa.schema([*VOTE_SCHEMA, *more]))


def skipped_battles(connection: Connection, until: datetime) -> pa.Table:
    """The battles drawn before ``until`` in periods that are not sealed and left without a vote until they expired.

    Columns of ``SKIP_SCHEMA``: ``at`` is when the battle was drawn, ``network`` the key of where. A page draws the next
    battle when its reader has chosen, so that every visit leaves one. What expired since ``Store.forget_expired`` last
    ran is not among them; an audit runs it first.
    """
    columns = [type_coerce(column, Microseconds) if column.name == "at" else column for column in skips.c]
    rows = select(*columns).where(skips.c["at"] < until).order_by(skips.c["at"], skips.c.battle)
    return _fetch(connection, rows, SKIP_SCHEMA)


def counted_votes(connection: Connection, seal: int) -> pa.Table:
    """The votes of a seal that count, of ``VOTE_SCHEMA``."""
    rows = (
        select(*_vote_columns())
        .select_from(votes.join(battles, ON_BATTLE))
        .where(votes.c.seal == seal, ~QUARANTINED)
        .order_by(votes.c.battle, votes.c.voter)
    )
    return _fetch(connection, rows, VOTE_SCHEMA)


def _vote_columns() -> list[Any]:
    """The columns of a vote, times as the whole microseconds that they are kept as."""
    return [type_coerce(column, Microseconds) if column.name == "at" else column for column in LOG_COLUMNS]


def _fetch(connection: Connection, query: Select[*tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    batches = []
    for rows in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).partitions():
        columns = zip(*rows, strict=True)
        arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array([bool(value) for value in values])
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    if pa.types.is_list(kind):
        return pa.array([text.split() or None for text in values], kind)
    return pa.array(values, kind)


def _keep_verdict(
    connection: Connection, table: pa.Table, verdict: Verdict, *, judged: int, until: datetime, now: datetime
) -> None:
    """Write down what an audit found of all votes to judge before ``until``, in place of what one found before.

    Raises ``StoreError`` where these are not the ``judged`` ones any more.
    """
    lock_table(connection, "votes")
    period = and_(NOT_SEALED, votes.c["at"] < until)
    # A seal or a release of a sealed vote that came in between changes how many there are.
    if connection.execute(select(func.count()).select_from(votes).where(period)).scalar_one() != judged:
        raise StoreError("votes changed while they were audited", hint="audit again")
    for reasons, found in ((quarantine, verdict.set_aside), (waiting, verdict.reasons_to_wait)):
        judged_now = exists().where(votes.c.battle == reasons.c.battle, votes.c.voter == reasons.c.voter, period)
        connection.execute(delete(reasons).where(judged_now))
        rows = [
            {"battle": battle, "voter": voter, "reason": reason, "found": now}
            for reason, mask in found.items()
            for battle, voter in _keys(table, mask)
        ]
        if rows:
            connection.execute(insert(reasons), rows)
    connection.execute(update(votes).where(period).values(audited=now))
    if unknown := _keys(table, verdict.unknown):
        key = and_(votes.c.battle == bindparam("of_battle"), votes.c.voter == bindparam("of_voter"))
        not_audited = update(votes).where(key).values(audited=None)
        connection.execute(not_audited, [{"of_battle": battle, "of_voter": voter} for battle, voter in unknown])


def _keys(table: pa.Table, mask: Bools) -> list[VoteKey]:
    rows = table.select(["battle", "voter"]).take(np.flatnonzero(mask))
    return list(zip(rows["battle"].to_pylist(), rows["voter"].to_pylist(), strict=True))


def lock_table(connection: Connection, table: str) -> None:
    """Let nobody else write to a table until the transaction ends; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))


@dataclass(frozen=True, slots=True)
class UncountedVote:
    """A vote that does not count: set aside for ``reasons``, or unknown where there are none.

    An unknown vote ``waits_for`` a decision because of rules and alerts, or for the next audit where these are empty.
    """

    battle: str
    voter: str
    at: datetime
    left: str
    right: str
    outcome: str
    reasons: tuple[str, ...]
    waits_for: tuple[str, ...] = ()


def uncounted_votes(connection: Connection) -> Iterator[UncountedVote]:
    """The votes that do not count, by voter and time, those of sealed periods included; without retracted ones."""
    reasons = union_all(
        select(quarantine.c.battle, quarantine.c.voter, quarantine.c.reason, literal(1).label("aside")),
        select(waiting.c.battle, waiting.c.voter, waiting.c.reason, literal(0)),
    ).subquery()
    key = and_(reasons.c.battle == votes.c.battle, reasons.c.voter == votes.c.voter)
    columns = (votes.c.battle, votes.c.voter, votes.c["at"], battles.c["left"], battles.c["right"], votes.c.outcome)
    unknown = and_(votes.c.audited.is_(None), votes.c.seal.is_(None))
    rows = connection.execute(
        select(*columns, reasons.c.aside, reasons.c.reason)
        .select_from(votes.join(battles, ON_BATTLE).outerjoin(reasons, key))
        .where(NOT_RETRACTED, or_(reasons.c.aside == 1, unknown))
        .order_by(votes.c.voter, votes.c["at"], votes.c.battle, reasons.c.reason)
    )
    for _, group in groupby(rows, key=itemgetter(0)):
        same_vote = list(group)
        aside, waits_for = (tuple(row[-1] for row in same_vote if row[-2] == kind) for kind in (1, 0))
        yield UncountedVote(*same_vote[0][:-2], aside, waits_for)


def waiting_votes(connection: Connection, reason: str) -> list[VoteKey]:
    """The votes that wait for a decision because of a rule or an alert, by its name."""
    of_vote = and_(waiting.c.battle == votes.c.battle, waiting.c.voter == votes.c.voter)
    rows = connection.execute(
        select(waiting.c.battle, waiting.c.voter)
        .select_from(waiting.join(votes, of_vote))
        .where(waiting.c.reason == reason, votes.c.audited.is_(None), NOT_SEALED)
        .order_by(votes.c["at"], votes.c.battle)
    )
    return [(row[0], row[1]) for row in rows]


def decide(connection: Connection, decision: Decision) -> int:
    """Keep a decision, and say about how many votes it is. The next audit goes by it.

    A release opens again what was set aside when its period was sealed, so that it goes into the next one. Raises
    ``StoreError`` where there is no such vote or voter, and where a vote that is in the log is to be excluded.
    """
    # A vote of a sealed period that counts is in the log, which nothing is taken out of.
    which = [votes.c.voter == decision.voter, NOT_RETRACTED]
    if decision.battle is not None:
        which.append(votes.c.battle == decision.battle)
    sealed = and_(votes.c.seal.is_not(None), ~QUARANTINED)
    total, in_log = connection.execute(
        select(func.count(), func.count().filter(sealed)).select_from(votes).where(*which)
    ).one()
    if not total:
        raise StoreError("there is no such vote", where=_subject(decision), hint=REVIEW_HINT)
    if decision.ruling is Ruling.EXCLUDE and in_log == total:
        raise StoreError("is in the log, which only grows", where=_subject(decision), hint="exclude votes that wait")
    number = 1 + (connection.execute(select(func.max(decisions.c.number))).scalar() or 0)
    row = {"number": number, "voter": decision.voter, "battle": decision.battle, "ruling": decision.ruling.value}
    connection.execute(insert(decisions).values(**row, because=decision.because, decided=decision.decided))
    if decision.ruling is Ruling.RELEASE:
        # Sealing closed the period with the vote set aside: it is in no log, so it may wait for the next period.
        reopened = update(votes).where(*which, votes.c.seal.is_not(None), QUARANTINED)
        connection.execute(reopened.values(seal=None, audited=None))
    return int(total) if decision.ruling is Ruling.RELEASE else int(total - in_log)


def _subject(decision: Decision) -> str:
    return f"voter {shorten(decision.voter)}" if decision.battle is None else f"vote {shorten(decision.battle)}"


def voter_of(connection: Connection, battle: str) -> str:
    """Who cast the vote on a battle. Raises ``StoreError`` where there is none, or it was retracted."""
    voter = connection.execute(select(votes.c.voter).where(votes.c.battle == battle, NOT_RETRACTED)).scalar()
    if voter is None:
        raise StoreError("there is no such vote", where=f"vote {shorten(battle)}", hint=REVIEW_HINT)
    return str(voter)


def all_decisions(connection: Connection) -> list[Decision]:
    """Every decision, in the order in which they were taken."""
    columns = (decisions.c.voter, decisions.c.battle, decisions.c.ruling, decisions.c.because, decisions.c.decided)
    rows = connection.execute(select(*columns).order_by(decisions.c.number))
    return [Decision(row[0], row[1], Ruling(row[2]), row[3], row[4]) for row in rows]

"""Sealing: putting audited votes of the store into the log, by periods, anonymously, each exactly once.

A store and a folder of files cannot change in one transaction, so a period goes in three steps, each of which is whole
or not there:

1. *begin*: the store closes the period (its votes are marked with its number) and keeps a random seed and the report;
2. *append*: the log takes the votes, under pseudonyms which the seed determines;
3. *finish*: the store forgets the seed.

A run that is killed before 1 leaves nothing. Killed between 1 and 3 it leaves a period begun, which the next run
finishes first: it finds either nothing of the period in the log or all of it, since the same seed gives the same
votes and an append is all or nothing. After 3 nothing is left to repeat.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, and_, func, insert, select, update

from arena.errors import StoreError
from arena.files import cannot_write, only_writer, write_bytes
from arena.progress import Progress
from arena.votes.audit import AuditReport, Thresholds, report_json
from arena.votes.log import Log, append_votes, open_log
from arena.votes.manifest import SealedPeriod, periods_in
from arena.votes.store.auditing import audit_store, counted_votes, lock_table
from arena.votes.store.networks import SECRET_BYTES, begin_period
from arena.votes.store.schema import NOT_RETRACTED, NOT_SEALED, QUARANTINED, seals, skips, votes
from arena.votes.store.store import Store

LACKING_HINT = "restore the newest copy of the log; if arena simulate --remove was interrupted, run it again"
DWELL_STEPS_MS = (1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 300_000)
"""What a time to decide is rounded up to, where the arena publishes it; the last step stands for all that are longer.
The exact time could connect a published vote with who cast it. Up, so that none looks hasty to an audit of the log."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a seal did. ``number`` is the last period's, 0 where there was nothing to seal."""

    number: int
    votes: int
    """How many went into the log, those of an interrupted run included."""
    audit: AuditReport
    """Of the votes that were waiting; ``audit.unknown`` of them still are."""
    finished_earlier: bool
    """Whether an earlier run had been interrupted, and was finished now."""
    log: Log


@dataclass(frozen=True, slots=True)
class Seal:
    """One period on its way into the log. ``seed`` is what its pseudonyms come from, and None once it is finished."""

    number: int
    lineage: str
    """A random id of the store, the same for all its periods."""
    until: datetime
    seed: bytes | None
    votes: int
    report: str


def seal(
    store: Store,
    log_folder: Path,
    *,
    until: datetime,
    now: datetime,
    rng: random.Random,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
    dwell_steps: bool = False,
    progress: Progress | None = None,
) -> SealReport:
    """Audit the votes cast before ``until``, and put those that count into the log.

    Voters and battles get fresh pseudonyms, which nothing connects with an earlier period or the store; ``rng`` has to
    be ``random.SystemRandom()`` outside of tests. Times lose their seconds. Times to decide stay in the store; with
    ``dwell_steps`` the log gets the step of ``DWELL_STEPS_MS`` that each is in. Sealing again changes nothing. Raises
    ``StoreError`` or ``VotesError`` where the store or the log cannot be read or written, or one of them was restored
    from a backup that is older than the other.
    """
    if until > now:
        raise StoreError("votes can be sealed only when they have been cast", hint="name a time that is past")
    log = open_log(log_folder)
    with store.reading() as connection:
        earlier = _all_seals(connection)
    _check_same_age(store, log, earlier)
    resumed = bool(earlier) and earlier[-1].seed is not None
    total, number = 0, 0
    if resumed:
        log = _finish(store, log, earlier[-1], now, dwell_steps=dwell_steps)
        total, number = earlier[-1].votes, earlier[-1].number
    audit = audit_store(store, now=now, until=until, thresholds=thresholds, without=without, progress=progress)
    lineage, seed, secret = rng.randbytes(6).hex(), rng.randbytes(32), rng.randbytes(SECRET_BYTES)
    with store.writing() as connection:
        begun = _begin_seal(
            connection, until=until, now=now, lineage=lineage, seed=seed, secret=secret, report=report_json(audit)
        )
    if begun is not None:
        log = _finish(store, log, begun, now, dwell_steps=dwell_steps)
        total, number = total + begun.votes, begun.number
    return SealReport(number, total, audit, resumed, log)


def _check_same_age(store: Store, log: Log, earlier: list[Seal]) -> None:
    """Raise where the log lacks a period that the store has sealed, or holds one that the store knows nothing of."""
    if not earlier:
        return
    held: dict[int, int] = {}
    for period, count in periods_in(log.entries):
        if period.lineage == earlier[0].lineage:
            held[period.number] = held.get(period.number, 0) + count
    for closed in earlier:
        # A period that is begun and not finished may be in the log or not: that is for _finish to find out.
        if closed.seed is None and held.get(closed.number, 0) != closed.votes:
            message = f"lacks the votes that were sealed as period {closed.number}"
            raise StoreError(message, where=str(log.folder), hint=LACKING_HINT)
    if max(held, default=0) > earlier[-1].number:
        message = f"is older than the log, which holds period {max(held)} of it"
        raise StoreError(message, where=store.where, hint="restore the newest backup of the store")


def _all_seals(connection: Connection) -> list[Seal]:
    """Every seal, by number."""
    columns = (seals.c.number, seals.c.lineage, seals.c.until, seals.c.seed, seals.c.votes, seals.c.report)
    return [Seal(*row) for row in connection.execute(select(*columns).order_by(seals.c.number))]


def _begin_seal(
    connection: Connection, *, until: datetime, now: datetime, lineage: str, seed: bytes, secret: bytes, report: str
) -> Seal | None:
    """Close all audited votes before ``until``, as the next period; None where none of them counts.

    ``lineage`` is for the first seal of a store. The votes forget their networks, retracted ones of that time too, and
    its skips are deleted. ``secret`` takes the place of the one that networks were known by, so that those of votes
    which wait can be linked neither with an address nor with what comes. A seal that was begun and not finished is
    returned as it is.
    """
    lock_table(connection, "seals")
    earlier = _all_seals(connection)
    if earlier and earlier[-1].seed is not None:
        return earlier[-1]  # another process has begun it since; its seed, not ours, gives the pseudonyms
    period = and_(NOT_SEALED, votes.c.audited.is_not(None), votes.c["at"] < until)
    counted = connection.execute(select(func.count()).select_from(votes).where(period, ~QUARANTINED)).scalar_one()
    if not counted:
        return None
    number, lineage = (earlier[-1].number + 1, earlier[-1].lineage) if earlier else (1, lineage)
    seal = Seal(number, lineage, until, seed, counted, report)
    row = {"number": number, "lineage": lineage, "until": until, "begun": now, "finished": None}
    connection.execute(insert(seals).values({**row, "seed": seed, "votes": counted, "report": report}))
    closed = connection.execute(update(votes).where(period).values(seal=number, network=""))
    if closed.rowcount < counted:
        raise StoreError("votes changed while they were sealed", hint="seal again")
    connection.execute(update(votes).where(~NOT_RETRACTED, votes.c["at"] < until).values(network=""))
    connection.execute(skips.delete().where(skips.c["at"] < until))
    # Last: on PostgreSQL it waits for votes that are being written, and they for it.
    begin_period(connection, secret)
    return seal


def _finish(store: Store, log: Log, begun: Seal, now: datetime, *, dwell_steps: bool) -> Log:
    """Put a period that was begun into the log, unless it is there, and forget its seed."""
    if begun.seed is None:
        return log
    with store.reading() as connection:
        counted = counted_votes(connection, begun.number)
    period = period_of_report(begun.lineage, begun.number, begun.report)
    # A period that is in the log is there whole, and stands as it is: the arena may publish more or less by now.
    grown = log
    if not any(held == period for held, _ in periods_in(log.entries)):
        votes = anonymous(counted, begun.seed, dwell_steps=dwell_steps)
        grown = append_period(log, votes, period, begun.report)
    else:
        write_report(log.folder, period, begun.report)
    # The seed last: as long as the log may lack the votes it is needed to make the same ones again, and once they are
    # there it is the only thing that connects a voter of the store with a pseudonym.
    with store.writing() as connection:
        _finish_seal(connection, begun.number, now)
    store.overwrite_erased()
    return grown


def period_of_report(lineage: str, number: int, report: str) -> SealedPeriod:
    """The period of a store with this number, known by the audit's report."""
    return SealedPeriod(lineage, number, hashlib.sha256(_report_bytes(report)).hexdigest())


def append_period(log: Log, votes: pa.Table, period: SealedPeriod, report: str) -> Log:
    """Put the votes of a period into the log, with the report of their audit; all of it or nothing.

    The votes bear pseudonyms that were made for them, so none of them can be in the log already. Raises ``VotesError``
    as ``append_votes`` does.
    """
    # The report first: the note of the entries names its hash, and a log must not name what is not there.
    write_report(log.folder, period, report)
    return append_votes(log, votes, period.note, where=f"period {period.number} of the store", new_ids=True)


def write_report(folder: Path, period: SealedPeriod, report: str) -> None:
    """Put the report of a period beside the votes. Writing it twice gives the same file.

    Raises ``VotesError`` where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    # Two at once would take the unfinished file away from each other.
    with only_writer(folder):
        write_bytes(folder / period.audit_file, _report_bytes(report))


def _report_bytes(report: str) -> bytes:
    return report.encode() + b"\n"


def _finish_seal(connection: Connection, number: int, now: datetime) -> None:
    """Say that a period is in the log, and forget what its pseudonyms came from."""
    unfinished = and_(seals.c.number == number, seals.c.finished.is_(None))
    connection.execute(update(seals).where(unfinished).values(finished=now, seed=None))


def anonymous(table: pa.Table, seed: bytes, *, dwell_steps: bool = False) -> pa.Table:
    """Votes of ``VOTE_SCHEMA`` under the pseudonyms of a seed, times without seconds.

    Times to decide are left out, or become steps of ``DWELL_STEPS_MS``.
    """
    minutes = pc.floor_temporal(table["at"], unit="minute")
    changed = {
        "battle": _pseudonyms(table["battle"], seed, b"battle"),
        "voter": _pseudonyms(table["voter"], seed, b"voter"),
        "at": minutes,
        "dwell_ms": _steps(table["dwell_ms"]) if dwell_steps else pa.nulls(len(table), pa.int32()),
    }
    return pa.table({name: changed.get(name, table[name]) for name in table.column_names}, schema=table.schema)


def _steps(dwell: pa.ChunkedArray) -> pa.ChunkedArray:
    steps = pa.scalar(DWELL_STEPS_MS[-1], pa.int32())
    for step in reversed(DWELL_STEPS_MS[:-1]):
        steps = pc.if_else(pc.less_equal(dwell, step), pa.scalar(step, pa.int32()), steps)
    return pc.if_else(dwell.is_null(), None, steps)


def _pseudonyms(column: pa.ChunkedArray, seed: bytes, purpose: bytes) -> pa.Array:
    """64 bits of keyed BLAKE2b for each id: equal for equal ids, and not to be computed without the key."""
    # Keyed, since ids of voters can be tried: who knows one could hash it and look for it. The purpose keeps a battle
    # and a voter of the same id apart.
    names = {
        name: hashlib.blake2b(name.encode(), digest_size=8, key=seed, person=purpose).hexdigest()
        for name in pc.unique(column).to_pylist()
    }
    return pa.array([names[name] for name in column.to_pylist()], pa.string())

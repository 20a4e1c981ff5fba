"""Sealing: audited votes of the store into the log, by periods, anonymously, each exactly once.

A store and a folder of files cannot change in one transaction, so a period goes in three steps, each of which is whole
or not there: the store closes the period and keeps a random seed; the log takes the votes under pseudonyms which the
seed determines; the store forgets the seed. A run that is killed leaves a period begun. The next run finishes it first,
and finds either nothing of it in the log or all of it, since the same seed gives the same votes.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import StoreError
from arena.files import cannot_write, write_bytes
from arena.votes.audit import AuditReport, Thresholds, report_json
from arena.votes.audit.stored import audit_store
from arena.votes.log import Log, append_votes, open_log
from arena.votes.manifest import Period, periods_in
from arena.votes.store.archive import Seal, all_seals, begin_seal, finish_seal, sealed_votes
from arena.votes.store.store import Store

DWELL_STEP = 100


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


def seal(
    store: Store,
    log_folder: Path,
    *,
    until: datetime,
    now: datetime,
    rng: random.Random,
    thresholds: Thresholds | None = None,
    without: frozenset[str] = frozenset(),
) -> SealReport:
    """Audit the votes cast before ``until``, and put those that count into the log.

    Voters and battles get fresh pseudonyms, which nothing connects with an earlier period or the store; ``rng`` has to
    be ``random.SystemRandom()`` outside of tests. Times lose their seconds, and times to decide what is below a tenth
    of a second. Sealing again changes nothing. Raises ``StoreError`` or ``VotesError`` where the store or the log
    cannot be read or written, or one of them was restored from a backup that is older than the other.
    """
    if until > now:
        raise StoreError("votes can be sealed only when they have been cast", hint="name a time that is past")
    log = open_log(log_folder)
    with store.reading() as connection:
        seals = all_seals(connection)
    _check_same_age(store, log, seals)
    resumed = bool(seals) and seals[-1].seed is not None
    total, number = 0, 0
    if resumed:
        log, total, number = _finish(store, log, seals[-1], now), seals[-1].votes, seals[-1].number
    audit = audit_store(store, now=now, until=until, thresholds=thresholds, without=without)
    lineage, seed = rng.randbytes(6).hex(), rng.randbytes(32)
    with store.writing() as connection:
        begun = begin_seal(connection, until=until, now=now, lineage=lineage, seed=seed, report=report_json(audit))
    if begun is not None:
        log, total, number = _finish(store, log, begun, now), total + begun.votes, begun.number
    return SealReport(number, total, audit, resumed, log)


def _finish(store: Store, log: Log, closed: Seal, now: datetime) -> Log:
    """Put a period that was begun into the log, unless it is there, and forget its seed."""
    if closed.seed is None:
        return log
    with store.reading() as connection:
        votes = sealed_votes(connection, closed.number)
    content = closed.report.encode() + b"\n"
    period = Period(closed.lineage, closed.number, hashlib.sha256(content).hexdigest())
    try:
        log.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(log.folder, error) from error
    write_bytes(log.folder / period.audit_file, content)
    grown = append_votes(log, anonymous(votes, closed.seed), period.note, where=f"period {closed.number} of the store")
    with store.writing() as connection:
        finish_seal(connection, closed.number, now)
    return grown


def anonymous(votes: pa.Table, seed: bytes) -> pa.Table:
    """Votes of ``VOTE_SCHEMA`` under the pseudonyms of a seed, times without seconds, decisions to a tenth of one."""
    minutes = pc.floor_temporal(votes["at"], unit="minute")
    tenths = pc.multiply(pc.divide(votes["dwell_ms"], DWELL_STEP), DWELL_STEP).cast(pa.int32())
    changed = {
        "battle": _pseudonyms(votes["battle"], seed, b"battle"),
        "voter": _pseudonyms(votes["voter"], seed, b"voter"),
        "at": minutes,
        "dwell_ms": tenths,
    }
    return pa.table({name: changed.get(name, votes[name]) for name in votes.column_names}, schema=votes.schema)


def _pseudonyms(column: pa.ChunkedArray, seed: bytes, person: bytes) -> pa.Array:
    """64 bits of keyed BLAKE2b for each id: equal for equal ids, and nothing without the key."""
    names = {
        name: hashlib.blake2b(name.encode(), digest_size=8, key=seed, person=person).hexdigest()
        for name in pc.unique(column).to_pylist()
    }
    return pa.array([names[name] for name in column.to_pylist()], pa.string())


def _check_same_age(store: Store, log: Log, seals: list[Seal]) -> None:
    """Raise where the log lacks a period that the store has sealed, or holds one that the store knows nothing of."""
    if not seals:
        return
    held: dict[int, int] = {}
    for period, votes in periods_in(log.entries):
        if period.lineage == seals[0].lineage:
            held[period.number] = held.get(period.number, 0) + votes
    for closed in seals:
        if closed.seed is None and held.get(closed.number) != closed.votes:
            message = f"lacks the votes that were sealed as period {closed.number}"
            raise StoreError(message, where=str(log.folder), hint="restore the newest copy of the log")
    if max(held, default=0) > seals[-1].number:
        message = f"is older than the log, which holds period {max(held)} of it"
        raise StoreError(message, where=store.where, hint="restore the newest backup of the store")

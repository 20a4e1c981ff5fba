"""The live store: where battles and votes arrive, on SQLite or PostgreSQL.

A vote is on the disk when ``write`` returns: SQLite commits with ``synchronous = FULL``, PostgreSQL with
``synchronous_commit``. Many operations in one ``write`` share one commit (group commit), which is what a busy arena
should do: waiting for the disk costs far more than the statements, and as much for one vote as for a hundred.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import groupby
from typing import Any, Self

from sqlalchemy import Connection, Engine, and_, bindparam, case, delete, exc, exists, func, insert, or_, select, update

from arena.catalogue import Catalogue
from arena.errors import StoreError
from arena.records import Origin, Outcome, Vote
from arena.votes.store.engine import (
    WRITES,
    bring_up_to_date,
    make_engine,
    may_be_retried,
    name_of,
    read_url,
    store_errors,
)
from arena.votes.store.networks import PERIOD_SECRET, NetworkKeys
from arena.votes.store.operations import Operation, insert_into, run_together
from arena.votes.store.rate_limits import Allowed, LimitedRequest, RateLimiter, RetryAfter
from arena.votes.store.records import Battle, EarlierBattle, PairCount, Reason, StoredVote
from arena.votes.store.schema import (
    LOG_COLUMNS,
    NOT_RETRACTED,
    NOT_SEALED,
    ON_BATTLE,
    QUARANTINED,
    SKIP_COLUMNS,
    battles,
    limits,
    outputs,
    seals,
    secrets,
    skips,
    voters,
    votes,
)

WRITE_ATTEMPTS = 4
"""How often a transaction is tried that PostgreSQL ends because of another one."""
TIMEOUT_SECONDS = 5.0
NOTHING_PUBLISHED: Mapping[str, int] = {}

_VOTED = votes.c.battle.is_not(None)
_EARLIER_BATTLES = (
    select(battles.c.id, battles.c["left"], battles.c["right"], _VOTED, battles.c.expires)
    .select_from(battles.outerjoin(votes, ON_BATTLE))
    .where(
        battles.c.voter == bindparam("of_voter"),
        battles.c.prompt == bindparam("of_prompt"),
        or_(_VOTED, battles.c.expires >= bindparam("now", type_=battles.c.expires.type)),
    )
    .order_by(battles.c.created, battles.c.id)
)
"""Built once, as it may run for every prompt that a battle could be drawn of."""
_SKIP_COLUMNS = [
    battles.c["id" if name == "battle" else "created" if name == "at" else name].label(name) for name in SKIP_COLUMNS
]
_VOTE_COUNTS = (
    select(func.count(), func.count(case((votes.c["at"] >= bindparam("since", type_=votes.c["at"].type), 1))))
    .select_from(votes)
    .where(votes.c.voter.in_(bindparam("of_voters", expanding=True)), NOT_RETRACTED)
)


def open_store(url: str, *, timeout: float = TIMEOUT_SECONDS) -> Store:
    """The store at a URL, its schema brought up to date; an empty database becomes a store.

    ``timeout`` is how many seconds a call may wait for a lock or a connection. Raises ``StoreError`` where the URL is
    no SQLite file or PostgreSQL database, the database is of a newer release or holds something else; and
    ``StoreUnavailable`` where it cannot be reached or written.
    """
    parsed = read_url(url)
    where = name_of(parsed)
    engine = make_engine(parsed, timeout)
    try:
        with store_errors(where):
            bring_up_to_date(engine, where)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, where)


class Store:
    """An open store, for any number of threads. Every method may raise ``StoreUnavailable``; nothing was done then."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        """What messages call it: the file's path, or the URL without a password."""
        self._engine = engine
        # SQLite has one writer. Threads that wait for a lock of ours are woken when it is free; waiting for SQLite's
        # is polling with pauses, in which other processes get in first.
        self._one_writer: Any = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    def close(self) -> None:
        """Give the connections back. The store may be used again, which opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A transaction that sees one moment and writes nothing."""
        # On SQLite every transaction sees one moment; on PostgreSQL, by default, each statement its own.
        level = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with store_errors(self.where), self._engine.connect().execution_options(**level) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that is on the disk when the block ends, or is undone where it raises."""
        with store_errors(self.where), self._transaction() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        writes = {WRITES: True}
        with self._one_writer, self._engine.connect().execution_options(**writes) as connection, connection.begin():
            yield connection

    def write(self, operations: Sequence[Operation], limits: Sequence[Sequence[LimitedRequest]] = ()) -> list[Any]:
        """Do all operations in one durable transaction: for each in its order its result, or the error that refused it.

        ``limits`` has for each operation the requests that it counts as; where a limit refuses one of them, the
        operation is not done and its result is a ``RetryAfter``. Raises only where the whole transaction failed, and
        then nothing was done.
        """
        limits = limits or [()] * len(operations)
        with store_errors(self.where):
            for attempt in range(WRITE_ATTEMPTS):
                try:
                    return self._write(operations, limits, savepoints=False)
                except exc.IntegrityError:
                    # A constraint ended the transaction for all. It happens so seldom that a savepoint for each
                    # operation is paid for only now, when it has to be found out whose fault it was.
                    return self._write(operations, limits, savepoints=True)
                except exc.DBAPIError as error:
                    if not may_be_retried(error) or attempt == WRITE_ATTEMPTS - 1:
                        raise
        raise AssertionError("unreachable")

    def _write(
        self, operations: Sequence[Operation], limits: Sequence[Sequence[LimitedRequest]], *, savepoints: bool
    ) -> list[Any]:
        """``savepoints``: each operation within its own, so that one which breaks a constraint spoils no other."""
        with self._transaction() as connection:
            keys = NetworkKeys(connection)
            limits = [[request.keyed(keys) for request in group] for group in limits]
            operations = [operation.keyed(keys) for operation in operations]
            limiter = RateLimiter(connection, limits)
            answers = [limiter.answer(group) for group in limits]
            results: list[Any] = [answer if isinstance(answer, RetryAfter) else None for answer in answers]
            allowed = [number for number, answer in enumerate(answers) if isinstance(answer, Allowed)]
            allowed.sort(key=lambda number: operations[number].order)
            for _, group in groupby(allowed, key=lambda number: type(operations[number])):
                numbers = list(group)
                if not savepoints and run_together(connection, [operations[number] for number in numbers]):
                    continue
                for number in numbers:
                    results[number] = self._run(connection, operations[number], savepoint=savepoints)
            for number in allowed:
                if not isinstance(results[number], StoreError):
                    limiter.give_back(limits[number])
            limiter.save()
        return results

    def _run(self, connection: Connection, operation: Operation, *, savepoint: bool) -> Any:
        """The operation's result, or the error that refused it."""
        try:
            with connection.begin_nested() if savepoint else nullcontext():
                return operation.run(connection)
        except StoreError as error:
            return error
        except exc.IntegrityError as error:
            if not savepoint:
                raise
            return StoreError(f"refuses: {error.orig}", where=self.where, hint="nothing of it was kept")

    def battle(self, battle_id: str) -> Battle | None:
        """A battle by its id."""
        with self.reading() as connection:
            row = connection.execute(select(battles).where(battles.c.id == battle_id)).first()
        if row is None:
            return None
        fields: dict[str, Any] = {**row._asdict(), "origin": Origin(row.origin)}
        return Battle(**fields)

    def vote_of(self, battle: str, voter: str) -> StoredVote | None:
        """The vote on a battle, retracted or not."""
        with self.reading() as connection:
            row = connection.execute(select(votes).where(votes.c.battle == battle, votes.c.voter == voter)).first()
        if row is None:
            return None
        fields = row._asdict()
        reasons = tuple(Reason(name) for name in fields["reasons"].split())
        plain = {name: fields[name] for name in ("battle", "voter", "at", "dwell_ms", "network", "retracted")}
        return StoredVote(**plain, outcome=Outcome(fields["outcome"]), reasons=reasons)

    def earlier_battles(self, voter: str, prompt: str, now: datetime) -> list[EarlierBattle]:
        """The voter's battles on a prompt that were voted on, or still can be."""
        with self.reading() as connection:
            rows = connection.execute(_EARLIER_BATTLES, {"of_voter": voter, "of_prompt": prompt, "now": now}).all()
        return [EarlierBattle(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]

    def pair_counts(
        self, arena: str, origin: Origin = Origin.HUMAN, published: Mapping[str, int] = NOTHING_PUBLISHED
    ) -> list[PairCount]:
        """The votes of one origin on each pair of models, by pair, without those that were retracted or quarantined.

        ``published`` has the last sealed period that a log holds, by the lineage of the store that it came from: with
        it, votes of such periods are left out too, and the log's and these together are every vote once.
        """
        left, right = battles.c["left"], battles.c["right"]
        swapped = left > right
        first, second = case((swapped, right), else_=left), case((swapped, left), else_=right)
        outcome_of_first = case(
            (and_(swapped, votes.c.outcome == Outcome.LEFT.value), Outcome.RIGHT.value),
            (and_(swapped, votes.c.outcome == Outcome.RIGHT.value), Outcome.LEFT.value),
            else_=votes.c.outcome,
        )
        counted = (
            select(first, second, outcome_of_first, func.count())
            .select_from(votes.join(battles, ON_BATTLE))
            .where(battles.c.arena == arena, battles.c.origin == origin.value, NOT_RETRACTED, ~QUARANTINED)
            .group_by(first, second, outcome_of_first)
        )
        with self.reading() as connection:
            # A period that was sealed since the log was read has a seal and is not in that log: its votes are counted
            # here until the log is read anew.
            lineage = connection.execute(select(seals.c.lineage).limit(1)).scalar()
            waiting = or_(votes.c.seal.is_(None), votes.c.seal > published.get(lineage or "", 0))
            rows = connection.execute(counted.where(waiting)).all()
        counts: dict[tuple[str, str], dict[str, int]] = {}
        for first_model, second_model, outcome, count in rows:
            counts.setdefault((first_model, second_model), {})[outcome] = count
        return [
            PairCount(*pair, *(of_pair.get(outcome, 0) for outcome in Outcome))
            for pair, of_pair in sorted(counts.items())
        ]

    def count_votes(self, voters: Sequence[str], since: datetime) -> tuple[int, int]:
        """How many votes these voters have cast, and how many of them since then; without retracted ones."""
        with self.reading() as connection:
            total, lately = connection.execute(_VOTE_COUNTS, {"of_voters": list(voters), "since": since}).one()
        return int(total), int(lately)

    def votes_by_voter(self, voters: Sequence[str]) -> list[Vote]:
        """The votes of these voters, in order of time; without retracted ones."""
        statement = (
            select(*LOG_COLUMNS)
            .select_from(votes.join(battles, ON_BATTLE))
            .where(votes.c.voter.in_(voters), NOT_RETRACTED)
            .order_by(votes.c["at"], votes.c.battle)
        )
        with self.reading() as connection:
            rows = connection.execute(statement).all()
        return [_vote_of(row) for row in rows]

    def votes_stored(self) -> int:
        """How many votes there are that were not retracted."""
        with self.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(votes).where(NOT_RETRACTED)).scalar_one())

    def waiting_votes(self, origin: Origin) -> int:
        """How many votes of an origin there are that were neither sealed nor retracted."""
        of_origin = select(func.count()).select_from(votes.join(battles, ON_BATTLE))
        with self.reading() as connection:
            counted = connection.execute(of_origin.where(battles.c.origin == origin.value, NOT_SEALED))
            return int(counted.scalar_one())

    def secret(self, name: str, fresh: bytes) -> bytes:
        """The secret of this name, the same for all who ask; ``fresh`` becomes it where there is none."""
        with self.writing() as connection:
            added = insert_into(connection.dialect.name, secrets).values(name=name, value=fresh)
            connection.execute(added.on_conflict_do_nothing())
            return bytes(connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one())

    def start_periods(self, fresh: bytes) -> None:
        """Give the store a secret for the networks of its present period, unless it has one (see ``networks``).

        ``fresh`` are ``SECRET_BYTES`` that nobody can predict.
        """
        self.secret(PERIOD_SECRET, fresh)

    def overwrite_erased(self) -> None:
        """On SQLite, bring its file up to date and empty the write-ahead log, which still holds what was erased.

        Pages of the file are overwritten (``secure_delete``). While others are reading it does nothing; SQLite does it
        later by itself. PostgreSQL overwrites what was erased when it vacuums.
        """
        if self._engine.dialect.name == "sqlite":
            with store_errors(self.where), self._engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def sync_outputs(self, catalogue: Catalogue) -> int:
        """Let battles show the catalogue's outputs, and no others; how many. Withdrawn models are not shown."""
        rows = [
            {
                "sha256": output.sha256,
                "model": output.model,
                "prompt": output.prompt,
                "origin": output.origin.value,
                "active": int(catalogue.models[output.model].current),
            }
            for output in catalogue.outputs
        ]
        with self.writing() as connection:
            # Outputs that are gone stay as rows: battles refer to them, and their votes count.
            connection.execute(update(outputs).values(active=0))
            if rows:
                added = insert_into(connection.dialect.name, outputs)
                changed = {"active": added.excluded.active, "origin": added.excluded.origin}
                keys = [outputs.c.sha256, outputs.c.model, outputs.c.prompt]
                connection.execute(added.on_conflict_do_update(index_elements=keys, set_=changed), rows)
        return sum(int(row["active"]) for row in rows)

    def forget_expired(self, now: datetime) -> int:
        """Remove battles that expired without a vote, voters who have no others, and limits that are unused again.

        Of a battle whose network is known a row of ``skips`` stays. Returns how many battles were removed.
        """
        voted = exists().where(votes.c.battle == battles.c.id)
        has_battles = exists().where(battles.c.voter == voters.c.id)
        with self.writing() as connection:
            # A limit that has its whole burst again is as one that was never counted against.
            connection.execute(delete(limits).where(limits.c["full"] <= now))
            expired = delete(battles).where(battles.c.expires < now, ~voted).returning(*_SKIP_COLUMNS)
            removed = [row._asdict() for row in connection.execute(expired)]
            if removed:
                of_voters = {row["voter"] for row in removed}
                without_battles = delete(voters).where(voters.c.id == bindparam("expired"), ~has_battles)
                connection.execute(without_battles, [{"expired": voter} for voter in sorted(of_voters)])
            if skipped := [row for row in removed if row["network"]]:
                connection.execute(insert(skips), skipped)
            return len(removed)


def _vote_of(row: Any) -> Vote:
    """A vote from a row of ``LOG_COLUMNS``."""
    fields: dict[str, Any] = {
        **row._mapping,
        "outcome": Outcome(row.outcome),
        "origin": Origin(row.origin),
        "reasons": tuple(row.reasons.split()),
    }
    return Vote(**fields)

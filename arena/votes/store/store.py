"""The live store: where battles and votes arrive, on SQLite or PostgreSQL.

A vote is on the disk when ``write`` returns: SQLite commits with ``synchronous = FULL``, PostgreSQL with
``synchronous_commit``. Many operations in one ``write`` share one commit, which is what a busy arena should do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Self

from sqlalchemy import Connection, Engine, bindparam, delete, exc, exists, select, update

from arena.catalogue import Catalogue
from arena.catalogue.records import Status
from arena.errors import StoreError
from arena.records import Vote
from arena.votes.store import reading
from arena.votes.store.engine import WRITES, bring_up_to_date, make_engine, read_url, spoken
from arena.votes.store.errors import lost_a_race, translated
from arena.votes.store.operations import AddBattle, AddVote, Operation, Retract, add_in_bulk, insert
from arena.votes.store.rate_limits import Limit, Take, Wait, waits_for
from arena.votes.store.records import Battle, Encounter, PairCount, StoredVote
from arena.votes.store.schema import battles, limits, outputs, secrets, voters, votes

ATTEMPTS = 4
PATIENCE = 5.0
NOTHING: Mapping[str, int] = {}


def open_store(url: str, *, patience: float = PATIENCE) -> Store:
    """The store at a URL, its schema brought up to date; an empty database becomes a store.

    ``patience`` is how many seconds a call may wait for a lock or a connection. Raises ``StoreError`` where the URL is
    no SQLite file or PostgreSQL database, the database is of a newer release or holds something else; and
    ``StoreUnavailable`` where it cannot be reached or written.
    """
    parsed = read_url(url)
    where = spoken(parsed)
    engine = make_engine(parsed, patience)
    try:
        with translated(where):
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
        self._in_turn: Any = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    def close(self) -> None:
        """Give the connections back. The store may be used again, which opens new ones."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and writes nothing."""
        level = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with translated(self.where), self._engine.connect().execution_options(**level) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block ends, or is undone where it raises."""
        with translated(self.where), self._writing() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        writes = {WRITES: True}
        with self._in_turn, self._engine.connect().execution_options(**writes) as connection, connection.begin():
            yield connection

    def write(self, operations: Sequence[Operation], limits: Sequence[Sequence[Take]] = ()) -> list[Any]:
        """Do all operations in one durable transaction: at each one's place its result, or the error that refused it.

        ``limits`` has for each operation what it is counted against; where one of them refuses, the operation is not
        done and its result is a ``Wait``. Raises only where the whole transaction failed, and then nothing was done.
        """
        limits = limits or [()] * len(operations)
        with translated(self.where):
            for attempt in range(ATTEMPTS):
                try:
                    return self._write(operations, limits, shielded=False)
                except exc.IntegrityError:
                    return self._write(operations, limits, shielded=True)
                except exc.DBAPIError as error:
                    if not lost_a_race(error) or attempt == ATTEMPTS - 1:
                        raise
        raise AssertionError("unreachable")

    def _write(self, operations: Sequence[Operation], limits: Sequence[Sequence[Take]], *, shielded: bool) -> list[Any]:
        """``shielded``: each operation within a savepoint, so that one which breaks a constraint spoils no other."""
        with self._writing() as connection:
            waits = waits_for(connection, limits)
            results: list[Any] = [Wait(wait) if wait > 0 else None for wait in waits]
            places = [place for place, wait in enumerate(waits) if not wait > 0]
            places.sort(key=lambda place: operations[place].turn)
            for _, group in groupby(places, key=lambda place: type(operations[place])):
                alike = list(group)
                if not shielded and add_in_bulk(connection, [operations[place] for place in alike]):
                    continue
                for place in alike:
                    results[place] = self._do(connection, operations[place], shielded=shielded)
        return results

    def _do(self, connection: Connection, operation: Operation, *, shielded: bool) -> Any:
        """The operation's result, or the error that refused it."""
        try:
            with connection.begin_nested() if shielded else nullcontext():
                return operation.run(connection)
        except StoreError as error:
            return error
        except exc.IntegrityError as error:
            if not shielded:
                raise
            return StoreError(f"refuses: {error.orig}", where=self.where, hint="nothing of it was kept")

    def _write_one(self, operation: Operation) -> Any:
        (result,) = self.write([operation])
        if isinstance(result, StoreError):
            raise result
        return result

    def add_battle(self, battle: Battle) -> None:
        """Keep a battle. Raises ``StoreError`` for outputs that may not be shown, or an id in use."""
        self._write_one(AddBattle(battle))

    def add_vote(self, vote: StoredVote) -> None:
        """Keep a vote, on the disk when this returns. Raises ``AlreadyVoted`` or ``BattleGone``."""
        self._write_one(AddVote(vote))

    def retract_vote(self, battle: str, voter: str, now: datetime, window: timedelta) -> bool:
        """Whether the vote was taken back: cast within ``window`` before ``now``, not sealed, not retracted before.

        It then counts for nothing and stays: its voter has seen the reveal, so the battle cannot be voted on again.
        """
        return bool(self._write_one(Retract(battle, voter, now, window)))

    def take(self, key: str, rates: Sequence[Limit], now: datetime) -> float:
        """Seconds to wait until the key's limits allow one more; 0 where it was counted, against all of them."""
        return float(self._write_one(Take(key, rates, now)))

    def sync_outputs(self, catalogue: Catalogue) -> int:
        """Let battles show the catalogue's outputs, and no others; how many. Withdrawn models are not shown."""
        rows = [
            {
                "sha256": output.sha256,
                "model": output.model,
                "prompt": output.prompt,
                "origin": output.origin.value,
                "active": int(catalogue.models[output.model].status is not Status.WITHDRAWN),
            }
            for output in catalogue.outputs
        ]
        with self.writing() as connection:
            connection.execute(update(outputs).values(active=0))
            if rows:
                added = insert(connection, outputs)
                changed = {"active": added.excluded.active, "origin": added.excluded.origin}
                keys = [outputs.c.sha256, outputs.c.model, outputs.c.prompt]
                connection.execute(added.on_conflict_do_update(index_elements=keys, set_=changed), rows)
        return sum(int(row["active"]) for row in rows)

    def battle(self, battle_id: str) -> Battle | None:
        """A battle by its id."""
        with self.reading() as connection:
            return reading.battle(connection, battle_id)

    def vote_of(self, battle: str, voter: str) -> StoredVote | None:
        """The vote on a battle, retracted or not."""
        with self.reading() as connection:
            return reading.vote_of(connection, battle, voter)

    def encounters(self, voter: str, prompt: str, now: datetime) -> list[Encounter]:
        """The voter's battles on a prompt that were voted on, or still can be."""
        with self.reading() as connection:
            return reading.encounters(connection, voter, prompt, now)

    def pair_counts(self, arena: str, published: Mapping[str, int] = NOTHING) -> list[PairCount]:
        """The standing votes of each pair of models, by pair; quarantined ones are left out.

        ``published`` has the last sealed period that a log holds, by the lineage of the store that it came from: with
        it, votes of such periods are left out too, and the log's and these together are every vote once.
        """
        with self.reading() as connection:
            return reading.pair_counts(connection, arena, published)

    def count_votes(self, voters: Sequence[str], since: datetime) -> tuple[int, int]:
        """How many standing votes these voters have cast, and how many of them since then."""
        with self.reading() as connection:
            return reading.count_votes(connection, voters, since)

    def votes_by_voter(self, voters: Sequence[str]) -> list[Vote]:
        """The standing votes of these voters, in order of time."""
        with self.reading() as connection:
            return reading.votes_by_voter(connection, voters)

    def votes_stored(self) -> int:
        """How many votes stand: all that were not retracted."""
        with self.reading() as connection:
            return reading.votes_stored(connection)

    def secret(self, name: str, fresh: bytes) -> bytes:
        """The secret of this name, the same for all who ask; ``fresh`` becomes it where there is none."""
        with self.writing() as connection:
            added = insert(connection, secrets).values(name=name, value=fresh)
            connection.execute(added.on_conflict_do_nothing())
            return bytes(connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one())

    def forget_expired(self, now: datetime) -> int:
        """Remove battles that expired without a vote, voters who have no others, and limits that are whole again.

        How many battles.
        """
        voted = exists().where(votes.c.battle == battles.c.id)
        has_others = exists().where(battles.c.voter == voters.c.id)
        with self.writing() as connection:
            connection.execute(delete(limits).where(limits.c["full"] <= now))
            expired = delete(battles).where(battles.c.expires < now, ~voted).returning(battles.c.voter)
            gone = connection.execute(expired).scalars().all()
            if gone:
                only_looked = delete(voters).where(voters.c.id == bindparam("gone"), ~has_others)
                connection.execute(only_looked, [{"gone": voter} for voter in sorted(set(gone))])
            return len(gone)

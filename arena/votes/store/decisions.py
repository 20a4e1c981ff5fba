"""What people decide about votes and voters: added to the store, read by the audit, listed for whoever reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from arena.errors import StoreError
from arena.votes.decisions import Decision, Ruling
from arena.votes.row_errors import shorten
from arena.votes.store.reading import ON_BATTLE, QUARANTINED, STANDS
from arena.votes.store.schema import battles, decisions, quarantine, votes

REVIEW_HINT = "arena review list names the votes that are set aside or unknown"


@dataclass(frozen=True, slots=True)
class HeldVote:
    """A vote that does not count: set aside for ``reasons``, or unknown where there are none."""

    battle: str
    voter: str
    at: datetime
    left: str
    right: str
    outcome: str
    reasons: tuple[str, ...]


def decide(connection: Connection, decision: Decision) -> int:
    """Keep a decision; about how many votes it is. The next audit goes by it.

    A release opens again what was set aside when its period was sealed, so that it goes into the next one. Raises
    ``StoreError`` where there is no such vote or voter, and where a vote that is in the log is to be excluded.
    """
    which = [votes.c.voter == decision.voter, STANDS]
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
        reopened = update(votes).where(*which, votes.c.seal.is_not(None), QUARANTINED)
        connection.execute(reopened.values(seal=None, audited=None))
    return int(total) if decision.ruling is Ruling.RELEASE else int(total - in_log)


def _subject(decision: Decision) -> str:
    return f"voter {shorten(decision.voter)}" if decision.battle is None else f"vote {shorten(decision.battle)}"


def voter_of(connection: Connection, battle: str) -> str:
    """Who cast the standing vote on a battle. Raises ``StoreError`` where there is none."""
    found = connection.execute(select(votes.c.voter).where(votes.c.battle == battle, STANDS)).scalar()
    if found is None:
        raise StoreError("there is no such vote", where=f"vote {shorten(battle)}", hint=REVIEW_HINT)
    return str(found)


def all_decisions(connection: Connection) -> list[Decision]:
    """Every decision, in the order in which they were taken."""
    columns = (decisions.c.voter, decisions.c.battle, decisions.c.ruling, decisions.c.because, decisions.c.decided)
    rows = connection.execute(select(*columns).order_by(decisions.c.number))
    return [Decision(row[0], row[1], Ruling(row[2]), row[3], row[4]) for row in rows]


def held_votes(connection: Connection) -> Iterator[HeldVote]:
    """The standing votes that do not count, by voter and time; sealed periods' too."""
    key = and_(quarantine.c.battle == votes.c.battle, quarantine.c.voter == votes.c.voter)
    columns = (votes.c.battle, votes.c.voter, votes.c["at"], battles.c["left"], battles.c["right"], votes.c.outcome)
    found = (
        select(*columns, quarantine.c.reason)
        .select_from(votes.join(battles, ON_BATTLE).outerjoin(quarantine, key))
        .where(STANDS, or_(quarantine.c.reason.is_not(None), and_(votes.c.audited.is_(None), votes.c.seal.is_(None))))
        .order_by(votes.c.voter, votes.c["at"], votes.c.battle, quarantine.c.reason)
    )
    for _, rows in groupby(connection.execute(found), key=itemgetter(0)):
        same = list(rows)
        yield HeldVote(*same[0][:-1], tuple(row[-1] for row in same if row[-1] is not None))

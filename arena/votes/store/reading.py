"""Questions to a store, each one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, exists, func, or_, select

from arena.records import Origin, Outcome, Vote
from arena.votes.store.records import Battle, Encounter, PairCount, Reason, StoredVote
from arena.votes.store.schema import battles, quarantine, seals, votes

ON_BATTLE = and_(votes.c.battle == battles.c.id, votes.c.voter == battles.c.voter)
STANDS = votes.c.retracted.is_(None)
QUARANTINED = exists().where(quarantine.c.battle == votes.c.battle, quarantine.c.voter == votes.c.voter)

LOG_COLUMNS = (
    votes.c.battle,
    votes.c["at"],
    battles.c.arena,
    battles.c.category,
    battles.c.language,
    battles.c["left"],
    battles.c["right"],
    votes.c.outcome,
    votes.c.voter,
    battles.c.prompt,
    battles.c.left_output,
    battles.c.right_output,
    votes.c.dwell_ms,
    battles.c.origin,
)
"""A vote with its battle, in the order of ``VOTE_COLUMNS``."""


def battle(connection: Connection, battle_id: str) -> Battle | None:
    """A battle by its id."""
    row = connection.execute(select(battles).where(battles.c.id == battle_id)).first()
    return None if row is None else Battle(**{**row._mapping, "origin": Origin(row.origin)})


def vote_of(connection: Connection, battle_id: str, voter: str) -> StoredVote | None:
    """The vote on a battle, retracted or not."""
    row = connection.execute(select(votes).where(votes.c.battle == battle_id, votes.c.voter == voter)).first()
    return None if row is None else _stored(row)


def _stored(row: Row[Any]) -> StoredVote:
    fields: dict[str, Any] = dict(row._mapping)
    reasons = tuple(Reason(name) for name in fields["reasons"].split())
    known = {name: fields[name] for name in ("battle", "voter", "at", "dwell_ms", "network", "retracted")}
    return StoredVote(**known, outcome=Outcome(fields["outcome"]), reasons=reasons)


def encounters(connection: Connection, voter: str, prompt: str, now: datetime) -> list[Encounter]:
    """A voter's battles on a prompt that were voted on, or still can be."""
    found = connection.execute(_ENCOUNTERS, {"of_voter": voter, "of_prompt": prompt, "now": now})
    return [Encounter(row[0], row[1], row[2], bool(row[3]), row[4]) for row in found]


_VOTED = votes.c.battle.is_not(None)
_ENCOUNTERS = (
    select(battles.c.id, battles.c["left"], battles.c["right"], _VOTED, battles.c.expires)
    .select_from(battles.outerjoin(votes, ON_BATTLE))
    .where(
        battles.c.voter == bindparam("of_voter"),
        battles.c.prompt == bindparam("of_prompt"),
        or_(_VOTED, battles.c.expires >= bindparam("now", type_=battles.c.expires.type)),
    )
    .order_by(battles.c.created, battles.c.id)
)
"""Built once, as it runs for every battle that is drawn."""


def pair_counts(connection: Connection, arena: str, published: Mapping[str, int]) -> list[PairCount]:
    """The standing, not quarantined votes of each pair of models, by pair; without sealed periods up to ``published``,
    which has the last one by the store's lineage.
    """
    lineage = connection.execute(select(seals.c.lineage).limit(1)).scalar()
    waiting = or_(votes.c.seal.is_(None), votes.c.seal > published.get(lineage or "", 0))
    left, right = battles.c["left"], battles.c["right"]
    swapped = left > right
    first, second = case((swapped, right), else_=left), case((swapped, left), else_=right)
    turned = case(
        (and_(swapped, votes.c.outcome == Outcome.LEFT.value), Outcome.RIGHT.value),
        (and_(swapped, votes.c.outcome == Outcome.RIGHT.value), Outcome.LEFT.value),
        else_=votes.c.outcome,
    )
    counted = (
        select(first, second, turned, func.count())
        .select_from(votes.join(battles, ON_BATTLE))
        .where(battles.c.arena == arena, STANDS, ~QUARANTINED, waiting)
        .group_by(first, second, turned)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one, other, outcome, count in connection.execute(counted):
        found.setdefault((one, other), {})[outcome] = count
    return [
        PairCount(*pair, *(counts.get(outcome, 0) for outcome in Outcome)) for pair, counts in sorted(found.items())
    ]


def count_votes(connection: Connection, voters: Sequence[str], since: datetime) -> tuple[int, int]:
    """How many standing votes some voters have cast, and how many of them since then."""
    everything, lately = connection.execute(_COUNT, {"of_voters": list(voters), "since": since}).one()
    return int(everything), int(lately)


_COUNT = (
    select(func.count(), func.count(case((votes.c["at"] >= bindparam("since", type_=votes.c["at"].type), 1))))
    .select_from(votes)
    .where(votes.c.voter.in_(bindparam("of_voters", expanding=True)), STANDS)
)


def votes_by_voter(connection: Connection, voters: Sequence[str]) -> list[Vote]:
    """The standing votes of some voters, in order of time."""
    found = (
        select(*LOG_COLUMNS)
        .select_from(votes.join(battles, ON_BATTLE))
        .where(votes.c.voter.in_(voters), STANDS)
        .order_by(votes.c["at"], votes.c.battle)
    )
    return [
        Vote(**{**row._mapping, "outcome": Outcome(row.outcome), "origin": Origin(row.origin)})
        for row in connection.execute(found)
    ]


def votes_stored(connection: Connection) -> int:
    """How many votes stand."""
    return int(connection.execute(select(func.count()).select_from(votes).where(STANDS)).scalar_one())

"""The desk of the arena: draws battles, takes votes, takes them back. Reads in threads, writes through one writer."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread

from arena.catalogue import Catalogue
from arena.catalogue.settings import RateLimit, VotingSettings
from arena.errors import StoreError
from arena.records import Origin, OutputOrigin
from arena.votes.store import (
    AddBattle,
    AddVote,
    AlreadyVoted,
    Battle,
    BattleGone,
    LimitedRequest,
    Operation,
    PairAlreadyShown,
    RetractVote,
    RetryAfter,
    Store,
    StoredVote,
)
from arena.voting import refusals
from arena.voting.ballot import Ballot, Wish
from arena.voting.exhibition import Exhibit, Hall
from arena.voting.matchmaking import Match, choose_match
from arena.voting.refusals import Refused
from arena.voting.standings import Known, Standings
from arena.voting.tokens import TokenExpiredError, TokenRefusedError, Tokens
from arena.voting.voters import Voters
from arena.voting.writer import Writer

READERS = 4
"""Threads that read at once: fewer than the store keeps connections, so that none is opened for one question."""
DRAWERS = 1
"""Threads that draw battles at once for those who have seen much already."""
Given = TypeVarTuple("Given")
Found = TypeVar("Found")

UNLIMITED = RateLimit(count=1_000_000, seconds=1)
REMEMBERED = 20_000
"""Battles kept in memory, so that pictures and votes need not ask the store for what was just drawn."""
BATTLES_A_VOTE = 3
"""A network may be shown this many times as many battles as it may vote on: pages are left and loaded again."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: the cookie of the browser, and the hash of the network."""

    cookie: str
    network: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A battle as it was drawn for somebody, with the token to vote on it."""

    battle: Battle
    token: str


@dataclass(frozen=True)
class Desk:
    """What it takes to run battles; made once by ``create_app``."""

    catalogue: Catalogue
    store: Store
    halls: Mapping[str, Hall]
    standings: Standings
    voting: VotingSettings
    tokens: Tokens
    voters: Voters
    writer: Writer
    rng: random.Random
    recent: OrderedDict[str, Battle]
    readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READERS))
    drawers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DRAWERS))

    async def read(self, question: Callable[[Unpack[Given]], Found], *given: *Given) -> Found:
        """The answer to a question that takes a while, from a thread; one of a few at a time."""
        return await to_thread.run_sync(question, *given, limiter=self.readers)

    async def draw(self, person: Person, wish: Wish, now: datetime) -> Shown:
        """A battle of the wished kind that this person has not voted on.

        Raises Refused: 404 where there is none left, 429 where the network asks too fast.
        """
        voter = self.voters.voter(person.cookie, wish.arena)
        limits = _times(self.voting.limits, self.voting.network_factor * BATTLES_A_VOTE)
        battle = await self._guess(wish, voter, now)
        kept = await self._write(AddBattle(battle, new_pair=True), [(f"shown:{person.network}", limits)], now)
        if isinstance(kept, PairAlreadyShown):
            battle, fresh = await to_thread.run_sync(self._choose, wish, voter, now, limiter=self.drawers)
            if fresh:
                await self._write(AddBattle(battle), [], now)
        self._remember(battle)
        return Shown(battle, self.tokens.issue(battle.id, voter))

    async def vote(self, person: Person, ballot: Ballot, now: datetime) -> tuple[Battle, StoredVote]:
        """Take a vote; it is on the disk when this returns.

        Raises Refused: 400 for a token that is not this person's, 409 for a second vote, 410 for a battle that is over,
        429 where the voter or the network is too fast.
        """
        battle = await self.battle_of(person, ballot.token)
        network = self.voters.network_in(person.network, battle.arena)
        vote = StoredVote(
            battle.id, battle.voter, now, ballot.outcome, ballot.reasons, ballot.dwell_ms, network=network
        )
        takes = [
            (f"vote:{battle.voter}", self.voting.limits),
            (f"votes:{person.network}", _times(self.voting.limits, self.voting.network_factor)),
        ]
        await self._write(AddVote(vote), takes, now)
        return battle, vote

    async def retract(self, person: Person, token: str, now: datetime) -> Battle:
        """Take the vote on a battle back. Raises Refused 409 where its time is over, and as ``vote`` does."""
        battle = await self.battle_of(person, token, expire=False)
        window = timedelta(seconds=self.voting.undo_seconds)
        takes = [(f"undo:{battle.voter}", (self.voting.undos,))]
        if not await self._write(RetractVote(battle.id, battle.voter, now, window), takes, now):
            raise Refused(refusals.TOO_LATE)
        return battle

    async def can_store(self, now: datetime) -> bool:
        """Whether a vote could be stored now, found out by writing a row that is as durable as one."""
        try:
            await asyncio.wrap_future(self.writer.submit(LimitedRequest("health", (UNLIMITED,), now)))
        except StoreError:
            return False
        return True

    async def battle_of(self, person: Person, token: str, *, expire: bool = True) -> Battle:
        """The battle that a token is for. Raises Refused 400 or 410."""
        battle = await self.find(token.partition(".")[0])
        if battle is None:
            raise Refused(refusals.BAD_TOKEN)
        try:
            self.tokens.read(token, self.voters.voter(person.cookie, battle.arena), expire=expire)
        except TokenExpiredError as error:
            raise Refused(refusals.EXPIRED) from error
        except TokenRefusedError as error:
            raise Refused(refusals.BAD_TOKEN) from error
        return battle

    async def find(self, battle_id: str) -> Battle | None:
        """A battle, from memory or the store."""
        battle = self.recent.get(battle_id)
        if battle is None and len(battle_id) == 32 and battle_id.isalnum():
            battle = await self.read(self.store.battle, battle_id)
            if battle:
                self._remember(battle)
        return battle

    def exhibit(self, battle: Battle) -> Exhibit | None:
        """The prompt of a battle; None where the catalogue no longer has it."""
        hall = self.halls.get(battle.arena)
        return next((exhibit for exhibit in hall.exhibits if exhibit.id == battle.prompt), None) if hall else None

    async def standing(self, arena: str, now: datetime) -> Known:
        """What is known of an arena, from a thread where it has to be worked out again.

        Raises Refused 410 for one without pictures: its battles were drawn before they were taken away.
        """
        if arena not in self.halls:
            raise Refused(refusals.EXPIRED)
        known = self.standings.fresh(arena, now)
        return known if known else await self.read(self.standings.now, arena, now)

    async def _guess(self, wish: Wish, voter: str, now: datetime) -> Battle:
        """A battle of any prompt, which the voter has hardly ever met: the store says where they have."""
        exhibits = self.halls[wish.arena].matching(wish.categories, wish.languages)
        if not exhibits:
            raise Refused(refusals.NOTHING_TO_SHOW)
        standing = (await self.standing(wish.arena, now)).standing
        exhibit = self.rng.choice(exhibits)
        match = choose_match(standing, exhibit.able, (), self.voting.lanes, self.rng)
        if match is None:
            raise Refused(refusals.NO_BATTLE_LEFT)
        return self._battle(wish.arena, exhibit, match, voter, now)

    def _choose(self, wish: Wish, voter: str, now: datetime) -> tuple[Battle, bool]:
        """A battle, and whether it is new: where all that is left is open already, that one is shown again."""
        exhibits = self.halls[wish.arena].matching(wish.categories, wish.languages)
        standing = self.standings.now(wish.arena, now).standing
        waiting: list[str] = []
        for exhibit in self.rng.sample(exhibits, len(exhibits)):
            met = self.store.earlier_battles(voter, exhibit.id, now)
            barred = {frozenset((one.left, one.right)) for one in met}
            match = choose_match(standing, exhibit.able, barred, self.voting.lanes, self.rng)
            if match:
                return self._battle(wish.arena, exhibit, match, voter, now), True
            waiting += [one.battle for one in met if not one.voted and one.expires > now]
        for battle_id in waiting:
            if battle := self.store.battle(battle_id):
                return battle, False
        raise Refused(refusals.NO_BATTLE_LEFT)

    def _battle(self, arena: str, exhibit: Exhibit, match: Match, voter: str, now: datetime) -> Battle:
        left, right = exhibit.outputs[match.left], exhibit.outputs[match.right]
        simulated = OutputOrigin.SIMULATED in (left.origin, right.origin)
        return Battle(
            id=f"{self.rng.getrandbits(128):032x}",
            arena=arena,
            category=exhibit.prompt.category,
            language=exhibit.prompt.language,
            prompt=exhibit.id,
            left=match.left,
            right=match.right,
            left_output=left.sha256,
            right_output=right.sha256,
            voter=voter,
            lane=match.lane.value,
            created=now,
            expires=now + timedelta(minutes=self.voting.battle_minutes),
            origin=Origin.SIMULATED if simulated else Origin.HUMAN,
        )

    async def _write(
        self, operation: Operation, takes: Sequence[tuple[str, Sequence[RateLimit]]], now: datetime
    ) -> object:
        """The result of an operation within its limits, or the refusal that it means."""
        limited = [LimitedRequest(key, limits, now) for key, limits in takes]
        result = await asyncio.wrap_future(self.writer.submit(operation, limited))
        if isinstance(result, RetryAfter):
            raise Refused(refusals.too_fast(result.seconds))
        if isinstance(result, AlreadyVoted):
            raise Refused(refusals.ALREADY_VOTED)
        if isinstance(result, BattleGone):
            raise Refused(refusals.EXPIRED)
        if isinstance(result, StoreError) and not isinstance(result, PairAlreadyShown):
            raise result
        return result

    def _remember(self, battle: Battle) -> None:
        self.recent[battle.id] = battle
        while len(self.recent) > REMEMBERED:
            self.recent.popitem(last=False)


def _times(limits: Sequence[RateLimit], factor: int) -> tuple[RateLimit, ...]:
    return tuple(RateLimit(count=limit.count * factor, seconds=limit.seconds) for limit in limits)

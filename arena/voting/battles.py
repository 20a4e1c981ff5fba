"""Battles: two outputs for one prompt are drawn for a voter, and voted on once; that is final.

Reads run in threads, and all writes go through one thread (``group_commit``), so that the event loop never waits for
the store.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread

from arena.catalogue.settings import NetworkLimits, RateLimit, VotingSettings
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
    RetryAfter,
    Store,
    StoredVote,
)
from arena.votes.store.networks import NETWORK_LIMITS
from arena.voting import refusals
from arena.voting.ballot import Ballot, BattleFilter
from arena.voting.estimates import ArenaEstimates, EstimateCache
from arena.voting.group_commit import GroupCommitWriter
from arena.voting.identities import Pseudonyms, TokenExpiredError, TokenRefusedError, Tokens
from arena.voting.live_arena import LiveArena, PromptOutputs
from arena.voting.matchmaking import ChosenPair, choose_pair, prompts_in_random_order
from arena.voting.refusals import RequestRefused

LOG = logging.getLogger(__name__)

READING_THREADS = 4
"""Fewer than the store keeps connections, so that none is opened for a single read."""
DRAWING_THREADS = 1
"""For voters who have seen much already: each such draw asks the store about many prompts."""
REMEMBERED = 20_000
"""Battles and voters kept in memory, so that pictures and votes need not ask the store for what was just written."""
BATTLES_PER_VOTE = 3
"""A network may be shown this many times as many battles as it may vote on: pages are left and loaded again."""
SKIPS = "skips"
GIVEN_BACK = 2
"""What a vote gives back of its network's skips: its own battle, and one more, as pages draw the next pair ahead."""
UNLIMITED = RateLimit(count=1_000_000, seconds=1)

Given = TypeVarTuple("Given")
Result = TypeVar("Result")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the cookie of the browser, and the pseudonym of the network."""

    cookie: str
    network: str


@dataclass(frozen=True, slots=True)
class DrawnBattle:
    """A battle as it was drawn for a voter, with the token to vote on it."""

    battle: Battle
    token: str


@dataclass(frozen=True)
class Battles:
    """Draws battles and takes votes. Made once by ``create_app``, and again for another ``LiveArena``."""

    live: LiveArena
    store: Store
    estimates: EstimateCache
    tokens: Tokens
    pseudonyms: Pseudonyms
    writer: GroupCommitWriter
    rng: random.Random
    recent: OrderedDict[str, Battle] = field(default_factory=OrderedDict)
    have_voted: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Voters known to have voted before."""
    told: set[str] = field(default_factory=set)
    """Limits that a network has reached, which the log says once."""
    readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READING_THREADS))
    drawers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DRAWING_THREADS))

    @property
    def voting(self) -> VotingSettings:
        """Limits and times, as arena.toml sets them."""
        return self.live.settings.voting

    def of(self, live: LiveArena) -> Battles:
        """The same voters, store and open battles, with what another ``LiveArena`` shows."""
        lifetime = timedelta(minutes=live.settings.voting.battle_minutes)
        estimates, tokens = EstimateCache(self.store, live), replace(self.tokens, lifetime=lifetime)
        return replace(self, live=live, estimates=estimates, tokens=tokens)

    async def read(self, question: Callable[[Unpack[Given]], Result], *given: *Given) -> Result:
        """The result of a call that takes a while, from one of a few threads."""
        return await to_thread.run_sync(question, *given, limiter=self.readers)

    async def draw(self, visitor: Visitor, wanted: BattleFilter, now: datetime) -> DrawnBattle:
        """A battle of the wanted kind that this visitor has not voted on.

        Raises RequestRefused: 404 where there is none left, 429 where the network asks too fast, or skips too many.
        """
        voter = self.pseudonyms.voter(visitor.cookie, wanted.arena)
        limits = _multiplied(self.voting.limits, self.voting.network_factor * BATTLES_PER_VOTE)
        # A battle is drawn as if the voter were new, which nearly all are, and the store refuses it where they are
        # not: that saves nearly all draws from asking the store first.
        battle = await self._draw_unchecked(wanted, visitor, now)
        limited = [
            LimitedRequest("battles", limits, now, visitor.network),
            LimitedRequest(SKIPS, (self.voting.network.skips,), now, visitor.network),
        ]
        added = await self._write(AddBattle(battle, new_pair=True), limited)
        if isinstance(added, PairAlreadyShown):
            battle, is_new = await to_thread.run_sync(self._draw_unseen, wanted, visitor, now, limiter=self.drawers)
            if is_new:
                await self._write(AddBattle(battle))
        _remember(self.recent, battle.id, battle)
        return DrawnBattle(battle, self.tokens.issue(battle.id, voter))

    async def vote(self, visitor: Visitor, battle: Battle, ballot: Ballot, now: datetime) -> StoredVote:
        """Take the vote on a battle that ``battle_of`` found for its token; it is on the disk when this returns.

        Raises RequestRefused: 409 for a second vote, 410 for a battle that is over, 429 where the voter or the network
        is too fast.
        """
        if not self.live.left_play.isdisjoint((battle.left_output, battle.right_output)):
            # The site names who made it from now on: whoever waited for that would not vote blind.
            raise RequestRefused(refusals.LEFT_PLAY)
        network = self.pseudonyms.network_in(visitor.network, battle.arena)
        vote = StoredVote(
            battle.id, battle.voter, now, ballot.outcome, ballot.reasons, ballot.dwell_ms, network=network
        )
        # By voter and by network: a browser that forgets its cookie is a new voter, but on the same network.
        of_network = _multiplied(self.voting.limits, self.voting.network_factor)
        limited = [
            LimitedRequest(f"vote:{battle.voter}", self.voting.limits, now),
            LimitedRequest("votes", of_network, now, visitor.network),
            LimitedRequest(SKIPS, (self.voting.network.skips,), now, visitor.network, weight=-GIVEN_BACK),
        ]
        if battle.voter not in self.have_voted:
            new_voters = (self.voting.network.new_voters,)
            limited.append(LimitedRequest("new_voters", new_voters, now, visitor.network, first_vote_of=battle.voter))
        await self._write(AddVote(vote), limited)
        _remember(self.have_voted, battle.voter, None)
        return vote

    async def count_new_voter_by_wait(self, visitor: Visitor, now: datetime) -> None:
        """Count a new voter who waited instead of working. Raises RequestRefused 429 where the network has too many."""
        limited = LimitedRequest("waits", (self.voting.new_voters_by_wait,), now, visitor.network)
        result = await asyncio.wrap_future(self.writer.submit(limited))
        if isinstance(result, RetryAfter):
            raise RequestRefused(refusals.too_many_waiting(result.seconds))

    async def battle_of(self, visitor: Visitor, token: str, *, expire: bool = True) -> Battle:
        """The battle that a token is for. Raises RequestRefused: 400 for a token that is not this visitor's, 410 for
        a token that has expired.
        """
        battle = await self.find(token.partition(".")[0])
        if battle is None:
            raise RequestRefused(refusals.BAD_TOKEN)
        try:
            self.tokens.read(token, self.pseudonyms.voter(visitor.cookie, battle.arena), expire=expire)
        except TokenExpiredError as error:
            raise RequestRefused(refusals.EXPIRED) from error
        except TokenRefusedError as error:
            raise RequestRefused(refusals.BAD_TOKEN) from error
        return battle

    async def find(self, battle_id: str) -> Battle | None:
        """A battle, from memory or the store."""
        battle = self.recent.get(battle_id)
        # Only what could be an id: a made-up token is no reason to ask the store.
        if battle is None and len(battle_id) == 32 and battle_id.isalnum():
            battle = await self.read(self.store.battle, battle_id)
            if battle:
                _remember(self.recent, battle_id, battle)
        return battle

    def _tell(self, refused: RetryAfter) -> None:
        """Tell who runs the arena, once for each limit, that a network has reached it: people may be locked out."""
        limit = refused.key.removeprefix(NETWORK_LIMITS).partition(":")[0]
        if refused.of_network and limit in NetworkLimits.model_fields and limit not in self.told:
            self.told.add(limit)
            LOG.warning(
                "a network has reached [voting.network] %s; if it is an office or a school, raise it in arena.toml",
                limit,
            )

    def prompt_of(self, battle: Battle) -> PromptOutputs | None:
        """The prompt of a battle with its outputs; None where the catalogue no longer has it."""
        pool = self.live.pools.get(battle.arena)
        return pool.prompt(battle.prompt) if pool else None

    async def estimates_of(self, arena: str, now: datetime) -> ArenaEstimates:
        """The estimates of an arena, from a thread where they have to be worked out again.

        Raises RequestRefused 410 for an arena without pictures: its battles were drawn before they were taken away.
        """
        if arena not in self.live.pools:
            raise RequestRefused(refusals.EXPIRED)
        fresh = self.estimates.fresh(arena, now)
        return fresh if fresh else await self.read(self.estimates.current, arena, now)

    async def can_store(self, now: datetime) -> bool:
        """Whether a vote could be stored now, found out by writing a row that is as durable as one."""
        try:
            await asyncio.wrap_future(self.writer.submit(LimitedRequest("health", (UNLIMITED,), now)))
        except StoreError:
            return False
        return True

    async def _draw_unchecked(self, wanted: BattleFilter, visitor: Visitor, now: datetime) -> Battle:
        """A battle of any prompt, which the voter has hardly ever seen: the store tells where they have."""
        prompts = self.live.pools[wanted.arena].matching(wanted.categories, wanted.languages)
        if not prompts:
            raise RequestRefused(refusals.NOTHING_TO_SHOW)
        estimates = await self.estimates_of(wanted.arena, now)
        prompt = self.rng.choices(prompts, [prompt.weight for prompt in prompts])[0]
        pair = choose_pair(estimates.models, prompt.candidates, (), self.voting.lanes, self.rng)
        if pair is None:
            raise RequestRefused(refusals.NO_BATTLE_LEFT)
        return self._battle(wanted.arena, prompt, pair, visitor, now)

    def _draw_unseen(self, wanted: BattleFilter, visitor: Visitor, now: datetime) -> tuple[Battle, bool]:
        """A battle, and whether it is new: where all that is left is open already, an open battle is shown again."""
        prompts = self.live.pools[wanted.arena].matching(wanted.categories, wanted.languages)
        estimates = self.estimates.current(wanted.arena, now)
        voter, still_open = self.pseudonyms.voter(visitor.cookie, wanted.arena), list[str]()
        # Prompts in random order, until one has a pair left that this voter has not been shown.
        for index in prompts_in_random_order([prompt.weight for prompt in prompts], self.rng):
            prompt = prompts[index]
            earlier = self.store.earlier_battles(voter, prompt.id, now)
            excluded = {frozenset((battle.left, battle.right)) for battle in earlier}
            pair = choose_pair(estimates.models, prompt.candidates, excluded, self.voting.lanes, self.rng)
            if pair:
                return self._battle(wanted.arena, prompt, pair, visitor, now), True
            still_open += [battle.battle for battle in earlier if not battle.voted and battle.expires > now]
        for battle_id in still_open:
            battle = self.store.battle(battle_id)
            # A battle whose picture is gone could be neither shown nor voted on.
            if battle and self._still_shown(battle):
                return battle, False
        raise RequestRefused(refusals.NO_BATTLE_LEFT)

    def _still_shown(self, battle: Battle) -> bool:
        prompt = self.prompt_of(battle)
        sides = ((battle.left, battle.left_output), (battle.right, battle.right_output))
        return prompt is not None and all(prompt.output(*side) for side in sides)

    def _battle(self, arena: str, prompt: PromptOutputs, pair: ChosenPair, visitor: Visitor, now: datetime) -> Battle:
        # Of several outputs of a model for the prompt any may be drawn: the model is rated, not its luckiest picture.
        left, right = (self.rng.choice(prompt.outputs[model]) for model in (pair.left, pair.right))
        # One simulated picture makes the vote simulated: it says nothing of the other model either.
        simulated = OutputOrigin.SIMULATED in (left.origin, right.origin)
        return Battle(
            id=f"{self.rng.getrandbits(128):032x}",
            arena=arena,
            category=prompt.prompt.category,
            language=prompt.prompt.language,
            prompt=prompt.id,
            left=pair.left,
            right=pair.right,
            left_output=left.sha256,
            right_output=right.sha256,
            voter=self.pseudonyms.voter(visitor.cookie, arena),
            lane=pair.lane.value,
            created=now,
            expires=now + timedelta(minutes=self.voting.battle_minutes),
            network=self.pseudonyms.network_in(visitor.network, arena),
            origin=Origin.SIMULATED if simulated else Origin.HUMAN,
        )

    async def _write(self, operation: Operation, limited: Sequence[LimitedRequest] = ()) -> object:
        """The result of an operation within its limits; raises RequestRefused where a limit or the store refused it."""
        result = await asyncio.wrap_future(self.writer.submit(operation, limited))
        if isinstance(result, RetryAfter):
            self._tell(result)
            raise RequestRefused(refusals.too_fast(result.seconds, of_network=result.of_network))
        if isinstance(result, AlreadyVoted):
            raise RequestRefused(refusals.ALREADY_VOTED)
        if isinstance(result, BattleGone):
            raise RequestRefused(refusals.EXPIRED)
        if isinstance(result, StoreError) and not isinstance(result, PairAlreadyShown):
            raise result
        return result


def _remember(memory: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    memory[key] = value
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _multiplied(limits: Sequence[RateLimit], factor: int) -> tuple[RateLimit, ...]:
    return tuple(RateLimit(count=limit.count * factor, seconds=limit.seconds) for limit in limits)

"""One job, from the request to the picture's bytes, with each state in the ledger before the next request goes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import httpx

from arena.collect.clock import Clock
from arena.collect.fetching import Resolver, fetch
from arena.collect.image_checks import NotAPicture
from arena.collect.jobs import NOTHING, Job, State
from arena.collect.ledger import Scribe
from arena.collect.planning import Budget
from arena.collect.provider_client import Line, ProviderDown, Trouble
from arena.gateways import Gateway, GeneratedImage, GenerationFailed, ImageRequest, JobAccepted, RefusedByFilter, Reply

FETCHES = 3
FIRST_POLL, SLOWEST_POLL, SLOWING = 0.5, 10.0, 1.4
OVERDUE = timedelta(days=1)
"""A job that was accepted longer ago than this is not waited for any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a job came to: with ``content`` in hand, ended, or going on at the provider (``job`` is still open)."""

    job: Job
    content: bytes | None = None
    reserved: Decimal = NOTHING
    """What the budget still holds back for it."""


Put = Callable[[Job], Awaitable[Job]]


class Asker:
    """Asks one provider, over a client of its own: no more than one request at a time."""

    def __init__(
        self,
        gateway: Gateway,
        line: Line,
        client: httpx.AsyncClient,
        *,
        scribe: Scribe,
        budget: Budget,
        clock: Clock,
        clean: Callable[[str], str],
    ) -> None:
        self.line = line
        self._client = client
        self._gateway = gateway
        self._put: Put = scribe.put
        self._budget = budget
        self._clock = clock
        self._clean = clean

    @property
    def may_repeat(self) -> bool:
        """Whether a request that is sent twice is charged once."""
        return self.line.access.idempotency is not None

    async def ask(self, job: Job, wanted: ImageRequest) -> Outcome:
        """Send a job that the ledger holds as asking, and whose estimate is reserved."""
        started = self._clock.monotonic()
        reserved = job.estimate

        async def again() -> bool:
            nonlocal job, reserved
            if self.may_repeat:
                job = await self._put(replace(job, requests=job.requests + 1))
                return True
            if not self._budget.reserve(job.estimate):
                return False
            reserved += job.estimate
            job = await self._put(replace(job, requests=job.requests + 1, doubt=job.doubt + job.estimate))
            return True

        request = self._gateway.request(self.line.endpoint, wanted)
        try:
            answer = await self.line.send(self._client, request, key=job.id, may_repeat=again)
        except Trouble as trouble:
            return Outcome(self._without_answer(job, trouble), reserved=reserved)
        except ProviderDown as down:
            return Outcome(self._ended(job, State.FAILED, str(down)), reserved=reserved)
        return await self._follow(job, self._gateway.read(answer), started, reserved)

    def _without_answer(self, job: Job, trouble: Trouble) -> Job:
        """What a request that got no readable answer leaves: it may have been charged."""
        if not trouble.charged:
            return self._ended(job, State.FAILED, trouble.reason)
        if not trouble.again:
            return self._ended(job, State.FAILED, trouble.reason, doubt=job.doubt + job.estimate)
        if self.may_repeat:
            return replace(job, reason=self._clean(f"{trouble.reason}; the next run asks again under the same key"))
        return self._ended(job, State.DOUBTFUL, trouble.reason, doubt=job.doubt + job.estimate)

    async def resume(self, job: Job) -> Outcome:
        """Go on with a job that an earlier run left accepted, or answered with an address that may have expired."""
        if not job.handle:
            return Outcome(job)
        return await self._follow(job, JobAccepted(job.handle), None, NOTHING)

    async def _follow(self, job: Job, reply: Reply, started: float | None, reserved: Decimal) -> Outcome:
        """Poll until the job ends, or has taken as long as one run may wait."""
        deadline = self._clock.monotonic() + self.line.access.job_seconds
        pause = 0.0
        while isinstance(reply, JobAccepted):
            handle = reply.handle or job.handle
            if not handle:
                return Outcome(
                    self._ended(job, State.FAILED, "accepted without a handle", doubt=job.estimate), None, reserved
                )
            if job.state is not State.ACCEPTED or handle != job.handle:
                job = await self._put(replace(job, state=State.ACCEPTED, handle=handle))
            if self._clock.monotonic() >= deadline:
                return self._overdue(job, f"not done after {self.line.access.job_seconds} s", reserved)
            if pause:
                await self._clock.sleep(pause)
            pause = min(SLOWEST_POLL, max(FIRST_POLL, pause * SLOWING))
            try:
                answer = await self.line.send(self._client, self._gateway.poll(self.line.endpoint, job.handle))
            except (Trouble, ProviderDown) as trouble:
                return self._overdue(job, str(trouble), reserved)
            reply = self._gateway.read(answer)
        return await self._settle(job, reply, started, reserved)

    def _overdue(self, job: Job, reason: str, reserved: Decimal) -> Outcome:
        """It goes on at the provider, and the next run asks how it is doing; but not for ever."""
        if self._clock.now() - job.began > OVERDUE:
            job = self._ended(
                job, State.FAILED, f"accepted over a day ago, and {reason}", doubt=job.doubt + job.estimate
            )
            return Outcome(job, reserved=reserved)
        return Outcome(replace(job, reason=self._clean(reason)), reserved=reserved)

    async def _settle(
        self,
        job: Job,
        reply: GeneratedImage | RefusedByFilter | GenerationFailed,
        started: float | None,
        reserved: Decimal,
    ) -> Outcome:
        if isinstance(reply, RefusedByFilter):
            return Outcome(self._ended(job, State.REFUSED, reply.reason), reserved=reserved)
        if isinstance(reply, GenerationFailed):
            if reply.for_all:
                self.line.breaker.give_up(self._clean(reply.reason))
            return Outcome(self._ended(job, State.FAILED, reply.reason), reserved=reserved)
        took = None if started is None else round((self._clock.monotonic() - started) * 1000)
        cost = job.estimate if reply.cost is None else reply.cost
        made = replace(job, state=State.ANSWERED, cost=cost, latency_ms=took)
        if isinstance(reply.media, bytes):
            return Outcome(made, reply.media, reserved)
        return Outcome(await self._put(replace(made, media=reply.media)), reserved=reserved)

    async def fetch(self, job: Job, resolver: Resolver) -> Outcome:
        """The bytes of an answered job's picture; the job as it is where its address may still do in a later run."""
        for attempt in range(1, FETCHES + 1):
            try:
                return Outcome(job, await fetch(job.media, self.line.access, self._client, resolver))
            except NotAPicture as refusal:
                return Outcome(self._ended(job, State.FAILED, f"the picture: {refusal}"))
            except Trouble as trouble:
                reason = trouble.reason
                if attempt < FETCHES:
                    await self._clock.sleep(2.0**attempt)
        return Outcome(replace(job, reason=self._clean(reason)))

    def _ended(self, job: Job, state: State, reason: str, *, doubt: Decimal | None = None) -> Job:
        doubt = job.doubt if doubt is None else doubt
        reason = self._clean(reason)
        return replace(job, state=state, reason=reason, doubt=doubt, ended=self._clock.now(), media="")

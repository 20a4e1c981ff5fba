"""Carry out one job, from the request to the image's bytes, with each state in the ledger before the next request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

import httpx

from arena.collect.dependencies import Clock, Resolver
from arena.collect.fetching import fetch_image
from arena.collect.image_checks import InvalidImage
from arena.collect.jobs import NO_COST, Job, JobState
from arena.collect.planning import Budget
from arena.collect.provider_client import ProviderClient, ProviderDown, RequestFailed
from arena.gateways import (
    Charge,
    FinalReply,
    Gateway,
    GeneratedImage,
    GenerationFailed,
    ImageRequest,
    JobAccepted,
    RefusedByFilter,
)

FETCH_ATTEMPTS = 3
FIRST_POLL_SECONDS, SLOWEST_POLL_SECONDS, POLL_SLOWDOWN = 0.5, 10.0, 1.4
LOOKS_AT_UNKNOWN_STATUS = 2
"""So many answers in a row with a status that no documentation has end a job: it may never end by itself."""
LONGEST_CAUSE = 200
"""Characters of a provider's words that stand before how an answer without an image was booked."""
LONGEST_JOB = timedelta(days=1)
"""A job that was accepted longer ago than this is not waited for any more."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """How far a job came: with ``content`` (the image's bytes), ended, or going on at the provider (still open)."""

    job: Job
    content: bytes | None = None
    reserved: Decimal = NO_COST
    """What the budget still holds back for it, in USD."""
    no_such_model: bool = False
    """Whether the provider said that no request for this model works."""


class JobWriter(Protocol):
    """Brings jobs to the ledger."""

    async def put(self, job: Job) -> Job:
        """Write the job as it is now, and hand it back when it is on the disk."""


class JobRunner:
    """Carries out jobs at one provider, over an HTTP client of its own: no more than one request at a time."""

    def __init__(
        self,
        gateway: Gateway,
        provider: ProviderClient,
        client: httpx.AsyncClient,
        *,
        writer: JobWriter,
        budget: Budget,
        clock: Clock,
        redact: Callable[[str], str],
        heard: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``heard`` is told the provider's id of a model when a job of it was accepted and is about to be polled."""
        self.provider = provider
        self._client = client
        self._gateway = gateway
        self._put = writer.put
        self._budget = budget
        self._clock = clock
        self._redact = redact
        self._heard = heard

    @property
    def may_repeat(self) -> bool:
        """Whether a request that is sent twice is charged once."""
        return self.provider.access.idempotency is not None

    async def request(self, job: Job, wanted: ImageRequest, reserved: Decimal) -> JobResult:
        """Ask for the image of a job that the ledger holds as asking, and for which ``reserved`` USD are reserved."""
        started = self._clock.monotonic()

        async def repeat() -> bool:
            """Make sure that a repeated request is in the ledger and within the budget before it goes out."""
            nonlocal job, reserved
            if self.may_repeat:
                job = await self._put(replace(job, requests=job.requests + 1))
                return True
            # Without an idempotency key the first request may be charged as well: reserve as much once more.
            likely = self._budget.likely(job)
            if not self._budget.reserve(likely):
                return False
            reserved += likely
            job = await self._put(replace(job, requests=job.requests + 1, doubt=job.doubt + job.estimate))
            return True

        request = self._gateway.request(self.provider.endpoint, wanted)
        try:
            reply = await self.provider.send(self._client, request, key=job.id, may_repeat=repeat)
        except RequestFailed as failure:
            return JobResult(self._without_answer(job, failure), reserved=reserved)
        except ProviderDown as down:
            return JobResult(self._ended(job, JobState.FAILED, str(down)), reserved=reserved)
        if isinstance(reply, JobAccepted):
            self._heard(job.provider_model)
        result = await self._follow(job, reply, started, reserved)
        # Of the first answer only: what a poll does not find is the job.
        return replace(result, no_such_model=isinstance(reply, GenerationFailed) and reply.for_model)

    async def resume(self, job: Job) -> JobResult:
        """Go on with a job that an earlier run left accepted, or answered with a URL that may have expired."""
        if not job.handle:
            return JobResult(job)
        return await self._follow(job, JobAccepted(job.handle), None, NO_COST)

    async def fetch(self, job: Job, resolver: Resolver) -> JobResult:
        """The bytes of an answered job's image; the job as it is where its URL may still work in a later run."""
        reason = ""
        for attempt in range(1, FETCH_ATTEMPTS + 1):
            try:
                return JobResult(job, await fetch_image(job.media, self.provider.access, self._client, resolver))
            except InvalidImage as invalid:
                failed = self._ended(job, JobState.FAILED, f"the picture: {invalid}")
                return JobResult(replace(failed, unusable=1))
            except RequestFailed as failure:
                reason = failure.reason
                if attempt < FETCH_ATTEMPTS:
                    await self._clock.sleep(2.0**attempt)
        return JobResult(replace(job, reason=self._redact(reason)))

    def _without_answer(self, job: Job, failure: RequestFailed) -> Job:
        """What a request that got no readable answer leaves: it may have been charged."""
        if not failure.maybe_charged:
            return self._ended(job, JobState.FAILED, failure.reason)
        if not failure.retry:
            failed = self._ended(job, JobState.FAILED, failure.reason, doubt=job.doubt + job.estimate)
            return replace(failed, unusable=1)
        if self.may_repeat:
            return replace(job, reason=self._redact(f"{failure.reason}; the next run asks again under the same key"))
        return self._ended(job, JobState.DOUBTFUL, failure.reason, doubt=job.doubt + job.estimate)

    async def _follow(
        self, job: Job, reply: FinalReply | JobAccepted, started: float | None, reserved: Decimal
    ) -> JobResult:
        """Poll until the job ends, or has taken as long as one run may wait."""
        deadline = self._clock.monotonic() + self.provider.access.job_seconds
        pause, looks = 0.0, 0
        while isinstance(reply, JobAccepted):
            handle = reply.handle or job.handle
            if not handle:
                reply = GenerationFailed("the job has no id to ask by", charge=Charge.POSSIBLE)
                break
            # The handle is in the ledger before the first poll: a run that dies while it waits can then be followed
            # by one that polls this job, and does not pay for another.
            if job.state is not JobState.ACCEPTED or handle != job.handle:
                job = await self._put(replace(job, state=JobState.ACCEPTED, handle=handle))
            looks = looks + 1 if reply.unknown_status else 0
            if looks >= LOOKS_AT_UNKNOWN_STATUS:
                reply = GenerationFailed(
                    f"the job has the unknown status {reply.unknown_status!r}", charge=Charge.POSSIBLE
                )
                break
            if self._clock.monotonic() >= deadline:
                return self._overdue(job, f"not done after {self.provider.access.job_seconds} s", reserved)
            if pause:
                await self._clock.sleep(pause)
            pause = min(SLOWEST_POLL_SECONDS, max(FIRST_POLL_SECONDS, pause * POLL_SLOWDOWN))
            try:
                reply = await self._poll(job)
            except (RequestFailed, ProviderDown) as failure:
                return self._overdue(job, str(failure), reserved)
        return await self._settle(job, reply, started, reserved)

    async def _poll(self, job: Job) -> FinalReply | JobAccepted:
        """How the job is doing. Raises as ``ProviderClient.send``, and ``ProviderDown`` where it may not be looked up.

        With another key, or more money, the next run gets the picture that was paid for.
        """
        reply = await self.provider.send(self._client, self._gateway.poll(self.provider.endpoint, job.handle))
        if isinstance(reply, GenerationFailed) and 400 <= reply.status < 500:
            if reply.for_all:
                raise ProviderDown(reply.reason)
            if reply.charge is Charge.NONE:
                # Nothing is known of the job, which may be done.
                return replace(reply, charge=Charge.POSSIBLE)
        return reply

    def _overdue(self, job: Job, reason: str, reserved: Decimal) -> JobResult:
        """The job goes on at the provider, and the next run asks how it is doing; but not for ever."""
        if self._clock.now() - job.began > LONGEST_JOB:
            reason = f"accepted over a day ago, and {reason}"
            failed = self._ended(job, JobState.FAILED, reason, doubt=job.doubt + job.estimate)
            return JobResult(failed, reserved=reserved)
        return JobResult(replace(job, reason=self._redact(reason)), reserved=reserved)

    async def _settle(
        self,
        job: Job,
        reply: FinalReply,
        started: float | None,
        reserved: Decimal,
    ) -> JobResult:
        if reply.cost is not None:
            reserved = self._budget.learn(job, reply.cost, reserved)
        if not isinstance(reply, GeneratedImage):
            return JobResult(self._without_image(job, reply), reserved=reserved)
        # A job that an earlier run began was waited for by nobody: its time would say nothing of the provider.
        latency = None if started is None else round((self._clock.monotonic() - started) * 1000)
        cost = job.estimate if reply.cost is None else reply.cost
        answered = replace(job, state=JobState.ANSWERED, cost=cost, latency_ms=latency)
        if isinstance(reply.media, bytes):
            # The cost before the bytes: a run that dies over storing them leaves the file, which does not say it.
            await self._put(replace(job, cost=cost))
            return JobResult(answered, reply.media, reserved)
        return JobResult(await self._put(replace(answered, media=reply.media)), reserved=reserved)

    def _without_image(self, job: Job, reply: RefusedByFilter | GenerationFailed) -> Job:
        """A job that ended without an image, with what it cost, and by whose word."""
        reason, cost, doubt = reply.reason, job.cost, job.doubt
        booked = ""
        if reply.cost is not None:
            cost, booked = reply.cost, f"; it cost {reply.cost:f} USD by the answer's own word"
        elif reply.charge is Charge.OFFER_PRICE:
            cost, booked = job.estimate, f"; booked at the offer's price, {job.estimate:f} USD"
        elif reply.charge is Charge.POSSIBLE:
            doubt += job.estimate
            booked = f"; it may have cost the offer's price, {job.estimate:f} USD"
        refused = isinstance(reply, RefusedByFilter)
        state = JobState.REFUSED if refused else JobState.FAILED
        unusable = int(not refused and reply.was_answered) if isinstance(reply, GenerationFailed) else 0
        # Cut before the booking is told, which would be lost at the end of a long reason.
        told = self._redact(reason) if not booked else f"{self._redact(reason)[:LONGEST_CAUSE]}{booked}"
        return replace(self._ended(job, state, told, doubt=doubt), cost=cost, unusable=unusable)

    def _ended(self, job: Job, state: JobState, reason: str, *, doubt: Decimal | None = None) -> Job:
        doubt = job.doubt if doubt is None else doubt
        reason = self._redact(reason)
        return replace(job, state=state, reason=reason, doubt=doubt, ended=self._clock.now(), media="")

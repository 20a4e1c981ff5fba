"""Collect outputs: carry out a plan within a budget, so that it can be ended at any moment and gone on with later."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from arena.catalogue import Catalogue
from arena.catalogue.records import Provider
from arena.collect.asking import Asker, Outcome
from arena.collect.clock import Clock
from arena.collect.image_checks import NotAPicture
from arena.collect.image_store import LOCAL, Shelf
from arena.collect.jobs import NOTHING, OPEN, Job, State
from arena.collect.ledger import Ledger, Scribe
from arena.collect.market import unusable
from arena.collect.planning import Budget, Plan, Planned, begin, brief, in_doubt
from arena.collect.progress import Event, Report, Summary, Tally, measure, write_measurements
from arena.collect.provider_client import Line, ProviderDown
from arena.collect.secrets import Secrets
from arena.collect.tools import ENDPOINT, LOCAL_PROVIDER, Tools
from arena.errors import CollectError
from arena.files import only_writer
from arena.gateways import GATEWAYS

LISTING_JOBS, LISTING_SECONDS = 200, 5.0
"""outputs.jsonl is rewritten after so many outputs, or so many seconds, whichever comes first."""
THREADS = 4


class Keeper:
    """Brings pictures onto the shelf, on threads of its own."""

    def __init__(self, shelf: Shelf, ledger: Ledger, clock: Clock, clean: Callable[[str], str]) -> None:
        self._shelf = shelf
        self._ledger = ledger
        self._clock = clock
        self._clean = clean
        self._stored: list[Job] = []
        self._listed_at = clock.monotonic()
        self._listing = asyncio.Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="keeping")

    def close(self) -> None:
        """Let the threads finish what they began."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def keep(self, outcome: Outcome) -> Outcome:
        """Check and keep the picture of an answered job; any other outcome is handed back."""
        job = outcome.job
        if job.state is not State.ANSWERED or (outcome.content is None and not self._shelf.arrived(job)):
            return outcome
        now = self._clock.now()

        def keep() -> Job:
            if outcome.content is not None:
                self._shelf.take_in(job, outcome.content)
            try:
                kept = self._shelf.keep(job, outcome.content)
                return replace(kept, state=State.STORED, media="", reason="", ended=now)
            except NotAPicture as refusal:
                reason = self._clean(f"the picture: {refusal}")
                return replace(job, state=State.FAILED, media="", reason=reason, ended=now)

        kept = await asyncio.get_running_loop().run_in_executor(self._threads, keep)
        return replace(outcome, job=kept, content=None)

    async def finished(self, job: Job) -> None:
        """Take note of a job that the ledger holds as it is now; list what is stored when it is time."""
        if job.state is State.STORED:
            self._stored.append(job)
        elif job.state is State.FAILED:
            self._shelf.discard(job)
        due = self._clock.monotonic() - self._listed_at > LISTING_SECONDS
        if self._stored and (due or len(self._stored) >= LISTING_JOBS) and not self._listing.locked():
            await self.enlist()

    async def go_on(self, left: Sequence[Job]) -> None:
        """List what an earlier run stored; what the disk lost since has failed, and is asked for again."""
        lost = [job for job in left if not self._shelf.whole(job)]
        if lost:
            reason = "the picture was lost when the machine stopped"
            failed = [replace(job, state=State.FAILED, reason=reason) for job in lost]
            await asyncio.to_thread(self._ledger.put, failed)
        await self.enlist([job for job in left if job not in lost])

    async def enlist(self, left: Sequence[Job] = ()) -> None:
        """Bring stored jobs, and those that an earlier run ``left``, into outputs.jsonl; then the ledger says so."""
        async with self._listing:
            jobs = [*left, *self._stored]
            self._listed_at = self._clock.monotonic()
            if jobs:
                await asyncio.to_thread(lambda: self._ledger.put(self._shelf.enlist(jobs)))
            del self._stored[: len(jobs) - len(left)]


Items = deque[Job | Planned]


def run_collection(
    plan: Plan,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    private: Path,
    max_cost: Decimal,
    tools: Tools,
    report: Report = lambda _: None,
) -> Summary:
    """``collect`` for callers that are not asynchronous."""
    return asyncio.run(
        collect(plan, catalogue, ledger, secrets, private=private, max_cost=max_cost, tools=tools, report=report)
    )


async def collect(
    plan: Plan,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    private: Path,
    max_cost: Decimal,
    tools: Tools,
    report: Report = lambda _: None,
) -> Summary:
    """Finish what earlier runs left, then ask for all that is planned, as far as ``max_cost`` (USD) goes.

    Pictures as returned lie under ``private``, copies and their listing in the catalogue's folder. ``report`` is called
    after each job. Raises ``ArenaError`` where nothing can be asked at all, the store or the disk fails, or another
    process writes to the folder; what was done until then is kept, and the next run goes on from it.
    """
    with only_writer(catalogue.folder):
        shelf = Shelf(catalogue.folder, private)
        shelf.sweep(plan.unfinished)
        keeper = Keeper(shelf, ledger, tools.clock, secrets.clean)
        run = _Run(plan, catalogue, secrets, Scribe(ledger), shelf=shelf, keeper=keeper, tools=tools, report=report)
        run.budget = Budget(max_cost)
        try:
            summary = await run.carry_out()
        finally:
            keeper.close()
        if found := measure(ledger, tools.clock.now().date()):
            write_measurements(catalogue.folder, found)
        return summary


class _Run:
    budget: Budget

    def __init__(
        self,
        plan: Plan,
        catalogue: Catalogue,
        secrets: Secrets,
        scribe: Scribe,
        *,
        shelf: Shelf,
        keeper: Keeper,
        tools: Tools,
        report: Report,
    ) -> None:
        self._plan = plan
        self._catalogue = catalogue
        self._secrets = secrets
        self._scribe = scribe
        self._shelf = shelf
        self._keeper = keeper
        self._tools = tools
        self._report = report
        self._id = f"{tools.clock.now():%Y%m%dT%H%M%SZ}-{tools.rng.getrandbits(32):08x}"
        self._started = tools.clock.monotonic()
        self._stopped = ""
        self._notes: list[str] = []
        self._tallies: dict[str, Tally] = {}

    async def carry_out(self) -> Summary:
        """Do it all."""
        await self._keeper.go_on([job for job in self._plan.unfinished if job.state is State.STORED])
        work = self._by_provider()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.TaskGroup() as group:
                    writing = group.create_task(self._scribe.write_on())
                    await asyncio.gather(*(self._ask_all(*each, stack) for each in work.items()))
                    writing.cancel()
            except BaseExceptionGroup as failures:
                raise _first(failures) from failures
        await self._keeper.enlist()
        return self._summary()

    def _by_provider(self) -> dict[str, Items]:
        """All that is to be done, by provider; what earlier runs left at one that cannot be asked now stays there."""
        work: dict[str, Items] = {}
        unfinished = (job for job in self._plan.unfinished if job.state is not State.STORED)
        items: tuple[Job | Planned, ...] = (*unfinished, *self._plan.asks)
        for item in items:
            work.setdefault(item.provider, deque()).append(item)
        for provider_id in list(work):
            provider = self._provider(provider_id)
            reason = unusable(provider_id, provider, self._secrets) if provider else "no file defines it any more"
            if reason:
                self._notes.append(f"{provider_id}: {len(work.pop(provider_id))} jobs wait, because {reason}")
            else:
                self._tallies[provider_id] = Tally(provider_id, len(work[provider_id]), self._started)
        return work

    def _provider(self, provider_id: str) -> Provider | None:
        if provider_id == LOCAL and LOCAL not in self._catalogue.providers:
            return LOCAL_PROVIDER
        return self._catalogue.providers.get(provider_id)

    async def _ask_all(self, provider_id: str, items: Items, stack: AsyncExitStack) -> None:
        """Have a provider's jobs worked on by twice as many as may be out at a time: half of them keep pictures."""
        provider, tools = self._provider(provider_id), self._tools
        if provider is None or not provider.gateway:
            raise CollectError("cannot be asked", where=f"provider {provider_id}", hint="see its provider.toml")
        headers = self._secrets.headers(provider_id, provider.access)
        clean, client = self._secrets.clean, tools.clients(provider_id, provider)
        line = Line(provider.endpoint or ENDPOINT, provider.access, headers, clock=tools.clock, rng=tools.rng)
        asker = partial(Asker, scribe=self._scribe, budget=self.budget, clock=tools.clock, clean=clean)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(items), 2 * provider.access.concurrency)):
                own = await stack.enter_async_context(client())
                group.create_task(self._work(asker(GATEWAYS[provider.gateway], line, own), items))
        self._tallies[provider_id].down = clean(line.breaker.gave_up)

    async def _work(self, asker: Asker, items: Items) -> None:
        while True:
            async with asker.line.slots:
                item = await self._next(asker, items)
                if item is None:
                    return
                outcome = await self._asked(asker, item)
            if outcome is None:
                items.appendleft(item)
                return
            if outcome.job.state is State.ANSWERED and outcome.content is None and not self._shelf.arrived(outcome.job):
                fetched = await asker.fetch(outcome.job, self._tools.resolver)
                outcome = replace(fetched, reserved=outcome.reserved)
            before = item.booked if isinstance(item, Job) else NOTHING
            await self._finish(await self._keeper.keep(outcome), before)

    async def _next(self, asker: Asker, items: Items) -> Job | Planned | None:
        """The next to be asked for; None where there is none, the provider is down, or the run is to end."""
        try:
            if items and not self._halted():
                await asker.line.breaker.calm()
        except ProviderDown:
            return None
        return items.popleft() if items and not self._halted() else None

    def _halted(self) -> bool:
        if self._tools.halt.is_set() and not self._stopped:
            self._stopped = "interrupted"
        return bool(self._stopped)

    async def _asked(self, asker: Asker, item: Job | Planned) -> Outcome | None:
        """What became of it; None where the budget does not allow to ask."""
        now = self._tools.clock.now()
        if isinstance(item, Planned):
            job = begin(item, job_id=f"{self._tools.rng.getrandbits(128):032x}", run=self._id, now=now)
        elif self._shelf.arrived(item):
            return Outcome(replace(item, state=State.ANSWERED, cost=item.cost or item.estimate))
        elif item.state is not State.ASKING:
            return await asker.resume(item)
        elif not asker.may_repeat:
            return Outcome(in_doubt(item, now))
        else:
            job = replace(item, requests=item.requests + 1)
        ask = brief(self._catalogue, job)
        if not self.budget.reserve(job.estimate):
            self._stopped = self._stopped or f"the next request could pass the budget of {self.budget.limit} USD"
            return None
        return await asker.ask(await self._scribe.put(job), ask)

    async def _finish(self, outcome: Outcome, before: Decimal) -> None:
        """Write down where the job came to, settle the budget, and tell."""
        job = await self._scribe.put(outcome.job)
        still = job.state in OPEN and job.state is not State.STORED
        cost = outcome.reserved if still else job.booked - before
        self.budget.settle(outcome.reserved, cost)
        await self._keeper.finished(job)
        what = "running" if still else "done" if job.state is State.STORED else job.state.value
        tally, clock = self._tallies[job.provider], self._tools.clock
        tally.count(job, what, cost)
        detail = job.reason or f"{(job.latency_ms or 0) / 1000:.1f} s, {job.cost:f} USD"
        standing = tally.standing(clock.monotonic())
        self._report(Event(clock.now(), job.provider, job.model, job.prompt, what, detail, standing))

    def _summary(self) -> Summary:
        now = self._tools.clock.monotonic()
        return Summary(
            run=self._id,
            standings=tuple(tally.standing(now) for _, tally in sorted(self._tallies.items())),
            spent=self.budget.spent,
            budget=self.budget.limit,
            seconds=round(now - self._started, 3),
            stopped=self._stopped,
            notes=tuple(self._notes),
        )


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure within the groups that says what went wrong."""
    for failure in failures.exceptions:
        return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
    return failures

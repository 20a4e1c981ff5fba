"""Collect outputs: carry out a plan within a budget, so that it can be ended at any moment and gone on with later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from arena import wording
from arena.catalogue import Catalogue
from arena.catalogue.play import prompts_entering_play
from arena.catalogue.records import Provider
from arena.collect.dependencies import LOCAL_PROVIDER, SIMULATED_ENDPOINT, Clock, Dependencies
from arena.collect.image_checks import InvalidImage
from arena.collect.image_store import ImageStore
from arena.collect.job_runner import JobResult, JobRunner
from arena.collect.jobs import LOCAL, NO_COST, OPEN_STATES, Job, JobState
from arena.collect.ledger import BatchWriter, Ledger, has_ledger
from arena.collect.offer_choice import unusable
from arena.collect.planning import Budget, Plan, PlannedImage, doubtful_job, image_request_of, new_job, request_digest
from arena.collect.progress import (
    ProgressCounter,
    ProgressEvent,
    ReportEvent,
    RunSummary,
    measure,
    write_measurements,
)
from arena.collect.provider_client import ProviderClient, ProviderDown
from arena.collect.secrets import Secrets
from arena.collect.work_queue import WorkQueue
from arena.errors import CollectError
from arena.files import only_writer
from arena.gateways import GATEWAYS
from arena.votes.store import Store

JOBS_PER_LISTING, SECONDS_PER_LISTING = 200, 5.0
"""outputs.jsonl is rewritten after so many outputs, or so many seconds, whichever comes first."""
SAVING_THREADS = 4


def run_collection(
    plan: Plan,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    private: Path,
    max_cost: Decimal,
    dependencies: Dependencies,
    report: ReportEvent = lambda _: None,
) -> RunSummary:
    """``collect`` for callers that are not asynchronous."""
    run = collect(
        plan,
        catalogue,
        ledger,
        secrets,
        private=private,
        max_cost=max_cost,
        dependencies=dependencies,
        report=report,
    )
    return asyncio.run(run)


def check_originals(store: Store, private: Path) -> None:
    """Raise ``ArenaError`` where rehearsals left originals and there is no folder ``private`` for them to be in.

    They are in another folder then, and nothing knows of them once the jobs that name them are forgotten.
    """
    drawn = sum(bool(job.original) for job in Ledger(store).simulated()) if has_ledger(store) else 0
    if drawn and not private.exists():
        raise CollectError(
            f"{wording.count(drawn, 'original')} of arena collect --local should be there",
            where=str(private),
            hint="name the folder that it wrote to: --private DIR (any folder, where they are gone already)",
        )


def forget_rehearsals(store: Store, data: Path, private: Path, *, dry_run: bool = False) -> int:
    """Remove the jobs of ``collect --local`` and the originals that it drew; how many jobs. Its outputs stay."""
    if not has_ledger(store):
        return 0
    ledger = Ledger(store)
    jobs = ledger.simulated()
    if jobs and not dry_run:
        # The files first: the jobs name them.
        ImageStore(data, private).remove_simulated(jobs)
        ledger.forget_simulated()
    return len(jobs)


async def collect(
    plan: Plan,
    catalogue: Catalogue,
    ledger: Ledger,
    secrets: Secrets,
    *,
    private: Path,
    max_cost: Decimal,
    dependencies: Dependencies,
    report: ReportEvent = lambda _: None,
) -> RunSummary:
    """Finish what earlier runs left, then ask for all that is planned, as far as ``max_cost`` (USD) goes.

    Images as returned lie under ``private``, copies and their listing in the catalogue's folder. ``report`` is called
    after each job. Raises ``ArenaError`` where nothing can be asked at all, the store or the disk fails, or another
    process writes to the folder; what was done until then is kept, and the next run goes on from it.
    """
    with only_writer(catalogue.folder):
        entering = prompts_entering_play(catalogue, again=plan.options.new_seeds)
        store = ImageStore(catalogue.folder, private, entering)
        store.remove_leftovers(plan.unfinished)
        saver = ImageSaver(store, ledger, dependencies.clock, secrets.redact)
        run = _CollectionRun(
            plan,
            catalogue,
            secrets,
            BatchWriter(ledger),
            Budget(max_cost),
            store=store,
            saver=saver,
            dependencies=dependencies,
            report=report,
        )
        try:
            summary = await run.carry_out()
        finally:
            saver.close()
        if measurements := measure(ledger, dependencies.clock.now().date()):
            write_measurements(catalogue.folder, measurements)
        return summary


class _CollectionRun:
    def __init__(
        self,
        plan: Plan,
        catalogue: Catalogue,
        secrets: Secrets,
        writer: BatchWriter,
        budget: Budget,
        *,
        store: ImageStore,
        saver: ImageSaver,
        dependencies: Dependencies,
        report: ReportEvent,
    ) -> None:
        self._plan = plan
        self._catalogue = catalogue
        self._secrets = secrets
        self._writer = writer
        self._budget = budget
        self._store = store
        self._saver = saver
        self._dependencies = dependencies
        self._report = report
        self._id = f"{dependencies.clock.now():%Y%m%dT%H%M%SZ}-{dependencies.rng.getrandbits(32):08x}"
        self._started = dependencies.clock.monotonic()
        self._stopped = ""
        self._notes: list[str] = []
        self._counters: dict[str, ProgressCounter] = {}

    async def carry_out(self) -> RunSummary:
        """Work on all providers at the same time, each with a queue of its own."""
        await self._saver.resume([job for job in self._plan.unfinished if job.state is JobState.STORED])
        work = self._by_provider()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.TaskGroup() as group:
                    # Where the ledger cannot be written, the group ends all requests: none may go out unrecorded.
                    writing = group.create_task(self._writer.run())
                    await asyncio.gather(*(self._run_provider(*item, stack) for item in work.items()))
                    writing.cancel()
            except BaseExceptionGroup as failures:
                raise _first(failures) from failures
        await self._saver.list_stored()
        return self._summary()

    def _by_provider(self) -> dict[str, WorkQueue]:
        """All that is to be done, by provider; what earlier runs left at a provider that cannot be asked now waits."""
        work: dict[str, list[Job | PlannedImage]] = {}
        unfinished = (job for job in self._plan.unfinished if job.state is not JobState.STORED)
        items: tuple[Job | PlannedImage, ...] = (*unfinished, *self._plan.images)
        for item in items:
            work.setdefault(item.provider, []).append(item)
        for provider_id in list(work):
            provider = self._provider(provider_id)
            reason = unusable(provider_id, provider, self._secrets) if provider else "no file defines it any more"
            if reason:
                self._notes.append(f"{provider_id}: {len(work.pop(provider_id))} jobs wait, because {reason}")
            else:
                self._counters[provider_id] = ProgressCounter(provider_id, len(work[provider_id]), self._started)
        return {provider_id: WorkQueue(items) for provider_id, items in work.items()}

    def _provider(self, provider_id: str) -> Provider | None:
        if provider_id == LOCAL and LOCAL not in self._catalogue.providers:
            return LOCAL_PROVIDER
        return self._catalogue.providers.get(provider_id)

    async def _run_provider(self, provider_id: str, queue: WorkQueue, stack: AsyncExitStack) -> None:
        """Work on a provider's queue with twice as many tasks as requests may be out: half of them store images."""
        provider, dependencies = self._provider(provider_id), self._dependencies
        if provider is None or not provider.gateway:
            raise CollectError("cannot be asked", where=f"provider {provider_id}", hint="see its provider.toml")
        redact, clock = self._secrets.redact, dependencies.clock
        headers = self._secrets.headers(provider_id, provider.access)
        endpoint = provider.endpoint or SIMULATED_ENDPOINT
        read = GATEWAYS[provider.gateway].read
        provider_client = ProviderClient(
            endpoint, provider.access, headers, read=read, clock=clock, rng=dependencies.rng
        )
        new_client = dependencies.clients(provider_id, provider)
        runner = partial(
            JobRunner, writer=self._writer, budget=self._budget, clock=clock, redact=redact, heard=queue.heard
        )
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(queue), 2 * provider.access.concurrency)):
                client = await stack.enter_async_context(new_client())
                group.create_task(self._work(runner(GATEWAYS[provider.gateway], provider_client, client), queue))
        self._counters[provider_id].down = redact(provider_client.breaker.gave_up)

    async def _work(self, runner: JobRunner, queue: WorkQueue) -> None:
        while True:
            # The slot is held while the provider is asked, and free while the image is fetched, checked and stored.
            async with runner.provider.slots:
                item = await self._next_item(runner, queue)
                if item is None:
                    return
                result = await self._request(runner, item)
                runner.provider.breaker.first_is_over()
                queue.heard(item.provider_model)
            if result is None:
                # Back into the queue, so that the summary counts it as not asked.
                queue.put_back(item)
                return
            if result.no_such_model:
                self._leave_out(item, queue, result.job.reason)
            answered = result.job.state is JobState.ANSWERED
            if answered and result.content is None and not self._store.has_incoming(result.job):
                fetched = await runner.fetch(result.job, self._dependencies.resolver)
                result = replace(fetched, reserved=result.reserved)
            booked_before = item.booked if isinstance(item, Job) else NO_COST
            await self._record(await self._saver.save(result), booked_before)

    async def _next_item(self, runner: JobRunner, queue: WorkQueue) -> Job | PlannedImage | None:
        """The next to be asked for; None where there is none, the provider is down, or the run is to end."""
        while queue and not self._halted():
            try:
                await runner.provider.breaker.wait_to_begin()
            except ProviderDown:
                return None
            if self._halted():
                return None
            if item := queue.take():
                return item
            await queue.wait()
        return None

    def _leave_out(self, item: Job | PlannedImage, queue: WorkQueue, reason: str) -> None:
        """Ask for nothing else of a model that the provider does not have."""
        count = queue.leave_out(item.provider_model)
        if count:
            self._notes.append(f"{item.provider}: {item.model} given up, {count:,} more not asked for: {reason}")

    def _halted(self) -> bool:
        if self._dependencies.halt.is_set() and not self._stopped:
            self._stopped = "interrupted"
        return bool(self._stopped)

    async def _request(self, runner: JobRunner, item: Job | PlannedImage) -> JobResult | None:
        """What became of the item at the provider; None where the budget does not allow to ask."""
        now = self._dependencies.clock.now()
        if isinstance(item, PlannedImage):
            job = new_job(item, job_id=f"{self._dependencies.rng.getrandbits(128):032x}", run=self._id, now=now)
        elif self._store.has_incoming(item):
            return JobResult(replace(item, state=JobState.ANSWERED, cost=item.cost or item.estimate))
        elif item.state is not JobState.ASKING:
            return await runner.resume(item)
        elif not runner.may_repeat:
            return JobResult(doubtful_job(item, now))
        else:
            job = replace(item, requests=item.requests + 1)
        wanted = image_request_of(self._catalogue, job)
        job = replace(job, request=request_digest(self._catalogue, job.provider, wanted))
        reserved = self._budget.likely(job)
        if not self._budget.reserve(reserved):
            self._stopped = self._stopped or f"the next request could pass the budget of {self._budget.limit} USD"
            return None
        # The ledger has the job before the request goes out: see arena.collect.jobs.
        return await runner.request(await self._writer.put(job), wanted, reserved)

    async def _record(self, result: JobResult, booked_before: Decimal) -> None:
        """Write down how far the job came, settle the budget, and report it."""
        job = await self._writer.put(result.job)
        running = job.state in OPEN_STATES and job.state is not JobState.STORED
        # A job that runs on may still be charged: what was reserved for it counts as spent in this run.
        cost = result.reserved if running else job.booked - booked_before
        self._budget.settle(result.reserved, cost)
        await self._saver.note(job)
        what = "running" if running else "done" if job.state is JobState.STORED else job.state.value
        counter, clock = self._counters[job.provider], self._dependencies.clock
        counter.count(job, what, cost)
        detail = job.reason or f"{(job.latency_ms or 0) / 1000:.1f} s, {job.cost:f} USD"
        progress = counter.progress(clock.monotonic())
        self._report(ProgressEvent(clock.now(), job.provider, job.model, job.prompt, what, detail, progress))

    def _summary(self) -> RunSummary:
        now = self._dependencies.clock.monotonic()
        return RunSummary(
            run=self._id,
            providers=tuple(counter.progress(now) for _, counter in sorted(self._counters.items())),
            spent=self._budget.spent,
            budget=self._budget.limit,
            seconds=round(now - self._started, 3),
            stopped=self._stopped,
            notes=tuple(self._notes),
        )


class ImageSaver:
    """Checks images and brings them into the image store, on threads of its own; lists them a batch at a time."""

    def __init__(self, store: ImageStore, ledger: Ledger, clock: Clock, redact: Callable[[str], str]) -> None:
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._redact = redact
        self._stored: list[Job] = []
        self._listed_at = clock.monotonic()
        self._listing = asyncio.Lock()
        # Decoding and encoding hold no lock of Python's for long; on the event loop they would hold up every request.
        self._threads = ThreadPoolExecutor(SAVING_THREADS, thread_name_prefix="saving")

    def close(self) -> None:
        """Let the threads finish what they began."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def save(self, result: JobResult) -> JobResult:
        """Check and store the image of an answered job; any other result is handed back."""
        job = result.job
        if job.state is not JobState.ANSWERED or (result.content is None and not self._store.has_incoming(job)):
            return result
        now = self._clock.now()

        def save() -> Job:
            if result.content is not None:
                self._store.save_incoming(job, result.content)
            try:
                stored = self._store.store(job, result.content)
                return replace(stored, state=JobState.STORED, media="", reason="", ended=now)
            except InvalidImage as invalid:
                reason = self._redact(f"the picture: {invalid}")
                return replace(job, state=JobState.FAILED, media="", reason=reason, ended=now, unusable=1)

        saved = await asyncio.get_running_loop().run_in_executor(self._threads, save)
        return replace(result, job=saved, content=None)

    async def note(self, job: Job) -> None:
        """Take note of a job that the ledger holds as it is now; list what is stored when it is time."""
        if job.state is JobState.STORED:
            self._stored.append(job)
        elif job.state is JobState.FAILED:
            self._store.set_aside(job)
        due = self._clock.monotonic() - self._listed_at > SECONDS_PER_LISTING
        if self._stored and (due or len(self._stored) >= JOBS_PER_LISTING) and not self._listing.locked():
            await self.list_stored()

    async def resume(self, stored: Sequence[Job]) -> None:
        """List what an earlier run stored; what the disk lost since has failed, and is asked for again."""
        lost = [job for job in stored if not self._store.has_both_files(job)]
        if lost:
            reason = "the picture was lost when the machine stopped"
            failed = [replace(job, state=JobState.FAILED, reason=reason) for job in lost]
            await asyncio.to_thread(self._ledger.put, failed)
        await self.list_stored([job for job in stored if job not in lost])

    async def list_stored(self, earlier: Sequence[Job] = ()) -> None:
        """List stored jobs, and those of an ``earlier`` run, in outputs.jsonl; then the ledger says that they are."""
        async with self._listing:
            jobs = [*earlier, *self._stored]
            self._listed_at = self._clock.monotonic()
            if jobs:
                await asyncio.to_thread(lambda: self._ledger.put(self._store.list_outputs(jobs)))
            # More may have been stored meanwhile: those are listed the next time.
            del self._stored[: len(jobs) - len(earlier)]


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure within the groups that says what went wrong."""
    for failure in failures.exceptions:
        return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
    return failures

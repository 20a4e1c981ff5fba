"""Keep the pictures that arrive, and list them now and then: often enough to be seen, seldom enough to cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from arena.collect.asking import Outcome
from arena.collect.checking import NotAPicture
from arena.collect.clock import Clock
from arena.collect.jobs import Job, State
from arena.collect.ledger import Ledger
from arena.collect.shelf import Shelf

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

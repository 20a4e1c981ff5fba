"""Writes many jobs to the ledger in one transaction: who waits for the disk waits together."""

from __future__ import annotations

import asyncio

from arena.collect.jobs import Job
from arena.collect.ledger import Ledger


class Scribe:
    """``put`` returns when the job is on the disk. ``write_on`` has to run meanwhile."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Job, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()

    async def put(self, job: Job) -> Job:
        """Write the job as it is now, and hand it back. Raises ``StoreError`` where it was not written."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, written))
        self._wake.set()
        await written
        return job

    async def write_on(self) -> None:
        """Write whatever waits, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._ledger.put, [job for job, _ in batch])
            except Exception as error:
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    if not written.done():
                        written.set_result(None)

"""Independent jobs in several processes at once, where the system can fork; one after another elsewhere.

A forked process has all that was prepared before, so nothing but results is handed over. macOS has fork too, but its
own libraries may not be used after it.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from arena.errors import PublishError

Result = TypeVar("Result")
Job = Callable[[], Result]
FORKS = sys.platform.startswith("linux")

_PR_SET_PDEATHSIG = 1
"""Of prctl: the signal that a process gets when its parent ends, so that none goes on writing a site alone."""


def run_jobs(jobs: Sequence[Job[Result]], processes: int, tell: Callable[[int, int], object]) -> list[Result]:
    """What the jobs give, in their order; ``tell`` is called with how many are done, and of how many.

    Whichever process is free takes the next job, so put the longest first. What a job raises is raised here, once the
    other processes are ended. Results and exceptions are pickled on their way.
    """
    with _settled_heap():
        if processes < 2 or len(jobs) < 2 or not FORKS:
            return list(_in_turn(jobs, tell))
        return _forked(jobs, min(processes, len(jobs)), tell)


def _in_turn(jobs: Sequence[Job[Result]], tell: Callable[[int, int], object]) -> Iterator[Result]:
    for done, job in enumerate(jobs, 1):
        yield job()
        tell(done, len(jobs))


@contextmanager
def _settled_heap() -> Iterator[None]:
    """Leave what is there to itself: the collector passes it over, and processes go on sharing it."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _forked(jobs: Sequence[Job[Result]], processes: int, tell: Callable[[int, int], object]) -> list[Result]:
    context = get_context("fork")
    following = context.Value("i", 0)
    workers, open_ends = [], []
    results: dict[int, Result] = {}
    try:
        with _ctrl_c_waits():
            for _ in range(processes):
                receiving, sending = context.Pipe(duplex=False)
                worker = context.Process(target=_work, args=(jobs, following, sending), daemon=True)
                worker.start()
                sending.close()
                workers.append(worker)
                open_ends.append(receiving)
        while open_ends:
            for end in wait(open_ends):
                assert isinstance(end, Connection)  # noqa: S101 - nothing else was put in
                try:
                    place, result, error = end.recv()
                except EOFError:
                    open_ends.remove(end)
                    continue
                if error is not None:
                    raise error
                results[place] = result
                tell(len(results), len(jobs))
    finally:
        for worker in workers:
            if len(results) < len(jobs):
                worker.terminate()
            worker.join()
    if len(results) < len(jobs):
        hint = "free some memory, or build with --processes 1"
        raise PublishError("a process that wrote pages was ended from outside", where="site", hint=hint)
    return [results[place] for place in range(len(jobs))]


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Let Ctrl-C come afterwards: while it forks, Python may tell of an interrupt and go on as if there was none."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(jobs: Sequence[Job[Any]], following: Any, sending: Connection) -> None:
    """Take jobs until there are no more, and send what each gives or raises. Ctrl-C is for the parent to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    while True:
        with following.get_lock():
            place = following.value
            following.value += 1
        if place >= len(jobs):
            return
        try:
            result, error = jobs[place](), None
        except Exception as raised:
            raised.add_note("".join(traceback.format_exception(raised)))
            result, error = None, raised
        try:
            sending.send((place, result, error))
        except OSError:
            return
        if error is not None:
            return

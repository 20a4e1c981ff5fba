"""Independent jobs in several processes at once, where the system can fork; one after another elsewhere.

A forked process has all that was prepared before, so nothing but results is handed over. macOS has fork too, but its
own libraries may not be used after it.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from arena.errors import PublishError
from arena.kept import nothing_is_collected

Result = TypeVar("Result")
Job = Callable[[], Result]
FORKS = sys.platform.startswith("linux")

_PR_SET_PDEATHSIG = 1
"""Of prctl: the signal that a process gets when its parent ends, so that none goes on writing a site alone."""

_jobs: list[Job[Any]] = []
"""In a worker process: all jobs, inherited and not pickled. In the parent it stays empty."""


def run_jobs(jobs: Sequence[Job[Result]], processes: int, tell: Callable[[int, int], object]) -> list[Result]:
    """What the jobs give, in their order; ``tell`` is called with how many are done, and of how many.

    Whichever process is free takes the next job, so put the longest first. What a job raises is raised here, once the
    other processes are ended; so is Ctrl-C. Results and exceptions are pickled on their way. Raises PublishError where
    a process was ended from outside.
    """
    if processes < 2 or len(jobs) < 2 or not FORKS:
        return list(_in_turn(jobs, tell))
    many = min(processes, len(jobs))
    with ProcessPoolExecutor(many, get_context("fork"), initializer=_start_worker, initargs=(jobs,)) as pool:
        try:
            # What the parent has left must not be found by a worker before ``_start_worker``.
            with _ctrl_c_waits(), nothing_is_collected():
                futures = [pool.submit(_run, number) for number in range(len(jobs))]
            return list(_results(futures, tell))
        except BaseException as error:
            # Jobs that began would be waited for: end them, since what they write is thrown away anyway.
            for child in active_children():
                child.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                hint = "free some memory, or build with --processes 1"
                raise PublishError(
                    "a process that wrote pages was ended from outside", where="site", hint=hint
                ) from None
            raise


def begun(job: Job[Result]) -> Callable[[], Result]:
    """Do a job in a process of its own from now on, where the system can fork; what is given back waits for its result.

    A job whose process was ended from outside is done here instead, and so is one that raised something.
    """
    if not FORKS:
        return job
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(job, sending), daemon=True)
    process.start()
    sending.close()

    def result() -> Result:
        try:
            found: Result = receiving.recv()
        except (EOFError, OSError):
            found = job()
        process.join()
        return found

    return result


def _send(job: Job[Any], sending: Connection) -> None:
    _start_worker(())
    found = job()
    with suppress(OSError):  # nobody waits for it any more
        sending.send(found)


def _in_turn(jobs: Sequence[Job[Result]], tell: Callable[[int, int], object]) -> Iterator[Result]:
    for done, job in enumerate(jobs, 1):
        yield job()
        tell(done, len(jobs))


def _results(futures: Sequence[Future[Result]], tell: Callable[[int, int], object]) -> Iterator[Result]:
    """All results in the order of the jobs; what fails is raised as soon as it has failed, not when its turn comes."""
    for done, future in enumerate(as_completed(futures), 1):
        future.result()
        tell(done, len(futures))
    yield from (future.result() for future in futures)


@contextmanager
def _ctrl_c_waits() -> Generator[None]:
    """Let Ctrl-C come afterwards: while it forks, Python may tell of an interrupt and go on as if there was none."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(jobs: Sequence[Job[Any]]) -> None:
    """Ctrl-C is for the parent to handle, and no worker outlives it.

    Nor does a worker collect what it inherited: a DuckDB that the parent has left is closed by joining its threads,
    which no other process has, and that is a segmentation fault.
    """
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _jobs.extend(jobs)


def _run(number: int) -> Any:
    return _jobs[number]()

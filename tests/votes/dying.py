"""A program that appends votes in child processes which die of ``kill -9``, for the tests of the log.

``python -m tests.votes.dying FOLDER VOTES.parquet`` answers each line of its input with how the child ended: ``step
N`` kills it at its N-th step on the disk, ``after SECONDS`` that long after it began. Children are forked from a
process that has loaded everything and started no thread, so that a death costs milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis

from arena.votes.files import load_votes
from arena.votes.log import append_votes, open_log


def main() -> None:
    folder, votes = Path(sys.argv[1]), Path(sys.argv[2])
    assert ibis.duckdb
    for line in sys.stdin:
        kind, _, amount = line.partition(" ")
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _append(folder, votes, writing, int(amount) if kind == "step" else None)
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        if kind == "after":
            time.sleep(float(amount))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _append(folder: Path, votes: Path, writing: int, step: int | None) -> None:
    """Append and exit; never returns."""
    try:
        table = load_votes([votes])
        log = open_log(folder)
        if step is not None:
            _die_at(step, folder)
        os.write(writing, b"x")
        append_votes(log, table, "a run that may die")
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _die_at(step: int, folder: Path) -> None:
    """Let this process die by its own hand before its step of that number on the folder, counted from 0."""
    taken = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def take(first: Any, *args: Any, **named: Any) -> Any:
            nonlocal taken
            if isinstance(first, int) or first.is_relative_to(folder):
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                taken += 1
            return real(first, *args, **named)

        return take

    for name, real in (("open", Path.open), ("replace", Path.replace), ("unlink", Path.unlink), ("mkdir", Path.mkdir)):
        setattr(Path, name, counted(real))
    os.fsync = counted(os.fsync)


if __name__ == "__main__":
    main()

"""A program that appends votes in child processes which die of ``kill -9``, for the tests of the log.

``python -m tests.votes.killed_append VOTES.parquet`` answers each line of its input with how the child ended:
``step N FOLDER`` kills it at its N-th step on the disk, ``busy SECONDS FOLDER`` when it has worked for so long.
Children are forked from a process that has loaded everything and started no thread, so that a death costs milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis

from arena.votes.files import load_votes
from arena.votes.log import append_votes, open_log
from tests.votes.examples import exclude_all


def main() -> None:
    votes = Path(sys.argv[1])
    assert ibis.duckdb
    for line in sys.stdin:
        kind, amount, folder = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if child == 0:
            _append(Path(folder), votes, kind, amount)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _append(folder: Path, votes: Path, kind: str, amount: str) -> None:
    """Append and exit; never returns."""
    try:
        table = load_votes([votes]).table
        log = open_log(folder)
        if kind == "step":
            _die_at(int(amount), folder)
        else:
            signal.setitimer(signal.ITIMER_PROF, float(amount))  # seconds of its own: a busy machine changes nothing
        append_votes(log, table, "a run that may die", judge=exclude_all)
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

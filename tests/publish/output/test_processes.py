"""Jobs in several processes."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import duckdb
import pytest

from arena.errors import PublishError
from arena.publish.output.processes import FORKS, begun, run_jobs
from arena.publish.output.site_files import begin_reading, read_site_files
from tests.catalogue.projects import put
from tests.waiting import PATIENCE, wait_until


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def fail() -> tuple[int, int]:
    raise PublishError("cannot write", where="site/x", hint="mend it")


def vanish() -> tuple[int, int]:
    os._exit(9)


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_results_come_in_the_order_of_the_jobs(processes: int) -> None:
    told: list[tuple[int, int]] = []
    made = run_jobs(
        [partial(square, number) for number in range(5)], processes, lambda done, of: told.append((done, of))
    )
    assert [value for value, _ in made] == [0, 1, 4, 9, 16]
    assert told == [(done, 5) for done in range(1, 6)]
    here = {pid for _, pid in made} == {os.getpid()}
    assert here is (processes == 1 or not FORKS)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_job_raises_is_raised_with_all_that_it_says(processes: int) -> None:
    with pytest.raises(PublishError) as raised:
        run_jobs([fail, lambda: square(1)], processes, lambda *_: None)
    assert str(raised.value) == "site/x: cannot write (mend it)"


@pytest.mark.skipif(not FORKS, reason="one process only")
def test_a_process_that_is_ended_from_outside_is_said() -> None:
    with pytest.raises(PublishError, match="ended from outside"):
        run_jobs([vanish, lambda: square(1), vanish], 2, lambda *_: None)


@pytest.mark.skipif(not FORKS, reason="one process only")
def test_a_worker_does_not_collect_what_its_parent_has_left() -> None:
    """A DuckDB in a cycle that nothing leads to: its threads are the parent's, and to join them here is a crash."""
    gc.disable()
    left = [duckdb.connect(config={"threads": 2})]
    left[0].execute("SELECT count(*) FROM range(1000000)")
    left.append(left)  # pyrefly: ignore[bad-argument-type]
    del left
    try:
        assert run_jobs([gc.collect, gc.collect], 2, lambda *_: None)
        assert not gc.isenabled(), "as it was"
    finally:
        gc.enable()


@pytest.mark.skipif(not FORKS, reason="one process only")
def test_ctrl_c_is_heard_while_processes_are_started() -> None:
    program = """
import os, signal, time
from arena.publish.output.processes import run_jobs

signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests were started by
os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGINT))
run_jobs([lambda: time.sleep(600)] * 2, 2, print)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == -signal.SIGINT
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.skipif(not FORKS, reason="one process only")
def test_no_process_outlives_one_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, time
from pathlib import Path
from arena.publish.output.processes import run_jobs

def wait():
    (Path({str(tmp_path)!r}) / str(os.getpid())).touch()
    time.sleep(600)

run_jobs([wait, wait], 2, print)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2, "both have begun")
    finally:
        process.kill()
    _, errors = process.communicate(timeout=PATIENCE)  # which waits for all that hold its end of the pipe
    assert errors == ""


def test_a_job_that_was_begun_is_done_in_a_process_of_its_own() -> None:
    assert (begun(os.getpid)() != os.getpid()) is FORKS


def test_a_begun_job_whose_process_was_ended_is_done_here() -> None:
    here = os.getpid()

    def job() -> str:
        if os.getpid() != here:
            os._exit(1)
        return "here"

    assert begun(job)() == "here"


def test_files_of_a_site_are_the_same_whoever_reads_them(tmp_path: Path) -> None:
    put(tmp_path, "build.json", b"{}")
    put(tmp_path, "models/one.html", b"one")
    found = begin_reading(tmp_path)()
    assert found == read_site_files(tmp_path)
    assert set(found.sums) == {"build.json", "models/one.html"}
    (tmp_path / "build.json").unlink()
    assert not begin_reading(tmp_path)().sums, "no build wrote this folder"

"""How long ``arena audit``, ``serve`` and ``seal`` take for a store of many votes, and how much memory: whole commands.

    python -m benchmarks.audit_speed [--votes 300000]

The audit once with all rules, and once without those that let votes wait; ``serve`` until it says its address.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table

from arena.votes.audit import WAITING_RULES
from arena.votes.store import open_store
from arena.votes.store.schema import battles, outputs, skips, voters, votes
from benchmarks.crowds import Crowd, honest_crowd

ROOT = Path(__file__).parent.parent
AT_ONCE = 20_000
LIFETIME = timedelta(minutes=30)


def fill(url: str, crowd: Crowd) -> None:
    """Put the votes of a crowd into an empty store, with the battles that were left."""
    rows = crowd.votes.to_pylist()
    shown = {(row[side], row["prompt"]) for row in rows for side in ("left", "right")}
    sums = {key: hashlib.sha256(repr(key).encode()).hexdigest() for key in sorted(shown)}
    first_seen = dict(sorted(((row["voter"], row["at"]) for row in rows), reverse=True))
    made: dict[Table, list[dict[str, Any]]] = {
        outputs: [
            {"sha256": sha256, "model": model, "prompt": prompt, "origin": "simulated", "active": 1}
            for (model, prompt), sha256 in sums.items()
        ],
        voters: [{"id": voter, "created": at} for voter, at in first_seen.items()],
        battles: [
            {
                **{name: row[name] for name in ("arena", "category", "language", "prompt", "left", "right", "voter")},
                **{f"{side}_output": sums[row[side], row["prompt"]] for side in ("left", "right")},
                **{"id": row["battle"], "lane": "coverage", "origin": "simulated", "network": row["network"]},
                **{"created": row["at"], "expires": row["at"] + LIFETIME},
            }
            for row in rows
        ],
        votes: [
            {
                **{name: row[name] for name in ("battle", "voter", "at", "outcome", "dwell_ms", "network")},
                "reasons": "",
            }
            for row in rows
        ],
        skips: [
            {**row, "battle": f"left-{number}", "at": rows[0]["at"], "arena": rows[0]["arena"], "prompt": ""}
            for number, row in enumerate(crowd.unvoted.to_pylist())
        ],
    }
    with open_store(url) as store:
        for table, values in made.items():
            for begin in range(0, len(values), AT_ONCE):
                with store.writing() as connection:
                    connection.execute(table.insert(), values[begin : begin + AT_ONCE])


MEMORY_OF = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {code}")
"""
"""Runs a command below a small process: Linux counts the memory of whoever starts a process as the process's own."""


def measured(command: list[str], *, until_said: bool = False) -> tuple[float, float, float, int]:
    """Wall and CPU seconds, the most memory (MB), and the exit code of a command; or of its start, until it says a line
    that names an address.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "used"
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", MEMORY_OF, report, *command],
            stdout=subprocess.PIPE if until_said else subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        if until_said:
            assert process.stdout
            assert any("http://" in line for line in process.stdout)
        else:
            process.wait()
        seconds = time.perf_counter() - started
        if until_said:
            time.sleep(1)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
        if not report.exists():
            return seconds, float("nan"), float("nan"), 0
        cpu, memory, code = report.read_text().split()
        return seconds, float(cpu), float(memory), int(code)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=int, default=300_000)
    wanted = parser.parse_args().votes
    crowd = honest_crowd(votes=wanted, voters=wanted // 20)
    with TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "data", project / "data", ignore=shutil.ignore_patterns("votes"))
        fill(f"sqlite:///{project / 'data' / 'arena.sqlite'}", crowd)
        people = len(pc.unique(pa.chunked_array(crowd.votes["voter"].chunks)))
        print(f"{len(crowd.votes):,} votes of {people:,} voters, {len(crowd.unvoted):,} battles left without a vote.\n")
        print("| command | s | CPU s | MB |\n|---|---|---|---|")
        without = [option for rule in WAITING_RULES for option in ("--without", rule)]
        for name, options in (
            ("audit", []),
            ("audit --without the rules that let votes wait", without),
            ("serve", ["--port", "0"]),
            ("seal", []),
        ):
            command = [sys.executable, "-m", "arena", name.split()[0], "--project", str(project), *options]
            seconds, cpu, memory, code = measured(command, until_said=name == "serve")
            used = f"{cpu:.1f} | {memory:,.0f}" if cpu == cpu else "- | -"  # noqa: PLR0124 - not a number: a start
            print(f"| {name} | {seconds:.1f} | {used} |" + (f" exit code {code}" if code else ""))


if __name__ == "__main__":
    main()

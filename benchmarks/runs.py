"""What each measured run needs: an environment that is the same for all, and a place without what a run before left."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ASIDE = ".aside"


def programs() -> dict[str, str]:
    """The environment of every measured program."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}


WATCH = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
wall = time.perf_counter() - start
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a program took: seconds, those of processors, and the most MB that it held."""

    wall: float
    processor: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s | {self.processor:.1f} s | {self.peak:,.0f} MB"


def watched(command: list[str], folder: Path) -> Watched:
    """Run a program in a folder, which should be no project: its catalogue would be read as well."""
    here = str(Path(__file__).resolve().parent.parent)
    said = subprocess.run(
        [sys.executable, "-c", WATCH, *command],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": here},
    ).stdout
    return Watched(*json.loads(said))


def put_aside(*folders: Path) -> None:
    """Out of the way, so that a run starts from nothing, and not yet deleted: for minutes after thousands of files
    were deleted, ext4 passes their places over whenever it makes one, so that writing a site takes longer.
    """
    for folder in folders:
        if folder.exists():
            aside = folder.with_name(f"{folder.name}{ASIDE}")
            aside.mkdir(exist_ok=True)
            folder.rename(aside / str(len(list(aside.iterdir()))))


def clear_up(folder: Path) -> None:
    """Delete what was put aside, once everything is measured."""
    for aside in folder.rglob(f"*{ASIDE}"):
        shutil.rmtree(aside)

"""The files of a built site as they lie in its folder. To read and add up all of them takes time, and needs nothing
else of this program: so it can be done while a catalogue is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from arena.publish.output.marker import MARKER
from arena.publish.output.processes import begun


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What lay in the folder of a site when it was looked at."""

    folder: tuple[int, ...]
    """Which folder that was, before its files were read: see ``identity_of``."""
    sums: Mapping[str, str]
    """The SHA-256 of each file by its path."""


def read_site_files(out: Path) -> SiteFiles:
    """The files of the site in ``out``; none of a folder that no build wrote."""
    return SiteFiles(identity_of(out), sums_in(out) if (out / MARKER).is_file() else {})


def begin_reading(out: Path) -> Callable[[], SiteFiles]:
    """Read them from now on in a process of its own, where there is a site; what is given back waits for its end."""
    look = partial(read_site_files, out)
    return begun(look) if (out / MARKER).is_file() else look


def identity_of(folder: Path) -> tuple[int, ...]:
    """What tells a folder from another one that takes its place later; empty where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns


def sums_in(folder: Path) -> dict[str, str]:
    """The SHA-256 of every plain file below a folder by its path from there; none where there is no such folder."""
    sums = {}
    for name, path in files_in(folder):
        # No Path: thousands of files, each read at once. One that is gone meanwhile is not there.
        with suppress(OSError), open(path, "rb", buffering=0) as file:  # noqa: PTH123
            sums[name] = hashlib.sha256(file.read()).hexdigest()
    return sums


def files_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Every plain file below a folder: its path from there, and where it lies. Links are not followed."""
    waiting = [("", os.fspath(folder))]
    while waiting:
        inside, place = waiting.pop()
        try:
            entries = os.scandir(place)
        except OSError:
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{inside}{entry.name}/", entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield f"{inside}{entry.name}", entry.path

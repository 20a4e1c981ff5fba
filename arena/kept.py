"""Results that take long to make, kept from one run to the next under ``.cache/`` of a project.

Whoever deletes that folder loses time and nothing else, and so does whoever damages a file in it: each begins with the
SHA-256 of the rest. A folder that cannot be written to is done without.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

CACHE = ".cache"
"""Of a project's folder; git ignores it."""
_SUM = hashlib.sha256().digest_size


@contextmanager
def nothing_is_collected() -> Generator[None]:
    """Look for no unused circles of objects: while thousands are made that all stay, each look is in vain."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def keep(path: Path, content: bytes) -> None:
    """Keep bytes at ``<project>/.cache/<kind>/<name>``, whole or not at all; its folders are made but for the project.

    Of two processes that keep the same at once one does, and the other goes without. One that is killed leaves one
    unfinished file, which the next one writes over.
    """
    if not path.parent.parent.parent.is_dir():
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with part.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had the lock before may have given this very file its final name meanwhile.
            if os.fstat(file.fileno()).st_ino == part.stat().st_ino:
                _replace(path, part, hashlib.sha256(content).digest() + content)


def _replace(path: Path, part: Path, content: bytes) -> None:
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def read_kept(path: Path) -> bytes | None:
    """The bytes that were kept; None where there are none, or the file is not as it was written."""
    try:
        found = path.read_bytes()
    except OSError:
        return None
    content = found[_SUM:]
    return content if hashlib.sha256(content).digest() == found[:_SUM] else None

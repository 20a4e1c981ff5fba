"""Replace a folder that this program wrote by a new one in a single step, or not at all.

The new one grows in a hidden folder beside the old one. On Linux both change places with ``renameat2`` and
``RENAME_EXCHANGE``; elsewhere two renames do it, and the next run mends what an interruption between them left.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from arena.errors import PublishError

GENERATOR = "image-arena"
"""What the marker of every folder that this program writes says in ``generator``."""
KEPT = (".gitignore", ".gitattributes")
"""Files of the old folder that this program did not write and that move into the new one."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class OwnFolder:
    """A kind of folder that this program writes as a whole, in the words of its messages.

    ``marker`` is the name of a JSON file in it that says the ``generator``, and in ``entries`` the names of what else
    it wrote at the top of the folder.
    """

    name: str
    """As in ``the site``."""
    work: str
    """What writes it: ``build``, ``export``."""
    marker: str
    elsewhere: str
    """How to write it elsewhere, as in ``choose another --out``."""


@contextmanager
def replacing(out: Path, kind: OwnFolder) -> Generator[Path]:
    """Give a new empty folder that takes the place of ``out`` when the block ends without an exception.

    Raises PublishError when ``out`` holds anything but what this program wrote, cannot be written, or is being written
    by somebody else. Whatever is raised, Ctrl-C included, ``out`` stays as it was and nothing is left behind.
    """
    out = out.resolve()
    fresh, old = _beside(out, "new"), _beside(out, "old")
    with _as_publish_errors(out, kind):
        _recover(out, old)
        check_replaceable(out, kind)
        lock = _claim(fresh, out, kind)
    try:
        yield fresh
        with _as_publish_errors(out, kind):
            _keep(out, fresh)
            _swap(fresh, out, old)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(out, old)
        raise
    finally:
        os.close(lock)
    shutil.rmtree(old, ignore_errors=True)  # not under the name of the new one: the next run may have begun there


def clear_leftovers(out: Path) -> None:
    """Take away what killed runs left beside a folder that needs no new one; nothing while a run is writing it.

    Without ``out`` nothing is taken away: what lies beside it then may be the only one there is.
    """
    out = out.resolve()
    fresh = _beside(out, "new")
    if not out.exists():
        return
    if fresh.exists():
        with suppress(OSError):  # what cannot be taken away is in nobody's way
            lock = os.open(fresh, os.O_RDONLY)
            try:
                if not _lock(lock):
                    return
                shutil.rmtree(fresh)
            finally:
                os.close(lock)
    shutil.rmtree(_beside(out, "old"), ignore_errors=True)


def _beside(out: Path, role: str) -> Path:
    return out.parent / f".{out.name}.{role}"


@contextmanager
def _as_publish_errors(out: Path, kind: OwnFolder) -> Generator[None]:
    try:
        yield
    except OSError as error:
        hint = "check that its parent folder exists, is writable and has room"
        raise PublishError(f"cannot write {kind.name}: {error.strerror}", where=str(out), hint=hint) from error


def _recover(out: Path, old: Path) -> None:
    """Mend an interruption between the two renames, and clear away an old folder that was already replaced."""
    if not old.exists():
        return
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(out)


def check_replaceable(out: Path, kind: OwnFolder) -> None:
    """Raise PublishError where ``replacing`` would refuse ``out`` for what is in its place."""
    if not out.parent.is_dir():
        raise PublishError(
            "its parent folder does not exist", where=str(out), hint=f"create {out.parent} or {kind.elsewhere}"
        )
    if not out.exists():
        return
    if not out.is_dir():
        raise PublishError("is a file, not a folder", where=str(out), hint=kind.elsewhere)
    present = {entry.name for entry in out.iterdir()} - set(KEPT)
    if not present:
        return
    strangers = sorted(present - own_entries(out, kind))
    if strangers:
        article = "an" if kind.work[0] in "aeiou" else "a"
        raise PublishError(
            f"holds {strangers[0]!r}, which no {kind.work} wrote, and {article} {kind.work} replaces the whole folder",
            where=str(out),
            hint=f"move it away or {kind.elsewhere}",
        )


def own_entries(out: Path, kind: OwnFolder) -> set[str]:
    """The names at the top of a folder that its marker says this program wrote; empty without a marker of ours."""
    try:
        marker = json.loads((out / kind.marker).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(marker, dict) or marker.get("generator") != GENERATOR:
        return set()
    entries = marker.get("entries")
    return {kind.marker, *(str(name) for name in entries)} if isinstance(entries, list) else {kind.marker}


def _claim(fresh: Path, out: Path, kind: OwnFolder) -> int:
    """Make the new folder, empty and locked; a folder that a killed run left is cleared away first."""
    fresh.mkdir(exist_ok=True)
    lock = os.open(fresh, os.O_RDONLY)
    try:
        if not _lock(lock):
            message = f"another {kind.work} is writing {kind.name}"
            raise PublishError(message, where=str(out), hint="wait until it ends")
        for entry in fresh.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    except BaseException:
        os.close(lock)
        raise
    return lock


def _lock(handle: int) -> bool:
    """Whether the folder is ours to write; False where another run is writing it."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 - exists on POSIX only

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _keep(out: Path, fresh: Path) -> None:
    for name in KEPT:
        with suppress(FileNotFoundError):
            shutil.copy2(out / name, fresh / name)


def _swap(fresh: Path, out: Path, old: Path) -> None:
    """Put the new folder in its place; the old one is at ``old`` then, where there was one."""
    if not out.exists():
        fresh.rename(out)
    elif _exchange(fresh, out):
        fresh.rename(old)
    else:
        out.rename(old)
        try:
            fresh.rename(out)
        except BaseException:
            old.rename(out)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places atomically; False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    failed = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))

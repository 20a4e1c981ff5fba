"""Replace the old site by the new one in a single step, or not at all.

The new site grows in a hidden folder beside the old one. On Linux both change places with ``renameat2`` and
``RENAME_EXCHANGE``; elsewhere two renames do it, and the next build mends what an interruption between them left.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from arena.errors import PublishError
from arena.publish.output.marker import GENERATOR, MARKER

KEPT = (".gitignore",)
"""Files of the old site that are not built and move into the new one."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give a new empty folder that takes the place of ``out`` when the block ends without an exception.

    Raises PublishError when ``out`` holds anything but a site built by this program, cannot be written, or is being
    built by somebody else. Whatever is raised, Ctrl-C included, ``out`` stays as it was and nothing is left behind.
    """
    out = out.resolve()
    fresh, old = _beside(out, "new"), _beside(out, "old")
    with _as_publish_errors(out):
        _recover(out, old)
        _check_replaceable(out)
        lock = _claim(fresh, out)
    try:
        yield fresh
        with _as_publish_errors(out):
            _keep(out, fresh)
            _swap(fresh, out, old)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(out, old)
        raise
    finally:
        os.close(lock)
    shutil.rmtree(old, ignore_errors=True)  # not under the name of the new one: the next build may have begun there


def _beside(out: Path, role: str) -> Path:
    return out.parent / f".{out.name}.{role}"


@contextmanager
def _as_publish_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "check that its parent folder exists, is writable and has room"
        raise PublishError(f"cannot write the site: {error.strerror}", where=str(out), hint=hint) from error


def _recover(out: Path, old: Path) -> None:
    """Mend an interruption between the two renames, and clear away an old site that was already replaced."""
    if not old.exists():
        return
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(out)


def _check_replaceable(out: Path) -> None:
    if not out.parent.is_dir():
        raise PublishError(
            "its parent folder does not exist", where=str(out), hint=f"create {out.parent} or choose another --out"
        )
    if not out.exists():
        return
    if not out.is_dir():
        raise PublishError("is a file, not a folder", where=str(out), hint="choose another --out")
    present = {entry.name for entry in out.iterdir()} - set(KEPT)
    if not present:
        return
    strangers = sorted(present - _built_entries(out))
    if strangers:
        raise PublishError(
            f"holds {strangers[0]!r}, which no build wrote, and a build replaces the whole folder",
            where=str(out),
            hint="move it away or choose another --out",
        )


def _built_entries(out: Path) -> set[str]:
    """The names at the top of the site that its marker says a build wrote; empty without a marker of ours."""
    try:
        marker = json.loads((out / MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(marker, dict) or marker.get("generator") != GENERATOR:
        return set()
    entries = marker.get("entries")
    return {MARKER, *(str(name) for name in entries)} if isinstance(entries, list) else {MARKER}


def _claim(fresh: Path, out: Path) -> int:
    """Make the new folder, empty and locked; a folder that a killed build left is cleared away first."""
    fresh.mkdir(exist_ok=True)
    lock = os.open(fresh, os.O_RDONLY)
    try:
        _lock(lock, out)
        for entry in fresh.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    except BaseException:
        os.close(lock)
        raise
    return lock


def _lock(handle: int, out: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - exists on POSIX only

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PublishError("another build is writing this site", where=str(out), hint="wait until it ends") from None


def _keep(out: Path, fresh: Path) -> None:
    for name in KEPT:
        with suppress(FileNotFoundError):
            shutil.copy2(out / name, fresh / name)


def _swap(fresh: Path, out: Path, old: Path) -> None:
    """Put the new site in its place; the old one is at ``old`` then, where there was one."""
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

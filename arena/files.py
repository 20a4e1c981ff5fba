"""Files that appear whole or not at all, even when the machine stops in the middle."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from arena.errors import VotesError

WHY_NOT_WRITTEN = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "check the folder's permissions",
    errno.EPERM: "check the folder's permissions",
    errno.EROFS: "the file system is read-only",
}
"""What a person can do about what the operating system refused, by its error number."""
UNFINISHED = ".unfinished"
"""The suffix of a file that is being written; whoever finds one may remove it."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file by one rename; its content and name are on the disk when this returns.

    Raises ``VotesError`` where the folder is missing or read-only or the disk is full; the old file is then untouched.
    """
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        try:
            # The order is what makes it safe: content first, then the name, then the folder that holds the name.
            # A rename may reach the disk before the bytes that it names, and a crash between the two would leave the
            # new name with an empty file; without the last flush a crash may bring the old file back after we said
            # that the new one is there.
            _write_through(unfinished, content)
            unfinished.replace(path)
            flush_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_write(path, error) from error


def _write_through(path: Path, content: bytes) -> None:
    """Write a file and wait until its content is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cannot_write(path: Path, error: OSError) -> VotesError:
    """What the operating system refused, with what a person can do about it."""
    known = WHY_NOT_WRITTEN.get(error.errno or 0)
    hint = f"{known}; nothing was changed" if known else "nothing was changed"
    hint = "the folder does not exist" if error.errno == errno.ENOENT else hint
    return VotesError(f"cannot be written: {error.strerror or error}", where=str(path), hint=hint)


@contextmanager
def only_writer(folder: Path) -> Generator[None]:
    """Hold a folder's lock, so that one process writes at a time. Raises ``VotesError`` where another one holds it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        try:
            # The kernel drops this lock with the process, however it ends. A lock file would survive a crash, and
            # would be a file in a folder whose every file is verified.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VotesError(
                "another process is writing to it", where=str(folder), hint="try again when it is done"
            ) from error
        yield
    finally:
        os.close(descriptor)

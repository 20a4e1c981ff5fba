"""Put one file into the new site: the old site's own where it has the same bytes, so that only changes are written."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from arena.errors import PublishError
from arena.publish.page import Asset


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file of the new site: its path, the SHA-256 of its bytes, and whether it was written anew."""

    path: str
    sha256: str
    anew: bool


def place(asset: Asset, fresh: Path, old: Path) -> PlacedFile:
    """Put ``asset`` into ``fresh``.

    Where the site in ``old`` has the same file with the same bytes, the new site shares it (a hard link), so that its
    date tells when it last changed. Raises PublishError when it cannot be written, or a file is there already.
    """
    target, before = f"{fresh}/{asset.path}", f"{old}/{asset.path}"
    try:
        content = asset.source.read_bytes() if asset.source else asset.content
        if content is None:
            content, anew = _made(asset, Path(target), Path(before))
        else:
            anew = not (_holds(before, content) and _linked(before, target))
            if anew:
                _write_new(target, content)
    except FileExistsError:
        raise _twice(asset.path) from None
    except OSError as error:
        raise _unwritten(asset.path, error) from error
    return PlacedFile(asset.path, hashlib.sha256(content).hexdigest(), anew)


def link_kept(paths: Iterable[str], fresh: Path, old: Path) -> None:
    """Put files of the site in ``old`` into ``fresh`` as they are; raises PublishError as ``place`` does."""
    made: set[str] = set()
    for path in paths:
        source, target, folder = f"{old}/{path}", f"{fresh}/{path}", path.rpartition("/")[0]
        try:
            if folder not in made:
                (fresh / folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            try:
                os.link(source, target)
            except FileExistsError:
                raise _twice(path) from None
            except OSError:  # a file system without hard links
                shutil.copy2(source, target)
        except OSError as error:
            raise _unwritten(path, error) from error


def _twice(path: str) -> PublishError:
    hint = "rename one of the two ids behind it"
    return PublishError(f"two pages would be written to {path}", where="site", hint=hint)


def _unwritten(path: str, error: OSError) -> PublishError:
    hint = "check that the disk has room and that the source file is there"
    return PublishError(f"cannot write: {error.strerror}", where=f"site/{path}", hint=hint)


def _made(asset: Asset, target: Path, before: Path) -> tuple[bytes, bool]:
    """Let a file be written whose content is not known beforehand; its content, and whether it differs from before."""
    if os.path.lexists(target):
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    asset.write(target)
    content = target.read_bytes()
    if not _holds(str(before), content):
        return content, True
    target.unlink()
    if _linked(str(before), str(target)):
        return content, False
    asset.write(target)
    return content, True


def _write_new(target: str, content: bytes) -> None:
    """Write a file that is not there yet, nor anything else; its folder is made where it is missing."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _holds(path: str, content: bytes) -> bool:
    """Whether ``path`` is a plain file with this content."""
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(content):
            return False
        with Path(path).open("rb", buffering=0) as file:
            return file.read() == content
    except OSError:
        return False


def _linked(source: str, target: str) -> bool:
    """Share a file; False where the file system has no hard links. Raises FileExistsError where one is there."""
    try:
        try:
            os.link(source, target)
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True

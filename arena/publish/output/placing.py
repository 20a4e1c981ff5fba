"""Put one file into the new site: the old site's own where it has the same bytes, so that only changes are written."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
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
    target, before = fresh / asset.path, old / asset.path
    try:
        if os.path.lexists(target):
            raise _twice(asset.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        anew = _put(asset, target, before)
        content = target.read_bytes() if asset.content is None else asset.content
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


def _put(asset: Asset, target: Path, before: Path) -> bool:
    """Share or write the file; whether it was written."""
    if holds(before, asset) and _linked(before, target):
        return False
    asset.write(target)
    if asset.content is None and asset.source is None and _same(before, target):
        target.unlink()
        if _linked(before, target):
            return False
        asset.write(target)
    return True


def holds(path: Path, asset: Asset) -> bool:
    """Whether ``path`` is a plain file with what the asset will hold; False where that is not known beforehand."""
    if asset.content is not None:
        return _plain(path) and path.stat().st_size == len(asset.content) and path.read_bytes() == asset.content
    return asset.source is not None and asset.source.is_file() and _same(path, asset.source)


def _same(before: Path, other: Path) -> bool:
    return _plain(before) and filecmp.cmp(before, other, shallow=False)


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _linked(source: Path, target: Path) -> bool:
    """Share a file; False where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True

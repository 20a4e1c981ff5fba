"""Changes to several files of ``data/``: all of them or none, and only if ``arena check`` accepts the result."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.catalogue.check import check_catalogue
from arena.catalogue.layout import location
from arena.errors import CatalogueError
from arena.files import WHY_NOT_WRITTEN

_LARGE = ("outputs", "votes")
"""Folders that are not copied for the check."""


def write_checked(data: Path, texts: Mapping[Path, str | None]) -> None:
    """Give files below the data folder these texts; None removes one.

    The result is checked in a copy of the folder first, apart from pictures and votes, which are large. Raises
    CatalogueError with all errors of ``arena check`` that it would have, and for a file that cannot be written; the
    data folder is then as it was.
    """
    _check(data, texts)
    put_files(data, texts)


def _check(data: Path, texts: Mapping[Path, str | None]) -> None:
    with TemporaryDirectory(prefix="arena-edit-") as scratch:
        copy = Path(scratch) / data.name
        shutil.copytree(data, copy, ignore=_large_folders(data))
        for path, text in texts.items():
            below = path.relative_to(data)
            if below.parts[0] in _LARGE:
                continue
            target = copy / below
            target.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                target.unlink(missing_ok=True)
            else:
                target.write_text(text, encoding="utf-8", newline="\n")
        report = check_catalogue(copy, warn=False)
    if not report.passed:
        raise CatalogueError.of(list(report.findings))


def _large_folders(data: Path) -> Callable[[str, list[str]], list[str]]:
    return lambda folder, names: [name for name in names if Path(folder) == data and name in _LARGE]


def put_files(data: Path, texts: Mapping[Path, str | None]) -> None:
    """Put all files below the data folder in place, or none; None removes one. Raises CatalogueError for a file that
    cannot be written; what was there is back then.
    """
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    parts = {path: path.with_name(f".{path.name}.part") for path, text in texts.items() if text is not None}
    path = data
    try:
        # All texts first and all renames after them, so that a full disk is noticed before any file is replaced.
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(texts[path] or "", encoding="utf-8", newline="\n")
        for path, part in parts.items():
            part.replace(path)
        for path in texts.keys() - parts.keys():
            path.unlink(missing_ok=True)
    except OSError as error:
        _restore(before)
        said = f"cannot be written: {error.strerror or error}; nothing was changed"
        hint = WHY_NOT_WRITTEN.get(error.errno or 0, "check the folder's permissions")
        raise CatalogueError(said, where=location(data, path), hint=hint) from error
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink()
    for path in texts.keys() - parts.keys():
        with suppress(OSError):
            path.parent.rmdir()  # the folder of an organization without models; only where it is empty


def _restore(before: Mapping[Path, bytes | None]) -> None:
    for path, content in before.items():
        with suppress(OSError):
            if content is None:
                path.unlink(missing_ok=True)
                path.with_name(f".{path.name}.part").unlink(missing_ok=True)
                path.parent.rmdir()  # where nothing else is in it
            elif not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)

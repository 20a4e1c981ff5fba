"""A new project from the starter that ships with the package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

from arena.errors import CatalogueError


def init_project(folder: Path) -> None:
    """Start a project in ``folder``: configuration and a few example entries with sourced facts, no votes.

    The folder may be missing or empty. All or nothing: the files are written beside their place and renamed into it.
    Raises CatalogueError for a folder that is not empty, or that cannot be written.
    """
    target = folder.absolute()
    where = str(folder)
    try:
        _refuse_unless_empty(target, where)
        with _parents(target), TemporaryDirectory(prefix=".arena-init-", dir=_stage(target)) as stage:
            project = Path(stage) / "project"
            _copy(files("arena") / "starter", project)
            _move(project, target)
    except OSError as error:
        raise CatalogueError(
            f"no project can be started here: {error.strerror or error}", where=where, hint="choose another folder"
        ) from error


def _refuse_unless_empty(target: Path, where: str) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise CatalogueError("is not a folder", where=where, hint="choose a new folder, or an empty one")
    if any(target.iterdir()):
        raise CatalogueError("the folder is not empty", where=where, hint="choose a new folder, or an empty one")


@contextmanager
def _parents(target: Path) -> Iterator[None]:
    """Make the folders above ``target``, and take those that were missing away again if anything fails."""
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()
        raise


def _stage(target: Path) -> Path:
    """Where to write first: on the same disk, so that a rename will do. An empty folder may be a disk of its own."""
    return target if target.is_dir() else target.parent


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir()
    for child in source.iterdir():
        if child.is_dir():
            _copy(child, target / child.name)
        else:
            (target / child.name).write_bytes(child.read_bytes())


def _move(project: Path, target: Path) -> None:
    if not target.is_dir():
        project.rename(target)
        return
    children = sorted(project.iterdir())
    try:
        for child in children:
            child.rename(target / child.name)
    except BaseException:
        for moved in [target / child.name for child in children if not child.exists()]:
            shutil.rmtree(moved) if moved.is_dir() else moved.unlink()
        raise

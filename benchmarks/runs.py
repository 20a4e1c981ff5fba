"""What each measured run needs: an environment that is the same for all, and a place without what a run before left."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ASIDE = ".aside"


def programs() -> dict[str, str]:
    """The environment of every measured program."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}


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

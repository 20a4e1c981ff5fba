"""Files that take long to make are kept from one build to the next, beside the project's data."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def write_kept(target: Path, kept: Path, make: Callable[[], bytes]) -> None:
    """Copy ``kept`` to ``target``, or make it and keep it there: ``<project>/.cache/<kind>/<sum>``.

    The name of ``kept`` must tell all that its bytes hang on. A cache that cannot be written to is done without.
    """
    with suppress(OSError):
        target.write_bytes(kept.read_bytes())
        return
    content = make()
    target.write_bytes(content)
    folder = kept.parent
    if folder.parent.parent.is_dir():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part")
            part.write_bytes(content)
            part.replace(kept)

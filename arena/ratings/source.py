"""Which program computes: sums of its source, and the versions of the packages that decide about the last bit."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

COMPUTED_WITH = ("numpy", "numba", "duckdb", "ibis-framework")
"""The packages whose versions might change the last bit of a rating."""


@lru_cache(maxsize=8)
def source_sum(part: str = "") -> str:
    """SHA-256 over the source of this program, or of a ``part`` of it such as ``ratings``, as it was when it was first
    asked for: that which this process runs.
    """
    package = Path(str(files("arena")))
    digest = hashlib.sha256()
    for path in sorted((package / part).rglob("*.py")):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def computed_with() -> list[str]:
    """The versions of ``COMPUTED_WITH``."""
    return [version(name) for name in COMPUTED_WITH]

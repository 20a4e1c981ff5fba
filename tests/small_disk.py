"""File systems of a few megabytes, which fill up."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: int) -> Generator[Path]:
    """A tmpfs of so many bytes; the test is skipped where nobody may mount one."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("only a user who may mount can make a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path, leaving: int = 0) -> None:
    """Fill the disk that the file lies on, but for so many bytes; removing the file frees it again."""
    ballast.write_bytes(b"")
    with ballast.open("ab", buffering=0) as filling:
        with pytest.raises(OSError, match="No space left"):
            while True:
                filling.write(b"x" * 4096)
        filling.truncate(filling.tell() - leaving)

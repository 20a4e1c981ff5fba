"""Compiled kernels work wherever the package lies, whether their cache can be written or not."""

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import arena

PROGRAM = "from arena.ratings.kernels import win_moments; print(win_moments(0.0)[1])"


def test_kernels_compile_where_no_cache_can_be_written(tmp_path: Path) -> None:
    package = tmp_path / "arena"
    shutil.copytree(Path(arena.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, package / "ratings"):
        (folder / "__pycache__").write_text("a file where the cache's folder would be")
    nowhere = os.devnull + "/nowhere"
    quiet = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tmp_path)}
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "COV", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=outside | quiet, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert abs(float(done.stdout) - 2 / math.pi) < 1e-12

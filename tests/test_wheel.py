"""What is published works: the wheel, installed into an empty environment, starts a project and builds its site."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.conftest import ROOT


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_installed_wheel_builds_a_site(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("image_arena-*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    bin_ = tmp_path / "empty" / "bin"
    run(
        bin_ / "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--constraint",
        ROOT / "requirements.lock",
        wheel,
        cwd=tmp_path,
    )

    run(bin_ / "arena", "init", tmp_path / "x", cwd=tmp_path)
    run(bin_ / "arena", "build", "--project", tmp_path / "x", cwd=tmp_path)

    assert "<h1" in (tmp_path / "x" / "site" / "index.html").read_text(encoding="utf-8")
    assert list((tmp_path / "x" / "site").rglob("*.css"))

"""Bars with the time left: on a terminal, and nowhere else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import HEADER, arena, rows

CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
LONG_WORK = {
    "import": (["import", "more.csv"], ["Reading", "Writing votes"]),
    "rate": (["rate"], ["Counting votes", "Rating models"]),
    "build": (["build", "--out", "other"], ["Rating models", "parts of the site"]),
    "verify": (["verify"], ["Checking files"]),
    "verify a site": (["verify", "site"], ["Rating models"]),
    "audit": (["audit", "--log"], ["Asking the rules, round 1"]),
}
"""Commands that may take longer than a second, and what they say that they do."""


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a command shows on standard error where that is a terminal."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "arena", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        cwd=folder,
        env=environment,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux says so that nobody has the other end open any more
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0, shown.decode()
    return CONTROL.sub("", shown.decode())


@pytest.mark.parametrize("name", LONG_WORK)
def test_long_work_shows_how_far_it_is(project: Path, name: str) -> None:
    arguments, steps = LONG_WORK[name]
    (project / "more.csv").write_text(HEADER + rows(40, first=500))
    shutil.rmtree(project / ".cache")  # or the build would have no votes to rate
    shown = on_a_terminal(project, *arguments)
    for step in steps:
        assert step in shown
    assert re.search(r"━ +\d+% +[\d:-]+ left", shown), shown


def test_a_pipe_and_quiet_show_none(project: Path) -> None:
    assert on_a_terminal(project, "-q", "rate") == ""
    piped = subprocess.run(
        [sys.executable, "-m", "arena", "rate"], cwd=project, capture_output=True, text=True, check=True
    )
    assert piped.stderr == ""
    assert piped.stdout.startswith("arena,")
    assert "Rating models (" in arena("rate", "-v", "--project", project).stderr

"""Bars with the time left: on a terminal, and nowhere else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.shell import HEADER, arena, on_a_terminal, rows

LONG_WORK = {
    "import": (["import", "more.csv"], ["Reading", "Writing votes"]),
    "rate": (["rate"], ["Counting votes", "Rating models"]),
    "build": (["build", "--out", "other"], ["Rating models", "parts of the site"]),
    "verify": (["verify"], ["Checking files"]),
    "verify a site": (["verify", "site"], ["Rating models"]),
    "audit": (["audit", "--log"], ["Asking the rules, round 1"]),
}
"""Commands that may take longer than a second, and what they say that they do."""


@pytest.mark.parametrize("name", LONG_WORK)
def test_long_work_shows_how_far_it_is(project: Path, name: str) -> None:
    arguments, steps = LONG_WORK[name]
    (project / "more.csv").write_text(HEADER + rows(40, first=500))
    shutil.rmtree(project / ".cache")  # or the build would have no votes to rate
    shown = on_a_terminal(project, *arguments)
    for step in steps:
        assert step in shown
    assert re.search(r"━ +\d+% +[\d:-]+ left", shown), shown


def test_quiet_shows_none(project: Path) -> None:
    assert on_a_terminal(project, "-q", "rate") == ""
    assert "Rating models (" in arena("rate", "-v", "--project", project).stderr

"""From votes to a site and back: the same input gives the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from arena import folder_swap as swap
from arena.cli import main
from arena.publish.output import placing
from tests.cli.shell import HEADER, arena, rows, tree
from tests.forks import FORKS
from tests.waiting import PATIENCE, wait_until

CODES = {signal.SIGINT: 1, signal.SIGTERM: -signal.SIGTERM, signal.SIGKILL: -signal.SIGKILL}
"""What a build that is stopped in the middle of its work ends with."""
HALF = 20
"""Files that a build has looked at when it is halfway."""


def test_init_import_build_gives_a_site_with_the_votes(prepared: Path) -> None:
    assert (
        "acme/pixels" in "".join(tree(prepared / "data" / "models"))
        or (prepared / "data/models/acme/pixels.toml").exists()
    )
    home = (prepared / "site" / "index.html").read_text(encoding="utf-8")
    assert "60" in home
    assert "imulated" not in home


def test_importing_twice_changes_nothing(project: Path) -> None:
    votes = project.parent / "again.csv"
    votes.write_text(HEADER + rows(60))
    before = tree(project)
    result = arena("import", votes, "--project", project)
    assert result.exit_code == 0, result.output
    assert "already" in result.output
    assert tree(project) == before


def test_export_then_import_is_the_identity(project: Path, tmp_path: Path) -> None:
    for suffix in ("csv", "jsonl", "parquet"):
        exported = tmp_path / f"votes.{suffix}"
        assert arena("export", "votes", "--project", project, "--out", exported).exit_code == 0
        copy = tmp_path / suffix
        assert arena("init", copy).exit_code == 0
        result = arena("import", exported, "--new-models", "--project", copy)
        assert result.exit_code == 0, result.output
        assert tree(copy / "data/votes") == tree(project / "data/votes")


def test_shuffled_votes_give_the_same_site(project: Path, tmp_path: Path) -> None:
    lines = rows(60).splitlines(keepends=True)
    (tmp_path / "shuffled.csv").write_text(HEADER + "".join(lines[17:] + lines[:17][::-1]))
    other = tmp_path / "other"
    assert arena("init", other).exit_code == 0
    assert arena("import", tmp_path / "shuffled.csv", "--new-models", "--project", other).exit_code == 0
    assert arena("build", "--project", other).exit_code == 0
    assert tree(other / "site") == tree(project / "site")


def test_two_builds_are_byte_identical(project: Path) -> None:
    before = tree(project / "site")
    assert arena("build", "--project", project).exit_code == 0
    assert tree(project / "site") == before


def test_a_build_for_an_address_names_every_listed_page_and_pictures_for_links(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "there"
    built = arena("build", "--project", project, "--out", out, "--base-url", "https://arena.example.org/at/")
    assert built.exit_code == 0, built.output
    sitemap = (out / "sitemap.xml").read_text()
    assert "<loc>https://arena.example.org/at/boards/text-to-image/index.html</loc>" in sitemap
    assert sitemap.count("<loc>") > 10
    board = (out / "boards/text-to-image/index.html").read_text()
    assert 'content="https://arena.example.org/at/social/boards/text-to-image/index.png"' in board
    assert '<link rel="canonical" href="https://arena.example.org/at/boards/text-to-image/index.html">' in board
    assert "Sitemap: https://arena.example.org/at/sitemap.xml" in (out / "robots.txt").read_text()
    assert not (project / "site/sitemap.xml").exists(), "without an address there is none"
    refused = arena("build", "--project", project, "--base-url", "arena.example.org")
    assert refused.exit_code == 2
    assert "no address of a site" in refused.output


def test_log_parts_are_readable_by_anyone(project: Path) -> None:
    part = next((project / "data/votes").glob("*.parquet"))
    assert pq.read_table(part).num_rows == 60


@pytest.mark.parametrize(
    ("moment", "stop"),
    [
        *[("halfway", stop) for stop in CODES],
        ("written", signal.SIGKILL),
        ("swapped", signal.SIGINT),
        ("swapped", signal.SIGKILL),
    ],
)
def test_a_build_that_is_stopped_leaves_the_old_site_or_the_new(
    project: Path, tmp_path: Path, moment: str, stop: signal.Signals
) -> None:
    before = tree(project / "site")
    marker = project / "site/build.json"
    finished = marker.read_bytes()
    stale = finished.replace(b'"inputs": "', b'"inputs": "other')
    marker.write_bytes(stale)  # so that there is something to build
    shutil.rmtree(project / ".cache" / "site")  # and to write: what is kept of a site is linked
    said, there = tmp_path / "said", tmp_path / "there"
    process = FORKS.Process(target=_build, args=(project, said, there, moment))
    process.start()
    wait_until(lambda: there.exists() or not process.is_alive(), "it is in the middle of its work")
    assert process.is_alive(), said.read_text()
    os.kill(process.pid or 0, stop)
    process.join(PATIENCE)
    assert process.exitcode == CODES[stop]
    assert ("error: interrupted" in said.read_text()) == (stop is signal.SIGINT)
    assert "Traceback" not in said.read_text()
    site = tree(project / "site")
    assert (site["build.json"] == finished) == (moment == "swapped"), "the old site until the new one has its place"
    assert {**site, "build.json": finished} == before
    assert (project / ".site.old").exists() == (moment == "swapped" and stop is signal.SIGKILL)
    if moment != "swapped":
        marker.write_bytes(stale)  # else the site is that of a whole build, and the next one has nothing to do
    assert arena("build", "--project", project).exit_code == 0
    assert tree(project / "site") == before
    assert {path.name for path in project.iterdir()} == {"data", "site", ".cache", ".github", ".gitignore", "README.md"}


def _build(project: Path, said: Path, there: Path, moment: str) -> None:
    """Build, in a process of its own, and stay at a moment for good, with ``there`` to say so."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as the command does, whatever the tests were started by
    with said.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    left = HALF if moment == "halfway" else 1

    def stays(real: Callable[..., Any]) -> Callable[..., Any]:
        def stay(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            done = real(*arguments) if moment == "swapped" else None
            if left == 0:
                there.touch()
                time.sleep(PATIENCE)
            return done if moment == "swapped" else real(*arguments)

        return stay

    where, name = {"halfway": (placing, "_holds"), "written": (swap, "_keep"), "swapped": (swap, "_swap")}[moment]
    setattr(where, name, stays(getattr(where, name)))
    main(["build", "--project", str(project)])

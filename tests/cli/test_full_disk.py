"""A disk that fills up while votes are imported: all of them or none, and on it goes when there is room."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.shell import HEADER, arena, one_line_error, rows, tree
from tests.small_disk import fill, small_disk

DISK_BYTES = 4 * 1024 * 1024
PAGE_BYTES = 4096
"""What a tmpfs gives at a time."""


def test_an_import_on_a_full_disk_changes_nothing(prepared: Path, tmp_path: Path) -> None:
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + rows(400, first=100).replace("acme/pixels", "new/maker"))
    with small_disk(tmp_path / "disk", DISK_BYTES) as disk:
        project = disk / "project"
        shutil.copytree(prepared / "data", project / "data")
        before = tree(project)
        # Where it fails: a model's entry, its maker's, a part of the log, its list.
        for pages, named in ((0, "maker.toml"), (1, "new.toml"), (2, "parquet"), (4, "")):
            fill(disk / "ballast", pages * PAGE_BYTES)
            refused = arena("import", votes, "--new-models", "--project", project)
            one_line_error(refused, "No space left on device", "nothing was changed", named)
            assert tree(project) == before, pages
            (disk / "ballast").unlink()
            assert arena("verify", "--project", project).exit_code == 0
        done = arena("import", votes, "--new-models", "--project", project)
        assert "Imported 400 votes" in done.output, done.output
        assert arena("verify", "--project", project).exit_code == 0

"""The new site takes the place of the old one in one step, or nothing changes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from arena import folder_swap as swap
from arena.errors import PublishError
from arena.folder_swap import clear_leftovers, replacing
from arena.publish.output.marker import MARKER, SITE


def build(out: Path, word: str) -> None:
    with replacing(out, SITE) as fresh:
        (fresh / "index.html").write_text(word)
        (fresh / MARKER).write_text(json.dumps({"generator": "image-arena", "entries": ["index.html"]}))


@pytest.fixture(params=["exchange", "renames"])
def out(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a site, on a system that can exchange folders and on one that cannot."""
    if request.param == "renames":
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    return tmp_path / "site"


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_site_replaces_nothing_an_empty_folder_and_an_older_site(out: Path) -> None:
    build(out, "first")
    build(out, "second")
    assert (out / "index.html").read_text() == "second"
    assert names(out.parent) == ["site"]


def test_the_ignore_file_of_the_folder_is_kept(out: Path) -> None:
    out.mkdir()
    (out / ".gitignore").write_text("*\n")
    for _ in range(2):
        build(out, "new")
    assert names(out) == [".gitignore", "build.json", "index.html"]
    assert (out / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_the_old_site_stays_and_nothing_is_left(
    out: Path, interruption: type[BaseException]
) -> None:
    build(out, "old")
    with pytest.raises(interruption), replacing(out, SITE) as fresh:
        (fresh / "index.html").write_text("half")
        raise interruption
    assert (out / "index.html").read_text() == "old"
    assert names(out.parent) == ["site"]


def test_what_a_killed_build_left_is_cleared_away_by_the_next(out: Path) -> None:
    left = out.parent / ".site.new"
    (left / "models").mkdir(parents=True)
    (left / "models" / "half.html").write_text("half")
    build(out, "new")
    assert names(out) == ["build.json", "index.html"]
    assert names(out.parent) == ["site"]


def test_a_site_that_was_moved_away_when_a_build_was_killed_comes_back(out: Path) -> None:
    build(out, "old")
    out.rename(out.parent / ".site.old")
    with pytest.raises(ValueError, match="stop"), replacing(out, SITE):
        raise ValueError("stop")
    assert (out / "index.html").read_text() == "old"
    assert names(out.parent) == ["site"]


def test_an_old_site_that_was_already_replaced_is_cleared_away(out: Path) -> None:
    build(out, "new")
    (out.parent / ".site.old").mkdir()
    build(out, "newer")
    assert names(out.parent) == ["site"]


def test_leftovers_are_cleared_away_unless_they_are_needed(out: Path) -> None:
    build(out, "new")
    old, fresh = out.parent / ".site.old", out.parent / ".site.new"
    for left in (old, fresh):
        left.mkdir()
        (left / "index.html").write_text("left")
    handle = os.open(fresh, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    clear_leftovers(out)
    assert names(out.parent) == [".site.new", ".site.old", "site"], "another build is writing"
    os.close(handle)
    clear_leftovers(out)
    assert names(out.parent) == ["site"]
    out.rename(old)
    clear_leftovers(out)
    assert names(out.parent) == [".site.old"], "the only one there is"
    clear_leftovers(out.parent / "nowhere" / "site")


@pytest.mark.parametrize("marker", [None, "{", "[]", '{"generator": "other", "entries": ["notes.txt"]}'])
def test_a_folder_that_no_build_wrote_is_refused_and_untouched(out: Path, marker: str | None) -> None:
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    if marker is not None:
        (out / MARKER).write_text(marker)
    with pytest.raises(PublishError, match="no build wrote") as raised:
        build(out, "new")
    assert raised.value.where == str(out)
    assert raised.value.hint
    assert (out / "notes.txt").read_text() == "mine"


def test_a_file_that_somebody_put_into_a_built_site_is_not_deleted(out: Path) -> None:
    build(out, "old")
    (out / "CNAME").write_text("arena.example")
    with pytest.raises(PublishError, match="'CNAME', which no build wrote"):
        build(out, "new")
    assert names(out) == ["CNAME", "build.json", "index.html"]


def test_a_file_in_the_place_of_the_folder_is_refused(out: Path) -> None:
    out.write_text("a file")
    with pytest.raises(PublishError, match="is a file, not a folder"):
        build(out, "new")


def test_a_missing_parent_is_refused(out: Path) -> None:
    with pytest.raises(PublishError, match="parent folder does not exist"):
        build(out / "deeper" / "site", "new")


def test_a_folder_that_cannot_be_written_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PublishError, match="Permission denied") as raised:
        build(out, "new")
    assert "writable" in raised.value.hint


def test_a_failed_swap_puts_the_old_site_back(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(out, "old")
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    rename = Path.rename

    def fail_for_the_new(self: Path, target: Path) -> Path:
        if self.name == ".site.new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_new)
    with pytest.raises(PublishError, match="No space left"):
        build(out, "new")
    assert (out / "index.html").read_text() == "old"
    assert names(out.parent) == ["site"]


def test_two_builds_at_once_are_refused(out: Path) -> None:
    other = out.parent / ".site.new"
    other.mkdir()
    handle = os.open(other, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        (other / "index.html").write_text("of the other build")
        with pytest.raises(PublishError, match="another build is writing"):
            build(out, "new")
        assert (other / "index.html").read_text() == "of the other build"
    finally:
        os.close(handle)


def test_a_build_that_begins_while_the_last_one_clears_up_loses_nothing(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(out, "old")
    clear, begun = shutil.rmtree, list[AbstractContextManager[Path]]()

    def clear_late(path: Path, ignore_errors: bool = False) -> None:
        if (Path(path) / "index.html").exists() and not begun:
            begun.append(replacing(out, SITE))
            fresh = begun[0].__enter__()
            (fresh / "index.html").write_text("newest")
            (fresh / MARKER).write_text(json.dumps({"generator": "image-arena", "entries": ["index.html"]}))
        clear(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", clear_late)
    build(out, "new")
    assert (out / "index.html").read_text() == "new"
    begun[0].__exit__(None, None, None)
    assert (out / "index.html").read_text() == "newest"
    assert names(out.parent) == ["site"]


def test_a_link_to_a_folder_keeps_pointing_there(out: Path) -> None:
    real = out.parent / "releases"
    real.mkdir()
    out.symlink_to(real)
    build(out, "new")
    assert out.is_symlink()
    assert (real / "index.html").read_text() == "new"

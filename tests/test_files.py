"""Files that appear whole or not at all, and one writer at a time."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from arena import files
from arena.errors import VotesError
from arena.files import only_writer, write_bytes


def test_a_file_is_written_and_nothing_else_left(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    write_bytes(path, b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_content_is_on_the_disk_before_its_name_and_its_name_before_anybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[object] = []
    fsync, replace = os.fsync, Path.replace

    def flush(descriptor: int) -> None:
        found = os.fstat(descriptor)
        steps.append("folder" if stat.S_ISDIR(found.st_mode) else found.st_size)
        fsync(descriptor)

    def rename(path: Path, target: Path) -> Path:
        steps.append(target.name)
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    write_bytes(tmp_path / "votes.csv", b"twelve bytes")
    assert steps == [12, "votes.csv", "folder"]


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "permissions"), (errno.EIO, "nothing")],
)
@pytest.mark.parametrize("step", ["fsync", "write"])
def test_what_the_system_refuses_is_said_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str, step: str
) -> None:
    path = tmp_path / "votes.csv"
    write_bytes(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    if step == "fsync":
        monkeypatch.setattr("os.fsync", refuse)
    else:
        monkeypatch.setattr(files, "_write_through", refuse)
    with pytest.raises(VotesError, match=hint) as caught:
        write_bytes(path, b"new")
    assert caught.value.where == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(VotesError, match="the folder does not exist"):
        write_bytes(tmp_path / "missing" / "votes.csv", b"")


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "votes.csv", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_second_writer_is_turned_away_until_the_first_is_done(tmp_path: Path) -> None:
    with (
        only_writer(tmp_path),
        pytest.raises(VotesError, match="another process is writing"),
        only_writer(tmp_path),
    ):
        pytest.fail("two writers at once")
    with only_writer(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(VotesError, match="the folder does not exist"), only_writer(tmp_path / "missing"):
        pytest.fail("locked nothing")

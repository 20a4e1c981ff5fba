"""Results kept between runs: damage and a folder that cannot be written cost time and nothing else."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from arena.kept import keep, read_kept


def test_what_is_kept_reads_back_and_any_damage_reads_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".cache/kind/name"
    assert read_kept(path) is None
    keep(path, b"first")
    path.with_name("name.part").write_bytes(b"what a killed process left")
    keep(path, b"content")
    assert read_kept(path) == b"content"
    assert [each.name for each in path.parent.iterdir()] == ["name"]
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:5], whole + b"x", b"\0" + whole[1:]):
        path.write_bytes(damaged)
        assert read_kept(path) is None


def test_of_two_that_keep_at_once_one_does_and_nothing_is_spoiled(tmp_path: Path) -> None:
    path = tmp_path / ".cache/kind/name"
    keep(path, b"first")
    with path.with_name("name.part").open("ab") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        keep(path, b"second")
        assert read_kept(path) == b"first"
    contents = [bytes([number]) * 100_000 for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for content in contents * 10:
            pool.submit(keep, path, content)
    assert read_kept(path) in contents
    assert [each.name for each in path.parent.iterdir()] == ["name"]


def test_nothing_is_kept_where_there_is_no_project_or_no_room(tmp_path: Path) -> None:
    keep(tmp_path / "no-project/.cache/kind/name", b"content")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".cache").write_text("a file where the folder would be")
    keep(tmp_path / ".cache/kind/name", b"content")
    assert read_kept(tmp_path / ".cache/kind/name") is None

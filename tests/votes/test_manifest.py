"""The manifest: its bytes, its chain, and what is wrong with a damaged one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.votes.manifest import MANIFEST, ManifestEntry, head_of, leftovers_in, read_manifest, render_manifest

SHA256 = hashlib.sha256(b"part").hexdigest()


def _entries(*names: str) -> tuple[ManifestEntry, ...]:
    entries: tuple[ManifestEntry, ...] = ()
    for name in names:
        month, previous = name[:7], head_of(entries)
        entry = ManifestEntry(file=name, month=month, votes=3, sha256=SHA256, note="a note, ä", previous=previous)
        entries = (*entries, entry)
    return entries


ENTRIES = _entries("2026-01.0001.parquet", "2026-02.0001.parquet", "2026-01.0002.parquet")


def _read(tmp_path: Path, content: bytes) -> tuple[ManifestEntry, ...]:
    (tmp_path / MANIFEST).write_bytes(content)
    return read_manifest(tmp_path)


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    assert _read(tmp_path, render_manifest(ENTRIES)) == ENTRIES
    assert _read(tmp_path, render_manifest(())) == ()


def test_no_manifest_no_entries(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == ()
    assert read_manifest(tmp_path / "missing") == ()


def test_a_manifest_is_json_for_people() -> None:
    text = render_manifest(ENTRIES[:1]).decode()
    assert text == (
        "{\n"
        '  "version": 1,\n'
        f'  "head": "{ENTRIES[0].hash}",\n'
        '  "entries": [\n'
        "    {\n"
        '      "file": "2026-01.0001.parquet",\n'
        '      "month": "2026-01",\n'
        '      "votes": 3,\n'
        f'      "sha256": "{SHA256}",\n'
        '      "note": "a note, ä",\n'
        '      "previous": ""\n'
        "    }\n"
        "  ]\n"
        "}\n"
    )


def test_the_hash_of_an_entry_is_that_of_its_json_with_sorted_keys() -> None:
    content = json.loads(render_manifest(ENTRIES))["entries"][1]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert ENTRIES[1].hash == hashlib.sha256(text.encode()).hexdigest()
    assert ENTRIES[2].previous == ENTRIES[1].hash
    assert head_of(ENTRIES) == ENTRIES[2].hash
    assert head_of(()) == ""


def _changed(**changes: Any) -> bytes:
    content = json.loads(render_manifest(ENTRIES))
    content["entries"][1].update(changes)
    return json.dumps(content).encode()


def _without(number: int) -> bytes:
    content = json.loads(render_manifest(ENTRIES))
    del content["entries"][number]
    return json.dumps(content).encode()


def _swapped() -> bytes:
    content = json.loads(render_manifest(ENTRIES))
    content["entries"].reverse()
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "manifest.json: is not JSON"),
        (b"<<<<<<< ours\n", "manifest.json: is not JSON"),
        (b"\xff", "manifest.json: is not UTF-8 text"),
        (b"[" * 100_000, "manifest.json: is not JSON"),
        (b"[]", "manifest.json: manifest: "),
        (b"{}", "manifest.json: version: Field required"),
        (b'{"version": 1, "head": "", "entries": [], "extra": 1}', "manifest.json: extra: Extra inputs"),
        (b'{"version": 2, "head": "", "entries": []}', "is of version 2 (it needs a newer release of image-arena)"),
        (b'{"version": 0, "head": "", "entries": []}', "is of version 0 (it is not a manifest of image-arena)"),
        (b'{"version": true, "head": "", "entries": []}', "manifest.json: version: "),
        (_changed(file="../../etc/passwd"), "entries.1.file: "),
        (_changed(file="2026-02.0001.parquet\n"), "entries.1.file: "),
        (_changed(month="2026-13"), "entries.1.month: "),
        (_changed(votes="3"), "entries.1.votes: "),
        (_changed(votes=0), "entries.1.votes: "),
        (_changed(sha256="abc"), "entries.1.sha256: "),
        (_changed(votes=4), "2026-01.0002.parquet: does not follow from the entry before it"),
        (_changed(note="another"), "2026-01.0002.parquet: does not follow from the entry before it"),
        (_without(1), "2026-01.0002.parquet: does not follow from the entry before it"),
        (_without(2), "head: is not the hash of the last entry"),
        (_swapped(), "2026-01.0002.parquet: does not follow from the entry before it"),
        (render_manifest(_entries("2026-01.0002.parquet", "2026-01.0001.parquet")), "0001.parquet: is out of order"),
        (render_manifest(_entries("2026-01.0001.parquet", "2026-01.0001.parquet")), "0001.parquet: is out of order"),
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(VotesError) as caught:
        _read(tmp_path, content)
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_file_under_the_name_of_another_month_is_refused(tmp_path: Path) -> None:
    entry = ManifestEntry(file="2026-01.0001.parquet", month="2026-02", votes=1, sha256=SHA256, previous="")
    with pytest.raises(VotesError, match="is out of order"):
        _read(tmp_path, render_manifest((entry,)))


@given(st.binary(max_size=60), st.floats(0, 1))
def test_any_damage_is_a_votes_error_or_changes_nothing(content: bytes, share: float) -> None:
    whole = render_manifest(ENTRIES)
    place = int(share * len(whole))
    damaged = whole[:place] + content + whole[place + len(content) :]
    with TemporaryDirectory() as folder:
        try:
            assert _read(Path(folder), damaged) == ENTRIES
        except VotesError as error:
            assert MANIFEST in error.where


def test_leftovers_are_what_looks_like_the_logs_and_is_not_listed(tmp_path: Path) -> None:
    for name in ("2026-01.0001.parquet", "2026-03.0001.parquet", ".manifest.json.unfinished", "README.md", MANIFEST):
        (tmp_path / name).touch()
    assert [path.name for path in leftovers_in(tmp_path, ENTRIES)] == [
        ".manifest.json.unfinished",
        "2026-03.0001.parquet",
    ]
    assert leftovers_in(tmp_path / "missing", ()) == ()

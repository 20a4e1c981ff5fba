"""Verification: every byte that is not as it was, found and its file named."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import VotesError
from arena.votes import log_file
from arena.votes.log import open_log
from arena.votes.manifest import MANIFEST, ManifestEntry, read_manifest, render_manifest
from arena.votes.sealing import seal
from arena.votes.store import open_store
from arena.votes.verify import audits_of, verify
from tests.votes.sealing_child import LATER
from tests.votes.store.worlds import know_outputs, some_operations


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of two sealed periods."""
    base = tmp_path_factory.mktemp("verify")
    with open_store(f"sqlite:///{base}/arena.sqlite") as store:
        know_outputs(store)
        for number in range(2):
            store.write(some_operations(30, first=30 * number))
            seal(store, base / "votes", until=LATER, now=LATER, rng=random.Random(number))
    return base / "votes"


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "votes"))


def _named(folder: Path, head: str | None = None) -> set[str]:
    return {Path(finding.where.partition(":")[0]).name for finding in verify(folder, head=head).findings}


def test_a_whole_log_passes(folder: Path) -> None:
    report = verify(folder, head=read_manifest(folder)[0].hash)
    assert report.passed and (report.files, report.votes) == (2, 60)
    assert report.head == open_log(folder).head
    assert len(audits_of(open_log(folder))) == 2


@given(st.data())
def test_any_changed_byte_is_found_and_its_file_named(folder: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    value = data.draw(st.integers(1, 255))
    try:
        path.write_bytes(content[:place] + bytes([content[place] ^ value]) + content[place + 1 :])
        assert path.name in _named(folder)
    finally:
        path.write_bytes(content)


def test_a_missing_file_is_named(copy: Path) -> None:
    for path in sorted(copy.iterdir()):
        moved = path.rename(copy.parent / path.name)
        assert path.name in _named(copy)
        moved.rename(path)
    assert verify(copy).passed


@pytest.mark.parametrize("name", ["2026-08.0009.parquet", "notes.txt", ".manifest.json.unfinished", "audit-0.json"])
def test_an_added_file_is_named(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"x")
    assert _named(copy) == {name}


def test_entries_in_another_order_are_found(copy: Path) -> None:
    first, second = read_manifest(copy)
    (copy / MANIFEST).write_bytes(render_manifest((second, first)))
    assert MANIFEST in _named(copy)


def _exchanged(table: pa.Table, at: int) -> pa.Table:
    """The table with the rows ``at`` and the next one in each other's place."""
    order = list(range(len(table)))
    order[at], order[at + 1] = order[at + 1], order[at]
    return table.take(order)


def _at(table: pa.Table, row: int, time: datetime | None) -> pa.Table:
    times = table["at"].to_pylist()
    times[row] = time
    return table.set_column(1, table.schema.field("at"), pa.array(times, table.schema.field("at").type))


FORGERIES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "all turned round": lambda table: table.take(list(reversed(range(len(table))))),
    "two within what is read at once": lambda table: _exchanged(table, 0),
    "two at the seam": lambda table: _exchanged(table, 2),
    "another month": lambda table: _at(table, len(table) - 1, datetime(2027, 1, 1, tzinfo=UTC)),
    "no time": lambda table: _at(table, 0, None),
    "one vote without a time": lambda table: _at(table.slice(0, 1), 0, None),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_rows_that_no_append_wrote_are_found_even_where_the_hashes_were_renewed(
    copy: Path, monkeypatch: pytest.MonkeyPatch, forge: Callable[[pa.Table], pa.Table]
) -> None:
    monkeypatch.setattr(log_file, "ROWS_AT_ONCE", 3)
    assert verify(copy).passed
    entry = read_manifest(copy)[0]
    pq.write_table(forge(pq.read_table(copy / entry.file)), copy / entry.file)
    _rehash(copy)
    assert _named(copy) == {entry.file}


def test_a_log_forged_as_a_whole_is_found_by_a_head_that_was_known(copy: Path) -> None:
    known = verify(copy).head
    entry = read_manifest(copy)[0]
    table = pq.read_table(copy / entry.file)
    pq.write_table(table.slice(1), copy / entry.file)
    _rehash(copy)
    assert verify(copy).passed
    assert _named(copy, head=known) == {MANIFEST}


def _rehash(folder: Path) -> None:
    """Do what a forger would: list the files anew as they are."""
    import hashlib  # noqa: PLC0415

    renewed: list[ManifestEntry] = []
    for entry in read_manifest(folder):
        content = (folder / entry.file).read_bytes()
        facts = {"sha256": hashlib.sha256(content).hexdigest(), "votes": pq.read_metadata(folder / entry.file).num_rows}
        renewed.append(entry.model_copy(update={**facts, "previous": renewed[-1].hash if renewed else ""}))
    (folder / MANIFEST).write_bytes(render_manifest(tuple(renewed)))


def test_a_folder_that_is_no_log_does_not_pass(tmp_path: Path) -> None:
    assert not verify(tmp_path).passed
    assert not verify(tmp_path / "missing").passed


def test_audits_that_were_changed_are_not_shown(copy: Path) -> None:
    next(copy.glob("audit-*.json")).write_text("{}")
    with pytest.raises(VotesError, match="was changed"):
        audits_of(open_log(copy))

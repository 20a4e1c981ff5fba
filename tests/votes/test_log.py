"""The log: opening, reading and what it says of itself; what is damaged is found and named."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.errors import VotesError
from arena.records import LogSummary, Origin, Outcome
from arena.votes.log import Log, append_votes, open_log
from arena.votes.manifest import MANIFEST, ManifestEntry, read_manifest, render_manifest
from arena.votes.table import VOTE_SCHEMA, iter_votes, votes_table
from tests.votes.examples import some_table, some_votes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of 20 votes in three files."""
    append_votes(open_log(tmp_path / "data" / "votes"), some_table(20))
    return tmp_path / "data" / "votes"


def _findings(folder: Path) -> list[str]:
    with pytest.raises(VotesError) as caught:
        open_log(folder)
    assert all(finding.hint for finding in caught.value.findings)
    return [f"{finding.where.removeprefix(f'{folder}/')}: {finding.message}" for finding in caught.value.findings]


def test_a_folder_that_is_not_there_is_an_empty_log(tmp_path: Path) -> None:
    log = open_log(tmp_path / "missing")
    assert (log.entries, log.head, log.paths, log.leftovers) == ((), "", (), ())
    assert log.votes().to_pyarrow().cast(VOTE_SCHEMA).equals(VOTE_SCHEMA.empty_table())
    assert not (tmp_path / "missing").exists()


def test_an_empty_log_and_a_full_one_have_the_same_columns(folder: Path, tmp_path: Path) -> None:
    assert open_log(folder).votes().schema() == open_log(tmp_path / "missing").votes().schema()
    assert open_log(folder).votes().columns == tuple(VOTE_SCHEMA.names)


def test_a_log_opens_as_it_was_written(folder: Path) -> None:
    log = open_log(folder)
    assert log == Log(folder, read_manifest(folder))
    assert log.head == log.entries[-1].hash
    assert [path.name for path in log.paths] == [f"2026-0{month}.0001.parquet" for month in (1, 2, 3)]
    assert log.votes() is log.votes()


@pytest.fixture(params=["America/New_York", "Asia/Kolkata"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in another time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_times_are_in_utc_whatever_the_machines_time_zone(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), some_table(20))
    votes = log.votes()
    assert votes["at"].type().timezone == "UTC"
    table = votes.order_by("battle").to_pyarrow()
    assert [vote.at for vote in iter_votes(table.cast(VOTE_SCHEMA))] == [vote.at for vote in some_votes(20)]
    days = votes.order_by("battle").select(day=votes["at"].strftime("%Y-%m-%d %H")).to_pyarrow()["day"].to_pylist()
    assert days == [vote.at.strftime("%Y-%m-%d %H") for vote in some_votes(20)]
    first = log.summary().first
    assert first == min(vote.at for vote in some_votes(20))
    assert first.tzinfo is UTC


@pytest.mark.parametrize("name", ["a[b]c", "a*", "a?", "it's", 'a"b', "{a}", "ä ö"])
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    append_votes(open_log(tmp_path / "abc"), some_table(3))
    log = append_votes(open_log(tmp_path / name), some_table(7))
    assert log.summary().votes == 7
    assert append_votes(open_log(tmp_path / name), some_table(7)).entries == log.entries


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "2026-02.0001.parquet").unlink()
    assert _findings(folder) == ["2026-02.0001.parquet: is missing, but the manifest lists it"]


def test_a_truncated_file_is_named(folder: Path) -> None:
    path = folder / "2026-02.0001.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    assert _findings(folder) == ["2026-02.0001.parquet: is truncated or not a Parquet file"]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"battle,at\n"])
def test_a_file_of_another_kind_is_named(folder: Path, content: bytes) -> None:
    (folder / "2026-02.0001.parquet").write_bytes(content)
    assert _findings(folder) == ["2026-02.0001.parquet: is truncated or not a Parquet file"]


def test_changed_votes_are_named(folder: Path) -> None:
    pq.write_table(some_table(3), folder / "2026-02.0001.parquet")
    assert _findings(folder) == [
        "2026-02.0001.parquet: was changed: its SHA-256 is not the manifest's (3 votes, 7 listed)"
    ]


def test_any_changed_byte_is_found(folder: Path) -> None:
    path = folder / "2026-01.0001.parquet"
    whole = path.read_bytes()
    for place in range(0, len(whole), 61):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert len(_findings(folder)) == 1
    path.write_bytes(whole)
    assert open_log(folder).summary().votes == 20


def test_swapped_files_are_both_named(folder: Path) -> None:
    first, second = folder / "2026-01.0001.parquet", folder / "2026-02.0001.parquet"
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    assert [finding.split(":")[0] for finding in _findings(folder)] == [first.name, second.name]


def test_a_file_whose_hash_is_listed_but_that_no_append_wrote_is_named(folder: Path) -> None:
    path = folder / "2026-05.0001.parquet"
    pq.write_table(pa.table({"battle": ["b"]}), path)
    log = open_log(folder)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = ManifestEntry(file=path.name, month="2026-05", votes=1, sha256=sha256, previous=log.head)
    (folder / MANIFEST).write_bytes(render_manifest((*log.entries, entry)))
    assert _findings(folder) == ["2026-05.0001.parquet: is not a file that `arena import` wrote"]


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "2026-02.0001.parquet").unlink()
    (folder / "2026-02.0001.parquet").mkdir()
    assert _findings(folder) == ["2026-02.0001.parquet: cannot be read: Is a directory"]


def test_files_without_a_manifest_are_not_taken_for_leftovers(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    assert _findings(folder) == [
        "manifest.json: is missing, but there are files of a log "
        "(2026-01.0001.parquet, 2026-02.0001.parquet, 2026-03.0001.parquet)"
    ]


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "votes").touch()
    with pytest.raises(VotesError, match="cannot be read"):
        open_log(tmp_path / "votes")


def test_an_append_on_a_damaged_log_is_refused(folder: Path) -> None:
    (folder / "2026-02.0001.parquet").unlink()
    with pytest.raises(VotesError, match="is missing"):
        append_votes(Log(folder, ()), some_table(3, first=20))


def test_an_empty_log_has_no_times_and_no_hash(tmp_path: Path) -> None:
    assert open_log(tmp_path).summary() == LogSummary(
        votes=0,
        voters=0,
        first=None,
        last=None,
        origins=(),
        outcomes=tuple((outcome, 0) for outcome in Outcome),
        sha256="",
    )


def test_counts_and_times_over_the_whole_log(tmp_path: Path) -> None:
    votes = some_votes(25)
    votes[3] = replace(votes[3], origin=Origin.SIMULATED)
    votes[4] = replace(votes[4], origin=Origin.SIMULATED)
    log = append_votes(open_log(tmp_path), votes_table(votes))
    outcomes = Counter(vote.outcome for vote in votes)
    summary = log.summary()
    assert summary == LogSummary(
        votes=25,
        voters=5,
        first=min(vote.at for vote in votes),
        last=max(vote.at for vote in votes),
        origins=((Origin.HUMAN, 23), (Origin.SIMULATED, 2)),
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in Outcome),
        sha256=log.head,
    )
    assert summary.simulated

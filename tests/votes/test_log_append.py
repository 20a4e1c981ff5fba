"""Appending: all votes or none, even when the process is killed, in any order of the votes."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena import files
from arena.errors import VotesError
from arena.files import only_writer
from arena.records import Outcome, Vote
from arena.votes.decision_file import LogDecisions
from arena.votes.files import write_votes
from arena.votes.log import Log, append_votes, open_log
from arena.votes.table import VOTE_SCHEMA, iter_votes, votes_table
from tests.conftest import ROOT
from tests.votes.examples import VOTE, exclude_all, some_table, some_votes, votes_of_two_months
from tests.waiting import PATIENCE

KILLS = 8
NEW = some_table(400, first=4, months=2)


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.exists() else {}


def _votes(log: Log) -> list[Vote]:
    table = log.votes().order_by(["at", "battle", "voter"]).to_pyarrow().cast(VOTE_SCHEMA)
    return list(iter_votes(table))


def _sorted(votes: list[Vote]) -> list[Vote]:
    return sorted(votes, key=lambda vote: (vote.at, vote.battle.encode(), vote.voter.encode()))


def test_votes_lie_in_a_file_a_month_sorted_by_time(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), some_table(20), "first")
    assert [entry.file for entry in log.entries] == [f"2026-0{month}.0001.parquet" for month in (1, 2, 3)]
    assert [entry.month for entry in log.entries] == ["2026-01", "2026-02", "2026-03"]
    assert sum(entry.votes for entry in log.entries) == 20
    assert {entry.note for entry in log.entries} == {"first"}
    assert sorted(_content(tmp_path)) == [*(entry.file for entry in log.entries), "manifest.json"]
    assert _votes(log) == _sorted(some_votes(20))


def test_later_votes_lie_in_files_of_their_own(tmp_path: Path) -> None:
    first = append_votes(open_log(tmp_path), some_table(6))
    before = _content(tmp_path)
    second = append_votes(open_log(tmp_path), some_table(6, first=6))
    assert second.entries[: len(first.entries)] == first.entries
    assert [entry.file for entry in second.entries[3:]] == [f"2026-0{month}.0002.parquet" for month in (1, 2, 3)]
    after = _content(tmp_path)
    assert all(after[name] == content for name, content in before.items() if name != "manifest.json")
    assert _votes(open_log(tmp_path)) == _sorted(some_votes(12))


def test_the_month_is_that_of_utc(tmp_path: Path) -> None:
    edge = replace(VOTE, at=VOTE.at.replace(month=8, day=31, hour=23, minute=59, second=59, microsecond=999_999))
    log = append_votes(open_log(tmp_path), votes_table([edge, replace(VOTE, battle="b2", at=VOTE.at.replace(month=9))]))
    assert [(entry.month, entry.votes) for entry in log.entries] == [("2026-08", 1), ("2026-09", 1)]


@given(st.randoms(use_true_random=False), votes_of_two_months)
@settings(max_examples=15)
def test_shuffled_votes_give_the_same_bytes(random: Random, votes: list[Vote]) -> None:
    shuffled = list(votes)
    random.shuffle(shuffled)
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        append_votes(open_log(Path(first)), votes_table(votes))
        log = append_votes(open_log(Path(second)), votes_table(shuffled))
        assert _content(Path(first)) == _content(Path(second))
        assert _votes(log) == _sorted(votes)


@given(votes_of_two_months)
@settings(max_examples=10)
def test_importing_twice_changes_nothing(votes: list[Vote]) -> None:
    with TemporaryDirectory() as folder:
        log = append_votes(open_log(Path(folder)), votes_table(votes))
        before = _content(Path(folder))
        again = append_votes(open_log(Path(folder)), votes_table(votes[::-1]), "another note")
        assert again.head == log.head
        assert _content(Path(folder)) == before


def test_of_votes_that_are_partly_there_the_new_ones_are_appended(tmp_path: Path) -> None:
    before = append_votes(open_log(tmp_path), some_table(4))
    grown = append_votes(open_log(tmp_path), some_table(4, first=2))
    assert sum(entry.votes for entry in grown.entries[len(before.entries) :]) == 2
    assert grown.entries[: len(before.entries)] == before.entries
    assert grown.votes().to_pyarrow().cast(VOTE_SCHEMA).sort_by("battle").equals(some_table(6).sort_by("battle"))


def test_votes_with_new_ids_are_appended_once_and_the_log_is_not_read_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = append_votes(open_log(tmp_path), some_table(4), "first")
    with monkeypatch.context() as patched:
        patched.setattr(Log, "votes", lambda _: pytest.fail("the log was read"))
        log = append_votes(early, some_table(6, first=4), "period 2", new_ids=True)
        overtaken = append_votes(early, some_table(6, first=4), "period 2", new_ids=True)
    assert overtaken.entries == log.entries == open_log(tmp_path).entries, "two at once append once"
    assert _votes(log) == _sorted(some_votes(10))


def test_one_changed_vote_among_new_and_old_ones_appends_nothing(tmp_path: Path) -> None:
    append_votes(open_log(tmp_path), some_table(4))
    before = _content(tmp_path)
    votes = list(iter_votes(some_table(4, first=2)))
    votes[1] = replace(votes[1], dwell_ms=None if votes[1].dwell_ms else 5)
    with pytest.raises(VotesError) as caught:
        append_votes(open_log(tmp_path), votes_table(votes), where=lambda row: f"votes.csv:{row + 2}")
    assert str(caught.value) == (
        'votes.csv:3: the vote of "v3" on battle "b00003" is in the log with other values '
        "(the log is append-only: a vote in it stands as it is)"
    )
    assert _content(tmp_path) == before


def test_a_vote_that_says_something_else_is_refused(tmp_path: Path) -> None:
    append_votes(open_log(tmp_path), votes_table([VOTE]))
    for changed in (replace(VOTE, outcome=Outcome.TIE), replace(VOTE, dwell_ms=1), replace(VOTE, prompt="p")):
        with pytest.raises(VotesError, match=r'vote of "v1" on battle "b1" is in the log with other values'):
            append_votes(open_log(tmp_path), votes_table([changed]))


def test_swapped_sides_are_another_vote(tmp_path: Path) -> None:
    append_votes(open_log(tmp_path), votes_table([VOTE]))
    mirrored = replace(VOTE, left=VOTE.right, right=VOTE.left, outcome=Outcome.RIGHT)
    with pytest.raises(VotesError, match="with other values"):
        append_votes(open_log(tmp_path), votes_table([mirrored]))


def test_votes_are_checked(tmp_path: Path) -> None:
    with pytest.raises(VotesError, match="left and right are the same model"):
        append_votes(open_log(tmp_path / "log"), votes_table([replace(VOTE, right=VOTE.left)]))
    assert not (tmp_path / "log").exists()


def test_no_votes_change_nothing(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), votes_table([]))
    assert log.entries == ()
    assert _content(tmp_path) == {}


def test_what_another_process_appended_meanwhile_is_kept(tmp_path: Path) -> None:
    early = open_log(tmp_path)
    append_votes(open_log(tmp_path), some_table(4))
    assert append_votes(early, some_table(4)).entries == open_log(tmp_path).entries
    append_votes(early, some_table(4, first=4))
    assert _votes(open_log(tmp_path)) == _sorted(some_votes(8))


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    with only_writer(tmp_path), pytest.raises(VotesError, match="another process is writing"):
        append_votes(open_log(tmp_path), some_table(4))
    assert _content(tmp_path) == {}


def test_leftovers_go_away_with_the_next_append(tmp_path: Path) -> None:
    append_votes(open_log(tmp_path), some_table(4))
    (tmp_path / "2026-01.0002.parquet").write_bytes(b"half")
    (tmp_path / ".2026-02.0002.parquet.unfinished").write_bytes(b"")
    log = open_log(tmp_path)
    assert [path.name for path in log.leftovers] == [".2026-02.0002.parquet.unfinished", "2026-01.0002.parquet"]
    assert log.summary().votes == 4
    assert append_votes(log, some_table(4, first=4)).leftovers == ()
    assert open_log(tmp_path).summary().votes == 8


class Refusal:
    """Lets the disk refuse its n-th write."""

    def __init__(self, real: Callable[[Path, bytes], None], at: int) -> None:
        self.real, self.at, self.writes = real, at, 0

    def __call__(self, path: Path, content: bytes) -> None:
        self.writes += 1
        if self.writes == self.at:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(28, "No space left on device")
        self.real(path, content)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    log = append_votes(open_log(tmp_path), some_table(4))
    before = _content(tmp_path)
    refusal = Refusal(files._write_through, at)
    monkeypatch.setattr(files, "_write_through", refusal)
    with pytest.raises(VotesError, match="the disk is full; nothing was changed"):
        append_votes(log, some_table(9, first=4))
    assert refusal.writes == at
    assert _content(tmp_path) == before


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_decisions_are_written_with_the_votes_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    log = append_votes(open_log(tmp_path), some_table(4, months=1), judge=exclude_all)
    before = _content(tmp_path)
    refusal = Refusal(files._write_through, at)
    monkeypatch.setattr(files, "_write_through", refusal)
    if at == 4:  # decisions, one file of votes, the manifest: there is no fourth
        append_votes(log, some_table(9, first=4, months=1), judge=exclude_all)
        assert len(open_log(tmp_path).decisions.rows) == 13
        return
    with pytest.raises(VotesError, match="the disk is full; nothing was changed"):
        append_votes(log, some_table(9, first=4, months=1), judge=exclude_all)
    monkeypatch.undo()
    assert _content(tmp_path) == before


def test_a_judge_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), some_table(4), judge=exclude_all)
    before = _content(tmp_path)

    def fail(*_: object) -> LogDecisions:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append_votes(log, some_table(9, first=4), judge=fail)
    assert _content(tmp_path) == before


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("arena.files._write_through", refuse)
    with pytest.raises(VotesError, match="check the folder's permissions; nothing was changed"):
        append_votes(open_log(tmp_path), some_table(4))
    assert _content(tmp_path) == {}


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "votes").touch()
    with pytest.raises(VotesError, match="cannot be written"):
        append_votes(Log(tmp_path / "votes", ()), some_table(4))


class Killer:
    """Asks ``killed_append`` for appends that die: by ``kill -9``, or by a signal that nothing handles either."""

    def __init__(self, votes: Path) -> None:
        command = [sys.executable, "-m", "tests.votes.killed_append", str(votes)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, request: str, folder: Path) -> int:
        """The exit code: 0 where the append was done before, else of what it died."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{request} {folder}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0
        self.process.stdout.close()


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    votes = tmp_path_factory.mktemp("killer") / "new.parquet"
    write_votes(NEW, votes)
    process = Killer(votes)
    yield process
    process.close()


@pytest.mark.parametrize("before", [0, 4], ids=["a new log", "a log with votes"])
def test_killed_at_every_step_the_log_holds_all_or_nothing(tmp_path: Path, killer: Killer, before: int) -> None:
    folder = tmp_path / "log"
    if before:
        append_votes(open_log(folder), some_table(before))
    old = open_log(folder)
    whole = _clean_append(tmp_path, old, before)
    step = 0
    while _dies_whole(killer, folder, f"step {step}", old, whole):
        step += 1
    assert step >= 12
    assert _content(folder) == whole


@pytest.mark.parametrize(("before", "work"), [(0, 0.001), (4, 0.006)], ids=["a new log", "a log with votes"])
def test_killed_at_any_time_the_log_holds_all_or_nothing(
    tmp_path: Path, killer: Killer, before: int, work: float
) -> None:
    folder = tmp_path / "log"
    if before:
        append_votes(open_log(folder), some_table(before))
    old = open_log(folder)
    whole = _clean_append(tmp_path, old, before)
    deaths = []
    for kill in range(1, KILLS + 1):
        deaths.append(_dies_whole(killer, folder, f"busy {kill * work}", old, whole))
        if open_log(folder).entries != old.entries:
            shutil.rmtree(folder)
            if before:
                append_votes(open_log(folder), some_table(before))
    assert deaths[0] or not before, "a new log may be done within a few milliseconds, one that has to be compared not"
    append_votes(open_log(folder), NEW, "a run that may die", judge=exclude_all)
    assert _content(folder) == whole


def _clean_append(tmp_path: Path, old: Log, before: int) -> dict[str, bytes]:
    """What the folder holds after the same append, by a process that lives."""
    clean = tmp_path / "clean"
    if before:
        append_votes(open_log(clean), some_table(before))
    assert open_log(clean).entries == old.entries
    append_votes(open_log(clean), NEW, "a run that may die", judge=exclude_all)
    return _content(clean)


def _dies_whole(killer: Killer, folder: Path, request: str, old: Log, whole: dict[str, bytes]) -> bool:
    """Whether the process died; the log is then as it was, or holds all with what was decided about it."""
    code = killer(request, folder)
    assert code in (0, -signal.SIGKILL if request.startswith("step") else -signal.SIGPROF)
    log = open_log(folder)
    if log.entries != old.entries:
        assert _content(folder) == whole
        assert not log.leftovers
    else:
        assert code
        assert log.summary().votes == old.summary().votes
        assert log.decisions.content in {old.decisions.content, whole["decisions.csv"]}
    return code != 0


def test_a_table_in_pieces_gives_the_same_bytes(tmp_path: Path) -> None:
    table = some_table(30)
    append_votes(open_log(tmp_path / "whole"), table)
    append_votes(open_log(tmp_path / "pieces"), pa.concat_tables([table.slice(row, 1) for row in range(30)]))
    assert _content(tmp_path / "whole") == _content(tmp_path / "pieces")

"""Sealing: every counted vote goes into the log once, without a name, whatever happens on the way."""

from __future__ import annotations

import random
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from arena.errors import StoreError, VotesError
from arena.records import Outcome
from arena.votes import sealing
from arena.votes.audit import audit_log
from arena.votes.log import open_log
from arena.votes.sealing import anonymous, seal
from arena.votes.store import (
    AddBattle,
    AddVote,
    Reason,
    Store,
    open_store,
)
from arena.votes.store.auditing import audit_store
from arena.votes.store.schema import quarantine, seals, votes
from arena.votes.table import votes_table
from arena.votes.verify import audits_of, verify
from tests.forks import FORKS
from tests.votes.examples import some_votes
from tests.votes.sealing_child import LATER, seal_until_killed
from tests.votes.store.worlds import (
    MODELS,
    NOW,
    a_battle,
    a_vote,
    know_outputs,
    retract_vote,
    some_operations,
)
from tests.waiting import PATIENCE

MINUTE = timedelta(minutes=1)


def _seal(store: Store, folder: Path, number: int = 1, **options: Any) -> sealing.SealReport:
    return seal(store, folder, until=LATER, now=LATER, rng=random.Random(number), **options)


def _left_clicks(count: int, voter: str = "clicker") -> list[AddBattle | AddVote]:
    operations: list[AddBattle | AddVote] = []
    for number in range(count):
        at = NOW + timedelta(minutes=7 * number)
        one, other = random.Random(number).sample(MODELS, 2)
        operations.append(AddBattle(a_battle(f"c{number}", voter, one, other, created=at)))
        operations.append(AddVote(a_vote(f"c{number}", voter, at)))
    return operations


def test_counted_votes_go_into_the_log_without_names(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(300))
    report = _seal(store, tmp_path / "votes")
    assert (report.number, report.votes, report.audit.counted) == (1, 300, 300)
    table = open_log(tmp_path / "votes").votes().to_pyarrow().to_pylist()
    assert len({row["voter"] for row in table}) == 5
    assert len({row["battle"] for row in table}) == 300
    assert not {row["voter"] for row in table} & {f"v{number}" for number in range(5)}
    stored = store.votes_by_voter([f"v{number}" for number in range(5)])
    assert not {row["battle"] for row in table} & {vote.battle for vote in stored}
    assert all(row["at"].second == row["at"].microsecond == 0 for row in table)
    _check_whole(store, tmp_path / "votes", 300)


def test_sealing_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "votes"
    store.write(some_operations(50))
    _seal(store, folder)
    before = _bytes_of(folder)
    again = _seal(store, folder, number=2)
    assert (again.number, again.votes, again.audit.votes) == (0, 0, 0)
    assert _bytes_of(folder) == before


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_period_has_names_of_its_own_and_only_its_votes(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "votes"
    store.write(some_operations(60))
    middle = NOW + 30 * MINUTE
    first = seal(store, folder, until=middle, now=LATER, rng=random.Random(1))
    second = _seal(store, folder, number=2)
    assert (first.number, first.votes, second.number, second.votes) == (1, 30, 2, 30)
    names = [
        set(open_log(folder).votes().filter(_before(middle, early)).voter.to_pyarrow().to_pylist())
        for early in (True, False)
    ]
    assert len(names[0]) == len(names[1]) == 5 and not names[0] & names[1]
    assert [report.votes for _, report in audits_of(open_log(folder))] == [30, 30]


def _before(moment: object, early: bool) -> object:
    import ibis  # noqa: PLC0415

    return ibis._["at"] < moment if early else ibis._["at"] >= moment


def test_sealed_votes_forget_their_network_and_their_seed(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(20))
    _seal(store, tmp_path / "votes")
    with store.reading() as connection:
        assert {row[0] for row in connection.execute(select(votes.c.network))} == {""}
        assert [row[0] for row in connection.execute(select(seals.c.seed))] == [None]


def test_quarantined_and_retracted_votes_stay_in_the_store(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(400))
    store.write(_left_clicks(30))
    retract_vote(store, "b00000", NOW)
    report = _seal(store, tmp_path / "votes")
    assert (report.votes, report.audit.quarantined, report.audit.voters) == (399, 30, 1)
    with store.reading() as connection:
        assert {row.reason for row in connection.execute(select(quarantine))} == {"disagreement", "one-sided"}
        assert connection.execute(text("SELECT count(*) FROM votes")).scalar() == 430
    assert _seal(store, tmp_path / "votes", number=2).audit.votes == 0
    assert sum(pair.votes for pair in store.pair_counts("text-to-image")) == 399


def test_what_a_rule_that_stopped_found_waits_for_a_person(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(60))
    store.write(_left_clicks(30))
    report = _seal(store, tmp_path / "votes")
    assert [rule.rule for rule in report.audit.stopped] == ["one-sided"]
    assert (report.votes, report.audit.unknown, report.audit.quarantined) == (60, 30, 0)
    later = _seal(store, tmp_path / "votes", number=2, without=frozenset({"one-sided"}))
    assert (later.votes, later.number) == (30, 2)


def test_an_audit_is_kept_and_renewed(store: Store) -> None:
    store.write(some_operations(400))
    store.write(_left_clicks(30))
    assert audit_store(store, now=LATER).quarantined == 30
    assert audit_store(store, now=LATER, without=frozenset({"one-sided"})).quarantined == 0
    with store.reading() as connection:
        assert connection.execute(select(quarantine)).all() == []
        assert connection.execute(select(votes.c.audited).where(votes.c.audited.is_(None))).all() == []


def test_votes_of_the_last_minute_are_not_judged_yet(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(10))
    now = NOW + timedelta(minutes=9, seconds=30)
    report = seal(store, tmp_path / "votes", until=now, now=now, rng=random.Random(1))
    assert report.votes == 9
    with pytest.raises(StoreError, match="past"):
        seal(store, tmp_path / "votes", until=LATER, now=NOW, rng=random.Random(1))


def test_a_log_audits_as_its_votes_did(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(400))
    store.write(_left_clicks(30))
    _seal(store, tmp_path / "votes", without=frozenset({"one-sided"}))
    audit = audit_log(open_log(tmp_path / "votes"), now=NOW)
    rules = {rule.rule: rule for rule in audit.report.rules}
    assert (audit.report.votes, rules["one-sided"].votes, rules["one-sided"].voters) == (430, 30, 1)
    assert (audit.report.quarantined, rules["one-sided"].tells) == (0, True), "in a log it only tells"
    assert rules["linked"].judged == 0


@pytest.mark.parametrize("step", ["write_bytes", "append_votes", "_finish_seal"])
def test_an_interrupted_seal_is_finished_by_the_next(
    store: Store, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "votes"
    store.write(some_operations(40))

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sealing, step, stop)
        with pytest.raises(KeyboardInterrupt):
            _seal(store, folder)
    report = _seal(store, folder, number=2)
    assert report.finished_earlier and report.votes == 40
    _check_whole(store, folder, 40)


def _check_whole(store: Store, folder: Path, count: int) -> None:
    """Every vote that counts is in the log once, under one set of names, and no seed is left."""
    assert verify(folder).findings == ()
    rows = open_log(folder).votes().to_pyarrow().to_pylist()
    stored = [
        (vote.at, vote.left, vote.right, vote.outcome) for vote in store.votes_by_voter([f"v{n}" for n in range(5)])
    ]
    logged = [(row["at"], row["left"], row["right"], Outcome(row["outcome"])) for row in rows]
    assert len(logged) == count and sorted(logged) == sorted(stored)
    with store.reading() as connection:
        assert connection.execute(select(seals.c.number).where(seals.c.seed.is_not(None))).all() == []


def test_times_lose_their_seconds_and_how_long_a_vote_took_stays_in_the_store() -> None:
    at = datetime(2026, 8, 1, 12, 34, 56, 789_000, tzinfo=UTC)
    (vote,) = anonymous(votes_table([replace(some_votes(1)[0], at=at, dwell_ms=1299)]), b"seed").to_pylist()
    assert (vote["at"], vote["dwell_ms"]) == (at.replace(second=0, microsecond=0), None)


def test_an_arena_that_says_so_publishes_the_step_that_a_vote_took() -> None:
    took = [None, 0, 999, 1000, 1001, 4000, 20_001, 60_000, 60_001, 2**31 - 1]
    votes = [replace(vote, dwell_ms=dwell) for vote, dwell in zip(some_votes(len(took)), took, strict=True)]
    steps = anonymous(votes_table(votes), b"seed", dwell_steps=True)["dwell_ms"].to_pylist()
    assert steps == [None, 1000, 1000, 1000, 2000, 5000, 60_000, 60_000, 300_000, 300_000]


def test_reasons_go_into_the_log(store: Store, tmp_path: Path) -> None:
    operations = [
        replace(
            done, vote=replace(done.vote, reasons=(Reason.STYLE, Reason.TEXT) if done.vote.battle == "b00003" else ())
        )
        if isinstance(done, AddVote)
        else done
        for done in some_operations(40)
    ]
    store.write(operations)
    assert {vote.reasons for vote in store.votes_by_voter(["v0", "v1", "v2", "v3", "v4"])} == {(), ("text", "style")}
    _seal(store, tmp_path / "votes")
    reasons = open_log(tmp_path / "votes").votes().to_pyarrow()["reasons"].to_pylist()
    assert sorted(filter(None, reasons)) == [["text", "style"]] and len(reasons) == 40
    _check_whole(store, tmp_path / "votes", 40)


def test_a_period_in_the_log_stands_though_the_arena_publishes_more_by_now(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    store.write(some_operations(20))
    with monkeypatch.context() as patched:
        patched.setattr(sealing, "_finish_seal", stop)
        with pytest.raises(KeyboardInterrupt):
            _seal(store, tmp_path / "votes")
    before = open_log(tmp_path / "votes").head
    report = _seal(store, tmp_path / "votes", number=2, dwell_steps=True)
    assert report.finished_earlier and report.log.head == before
    _check_whole(store, tmp_path / "votes", 20)


def test_dying_while_sealing_loses_and_doubles_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/arena.sqlite"
    folder = tmp_path / "votes"
    with open_store(url) as store:
        know_outputs(store)
        moments, ends, count = random.Random(7), [], 0
        for number in range(8):
            store.write(some_operations(40, first=count))
            count += 40
            work = moments.uniform(0.001, 0.25) if number else 0.001
            child = FORKS.Process(target=seal_until_killed, args=(url, folder, number, work), daemon=True)
            child.start()
            child.join()
            ends.append(child.exitcode)
        _seal(store, folder, number=99)
        _check_whole(store, folder, count)
        assert ends[0] == -signal.SIGPROF
        assert set(ends) <= {0, -signal.SIGPROF}


def test_seals_at_once_lose_and_double_nothing(store: Store, url: str, tmp_path: Path) -> None:
    """As two machines with one database and one log might, by a timer: one seals, the others say that they did not."""
    folder, together, count = tmp_path / "votes", threading.Barrier(2), 0

    def seal_together(number: int) -> str:
        with open_store(url, timeout=PATIENCE) as own:
            together.wait(PATIENCE)
            try:
                return f"sealed {_seal(own, folder, number=number).votes}"
            except (StoreError, VotesError) as error:
                return error.message

    said: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        for number in range(2):
            store.write(some_operations(30, first=count))
            count += 30
            said += pool.map(seal_together, range(10 * number, 10 * number + 2))
    assert set(said) <= {"sealed 30", "sealed 60", "sealed 0", *BUSY}
    _seal(store, folder, number=99)
    _check_whole(store, folder, count)


BUSY = ("votes changed while they were audited", "another process is writing to it")
"""What a seal says that another one has overtaken."""


def test_a_store_older_than_its_log_is_refused(tmp_path: Path) -> None:
    path, folder = tmp_path / "arena.sqlite", tmp_path / "votes"
    with open_store(f"sqlite:///{path}") as store:
        know_outputs(store)
        store.write(some_operations(20))
        _seal(store, folder)
        store.write(some_operations(20, first=20))
    shutil.copy(path, tmp_path / "backup.sqlite")
    with open_store(f"sqlite:///{path}") as store:
        _seal(store, folder, number=2)
    with (
        open_store(f"sqlite:///{tmp_path}/backup.sqlite") as old,
        pytest.raises(StoreError, match="older than the log"),
    ):
        _seal(old, folder, number=3)


def test_a_log_that_lost_a_period_is_refused(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(20))
    _seal(store, tmp_path / "votes")
    store.write(some_operations(20, first=20))
    with pytest.raises(StoreError, match="lacks the votes that were sealed as period 1"):
        _seal(store, tmp_path / "empty", number=2)


def test_a_log_that_cannot_be_written_leaves_the_period_for_later(store: Store, tmp_path: Path) -> None:
    store.write(some_operations(20))
    (tmp_path / "votes").write_text("a file where the folder belongs")
    with pytest.raises((StoreError, VotesError)):
        _seal(store, tmp_path / "votes")
    (tmp_path / "votes").unlink()
    assert _seal(store, tmp_path / "votes", number=2).votes == 20
    _check_whole(store, tmp_path / "votes", 20)

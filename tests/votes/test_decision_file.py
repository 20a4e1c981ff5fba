"""Decisions about votes of a log: which of them hold, their file, and what is wrong with a line of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from arena.errors import VotesError
from arena.records import Origin
from arena.votes.decision_file import (
    AUDIT,
    COLUMNS,
    DECISIONS,
    LogDecision,
    LogDecisions,
    LogRuling,
    VoteState,
    deciding,
    in_order,
    read_decisions,
)
from arena.votes.log import append_votes, open_log, write_decisions
from arena.votes.table import votes_table
from arena.votes.verify import verify
from tests.votes.examples import exclude_all, some_table, some_votes

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
EXCLUDE, WAIT, RELEASE, FORGET = LogRuling
HEADER = ",".join(COLUMNS)


def by_audit(ruling: LogRuling, *rules: str, minutes: int = 0) -> LogDecision:
    """What the audit says of the vote of v1 on b1."""
    return LogDecision("b1", "v1", "", ruling, rules, "", AUDIT, NOON + timedelta(minutes=minutes))


def by_person(
    ruling: LogRuling, battle: str = "", voter: str = "", group: str = "", *, minutes: int = 1
) -> LogDecision:
    return LogDecision(battle, voter, group, ruling, (), "for a test", "Ann", NOON + timedelta(minutes=minutes))


VOTE = ("b1", "v1")
HELD = [
    ([], "counted"),
    ([by_audit(EXCLUDE, "favourite")], "set_aside"),
    ([by_audit(WAIT, "newcomers/2026-09-01/a/b")], "unknown"),
    ([by_audit(EXCLUDE, "favourite"), by_audit(RELEASE, minutes=1)], "counted"),
    ([by_audit(RELEASE, minutes=1), by_audit(EXCLUDE, "favourite")], "counted"),
    ([by_audit(EXCLUDE, "favourite", minutes=9), by_person(RELEASE, *VOTE)], "counted"),
    ([by_audit(EXCLUDE, "favourite"), by_person(RELEASE, voter="v1")], "counted"),
    ([by_person(EXCLUDE, voter="v1"), by_person(RELEASE, *VOTE)], "counted"),
    ([by_person(RELEASE, voter="v1"), by_person(EXCLUDE, *VOTE)], "set_aside"),
    ([by_person(EXCLUDE, *VOTE), by_person(FORGET, *VOTE, minutes=2)], "counted"),
    ([by_audit(WAIT, "x"), by_person(EXCLUDE, *VOTE), by_person(FORGET, *VOTE, minutes=2)], "unknown"),
    ([by_audit(WAIT, "x"), by_person(EXCLUDE, group="x")], "set_aside"),
    ([by_audit(WAIT, "x"), by_person(RELEASE, group="x")], "counted"),
    ([by_audit(WAIT, "x"), by_person(RELEASE, group="y")], "unknown"),
    ([by_audit(EXCLUDE, "x", "y"), by_person(RELEASE, group="x")], "set_aside"),
    ([by_audit(EXCLUDE, "x", "y"), by_person(RELEASE, group="x"), by_person(RELEASE, group="y")], "counted"),
    ([by_audit(EXCLUDE, "x", "y"), by_person(RELEASE, group="x"), by_person(EXCLUDE, group="y")], "set_aside"),
    ([by_audit(WAIT, "x", minutes=9), by_person(RELEASE, group="x")], "counted"),
    ([by_person(EXCLUDE, voter="v2"), by_person(EXCLUDE, battle="b2", voter="v1")], "counted"),
]


@pytest.mark.parametrize(("rows", "state"), HELD, ids=range(len(HELD)))
def test_the_newest_decision_holds_and_a_persons_outweighs_the_audits(rows: list[LogDecision], state: str) -> None:
    for given in (rows, list(reversed(rows))):
        decisions = in_order(given)
        found = decisions.states.get(("b1", "v1")) or decisions.voter_states.get("v1", VoteState.COUNTED)
        assert found == state
        assert len(decisions.rows) == len(rows), "nothing is ever taken out of the history"


def test_of_two_decisions_at_the_same_second_the_one_further_down_holds() -> None:
    rows = [by_person(RELEASE, *VOTE), by_person(FORGET, *VOTE), by_person(RELEASE, *VOTE)]
    assert in_order(rows[:2]).votes == {}
    assert in_order(rows).votes[VOTE].ruling is RELEASE


def test_written_and_read_in_any_order_the_bytes_and_the_sum_are_the_same(tmp_path: Path) -> None:
    rows = [row for given, _ in HELD[5:9] for row in given]
    rows += deciding(EXCLUDE, 'A "quoted",\n reason ', by="Ann", now=NOON, votes=[("b,1", " v")], groups=["x"])
    decisions = in_order(rows)
    path = tmp_path / DECISIONS
    path.write_bytes(decisions.content)
    assert read_decisions(path) == decisions
    lines = decisions.content.decode().splitlines()
    path.write_text("\r\n".join([lines[0], *reversed(lines[1:]), *lines[1:], ""]), newline="")
    merged = read_decisions(path)
    assert merged.content == decisions.content
    assert merged.sha256 == decisions.sha256
    assert 'A ""quoted"", reason' in decisions.content.decode()


def test_without_a_file_everything_counts(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / DECISIONS) == LogDecisions()
    assert LogDecisions().content.decode() == HEADER + "\n"


WRONG = [
    ("battle,voter\n", 1, "has to be battle,voter,group"),
    ("", 1, "has to be battle,voter,group"),
    (f"{HEADER}\nb1,v1,,exlude,,why,Ann,2026-09-01T12:00:00Z\n", 2, '"exclude"'),
    (f"{HEADER}\nb1,v1,,exclude,,why,Ann,1 September\n", 2, "2026-09-20T08:00:00Z"),
    (f"{HEADER}\nb1,v1,,exclude,,why,Ann\n", 2, "7 fields instead of 8"),
    (f"{HEADER}\nb1,,,exclude,,why,Ann,2026-09-01T12:00:00Z\n", 2, "by battle and voter"),
    (f"{HEADER}\n,v1,x,exclude,,why,Ann,2026-09-01T12:00:00Z\n", 2, "by voter alone"),
    (f"{HEADER}\n,,,exclude,,why,Ann,2026-09-01T12:00:00Z\n", 2, "by group alone"),
    (f"{HEADER}\n,v1,,exclude,,,Ann,2026-09-01T12:00:00Z\n", 2, "has no reason"),
    (f"{HEADER}\n,v1,,exclude,,,audit,2026-09-01T12:00:00Z\n", 2, "about one vote"),
    (f"{HEADER}\n,v1,,exclude,,a,A,2026-09-01T12:00:00Z\n<<<<<<< ours\n", 3, "a merge was not finished"),
    (f'{HEADER}\n,v1,,exclude,,"a"b,A,2026-09-01T12:00:00Z\n', 2, "is not CSV"),
    ("\0", 1, "NUL"),
]


@pytest.mark.parametrize(("content", "line", "words"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_line_is_named_with_how_to_mend_it(tmp_path: Path, content: str, line: int, words: str) -> None:
    path = tmp_path / DECISIONS
    path.write_text(content)
    if not content:
        path.write_text("\n")
    with pytest.raises(VotesError) as caught:
        open_log(tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / DECISIONS
    path.write_text(f"{HEADER}\nx\n,v1,,exclude,,why,Ann,2026-09-01T12:00:00Z\n,v1,,forgive,,a,A,x\n")
    with pytest.raises(VotesError) as caught:
        read_decisions(path)
    assert [str(finding).partition(": ")[0] for finding in caught.value.findings] == [f"{path}:2", f"{path}:4"]
    assert verify(tmp_path).findings[-1].where.startswith(str(path)), "arena verify names it too"


def test_a_log_counts_what_no_decision_leaves_out(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), some_table(10))
    head, votes = log.head, log.votes().to_pyarrow().to_pylist()
    of_v2 = {vote["battle"] for vote in votes if vote["voter"] == "v2"}
    first = next((vote["battle"], vote["voter"]) for vote in votes if vote["voter"] == "v2")
    rows = [*deciding(EXCLUDE, "a test", by="", now=NOON, voters=["v2"])]
    rows += deciding(RELEASE, "not this one", by="", now=NOON, votes=[first])
    log = write_decisions(log, lambda current: current.decisions.with_rows(rows))
    log = open_log(tmp_path)
    assert log.head == head, "decisions are no part of the log"
    counted = {vote["battle"] for vote in log.counted_votes().to_pyarrow().to_pylist()}
    assert {vote["battle"] for vote in votes} - counted == of_v2 - {first[0]}
    assert log.count_states() == {"counted": 9, "set_aside": 1, "unknown": 0}
    (entry,) = log.left_out()
    assert (entry.state, entry.because, entry.votes) == (VoteState.SET_ASIDE, "a test", 1)
    assert log.summary().votes == 10
    assert verify(tmp_path).passed
    assert (tmp_path / DECISIONS) in log.files


def test_simulated_votes_never_take_the_place_of_votes_that_are_left_out(tmp_path: Path) -> None:
    people, made_up = some_votes(4), some_votes(9, first=4)
    (arena,) = {vote.arena for vote in people}
    simulated = [replace(vote, origin=Origin.SIMULATED, voter=f"s-{vote.voter}") for vote in made_up]
    simulated[0] = replace(simulated[0], arena="another")
    append_votes(open_log(tmp_path), votes_table([*people, *simulated]))
    rows = deciding(EXCLUDE, "a test", by="", now=NOON, voters=[vote.voter for vote in people])
    write_decisions(open_log(tmp_path), lambda current: current.decisions.with_rows(rows))
    counted = open_log(tmp_path).counted_votes().to_pyarrow().to_pylist()
    assert [(vote["arena"], vote["origin"]) for vote in counted] == [("another", "simulated")], arena


def test_an_append_keeps_what_was_decided_meanwhile(tmp_path: Path) -> None:
    opened = append_votes(open_log(tmp_path), some_table(4))
    row = next(iter(deciding(EXCLUDE, "meanwhile", by="", now=NOON, voters=["v1"])))
    write_decisions(open_log(tmp_path), lambda current: current.decisions.with_rows([row]))
    append_votes(opened, some_table(6, first=4), judge=exclude_all)
    assert row in open_log(tmp_path).decisions.rows
    assert len(open_log(tmp_path).decisions.rows) == 7

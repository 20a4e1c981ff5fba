"""The audit of a log: what it leaves out and what it only tells, what it cannot look at, and what people make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from arena.errors import VotesError
from arena.records import Origin, Outcome, Vote
from arena.votes.audit import LogAudit, audit_log, audit_table, flagged_csv, flagged_votes
from arena.votes.audit.reviewing import decide_in_log
from arena.votes.decision_file import LogRuling, VoteState
from arena.votes.log import Log, append_votes, open_log, write_decisions
from arena.votes.manifest import SealedPeriod
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import HONEST, MODELS, START, honest_votes, preferring, votes_like

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NOTHING = Log(Path("nowhere"), ())
TARGET = MODELS[2]
HUMAN = [replace(vote, origin=Origin.HUMAN) for vote in HONEST]
FANS = [replace(vote, origin=Origin.HUMAN) for n in range(6) for vote in preferring(votes_like(f"fan{n}", 20), TARGET)]
CLICKERS = [vote for n in range(6) for vote in votes_like(f"click{n}", 30, outcome=Outcome.LEFT, origin=Origin.HUMAN)]
"""Their votes are at the times of honest ones, with no time to decide below that of people."""


def audited(*votes: Vote, log: Log = NOTHING) -> LogAudit:
    """What the audit finds in votes that come in."""
    return audit_log(log, now=NOW, further=votes_table(votes))


def found_by(audit: LogAudit) -> dict[str, int]:
    return {rule.rule: rule.votes for rule in audit.report.rules if rule.votes}


@pytest.fixture(scope="module")
def fans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log whose import set the votes of the fans aside."""
    folder = tmp_path_factory.mktemp("log")
    votes = votes_table(HUMAN + FANS)
    append_votes(open_log(folder), votes, judge=lambda log, further: audit_log(log, now=NOW, further=further).decisions)
    return folder


@pytest.fixture
def log(fans: Path, tmp_path: Path) -> Log:
    for path in fans.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return open_log(tmp_path)


def decide(log: Log, ruling: LogRuling, *, minutes: int = 1, **about: list[str]) -> tuple[Log, int]:
    kept = decide_in_log(log, ruling, "for a test", by="Ann", now=NOW + timedelta(minutes=minutes), **about)
    return open_log(kept.log.folder), kept.votes


def test_who_votes_for_one_model_is_set_aside_and_who_clicks_is_only_told() -> None:
    audit = audited(*HUMAN, *FANS, *CLICKERS)
    aside = {vote.voter for vote in flagged_votes(audit) if vote.state == VoteState.SET_ASIDE}
    assert aside == {f"fan{n}" for n in range(6)}
    assert found_by(audit)["one-sided"] == 300, "the fans always prefer the left one, too"
    assert audit.count(VoteState.SET_ASIDE) == audit.report.quarantined == 120
    assert audit.count(VoteState.SET_ASIDE, of_came_in=True) == 120
    assert len(audit.decisions.rows) == 120, "what is only told is no decision"
    assert audit.passed
    listed = flagged_csv(audit).decode().splitlines()
    assert listed[0] == "battle,voter,at,arena,left,right,outcome,state,found_by,decided_by,because"
    states = Counter(line.split(",")[7] for line in listed[1:])
    assert states["set_aside"] == 120
    assert states["counted"] >= 180
    assert all(line.split(",")[3] == "text-to-image" for line in listed[1:])


def test_newcomers_who_lie_about_one_model_wait_and_are_an_alert() -> None:
    liars = [
        replace(vote, voter=f"late{vote.voter}", battle=f"late{vote.battle}", at=vote.at + timedelta(days=70))
        for vote in honest_votes(60, 8, seed=9)
    ]
    liars = [
        replace(vote, outcome=Outcome.LEFT if vote.left == TARGET else Outcome.RIGHT)
        if TARGET in {vote.left, vote.right}
        else vote
        for vote in liars
    ]
    liars = [replace(vote, origin=Origin.HUMAN) for vote in liars]
    audit = audited(*HUMAN, *liars)
    assert not audit.passed
    assert {alert.model for alert in audit.alerts} == {TARGET}
    waiting = [vote for vote in flagged_votes(audit) if vote.state == VoteState.UNKNOWN]
    assert waiting
    assert all(TARGET in {vote.left, vote.right} and vote.voter.startswith("late") for vote in waiting)
    assert {name for vote in waiting for name in vote.found_by} >= {audit.alerts[0].name}


def test_a_second_audit_decides_nothing_new(log: Log) -> None:
    again = audit_log(log, now=NOW + timedelta(days=1))
    assert again.decisions == log.decisions
    assert again.changed == 0
    assert again.states == again.before


def test_what_no_rule_finds_any_more_counts_again_and_stays_in_the_history(log: Log) -> None:
    audit = audit_log(log, now=NOW + timedelta(days=1), without=frozenset({"favourite", "burst"}))
    assert audit.count(VoteState.SET_ASIDE) == 0
    assert audit.changed == 120
    assert len(audit.decisions.rows) == 2 * len(log.decisions.rows)
    assert audit.standing.quarantined == 120, "until it is written"


def test_people_decide_about_votes_voters_and_groups(log: Log) -> None:
    log, votes = decide(log, LogRuling.RELEASE, groups=["favourite"])
    assert votes == 120
    log, _ = decide(log, LogRuling.EXCLUDE, voters=["v7"])
    log, _ = decide(log, LogRuling.EXCLUDE, votes=["8-0"])
    counts = log.count_states()
    excluded = sum(vote.voter == "v7" for vote in HUMAN) + 1
    still = counts[VoteState.SET_ASIDE] - excluded
    assert still == sum("burst" in row.rules for row in log.decisions.found.values()), "another rule found these too"
    log, _ = decide(log, LogRuling.FORGET, minutes=2, voters=["v7"], votes=["8-0"])
    assert log.count_states()[VoteState.SET_ASIDE] == still
    audit = audit_log(log, now=NOW + timedelta(days=1))
    assert audit.count(VoteState.SET_ASIDE) == still, "the next audit goes by it"


def test_a_rule_that_stopped_leaves_its_votes_rated_until_somebody_decides() -> None:
    many = [vote for n in range(30) for vote in preferring(votes_like(f"fan{n}", 20, origin=Origin.HUMAN), TARGET)]
    audit = audited(*HUMAN[:2000], *many)
    assert "favourite" in {rule.rule for rule in audit.stopped}
    assert audit.count(VoteState.SET_ASIDE) == 0
    assert not audit.passed


def test_a_group_that_only_tells_is_listed_once_somebody_excludes_it(tmp_path: Path) -> None:
    log = append_votes(open_log(tmp_path), votes_table(HUMAN + CLICKERS))
    assert audit_log(log, now=NOW).decisions.rows == ()
    log, votes = decide(log, LogRuling.EXCLUDE, groups=["one-sided"])
    assert votes == log.count_states()[VoteState.SET_ASIDE] == 180
    log, _ = decide(log, LogRuling.FORGET, minutes=2, groups=["one-sided"])
    assert log.count_states()[VoteState.SET_ASIDE] == 0


WRONG: list[tuple[dict[str, list[str]], str]] = [
    ({"groups": ["favorite"]}, '"favourite"'),
    ({"votes": ["b9999"]}, "there is no such vote"),
    ({"voters": ["fan99"]}, "there is no such voter"),
    ({"voters": ["fan1"], "votes": ["b9999"]}, "there is no such vote"),
]


@pytest.mark.parametrize(("about", "words"), WRONG, ids=range(len(WRONG)))
def test_a_decision_about_what_is_not_there_changes_nothing(log: Log, about: dict[str, list[str]], words: str) -> None:
    with pytest.raises(VotesError, match=words):
        decide(log, LogRuling.RELEASE, minutes=1, **about)
    assert open_log(log.folder).decisions == log.decisions


def test_a_battle_of_several_voters_is_named_with_the_voter(tmp_path: Path) -> None:
    votes = [replace(HUMAN[0], voter=voter) for voter in ("a", "b:c")]
    log = append_votes(open_log(tmp_path), votes_table(votes))
    with pytest.raises(VotesError, match=f"2 people voted on it.*{votes[0].battle}:a"):
        decide(log, LogRuling.EXCLUDE, votes=[votes[0].battle])
    log, _ = decide(log, LogRuling.EXCLUDE, votes=[f"{votes[0].battle}:b:c"])
    assert [row["voter"] for row in log.counted_votes().to_pyarrow().to_pylist()] == ["a"]


def test_derived_votes_are_not_judged() -> None:
    rater = [replace(vote, origin=Origin.DERIVED, at=START, voter="rater") for vote in HUMAN + FANS]
    audit = audited(*rater)
    assert (audit.report.votes, audit.derived, len(audit.decisions.rows)) == (0, 3120, 0)
    assert audited(*rater, *HUMAN).report.votes == len(HUMAN)


def known(votes: list[Vote], note: str = "") -> pa.Table:
    return audit_table(NOTHING, votes_table(votes))


LACKING: dict[str, tuple[Callable[[Vote], Vote], dict[str, int]]] = {
    "times": (lambda vote: vote, {"timed": 400, "dated": 400}),
    "one time for all": (lambda vote: replace(vote, at=START), {"timed": 0, "dated": 0}),
    "days alone": (
        lambda vote: replace(vote, at=datetime(vote.at.year, vote.at.month, vote.at.day, tzinfo=UTC)),
        {"timed": 0, "dated": 400},
    ),
}


@pytest.mark.parametrize("kind", LACKING)
def test_a_time_that_an_import_gave_to_all_is_none(kind: str) -> None:
    change, expected = LACKING[kind]
    table = known([change(vote) for vote in HUMAN[:400]])
    assert {name: sum(table[name].to_pylist()) for name in ("timed", "dated")} == expected


def test_sealed_votes_have_times_whatever_they_are(tmp_path: Path) -> None:
    note = SealedPeriod("0" * 12, 1, "0" * 64).note
    at_once = votes_table([replace(vote, at=START) for vote in HUMAN[:50]])
    log = append_votes(open_log(tmp_path), at_once, note)
    assert all(audit_table(log)["timed"].to_pylist())


def test_sides_that_say_who_won_are_dealt_anew() -> None:
    winners = [
        replace(vote, left=vote.right, right=vote.left, outcome=Outcome.LEFT) if vote.outcome is Outcome.RIGHT else vote
        for vote in HUMAN
    ]
    audit = audited(*winners)
    assert found_by(audit).get("one-sided", 0) == 0
    sides = Counter(audit.table["outcome"].to_pylist())
    assert abs(sides["left"] - sides["right"]) < 0.1 * len(winners)


@pytest.mark.parametrize("kind", ["one time for all", "days alone"])
def test_honest_votes_count_whatever_is_not_known_of_them(kind: str) -> None:
    change, _ = LACKING[kind]
    bare = [replace(change(vote), dwell_ms=None) for vote in HUMAN]
    for votes in (bare, [replace(vote, voter=vote.battle) for vote in bare]):
        audit = audited(*votes)
        assert audit.count(VoteState.COUNTED) == len(votes)
        assert audit.passed
        judged = {rule.rule: rule.judged for rule in audit.report.rules}
        assert judged["velocity"] == judged["burst"] == judged["snap"] == judged["linked"] == 0
    assert judged["favourite"] == judged["farmed"] == 0, "each vote has a voter of its own"


def test_simulated_votes_say_nothing_of_people() -> None:
    """Else a crowd that a program made up would decide who of the real voters is strange."""
    upside_down = [
        replace(vote, battle=f"s{vote.battle}", voter=f"s{vote.voter}", left=vote.right, right=vote.left)
        for vote in HONEST
    ]
    audit = audited(*HUMAN[:1000], *upside_down)
    human = [vote for vote in flagged_votes(audit) if not vote.voter.startswith("s")]
    assert human == []


def test_decisions_about_votes_that_are_not_there_are_told(log: Log) -> None:
    row = replace(log.decisions.rows[0], battle="typo")
    log = write_decisions(log, lambda current: current.decisions.with_rows([row]))
    assert audit_log(log, now=NOW).unknown_votes == (("typo", row.voter),)

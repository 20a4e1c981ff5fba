"""What a log says of itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from arena.records import LogSummary, Origin, Outcome
from arena.votes.log import append_votes, open_log
from arena.votes.table import votes_table
from tests.votes.examples import some_votes


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

"""All rules together: honest votes count, a rule that finds too much stops, and order changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from arena.records import Outcome, Vote
from arena.votes.audit import Thresholds, judge
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import (
    HONEST,
    judged,
    votes_like,
)
from tests.votes.examples import vote_lists


def test_honest_votes_all_count() -> None:
    found, verdict = judged([])
    assert found == set()
    assert verdict.report.counted == verdict.report.votes == len(HONEST)
    assert verdict.report.models == ()


def test_a_rule_that_would_exclude_more_than_a_tenth_stops_and_says_so() -> None:
    clickers = [vote for number in range(20) for vote in votes_like(f"bot{number}", 20, outcome=Outcome.LEFT)]
    votes = HONEST + clickers
    verdict = judge(votes_table(votes), without=frozenset({"disagreement"}))
    assert [rule.rule for rule in verdict.report.stopped] == ["one-sided"]
    assert (verdict.report.quarantined, verdict.report.unknown) == (0, 400)
    assert verdict.report.counted == len(HONEST)
    bold = judge(votes_table(votes), thresholds=Thresholds(share_limit=0.5), without=frozenset({"disagreement"}))
    assert (bold.report.quarantined, bold.report.unknown) == (400, 0)


@given(vote_lists)
@settings(max_examples=12)
def test_every_vote_is_counted_quarantined_or_unknown(votes: list[Vote]) -> None:
    verdict = judge(votes_table(votes))
    report = verdict.report
    assert report.votes == len(votes) == report.counted + report.quarantined + report.unknown
    assert not (verdict.quarantined & verdict.unknown).any()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_votes_and_the_names_of_voters_change_nothing(seed: int) -> None:
    votes = HONEST[:1500] + votes_like("bot", 40, outcome=Outcome.LEFT)
    order = np.random.default_rng(seed).permutation(len(votes))
    names = {vote.voter: vote.voter[::-1] + "-renamed" for vote in votes}
    before = judge(votes_table(votes))
    after = judge(votes_table(replace(votes[place], voter=names[votes[place].voter]) for place in order))
    assert before.report == after.report
    assert np.array_equal(before.quarantined[order], after.quarantined)

"""All rules together: honest votes count, a rule that finds too much stops, and order changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from arena.records import Outcome, Vote
from arena.votes.audit import CARELESS, Thresholds, Verdict, judge
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import (
    HONEST,
    MODELS,
    START,
    honest_votes,
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


def judged_with(votes: list[Vote], telling: frozenset[str] = frozenset(), **flags: list[bool]) -> Verdict:
    """The verdict on votes of which it is known whether their times are real."""
    table = votes_table(votes)
    for name, values in flags.items():
        table = table.append_column(name, pa.array(values, pa.bool_()))
    return judge(table, telling=telling)


def test_a_rule_that_needs_times_says_nothing_of_votes_without() -> None:
    at_once = [replace(vote, at=START) for vote in votes_like("rater", 40)]
    timed = [*[True] * len(HONEST), *[False] * len(at_once)]
    assert judged_with(HONEST + at_once).set_aside["velocity"].sum() == 40
    verdict = judged_with(HONEST + at_once, timed=timed)
    found = {rule.rule: rule for rule in verdict.report.rules}
    assert verdict.report.quarantined == 0
    assert found["velocity"].judged == found["burst"].judged == len(HONEST)
    assert judged_with(at_once, timed=[False] * 40).report.counted == 40


def test_voter_habits_are_not_judged_where_each_vote_has_a_voter_of_its_own() -> None:
    nameless = [replace(vote, voter=f"nameless-{number}") for number, vote in enumerate(votes_like("x", 30))]
    judged_votes = {rule.rule: rule.judged for rule in judged_with(HONEST + nameless).report.rules}
    assert judged_votes["favourite"] == judged_votes["farmed"] == judged_votes["one-sided"] == len(HONEST)


def test_a_rule_that_only_tells_sets_nothing_aside_and_never_stops() -> None:
    clickers = [vote for number in range(20) for vote in votes_like(f"bot{number}", 20, outcome=Outcome.LEFT)]
    verdict = judged_with(HONEST + clickers, telling=CARELESS)
    found = {rule.rule: rule for rule in verdict.report.rules}
    assert (verdict.report.quarantined, verdict.report.unknown, verdict.report.stopped) == (0, 0, ())
    assert found["one-sided"].tells and found["one-sided"].votes >= 400
    assert verdict.found["one-sided"].sum() == found["one-sided"].votes


def test_an_alert_names_the_votes_of_its_group_on_its_model_whatever_they_say() -> None:
    target, late = MODELS[2], list[Vote]()
    for vote in honest_votes(30, 8, seed=9):
        lie = Outcome.LEFT if vote.left == target else Outcome.RIGHT
        outcome = lie if target in {vote.left, vote.right} else vote.outcome
        at = vote.at + timedelta(days=28)
        late.append(replace(vote, battle=f"late-{vote.battle}", voter=f"late-{vote.voter}", at=at, outcome=outcome))
    votes = HONEST + late
    verdict = judged_with(votes)
    ((name, mask),) = verdict.alerted.items()
    assert name == f"newcomers/{verdict.report.alerts[0].since}/{target}"
    named = {votes[index].battle for index in np.flatnonzero(mask)}
    members = {vote.voter for vote in late if vote.battle in named}
    assert named == {vote.battle for vote in late if vote.voter in members and target in {vote.left, vote.right}}
    assert len(members) > 5
    undated = [*[True] * len(HONEST), *[False] * len(late)]
    assert judged_with(votes, dated=undated).alerted == {}

"""Who picks battles: votes on one model among many battles that were left, by network and by voter."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from arena.records import Vote
from arena.votes.audit import Verdict, judge
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import HONEST, MODELS, honest_votes, preferring, votes_like

TARGET = MODELS[4]
ALL_ELSE = frozenset({"favourite", "linked", "network", "newcomers", "share", "burst"})


def picks(count: int, voters: int) -> list[Vote]:
    """So many votes on the target by each voter, with the outcomes of honest ones."""
    return [
        replace(vote, left=TARGET, right=MODELS[0] if vote.right == TARGET else vote.right)
        for number in range(voters)
        for vote in preferring(votes_like(f"picker-{number}", count), TARGET)
    ]


def judged_beside(votes: list[Vote], left: list[Vote], network: str = "den") -> Verdict:
    """The verdict where the voters of ``votes`` share a network, and left some battles."""
    all_votes = HONEST + votes
    networks = [network if vote.voter.startswith("picker") else vote.voter for vote in all_votes]
    table = votes_table(all_votes).append_column("network", pa.array(networks))
    battles = {name: [getattr(vote, name) for vote in left] for name in ("left", "right", "voter")}
    unvoted = pa.table({**battles, "network": [network] * len(left)}, schema=pa.schema(
        [(name, pa.string()) for name in ("left", "right", "voter", "network")]
    ))  # fmt: skip
    return judge(table, without=ALL_ELSE, unvoted=unvoted)


def left_by(voters: int, each: int) -> list[Vote]:
    """Battles of others' models that these voters left."""
    battles = [vote for vote in honest_votes(voters, 3 * each, seed=5) if TARGET not in {vote.left, vote.right}]
    return [replace(vote, voter=f"picker-{vote.voter[1:]}") for vote in battles]


def test_a_network_that_leaves_all_battles_but_those_of_one_model_waits_with_its_votes_on_it() -> None:
    votes = picks(1, voters=9)
    verdict = judged_beside(votes + votes_like("picker-honest", 3), left_by(9, 20))
    about = [TARGET in {vote.left, vote.right} for vote in votes + votes_like("picker-honest", 3)]
    assert verdict.waiting["picked"][len(HONEST) :].tolist() == about
    assert not verdict.unknown[: len(HONEST)].any()
    (rule,) = [rule for rule in verdict.report.rules if rule.rule == "picked"]
    assert rule.waits and rule.judged == len(verdict.unknown)


def test_a_voter_who_changes_networks_is_found_too() -> None:
    verdict = judged_beside(picks(9, voters=1), left_by(1, 60), network="")
    assert verdict.waiting["picked"].sum() == 9


def test_who_leaves_battles_of_all_models_alike_is_left_alone() -> None:
    votes = [replace(vote, voter=f"picker-{vote.voter[1:]}") for vote in honest_votes(8, 10, seed=6)]
    left = [replace(vote, voter=f"picker-{vote.voter[1:]}") for vote in honest_votes(8, 60, seed=7)]
    assert judged_beside(votes, left).report.unknown == 0


def test_without_what_was_left_the_rule_says_that_it_cannot_tell() -> None:
    verdict = judge(votes_table(HONEST))
    (rule,) = [rule for rule in verdict.report.rules if rule.rule == "picked"]
    assert (rule.judged, rule.votes) == (0, 0)
    assert judged_beside(picks(1, voters=9), []).report.unknown == 0

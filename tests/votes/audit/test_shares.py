"""What one network may move a model by: the limit holds on every board, and nobody can choose what counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from arena.records import Outcome, Vote
from arena.votes.audit import Thresholds, judge
from arena.votes.audit.consensus import consensus_of, sides_of
from arena.votes.audit.shares import beyond_share
from arena.votes.audit.vote_arrays import Bools, VoteArrays, vote_arrays
from arena.votes.table import votes_table
from tests.votes.audit.honest_votes import HONEST, MODELS, preferring, votes_like

TARGET = MODELS[5]
PUSH = [vote for number in range(40) for vote in preferring(votes_like(f"one-{number}", 1), TARGET)]


def arrays(votes: list[Vote], network: str = "office") -> VoteArrays:
    """The honest voters have a network each, the others one together."""
    networks = [vote.voter if vote.voter.startswith("v") else network for vote in votes]
    return vote_arrays(votes_table(votes).append_column("network", pa.array(networks)))


def beyond(votes: VoteArrays, **limits: Any) -> Bools:
    """What waits, where all else is trusted."""
    trusted = np.array([number < len(HONEST) for number in range(len(votes))])
    return beyond_share(votes, consensus_of(votes, trusted), ~trusted, Thresholds(**limits))


def test_what_is_left_moves_the_model_by_no_more_than_the_share() -> None:
    votes = arrays(HONEST + PUSH)
    waiting = beyond(votes)
    trusted = np.arange(len(votes)) < len(HONEST)
    rows, model, won, chance = sides_of(votes, consensus_of(votes, trusted), ~trusted & ~waiting)
    target = model == votes.models.index(TARGET)
    cast = sum(TARGET in {vote.left, vote.right} for vote in HONEST + PUSH)
    moved = 2 * abs((won - chance)[target].sum())
    assert len(rows) and moved <= max(5, 0.02 * cast) + 0.5
    assert 0 < waiting[len(HONEST) :].sum() < len(PUSH)


def test_a_few_votes_always_count_and_unknown_networks_are_not_limited() -> None:
    assert not beyond(arrays(HONEST + PUSH[:5])).any()
    assert not beyond(arrays(HONEST + PUSH, network="")).any()


def test_a_network_that_votes_as_all_do_is_not_limited() -> None:
    honest = [replace(vote, voter=f"w{vote.voter}", battle=f"w{vote.battle}") for vote in HONEST[:1000]]
    assert beyond(arrays(HONEST + honest)).sum() <= 20


@pytest.mark.parametrize("seed", range(2))
def test_neither_order_nor_time_nor_voter_decides_which_votes_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    late = [
        replace(PUSH[place], at=PUSH[0].at, voter=f"other-{number}")
        for number, place in enumerate(rng.permutation(len(PUSH)))
    ]
    first, second = (
        {vote.battle for vote, waits in zip(HONEST + push, beyond(arrays(HONEST + push)), strict=True) if waits}
        for push in (PUSH, late)
    )
    assert first == second


def test_votes_beyond_the_share_are_unknown_and_say_so() -> None:
    votes = HONEST + [replace(vote, outcome=Outcome.LEFT) for vote in PUSH]
    table = votes_table(votes).append_column("network", pa.array(arrays(votes).network.astype(str)))
    others = frozenset({"linked", "network", "newcomers", "favourite", "burst"})
    verdict = judge(table, without=others)
    (rule,) = [rule for rule in verdict.report.rules if rule.rule == "share"]
    assert rule.waits and not rule.stopped
    assert rule.votes == verdict.waiting["share"].sum() > 20
    assert (verdict.unknown == verdict.waiting["share"]).all()
    assert judge(table, without=others | {"share"}).report.unknown == 0

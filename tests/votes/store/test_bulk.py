"""Battles and votes that are written together: what is refused spoils none of the others, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from arena.errors import StoreError
from arena.votes.store import (
    AddBattle,
    AddVote,
    AlreadyVoted,
    BattleGone,
    LimitedRequest,
    PairAlreadyShown,
    RetryAfter,
    Store,
)
from tests.votes.store.worlds import MODELS, NOW, a_battle, a_vote, add_battle


class Once:
    """One in an hour."""

    count, seconds = 1, 3600


def _kinds(results: list[object]) -> list[type | None]:
    return [None if result is None else type(result) for result in results]


def test_what_is_refused_leaves_the_others(store: Store) -> None:
    battles = [AddBattle(a_battle(f"b{number}", f"v{number}", *MODELS[:2], created=NOW)) for number in range(4)]
    unknown = AddBattle(replace(a_battle("b9", "v9", *MODELS[:2], created=NOW), right_output="f" * 64))
    results = store.write([*battles, unknown, battles[0]])
    assert _kinds(results) == [None, None, None, None, StoreError, StoreError]
    at = NOW + timedelta(minutes=1)
    cast = [AddVote(a_vote(f"b{number}", f"v{number}", at)) for number in range(4)]
    stranger = AddVote(a_vote("b1", "v0", at))
    assert _kinds(store.write([*cast, cast[0], stranger])) == [None, None, None, None, AlreadyVoted, BattleGone]
    assert store.votes_stored() == 4


@pytest.mark.parametrize("others", [0, 3])
def test_a_pair_that_was_shown_is_not_drawn_again(store: Store, others: int) -> None:
    one, other = MODELS[:2]
    more = [AddBattle(a_battle(f"o{number}", f"o{number}", one, other, created=NOW), True) for number in range(others)]
    first = AddBattle(a_battle("b1", "v", one, other, created=NOW), new_pair=True)
    assert _kinds(store.write([first, *more])) == [None] * (1 + others)
    soon = NOW + timedelta(minutes=1)
    turned = AddBattle(a_battle("b2", "v", other, one, created=soon), new_pair=True)
    assert _kinds(store.write([turned])) == [PairAlreadyShown], "still open, on other sides"
    late = NOW + timedelta(days=1)
    again = AddBattle(a_battle("b3", "v", one, other, created=late), new_pair=True)
    assert _kinds(store.write([again])) == [None], "expired without a vote"
    store.write([AddVote(a_vote("b3", "v", late))])
    later = AddBattle(a_battle("b4", "v", one, other, created=late + timedelta(days=1)), new_pair=True)
    assert _kinds(store.write([later])) == [PairAlreadyShown], "voted on"
    add_battle(store, later.battle)


def test_limits_keep_back_their_own_operation_only(store: Store) -> None:
    battles = [AddBattle(a_battle(f"b{number}", "v", *MODELS[:2], created=NOW)) for number in range(3)]
    limits = [[LimitedRequest(key, [Once()], NOW)] for key in ("one", "one", "other")]
    first, second, third = store.write(battles, limits)
    assert (first, third) == (None, None)
    assert isinstance(second, RetryAfter)
    assert second.seconds == pytest.approx(3600)
    assert [store.battle(f"b{number}") is None for number in range(3)] == [False, True, False]

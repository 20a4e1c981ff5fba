"""Operations alone and together: what is refused spoils none of the others, and a store agrees with a dictionary."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc, text

from arena.errors import StoreError
from arena.records import Outcome
from arena.votes.store import (
    AddBattle,
    AddVote,
    AlreadyVoted,
    BattleGone,
    LimitedRequest,
    Operation,
    PairAlreadyShown,
    RetryAfter,
    Store,
    open_store,
)
from tests.votes.store.worlds import (
    HOUR,
    MODELS,
    NOW,
    a_battle,
    a_vote,
    add_battle,
    know_outputs,
    some_operations,
    sqlite_store,
)


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


_IDS = st.sampled_from(["b1", "b2", "b3"])
_VOTERS = st.sampled_from(["v1", "v2"])
_LATER = st.integers(0, 7200).map(lambda seconds: NOW + timedelta(seconds=seconds))
_OPERATIONS = st.one_of(
    st.builds(lambda battle, voter: AddBattle(a_battle(battle, voter)), _IDS, _VOTERS),
    st.builds(lambda *vote: AddVote(a_vote(*vote)), _IDS, _VOTERS, _LATER, st.sampled_from(Outcome)),
)  # fmt: skip


class _Expected:
    """What a store should do, said as simply as possible."""

    def __init__(self) -> None:
        self.battles: dict[str, str] = {}
        self.votes: dict[str, AddVote] = {}

    def run(self, operation: Operation) -> object:
        if isinstance(operation, AddBattle):
            taken = operation.battle.id in self.battles
            self.battles.setdefault(operation.battle.id, operation.battle.voter)
            return StoreError if taken else type(None)
        assert isinstance(operation, AddVote)
        vote = operation.vote
        if self.battles.get(vote.battle) != vote.voter:
            return BattleGone
        if vote.battle in self.votes:
            return AlreadyVoted
        if vote.at > NOW + HOUR:
            return BattleGone
        self.votes[vote.battle] = operation
        return type(None)


@given(st.lists(st.lists(_OPERATIONS, max_size=4), max_size=8))
def test_a_store_agrees_with_a_dictionary(batches: list[list[Operation]]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(sqlite_store(Path(folder))) as store:
        know_outputs(store)
        expected = _Expected()
        for batch in batches:
            results = store.write(batch)
            in_turn = sorted(range(len(batch)), key=lambda place: batch[place].order)
            wanted = {place: expected.run(batch[place]) for place in in_turn}
            for place, result in enumerate(results):
                assert wanted[place] in (result, type(result))
        assert store.votes_stored() == len(expected.votes)
        for battle, operation in expected.votes.items():
            kept = store.vote_of(battle, operation.vote.voter)
            assert kept is not None and kept.outcome is operation.vote.outcome


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO votes SELECT * FROM votes WHERE battle = 'b00000'",
        "UPDATE votes SET outcome = 'maybe'",
        "UPDATE votes SET voter = 'v4' WHERE battle = 'b00000'",
        "UPDATE votes SET battle = 'unknown' WHERE battle = 'b00000'",
        "UPDATE votes SET dwell_ms = -1",
        "UPDATE votes SET retracted = at - 1",
        "UPDATE votes SET seal = 1",
        "UPDATE votes SET at = 'yesterday'",
        "UPDATE battles SET expires = created",
        """UPDATE battles SET "left" = "right" """,
        "UPDATE battles SET left_output = 'ff'",
        "DELETE FROM battles WHERE id = 'b00000'",
        "DELETE FROM voters",
        "DELETE FROM outputs",
        "INSERT INTO quarantine VALUES ('unknown', 'v0', 'snap', 0)",
        "INSERT INTO quarantine VALUES ('b00000', 'v0', '', 0)",
        "INSERT INTO seals VALUES (1, 'a', 0, 0, NULL, NULL, 1, '{}')",
        "UPDATE outputs SET active = 2",
    ],
)
def test_a_bad_state_cannot_be_written(store: Store, statement: str) -> None:
    store.write(some_operations(5))
    with pytest.raises((StoreError, exc.DBAPIError)), store.writing() as connection:
        connection.execute(text(statement))
    assert store.votes_stored() == 5

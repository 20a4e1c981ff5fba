"""What a store takes, refuses and answers; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from arena.catalogue import load_catalogue
from arena.catalogue.model_facts import Status
from arena.catalogue.outputs import Output
from arena.errors import StoreError
from arena.records import Origin, Outcome, OutputOrigin
from arena.votes.store import (
    AddBattle,
    AddVote,
    AlreadyVoted,
    BattleGone,
    EarlierBattle,
    PairCount,
    Reason,
    Store,
    StoredVote,
    network_key,
    open_store,
)
from arena.votes.store.schema import outputs
from tests.conftest import ROOT
from tests.votes.store.worlds import (
    HOUR,
    MODELS,
    NOW,
    PERIOD,
    PROMPT,
    Rate,
    a_battle,
    a_vote,
    add_battle,
    add_vote,
    know_outputs,
    retract_vote,
    seconds_to_wait,
    some_operations,
)

SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)


def test_a_battle_comes_back_as_it_was(store: Store) -> None:
    battle = replace(a_battle(), created=NOW + timedelta(microseconds=1), origin=Origin.SIMULATED)
    add_battle(store, battle)
    assert store.battle("b1") == battle
    assert store.battle("b2") is None


def test_a_vote_comes_back_as_it_was(store: Store) -> None:
    add_battle(store, a_battle())
    vote = StoredVote("b1", "v1", NOW, Outcome.TIE, (Reason.PROMPT, Reason.STYLE), 1234, "n1")
    add_vote(store, replace(vote, reasons=(Reason.STYLE, Reason.PROMPT)))
    assert store.vote_of("b1", "v1") == replace(vote, network=network_key(PERIOD, "n1"))
    assert store.vote_of("b1", "v2") is None
    (logged,) = store.votes_by_voter(["v1"])
    assert (logged.battle, logged.left, logged.right, logged.outcome) == ("b1", MODELS[0], MODELS[1], Outcome.TIE)
    assert (logged.at, logged.prompt, logged.dwell_ms, logged.origin) == (NOW, PROMPT, 1234, Origin.HUMAN)


def test_a_battle_takes_one_vote(store: Store) -> None:
    add_battle(store, a_battle())
    add_vote(store, a_vote())
    with pytest.raises(AlreadyVoted, match="b1"):
        add_vote(store, a_vote(outcome=Outcome.RIGHT))
    assert store.votes_stored() == 1
    kept = store.vote_of("b1", "v1")
    assert kept is not None and kept.outcome is Outcome.LEFT


@pytest.mark.parametrize(
    "vote",
    [
        a_vote(battle="unknown"),
        a_vote(voter="v2"),
        a_vote(at=NOW + HOUR + SECOND),
        a_vote(at=NOW - SECOND),
    ],
    ids=["unknown", "another voter's", "expired", "before it began"],
)
def test_a_vote_needs_an_open_battle_of_its_voter(store: Store, vote: StoredVote) -> None:
    add_battle(store, a_battle())
    add_battle(store, a_battle("b2", "v2"))
    with pytest.raises(BattleGone):
        add_vote(store, vote)
    assert store.votes_stored() == 0


def test_a_battle_takes_a_vote_up_to_its_last_moment(store: Store) -> None:
    add_battle(store, a_battle())
    add_vote(store, a_vote(at=NOW + HOUR))
    assert store.votes_stored() == 1


def test_a_vote_that_was_taken_back_counts_for_nothing_and_leaves_the_battle_closed(store: Store) -> None:
    add_battle(store, a_battle())
    add_vote(store, a_vote())
    retract_vote(store, "b1", NOW + 5 * SECOND)
    assert (store.votes_stored(), store.pair_counts("text-to-image"), store.votes_by_voter(["v1"])) == (0, [], [])
    with pytest.raises(AlreadyVoted):
        add_vote(store, a_vote())
    kept = store.vote_of("b1", "v1")
    assert kept is not None and kept.retracted == NOW + 5 * SECOND
    assert [earlier.voted for earlier in store.earlier_battles("v1", PROMPT, NOW + 2 * HOUR)] == [True]


def test_a_battle_shows_known_outputs_of_models_that_are_not_withdrawn(store: Store) -> None:
    with pytest.raises(StoreError, match="may not be shown"):
        add_battle(store, replace(a_battle(), left_output="f" * 64))
    with pytest.raises(StoreError, match="may not be shown"):
        add_battle(store, replace(a_battle(), left="x/unknown"))
    with store.writing() as connection:
        connection.execute(update(outputs).where(outputs.c.model == MODELS[1]).values(active=0))
    with pytest.raises(StoreError, match="may not be shown"):
        add_battle(store, a_battle())
    add_battle(store, a_battle(right=MODELS[2]))


def test_an_id_is_given_once(store: Store) -> None:
    add_battle(store, a_battle())
    with pytest.raises(StoreError, match="already"):
        add_battle(store, a_battle(voter="v2"))


def test_one_operation_that_is_refused_spoils_no_other(store: Store) -> None:
    results = store.write(
        [
            AddVote(a_vote()),
            AddBattle(a_battle()),
            AddVote(a_vote(outcome=Outcome.RIGHT)),
            AddBattle(a_battle()),
        ]
    )
    assert results[:2] == [None, None]
    assert [type(result) for result in results[2:]] == [AlreadyVoted, StoreError]
    assert store.write([]) == []


def test_what_breaks_a_constraint_spoils_no_other(store: Store) -> None:
    bad = replace(a_battle("b2"), expires=NOW - SECOND)
    results = store.write([AddBattle(a_battle()), AddBattle(bad), AddBattle(a_battle("b3"))])
    assert [type(result) for result in results] == [type(None), StoreError, type(None)]
    assert store.battle("b1") and store.battle("b3") and not store.battle("b2")


def test_pair_counts_do_not_depend_on_sides(store: Store) -> None:
    sides = [(0, 1, Outcome.LEFT), (1, 0, Outcome.RIGHT), (1, 0, Outcome.LEFT), (0, 1, Outcome.TIE)]
    sides += [(1, 0, Outcome.BOTH_BAD), (2, 0, Outcome.LEFT)]
    for number, (left, right, outcome) in enumerate(sides):
        add_battle(store, a_battle(f"b{number}", "v1", MODELS[left], MODELS[right]))
        add_vote(store, a_vote(f"b{number}", outcome=outcome))
    assert store.pair_counts("text-to-image") == [
        PairCount(MODELS[0], MODELS[1], wins=2, losses=1, ties=1, both_bad=1),
        PairCount(MODELS[0], MODELS[2], losses=1),
    ]
    assert store.pair_counts("text-to-image")[0].votes == 5
    assert store.pair_counts("image-editing") == []


def test_earlier_battles_are_what_a_voter_saw_or_may_see(store: Store) -> None:
    add_battle(store, a_battle("open", created=NOW + SECOND, expires=NOW + 3 * HOUR))
    add_battle(store, a_battle("voted"))
    add_vote(store, a_vote("voted"))
    add_battle(store, a_battle("expired", created=NOW + 2 * SECOND))
    add_battle(store, a_battle("other's", "v2"))
    late = NOW + 2 * HOUR
    found = store.earlier_battles("v1", PROMPT, late)
    assert found[0] == EarlierBattle("voted", MODELS[0], MODELS[1], True, NOW + HOUR)
    assert [earlier.battle for earlier in found] == ["voted", "open"]
    assert store.earlier_battles("v1", "text-to-image/other", late) == []


def test_votes_are_counted_and_listed_by_voter(store: Store) -> None:
    store.write(some_operations(20))
    assert store.votes_stored() == 20
    times = [vote.at for vote in store.votes_by_voter(["v0", "v3"])]
    assert store.count_votes(["v0", "v3"], times[5]) == (8, sum(time >= times[5] for time in times))
    assert store.count_votes([], times[5]) == (0, 0)
    assert len(times) == 8 and times == sorted(times)


def test_one_of_many_votes_at_once_is_kept(store: Store) -> None:
    add_battle(store, a_battle())
    barrier = threading.Barrier(8)

    def vote(number: int) -> bool:
        barrier.wait()
        try:
            add_vote(store, a_vote(outcome=list(Outcome)[number % 4]))
        except AlreadyVoted:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(vote, range(8))) == 1
    assert store.votes_stored() == 1


def test_a_secret_is_the_same_for_all(store: Store, url: str) -> None:
    with open_store(url) as other:
        assert store.secret("tokens", b"one") == b"one"
        assert other.secret("tokens", b"two") == b"one"
    assert store.secret("tokens", b"four") == b"one"
    assert store.secret("voters", b"five") == b"five"


def voters_of(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(connection.execute(text("SELECT id FROM voters")).scalars())


def test_battles_that_nobody_voted_on_are_forgotten_when_they_expired(store: Store) -> None:
    store.write(some_operations(3))
    add_battle(store, a_battle("old"))
    add_battle(store, a_battle("seen", "only looked"))
    add_battle(store, a_battle("open", created=NOW + 2 * HOUR))
    seconds_to_wait(store, "k", [Rate(1, 1)], NOW)
    before = voters_of(store)
    assert store.forget_expired(NOW + 2 * HOUR) == 2
    assert voters_of(store) == before - {"only looked"}
    assert store.battle("old") is None and store.battle("open")
    assert store.votes_stored() == 3


def test_outputs_are_those_of_the_catalogue(store: Store) -> None:
    catalogue = load_catalogue(ROOT / "data")
    active = [name for name, model in catalogue.models.items() if model.status is not Status.WITHDRAWN][:2]
    withdrawn = [name for name, model in catalogue.models.items() if model.status is Status.WITHDRAWN][:1]
    some = tuple(_output(model, number) for number, model in enumerate(active + withdrawn))
    assert store.sync_outputs(replace(catalogue, outputs=some)) == 2
    battle = replace(a_battle(), left=active[0], right=active[1], left_output=f"{0:064x}", right_output=f"{1:064x}")
    add_battle(store, battle)
    for others in (withdrawn, MODELS[:1]):
        with pytest.raises(StoreError, match="may not be shown"):
            add_battle(store, replace(battle, id="b2", right=others[0], right_output=f"{2:064x}"))
    assert store.sync_outputs(replace(catalogue, outputs=some[1:])) == 1
    with pytest.raises(StoreError, match="may not be shown"):
        add_battle(store, replace(battle, id="b3"))
    assert store.battle("b1")
    store.sync_outputs(replace(catalogue, outputs=some))
    add_battle(store, replace(battle, id="b3"))


def _output(model: str, number: int) -> Output:
    sha256 = f"{number:064x}"
    return Output(model=model, prompt=PROMPT, sha256=sha256, width=1, height=1, bytes=1, origin=OutputOrigin.SIMULATED)


def test_a_store_is_found_again(url: str, tmp_path: Path) -> None:
    with open_store(url) as store:
        know_outputs(store)
        store.write(some_operations(4))
    with open_store(url) as again:
        assert again.votes_stored() == 4
    file = tmp_path / "arena.sqlite"
    if file.exists():
        assert file.stat().st_mode & 0o777 == 0o600

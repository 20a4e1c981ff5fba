from __future__ import annotations

from arena.pairs import Pair, Pairs

A_B = Pair("a", "b", 3, 1, 2, 4, 0.6, 0.5, 0.7)
B_C = Pair("b", "c", 0, 0, 0, 0, 0.4)
PAIRS = Pairs.of([B_C, A_B])


def test_a_pair_mirrored_twice_is_itself_and_mirrored_once_is_the_other_side() -> None:
    assert A_B.mirrored.mirrored == A_B
    assert (A_B.mirrored.wins, A_B.mirrored.losses, A_B.mirrored.win_probability) == (1, 3, 0.4)
    assert PAIRS.between("a", "b") == A_B
    assert PAIRS.between("b", "a") == A_B.mirrored


def test_nothing_is_known_of_a_model_against_itself_or_of_two_that_were_not_given() -> None:
    assert PAIRS.between("a", "a") is None
    assert PAIRS.between("c", "a") is None
    assert PAIRS.between("a", "d") is None


def test_only_pairs_with_votes_are_those_of_a_model_seen_from_it() -> None:
    assert [PAIRS.of_model(model) for model in "abcd"] == [[A_B], [A_B.mirrored], [], []]
    assert list(PAIRS) == [A_B, B_C]


def test_the_same_pairs_are_equal_however_they_came() -> None:
    assert Pairs.of([A_B, B_C]) == PAIRS
    assert hash(Pairs.of([A_B, B_C])) == hash(PAIRS)
    assert repr(Pairs.of([A_B, B_C])) == repr(PAIRS)
    assert Pairs.of([A_B]) != PAIRS

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.exports.ratings import ratings_csv
from arena.ratings import compute_ratings, rating_settings
from arena.ratings.boards import comparable_models, components, status_of, tiers
from arena.ratings.fragility import fragility_of
from arena.ratings.solver import solve
from arena.ratings.uncertainty import independent
from arena.records import Axis, Board, RankStatus
from tests.ratings.voting import Ballot, axis_tally, numbered, random_ballots, table


def overall(votes: list[Ballot], **options: object) -> Board:
    board = compute_ratings(table(votes), rating_settings(**options)).board(Axis("text-to-image"))
    assert board is not None
    return board


def test_rated_votes_connect_and_both_bad_does_not() -> None:
    tally = axis_tally({(0, 1): (1, 0, 0), (1, 2): (0, 0, 1), (3, 4): (2, 0, 0), (2, 5): (0, 0, 0)}, 7)
    assert components(tally).tolist() == [0, 0, 0, 3, 3, 5, 6]
    assert comparable_models(tally).tolist() == [True, True, True, False, False, False, False]


def test_a_long_chain_is_one_component_whatever_its_numbering() -> None:
    order = np.random.default_rng(0).permutation(60).tolist()
    links = {(min(pair), max(pair)): (1, 0, 0) for pair in pairwise(order)}
    assert not components(axis_tally(links)).any()


def test_of_two_groups_of_models_the_one_with_more_votes_counts() -> None:
    tally = axis_tally({(0, 1): (1, 0, 0), (2, 3): (5, 0, 0)})
    assert comparable_models(tally).tolist() == [False, False, True, True]
    assert comparable_models(axis_tally({})).size == 0


def test_models_that_no_comparison_connects_are_marked_and_not_ranked() -> None:
    here = random_ballots(300, 5, seed=1, voters=100_000)
    there = [Ballot("other/1", "other/2", "left", number=number) for number in range(1000, 1010)]
    board, alone = overall(here + there, draw_probability=0.1), overall(here, draw_probability=0.1)
    assert [(r.model, r.rank, r.rank_low, r.rank_high) for r in board.ratings] == [
        (r.model, r.rank, r.rank_low, r.rank_high) for r in alone.ratings
    ]
    assert [(r.model, r.rank, r.comparable, r.votes) for r in board.unranked] == [
        ("other/1", 0, False, 10),
        ("other/2", 0, False, 10),
    ]
    ratings = compute_ratings(table(here + there), rating_settings())
    rows = [line.split(",") for line in ratings_csv(ratings).splitlines()]
    apart = [row for row in rows if row[4].startswith("other/") and row[1] == "overall"]
    assert [row[5:8] for row in apart] == [["", "", ""]] * 2
    assert rows.index(apart[0]) > max(i for i, row in enumerate(rows) if row[1] == "overall" and row[5])


def test_tiers_go_down_the_board_by_what_can_be_told_apart() -> None:
    mu = np.array([30.0, 29.9, 25.0, 24.8, 20.0])
    assert tiers(mu, mu, independent(np.full(5, 0.5))).tolist() == [1, 1, 2, 2, 3]
    assert tiers(mu, mu, independent(np.full(5, 20.0))).tolist() == [1] * 5


@pytest.mark.parametrize(
    ("votes", "low", "high", "size", "status"),
    [
        (30, 3, 3, 8, RankStatus.ESTABLISHED),
        (29, 3, 3, 8, RankStatus.PROVISIONAL),
        (500, 3, 5, 8, RankStatus.PROVISIONAL),
        (500, 3, 5, 9, RankStatus.ESTABLISHED),
        (500, 0, 0, 9, RankStatus.PROVISIONAL),
    ],
)
def test_a_rating_is_established_by_votes_and_by_a_narrow_rank(
    votes: int, low: int, high: int, size: int, status: RankStatus
) -> None:
    assert status_of(votes, low, high, size) is status


def test_a_board_says_tiers_errors_and_status() -> None:
    board = overall(random_ballots(4000, 6, seed=5, voters=200))
    assert [rating.tier for rating in board.ratings] == sorted(rating.tier for rating in board.ratings)
    assert board.ratings[0].tier == 1
    assert {rating.status for rating in board.ratings} == {RankStatus.ESTABLISHED, RankStatus.PROVISIONAL} or all(
        rating.status is RankStatus.ESTABLISHED for rating in board.ratings
    )
    for rating in board.ratings:
        assert rating.score_high - rating.score == pytest.approx(1.959963984540054 * rating.error)
        assert 0 < rating.error < 2
        assert rating.rank_low <= rating.rank <= rating.rank_high


SETTINGS = rating_settings(min_votes=1)


def first_places(counts: dict[tuple[int, int], tuple[int, int, int]], models: int) -> set[int]:
    tally = axis_tally(counts, models)
    found = solve(tally, SETTINGS, 0.1)
    score = found.mu - 3 * found.sigma
    held = np.flatnonzero(comparable_models(tally) & (tally.rated >= 1))
    return {int(model) for model in held if score[model] == score[held].max()}


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from([(0, 1), (0, 2), (1, 2)]), st.tuples(*[st.integers(0, 3)] * 3), min_size=2))
def test_fragility_is_a_number_of_votes_that_does_it(counts: dict[tuple[int, int], tuple[int, int, int]]) -> None:
    tally = axis_tally(counts, 3)
    found = fragility_of(tally, solve(tally, SETTINGS, 0.1), SETTINGS, 0.1)
    if found is None:
        return
    assert 1 <= found.votes <= int(tally.counts.sum())
    assert found.challenger in tally.models


def test_fragility_of_a_close_race_and_of_a_clear_one() -> None:
    close = axis_tally({(0, 1): (11, 10, 0), (0, 2): (10, 2, 0), (1, 2): (10, 2, 0)})
    clear = axis_tally({(0, 1): (60, 10, 0), (0, 2): (60, 2, 0), (1, 2): (50, 10, 0)})
    weak = fragility_of(close, solve(close, SETTINGS, 0.1), SETTINGS, 0.1)
    firm = fragility_of(clear, solve(clear, SETTINGS, 0.1), SETTINGS, 0.1)
    assert weak is not None
    assert firm is not None
    assert weak.challenger == firm.challenger == "m001"
    assert weak.votes <= 2
    assert firm.votes >= 20


def test_fragility_is_what_it_takes_by_rating_anew() -> None:
    """One vote fewer of the same removal leaves the first place as it is; that many change it."""
    counts = {(0, 1): (30, 20, 5), (0, 2): (25, 20, 0), (1, 2): (22, 20, 0)}
    tally = axis_tally(counts)
    found = fragility_of(tally, solve(tally, SETTINGS, 0.1), SETTINGS, 0.1)
    assert found is not None
    assert first_places(counts, 3) == {0}
    wins = [(30 - taken, 20, 5) for taken in range(found.votes + 1)]
    by_hand = next(n for n, record in enumerate(wins) if first_places(counts | {(0, 1): record}, 3) != {0})
    assert found.votes <= by_hand


def test_a_lone_model_or_nobody_has_no_fragility() -> None:
    tally = axis_tally({})
    assert fragility_of(tally, solve(tally, SETTINGS, 0.1), SETTINGS, 0.1) is None


def test_overall_boards_carry_their_fragility_and_others_do_not() -> None:
    ratings = compute_ratings(table(numbered(random_ballots(400, 5, seed=8))), rating_settings())
    for board in ratings.boards:
        assert (board.fragility is not None) == (board.axis == Axis("text-to-image"))

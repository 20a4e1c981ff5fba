from itertools import pairwise

import numpy as np
import pytest

from arena.exports.ratings import ratings_csv
from arena.ratings import compute_ratings, rating_settings
from arena.ratings.boards import by_mu, comparable_models, components, held_back, rank_intervals, status_of, tiers
from arena.ratings.uncertainty import independent
from arena.records import Axis, Board, RankStatus, Rating
from tests.ratings.voting import Ballot, axis_tally, random_ballots, table


def overall(votes: list[Ballot], **options: object) -> Board:
    board = compute_ratings(table(votes), rating_settings(**options)).get(Axis("text-to-image"))
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


def test_models_far_apart_have_ranks_for_sure() -> None:
    low, high = rank_intervals(np.array([10.0, 30.0, 20.0]), independent(np.full(3, 0.1)))
    assert low.tolist() == high.tolist() == [3, 1, 2]


def test_models_that_nothing_tells_apart_share_all_ranks() -> None:
    low, high = rank_intervals(np.full(10, 25.0), independent(np.full(10, 1.0)))
    assert set(low.tolist()) == {1}
    assert set(high.tolist()) == {10}


def test_rank_intervals_go_with_the_models_whatever_their_order() -> None:
    rng = np.random.default_rng(3)
    mu, error = rng.normal(25, 2, 12), rng.uniform(0.5, 2, 12)
    low, high = rank_intervals(mu, independent(error))
    shuffle = rng.permutation(12)
    shuffled = rank_intervals(mu[shuffle], independent(error[shuffle]))
    assert shuffled[0].tolist() == low[shuffle].tolist()
    assert shuffled[1].tolist() == high[shuffle].tolist()


def test_one_model_is_first() -> None:
    low, high = rank_intervals(np.array([25.0]), independent(np.array([8.0])))
    assert (low.tolist(), high.tolist()) == ([1], [1])


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


def placed(rank: int, mu: float, sigma: float, votes: int) -> Rating:
    score = mu - 3 * sigma
    low, high = score - 1.96 * sigma, score + 1.96 * sigma
    counts = (votes, votes, 0, 0, 0)
    return Rating(f"m/{rank:02d}", rank, rank, rank, score, low, high, mu, sigma, *counts, 0.5, error=sigma)


def test_few_votes_hold_back_a_model_whose_mu_reaches_far_above_its_rank() -> None:
    board = [placed(rank, 30.0 - rank, 0.3, 200) for rank in range(1, 13)]
    few = placed(13, 27.5, 4.0, 10)
    assert held_back([*board, few]) == {"m/13": 3}
    assert [rating.model for rating in by_mu([*board, few])[:4]] == ["m/01", "m/02", "m/13", "m/03"]
    for other in (
        placed(13, 27.5, 4.0, 150),  # its votes are not few
        placed(13, 17.5, 4.0, 10),  # it does not rank higher by mu
        placed(13, 18.5, 0.4, 10),  # its interval of mu reaches nobody far above it
    ):
        assert held_back([*board, other]) == {}
    assert held_back([board[0], placed(2, 40.0, 8.0, 10), *board[2:]]) == {}, "a rank higher is not far"
    assert held_back([]) == {}

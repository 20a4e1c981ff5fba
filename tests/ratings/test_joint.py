from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from arena.errors import RatingsError
from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.joint import correlation_of_boards
from arena.ratings.results import Ratings
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, VarianceShares
from benchmarks.own_ranking import WORLDS, World, coverage
from tests.ratings.voting import Ballot, random_ballots, table

ARENA = "text-to-image"
POSTER, CHINESE = Axis(ARENA, "poster"), Axis(ARENA, "", "zh")


@pytest.fixture(scope="module")
def rated() -> Ratings:
    votes = random_ballots(600, 6, seed=3)
    votes.append(Ballot("org/m00", "org/zz", "left", "photo", voter="v1", number=600))
    return compute_ratings(table(votes), RatingSettings(min_votes=1))


@pytest.mark.parametrize("world", [WORLDS[0], WORLDS[2]], ids=lambda world: world.name)
def test_intervals_hold_the_truth_and_need_the_covariance_between_boards(world: World) -> None:
    joint, independent, one_error = coverage(world, 15)
    assert 0.92 <= joint[0] <= 0.98
    assert joint[1] >= 0.93
    assert independent[0] < 0.92 < one_error[0]
    assert independent[2] < joint[2] < one_error[2]


def test_without_weights_it_is_the_overall_board_by_strength(rated: Ratings) -> None:
    own, board = rated.own_ranking(), rated.board()
    ranked = {row.model: row for row in board.ratings}
    assert {row.model for row in own} == set(ranked)
    assert [row.strength for row in own] == sorted((round(r.mu, 3) for r in board.ratings), reverse=True)
    for row in own:
        assert row.error == pytest.approx(ranked[row.model].error, abs=0.002)
        assert row.rank_low <= row.rank <= row.rank_high
    (lone,) = (row for row in own if row.model == "org/zz")
    assert lone.rank_high - lone.rank_low >= 4, "one vote says little"


def test_strength_is_the_weighted_mean_less_costs(rated: Ratings) -> None:
    costs = {f"org/m{number:02d}": 0.5 * number for number in range(5)}
    own = rated.own_ranking(categories={"poster": 3}, languages={"zh": 1}, costs=costs)
    mu = {axis: {row.model: row.mu for row in rated.boards[at].ratings} for at, axis in enumerate(axes_of(rated))}
    assert {row.model for row in own} == set(costs), "a model without a cost is left out"
    for row in own:
        wanted = 0.75 * mu[POSTER][row.model] + 0.25 * mu[CHINESE][row.model] - costs[row.model]
        assert row.strength == pytest.approx(wanted, abs=0.001)
    assert [row.rank for row in own] == [1, 2, 3, 4, 5]
    without = {row.model for row in rated.own_ranking(categories={"poster": 1})}
    assert "org/zz" not in without, "it has no votes on posters"
    assert rated.own_ranking(costs={}) == ()


def axes_of(rated: Ratings) -> list[Axis]:
    return [board.axis for board in rated.boards]


def test_weights_count_by_their_proportion_and_errors_lie_between_the_bounds(rated: Ratings) -> None:
    one, other = ({axis: weight * times for axis, weight in ((POSTER, 1), (CHINESE, 1))} for times in (1, 7))
    joint = rated.joint[ARENA]
    assert [row.rank for row in joint.rank(one)] == [row.rank for row in joint.rank(other)]
    alone = [{row.model: row.error for row in joint.rank({axis: 1})} for axis in one]
    for row in joint.rank(one):
        errors = [errors[row.model] for errors in alone]
        assert float(np.linalg.norm(errors)) / 2 <= row.error <= sum(errors) / 2 + 1e-9


def test_what_cannot_be_weighed_is_named(rated: Ratings) -> None:
    with pytest.raises(RatingsError, match="no weight here") as raised:
        rated.own_ranking(categories={"logo": 1})
    assert "text-to-image, poster" in str(raised.value)
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(RatingsError, match="give 0 or more"):
            rated.own_ranking(languages={"zh": wrong})
    without = compute_ratings(table(random_ballots(60, 3, seed=1)), RatingSettings(), intervals=False)
    with pytest.raises(RatingsError, match="batch, with intervals"):
        without.own_ranking()


def test_ties_alone_are_no_obstacle() -> None:
    ties = [replace(ballot, outcome="tie") for ballot in random_ballots(60, 4, seed=2)]
    own = compute_ratings(table(ties), RatingSettings()).own_ranking(categories={"poster": 1}, languages={"en": 1})
    assert len(own) == 4
    assert all(np.isfinite(row.error) and row.error > 0 for row in own)
    assert {(row.rank_low, row.rank_high) for row in own} == {(1, 4)}


def votes_of(cells: list[tuple[int, int]], voters: list[int], prompts: list[int]) -> VoterVotes:
    codes = [np.array(column, np.int32) for column in (voters, prompts)]
    nothing = np.zeros(len(cells), np.int32)
    cell = np.array([(0, *each) for each in cells], np.int32)
    return VoterVotes(cell, nothing, nothing, nothing, codes[0], nothing, codes[1])


def test_boards_share_votes_voters_and_prompts() -> None:
    cells = [(0, 0), (0, 0), (0, 1), (0, 1), (1, 0), (1, 0), (1, 1), (1, 1)]
    boards = [np.array(cell) for cell in ((0, -1, -1), (0, 0, -1), (0, 1, -1), (0, -1, 0))]
    alone = votes_of(cells, list(range(8)), [-1] * 8)
    by_vote = correlation_of_boards(alone, boards, VarianceShares(1.0, 0.0))
    assert by_vote[1] == pytest.approx([4 / np.sqrt(8 * 4), 1.0, 0.0, 2 / 4])
    one_voter = replace(alone, voter=np.array([0, 1, 2, 3, 0, 1, 2, 3], np.int32))
    shared = correlation_of_boards(one_voter, boards, VarianceShares(0.5, 0.5))
    # 8 pairs of different votes by one voter have as much of the variance as 8 votes: v = 1.
    assert shared[1, 2] == pytest.approx(1.0)
    one_prompt = replace(alone, prompt=np.array([0, 0, 1, 1, 2, 2, 3, 3], np.int32))
    nested = correlation_of_boards(one_prompt, boards, VarianceShares(0.5, 0.0, 0.5))
    assert nested[1, 2] == 0.0, "a prompt is in one category"
    assert nested[1, 3] == pytest.approx(0.5)
    assert np.linalg.eigvalsh(shared).min() > -1e-9

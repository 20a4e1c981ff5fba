import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import compute_ratings, rating_settings
from arena.ratings.boards import comparable_models
from arena.ratings.fragility import fragility_of
from arena.ratings.solver import solve
from arena.records import Axis
from tests.ratings.voting import axis_tally, numbered, random_ballots, table

SETTINGS = rating_settings(min_votes=1)


def first_places(counts: dict[tuple[int, int], tuple[int, int, int]], models: int) -> set[int]:
    tally = axis_tally(counts, models)
    found = solve(tally, SETTINGS, 0.1)
    score = found.mu - 3 * found.sigma
    held = np.flatnonzero(comparable_models(tally) & (tally.rated >= 1))
    return {int(model) for model in held if score[model] == score[held].max()}


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

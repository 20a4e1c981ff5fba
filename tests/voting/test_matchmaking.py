"""Which two models are drawn: lanes in their shares, sides at random, excluded pairs never; and the ways to pair that
the benchmark compares with.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.settings import Lanes
from arena.voting.matchmaking import (
    AHEAD,
    MOST_SHOWN,
    TOP,
    ChosenPair,
    Lane,
    ModelEstimates,
    capped,
    choose_pair,
    vote_information,
    vote_worth,
)
from benchmarks.matchmaking import ROUNDS, SIZE, FisherA, FisherD, Swiss

BETA = 25 / 6


def some_estimates(size: int, seed: int = 1) -> ModelEstimates:
    rng = np.random.default_rng(seed)
    votes = np.triu(rng.integers(0, 20, (size, size)), 1)
    names = tuple(f"m/{number:02d}" for number in range(size))
    return ModelEstimates.of(
        names, 25 + 4 * rng.standard_normal(size), rng.uniform(0.5, 8, size), votes + votes.T, BETA
    )


def estimates_of(mu: list[float], sigma: list[float]) -> ModelEstimates:
    size = len(mu)
    names = tuple(f"m/{number:02d}" for number in range(size))
    return ModelEstimates.of(names, np.array(mu), np.array(sigma), np.zeros((size, size), np.int64), BETA)


def shown(estimates: ModelEstimates, lane: Lane, number: int = 300) -> Counter[str]:
    """How often each model is drawn."""
    found = draws(estimates, only(lane), number)
    return Counter(name for pair in found for name in (pair.left, pair.right))


def only(lane: Lane) -> Lanes:
    return Lanes(**{one.value: float(one is lane) for one in Lane})


def draws(estimates: ModelEstimates, lanes: Lanes, number: int) -> list[ChosenPair]:
    rng = random.Random(3)
    candidates = range(len(estimates.models))
    return [pair for _ in range(number) if (pair := choose_pair(estimates, candidates, (), lanes, rng))]


@given(st.integers(2, 9), st.integers(0, 2**32).map(random.Random), st.data())
def test_an_excluded_pair_or_an_absent_model_never_comes(size: int, rng: random.Random, data: st.DataObject) -> None:
    estimates = some_estimates(size)
    candidates = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=size))
    pairs = [
        frozenset((estimates.models[first], estimates.models[second]))
        for first in candidates
        for second in candidates
        if first < second
    ]
    excluded = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    pair = choose_pair(estimates, candidates, excluded, Lanes(), rng)
    assert (pair is None) == (len(excluded) == len(pairs))
    if pair:
        assert pair.left != pair.right
        assert frozenset((pair.left, pair.right)) in set(pairs) - set(excluded)


def test_lanes_come_in_their_shares_and_sides_at_random() -> None:
    found = draws(some_estimates(20), Lanes(), 4000)
    lanes = Counter(pair.lane for pair in found)
    for lane, share in Lanes().model_dump().items():
        assert abs(lanes[Lane(lane)] / 4000 - share) < 0.03
    left = Counter(pair.left < pair.right for pair in found)
    assert abs(left[True] / 4000 - 0.5) < 0.03


def test_coverage_takes_the_model_with_the_fewest_votes() -> None:
    estimates = some_estimates(12)
    fewest = estimates.models[int(np.argmin(estimates.pair_votes.sum(axis=1)))]
    assert all(fewest in (pair.left, pair.right) for pair in draws(estimates, only(Lane.COVERAGE), 50))


def test_contenders_may_be_among_the_best_and_the_least_known_come_first() -> None:
    # Two points apart, and known within half a point.
    mu, sigma = np.linspace(60.0, 2.0, 30).tolist(), [0.5] * 30
    found = draws(estimates_of(mu, sigma), only(Lane.CONTENDERS), 300)
    top = {f"m/{number:02d}" for number in range(TOP + 2)}
    assert all(top & {pair.left, pair.right} for pair in found)
    sigma[3] = 1.0
    assert shown(estimates_of(mu, sigma), Lane.CONTENDERS).most_common(1)[0][0] == "m/03"


def test_a_newcomer_comes_often_and_never_takes_all_battles() -> None:
    mu, sigma = [*np.linspace(28.0, 22.0, 30).tolist(), 25.0], [*[0.4] * 30, 25 / 3]
    for lane in (Lane.CONTENDERS, Lane.UNCERTAINTY):
        share = shown(estimates_of(mu, sigma), lane, 600)["m/30"] / 600
        assert MOST_SHOWN < share < 1 - (1 - MOST_SHOWN) ** 2 + 0.06


def test_uncertainty_prefers_pairs_whose_order_is_in_doubt() -> None:
    estimates = estimates_of([40.0, 25.2, 25.0, 10.0, 0.0], [0.5, 3.0, 3.0, 0.5, 0.5])
    found = Counter(frozenset((pair.left, pair.right)) for pair in draws(estimates, only(Lane.UNCERTAINTY), 300))
    assert found.most_common(1)[0][0] == frozenset(("m/01", "m/02"))


def test_the_lower_board_is_not_forgotten() -> None:
    """Who is far from the top is no contender, but comes by the lane for the whole board."""
    mu, sigma = [*np.linspace(60.0, 40.0, 12).tolist(), 5.1, 5.0], [0.5] * 12 + [1.0, 1.0]
    contenders, everyone = (
        shown(estimates_of(mu, sigma), lane)["m/12"] for lane in (Lane.CONTENDERS, Lane.UNCERTAINTY)
    )
    assert everyone > 60 > 4 * contenders


def test_models_that_are_all_apart_are_drawn_all_the_same() -> None:
    """Where no vote can turn an order, no pair is worth more than another, and the lanes hand over."""
    estimates = estimates_of([1e6, 0.0, -1e6], [0.1, 0.1, 0.1])
    for lane in (Lane.CONTENDERS, Lane.UNCERTAINTY):
        assert {pair.lane for pair in draws(estimates, only(lane), 20)} == {Lane.EXPLORATION}


def wrong_orders(mu: np.ndarray, together: np.ndarray, known: np.ndarray) -> float:
    """The expected number of pairs in the wrong order, once so much (M x M) of the variance ``together`` of each
    difference (M x M) has come to be known: a sum over where the differences may then be.
    """
    total, steps = 0.0, np.linspace(-7.0, 7.0, 2_801)
    density = np.exp(-(steps**2) / 2) / math.sqrt(2 * math.pi) * (steps[1] - steps[0])
    for first, second in zip(*np.triu_indices(len(mu), 1), strict=True):
        moved = mu[first] - mu[second] + steps * math.sqrt(known[first, second])
        left = 2 * (together[first, second] - known[first, second])
        total += float(np.dot(density, [0.5 * math.erfc(abs(gap) / math.sqrt(left)) for gap in moved.tolist()]))
    return total


def test_a_vote_is_worth_the_wrong_orders_that_it_saves() -> None:
    mu, variance = np.array([26.0, 25.5, 24.0, 22.0]), np.square([0.9, 0.7, 1.1, 0.8])
    estimates, together = estimates_of(mu.tolist(), np.sqrt(variance).tolist()), variance[:, None] + variance
    before, saved = wrong_orders(mu, together, AHEAD * together), []
    for second in (1, 2, 3):
        told = vote_information(mu[:1] - mu[second], BETA)[0]
        # By how much a vote moves each mu, in opposite directions.
        moved = np.zeros(4)
        moved[0], moved[second] = variance[0], -variance[second]
        known = (moved[:, None] - moved) ** 2 * told / (1 + told * together[0, second])
        saved.append(before - wrong_orders(mu, together, AHEAD * together + known / 100))
    worth = vote_worth(estimates, estimates.board, 0, np.array([1, 2, 3]))
    assert worth / worth[0] == pytest.approx(np.array(saved) / saved[0], rel=0.02)


def test_votes_tell_less_the_surer_their_outcome_is() -> None:
    for standard in (0.0, 0.5, 1.0, 1.5):
        chance, density = (
            0.5 * math.erfc(standard / math.sqrt(2)),
            math.exp(-(standard**2) / 2) / math.sqrt(2 * math.pi),
        )
        exact = density**2 / (chance * (1 - chance)) / (2 * BETA**2)
        difference = np.array([standard * math.sqrt(2) * BETA])
        assert vote_information(difference, BETA)[0] == pytest.approx(exact, rel=0.05)


@given(st.lists(st.one_of(st.just(0.0), st.floats(1e-9, 1e6)), min_size=1, max_size=12))
def test_no_weight_is_more_than_its_share(weights: list[float]) -> None:
    before = np.array(weights)
    after, above = capped(before), int(np.count_nonzero(before))
    assert ((after > 0) == (before > 0)).all()
    assert after.max() <= max(MOST_SHOWN, 2 / max(above, 1)) * after.sum() * (1 + 1e-9)
    # Only the largest are lowered, and all to one level.
    assert (after[after < before] == after.max()).all()


def test_exploration_reaches_every_pair() -> None:
    found = {frozenset((pair.left, pair.right)) for pair in draws(some_estimates(6), only(Lane.EXPLORATION), 400)}
    assert len(found) == 15


def test_the_same_seed_gives_the_same_battles() -> None:
    assert draws(some_estimates(9), Lanes(), 40) == draws(some_estimates(9), Lanes(), 40)


def test_swiss_rounds_show_every_model_once_and_no_pair_twice_in_a_tournament() -> None:
    swiss, estimates = Swiss(random.Random(1)), some_estimates(SIZE)
    pairs = []
    for _ in range(ROUNDS * SIZE // 2):
        pairs.append(swiss.draw(estimates))
        swiss.learn(min(pairs[-1]), max(pairs[-1]))
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    for first in range(0, len(pairs), SIZE // 2):
        assert sorted(model for pair in pairs[first : first + SIZE // 2] for model in pair) == list(range(SIZE))


@pytest.mark.parametrize(("pairing", "loss"), [(FisherD, lambda m: -np.linalg.slogdet(m)[1]),
                                               (FisherA, lambda m: np.trace(np.linalg.inv(m)))])  # fmt: skip
def test_fisher_pairing_takes_the_pair_that_tells_most(
    pairing: type[FisherD], loss: Callable[[np.ndarray], float]
) -> None:
    estimates = some_estimates(SIZE)
    way = pairing(random.Random(1))
    told = vote_information(estimates.mu[:, None] - estimates.mu, BETA)
    held = told * estimates.pair_votes
    for _ in range(2):
        precision = np.diag(held.sum(axis=1) + (25 / 3) ** -2) - held
        found = {}
        for first in range(SIZE):
            for second in range(first):
                step = np.zeros(SIZE)
                step[first], step[second] = 1.0, -1.0
                found[frozenset((first, second))] = loss(precision + told[first, second] * np.outer(step, step))
        first, second = way.draw(estimates)
        assert found[frozenset((first, second))] == pytest.approx(min(found.values()), abs=1e-9)
        held[first, second] += told[first, second]
        held[second, first] += told[first, second]

"""Which two models are drawn: lanes in their shares, sides at random, excluded pairs never."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.settings import Lanes
from arena.voting.matchmaking import CONTENDERS, ChosenPair, Lane, ModelEstimates, choose_pair


def some_estimates(size: int, seed: int = 1) -> ModelEstimates:
    rng = np.random.default_rng(seed)
    votes = np.triu(rng.integers(0, 20, (size, size)), 1)
    names = tuple(f"m/{number:02d}" for number in range(size))
    return ModelEstimates(names, 25 + 4 * rng.standard_normal(size), rng.uniform(0.5, 8, size), votes + votes.T)


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
    for lane, share in ((Lane.COVERAGE, 0.4), (Lane.CONTENDERS, 0.3), (Lane.UNCERTAINTY, 0.2), (Lane.EXPLORATION, 0.1)):
        assert abs(lanes[lane] / 4000 - share) < 0.03
    left = Counter(pair.left < pair.right for pair in found)
    assert abs(left[True] / 4000 - 0.5) < 0.03


def test_coverage_takes_the_model_with_the_fewest_votes() -> None:
    estimates = some_estimates(12)
    fewest = estimates.models[int(np.argmin(estimates.pair_votes.sum(axis=1)))]
    assert all(fewest in (pair.left, pair.right) for pair in draws(estimates, only(Lane.COVERAGE), 50))


def test_contenders_may_be_among_the_best_and_the_least_known_come_first() -> None:
    names, votes = tuple(f"m/{number:02d}" for number in range(30)), np.zeros((30, 30), np.int64)
    mu, sigma = np.linspace(40.0, 10.0, 30), np.full(30, 0.1)
    sigma[3] = 1.0
    known = Counter(name for pair in draws(ModelEstimates(names, mu, sigma, votes), only(Lane.CONTENDERS), 200)
                    for name in (pair.left, pair.right))  # fmt: skip
    assert set(known) <= set(names[:CONTENDERS])
    assert known.most_common(1)[0][0] == "m/03"
    sigma[29] = 30.0
    newcomer = [pair for pair in draws(ModelEstimates(names, mu, sigma, votes), only(Lane.CONTENDERS), 200)
                if "m/29" in (pair.left, pair.right)]  # fmt: skip
    assert len(newcomer) > 20


def test_uncertainty_prefers_pairs_whose_order_is_in_doubt() -> None:
    names, votes = ("a", "b", "c", "d"), np.zeros((4, 4), np.int64)
    estimates = ModelEstimates(names, np.array([40.0, 25.2, 25.0, 5.0]), np.array([0.5, 3.0, 3.0, 0.5]), votes)
    found = Counter(frozenset((pair.left, pair.right)) for pair in draws(estimates, only(Lane.UNCERTAINTY), 300))
    assert found.most_common(1)[0][0] == frozenset("bc")


def test_exploration_reaches_every_pair() -> None:
    found = {frozenset((pair.left, pair.right)) for pair in draws(some_estimates(6), only(Lane.EXPLORATION), 400)}
    assert len(found) == 15


def test_the_same_seed_gives_the_same_battles() -> None:
    assert draws(some_estimates(9), Lanes(), 40) == draws(some_estimates(9), Lanes(), 40)

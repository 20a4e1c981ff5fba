"""Who meets whom: lanes in their shares, sides at random, barred pairs never."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arena.catalogue.settings import Lanes
from arena.voting.matchmaking import CONTENDERS, Lane, Match, Standing, choose_match


def a_standing(size: int, seed: int = 1) -> Standing:
    rng = np.random.default_rng(seed)
    met = rng.integers(0, 20, (size, size))
    met = np.triu(met, 1)
    names = tuple(f"m/{number:02d}" for number in range(size))
    return Standing(names, 25 + 4 * rng.standard_normal(size), rng.uniform(0.5, 8, size), met + met.T)


def only(lane: Lane) -> Lanes:
    return Lanes(**{one.value: float(one is lane) for one in Lane})


def draws(standing: Standing, lanes: Lanes, number: int) -> list[Match]:
    rng = random.Random(3)
    able = range(len(standing.models))
    return [match for _ in range(number) if (match := choose_match(standing, able, (), lanes, rng))]


@given(st.integers(2, 9), st.integers(0, 2**32).map(random.Random), st.data())
def test_a_barred_pair_or_an_absent_model_never_comes(size: int, rng: random.Random, data: st.DataObject) -> None:
    standing = a_standing(size)
    able = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=size))
    pairs = [frozenset((standing.models[one], standing.models[two])) for one in able for two in able if one < two]
    barred = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    match = choose_match(standing, able, barred, Lanes(), rng)
    assert (match is None) == (len(barred) == len(pairs))
    if match:
        assert match.left != match.right
        assert frozenset((match.left, match.right)) in set(pairs) - set(barred)


def test_lanes_come_in_their_shares_and_sides_at_random() -> None:
    found = draws(a_standing(20), Lanes(), 4000)
    lanes = Counter(match.lane for match in found)
    for lane, share in ((Lane.COVERAGE, 0.4), (Lane.CONTENDERS, 0.3), (Lane.UNCERTAINTY, 0.2), (Lane.EXPLORATION, 0.1)):
        assert abs(lanes[lane] / 4000 - share) < 0.03
    left = Counter(match.left < match.right for match in found)
    assert abs(left[True] / 4000 - 0.5) < 0.03


def test_coverage_takes_the_model_with_the_fewest_votes() -> None:
    standing = a_standing(12)
    fewest = standing.models[int(np.argmin(standing.met.sum(axis=1)))]
    assert all(fewest in (match.left, match.right) for match in draws(standing, only(Lane.COVERAGE), 50))


def test_contenders_may_be_among_the_best_and_the_least_known_come_first() -> None:
    names, met = tuple(f"m/{number:02d}" for number in range(30)), np.zeros((30, 30), np.int64)
    mu, sigma = np.linspace(40.0, 10.0, 30), np.full(30, 0.1)
    sigma[3] = 1.0
    known = Counter(name for match in draws(Standing(names, mu, sigma, met), only(Lane.CONTENDERS), 200)
                    for name in (match.left, match.right))  # fmt: skip
    assert set(known) <= set(names[:CONTENDERS])
    assert known.most_common(1)[0][0] == "m/03"
    sigma[29] = 30.0
    newcomer = [match for match in draws(Standing(names, mu, sigma, met), only(Lane.CONTENDERS), 200)
                if "m/29" in (match.left, match.right)]  # fmt: skip
    assert len(newcomer) > 20


def test_uncertainty_prefers_pairs_whose_order_is_in_doubt() -> None:
    names, met = ("a", "b", "c", "d"), np.zeros((4, 4), np.int64)
    standing = Standing(names, np.array([40.0, 25.2, 25.0, 5.0]), np.array([0.5, 3.0, 3.0, 0.5]), met)
    found = Counter(frozenset((match.left, match.right)) for match in draws(standing, only(Lane.UNCERTAINTY), 300))
    assert found.most_common(1)[0][0] == frozenset("bc")


def test_exploration_reaches_every_pair() -> None:
    found = {frozenset((match.left, match.right)) for match in draws(a_standing(6), only(Lane.EXPLORATION), 400)}
    assert len(found) == 15


def test_the_same_seed_gives_the_same_battles() -> None:
    assert draws(a_standing(9), Lanes(), 40) == draws(a_standing(9), Lanes(), 40)

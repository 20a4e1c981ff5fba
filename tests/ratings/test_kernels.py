import json
from collections.abc import Callable, Iterator

import mpmath as mp
import numpy as np
import pytest

from arena.ratings.kernels import (
    LEFT,
    TIE,
    conjugate_gradients,
    draw_moments,
    outcome_moments,
    pair_weights,
    pairs_of_sites,
    rate_in_order,
    tail_excess,
    win_moments,
)
from arena.ratings.probabilities import draw_margin
from tests.conftest import TEST_DATA

SMALLEST = mp.mpf("1e-300")
MIDDLE = [0.0, 1e-9, 1e-4, 0.1, 0.5, 1.0, 2.0, 3.0, 3.999, 4.001, 5.0, 8.0, 15.0, 30.0, 60.0, 120.0, 250.0]
MARGINS = [0.0, 1e-9, 1e-5, 1e-3, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5, 6.0, 8.2]


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mp.workdps(120):
        yield


def density(x: mp.mpf) -> mp.mpf:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def exact_win(x: float) -> tuple[mp.mpf, mp.mpf]:
    v = density(mp.mpf(x)) * 2 / mp.erfc(-mp.mpf(x) / mp.sqrt(2))
    return v, v * (v + mp.mpf(x))


def exact_draw(t: float, e: float) -> tuple[mp.mpf, mp.mpf]:
    if e == 0.0:
        return -mp.mpf(t), mp.mpf(1)
    low, high = abs(mp.mpf(t)) - mp.mpf(e), abs(mp.mpf(t)) + mp.mpf(e)
    mass = (mp.erfc(low / mp.sqrt(2)) - mp.erfc(high / mp.sqrt(2))) / 2
    v = (density(high) - density(low)) / mass
    w = v * v + (high * density(high) - low * density(low)) / mass
    return (v if t >= 0 else -v), w


def assert_close(found: float, exact: mp.mpf, where: str = "") -> None:
    """Within 1e-9 relative; what no double can hold has to come out as 0."""
    if abs(exact) < SMALLEST:
        assert abs(found) <= 1e-300, where
    else:
        assert abs((mp.mpf(found) - exact) / exact) < 1e-9, where


@pytest.mark.parametrize("x", [sign * x for x in MIDDLE for sign in (1, -1)])
def test_a_win_is_exact(x: float) -> None:
    for found, exact in zip(win_moments(x), exact_win(x), strict=True):
        assert_close(found, exact)


@pytest.mark.parametrize("t", [sign * t for t in MIDDLE for sign in (1, -1)])
def test_a_draw_is_exact(t: float) -> None:
    for e in MARGINS:
        for found, exact in zip(draw_moments(t, e), exact_draw(t, e), strict=True):
            assert_close(found, exact, f"at a margin of {e}")


@pytest.mark.parametrize("t", [1e3, 1e4, 1e5, 1e6])
@pytest.mark.parametrize("e", [0.0, 1e-7, 0.1, 5.0])
def test_far_tails_follow_their_asymptotes(t: float, e: float) -> None:
    v, w = win_moments(-t - e)
    assert v == pytest.approx(t + e, rel=2 / t**2)
    assert w == pytest.approx(1.0, abs=2 / t**2)
    assert win_moments(t) == (0.0, 0.0)
    v, w = draw_moments(t, e)
    assert v == pytest.approx(-(t - e), rel=2 / t**2 + 1e-12)
    assert w == pytest.approx(1.0, abs=1.1 / (t - e) ** 2)


def test_moments_are_monotone_from_one_tail_to_the_other() -> None:
    t = np.concatenate([-np.logspace(6, -6, 3000), [0.0], np.logspace(-6, 6, 3000)])
    for e in (0.0, 1e-6, 0.1, 3.0):
        wins = np.array([win_moments(x - e) for x in t])
        draws = np.array([draw_moments(x, e) for x in t])
        assert np.isfinite(wins).all()
        assert np.isfinite(draws).all()
        assert (np.diff(wins[:, 0]) <= 0).all()
        assert (np.diff(wins[:, 1]) <= 1e-12).all()
        assert (np.diff(draws[:, 0]) <= 0).all()
        for w in (wins[:, 1], draws[:, 1]):
            assert ((w >= 0) & (w <= 1)).all()


def test_a_draw_mirrors() -> None:
    for t in MIDDLE:
        for e in MARGINS:
            (v, w), (mirrored_v, mirrored_w) = draw_moments(t, e), draw_moments(-t, e)
            assert (mirrored_v, mirrored_w) == (-v, w)


def test_the_tail_excess_is_that_of_a_normal_tail() -> None:
    for z in (4.0, 10.0, 1e3, 1e6):
        exact = (
            density(mp.mpf(z)) / (mp.erfc(z / mp.sqrt(2)) / 2) - z if z < 1e4 else 1 / mp.mpf(z) - 2 / mp.mpf(z) ** 3
        )
        assert abs(mp.mpf(tail_excess(z)) / exact - 1) < 1e-11


def rate_once(case: dict[str, list[float]], draw: bool, tau: float, beta: float, p: float) -> list[list[float]]:
    mean = np.array([case["winner"][0], case["loser"][0]])
    variance = np.array([case["winner"][1], case["loser"][1]]) ** 2
    game = (np.array([0]), np.array([1]), np.array([TIE if draw else LEFT], np.int8), np.array([draw_margin(p, beta)]))
    rate_in_order(*game, 2 * beta**2, tau**2, mean, variance)
    return [[float(m), float(s)] for m, s in zip(mean, np.sqrt(variance), strict=True)]


def test_single_matches_of_the_published_oracle() -> None:
    """All cases of two single players. Three-decimal expectations there are truncated, hence tolerances of 1.1e-3.

    The draw in high precision is expected as the package ``trueskill`` has it, whose default erfc is good to 1e-7: it
    is 4e-6 off in sigma, past its stated tolerance. There ours has to equal the exact value, from 60 digits.
    """
    exact = {"1v1_draw_hp": [[25.0, 6.4575156832450504592]] * 2}
    cases = json.loads((TEST_DATA / "oracles" / "trueskill_single_match.json").read_text())["cases"]
    matches = [case for case in cases if [len(team) for team in case["teams"]] == [1, 1]]
    assert len(matches) == 11
    for case in matches:
        (first,), (second,) = case["teams"]
        params = case["params"]
        found = rate_once(
            {"winner": first, "loser": second},
            case["ranks"][0] == case["ranks"][1],
            params["tau"],
            params["beta"],
            params["draw_probability"],
        )
        expected = exact.get(case["id"], [team[0] for team in case["expected"]])
        assert found == [pytest.approx(pair, abs=case["tolerance"]) for pair in expected], case["id"]


def test_single_games_of_the_through_time_oracle() -> None:
    games = json.loads((TEST_DATA / "oracles" / "trueskill_through_time.json").read_text())["games"]
    matches = [game for game in games if [len(team) for team in game["teams"]] == [1, 1]]
    assert len(matches) == 4
    for game in matches:
        (first,), (second,) = game["teams"]
        left, right = game["result_higher_is_better"]
        players = [first, second] if left >= right else [second, first]
        found = rate_once({"winner": players[0], "loser": players[1]}, left == right, 0.0, game["beta"], game["p_draw"])
        expected = [team[0] for team in game["expected"]]
        assert (found if left >= right else found[::-1]) == [
            pytest.approx(pair, abs=game["tolerance"]) for pair in expected
        ], game["id"]


def test_a_match_is_a_win_or_a_draw() -> None:
    assert outcome_moments(0.5, 0.1, False) == win_moments(0.4)
    assert outcome_moments(0.5, 0.1, True) == draw_moments(0.5, 0.1)


def chain(models: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(models - 1), np.arange(1, models)


def scattered(models: int) -> tuple[np.ndarray, np.ndarray]:
    """Few of the pairs, by chance, and some models that nobody met."""
    keys = np.unique(np.random.default_rng(5).integers(0, models * models, 4 * models))
    first, second = np.divmod(keys, models)
    return first[first < second], second[first < second]


@pytest.mark.parametrize(("shape", "models"), [(chain, 200), (scattered, 150), (chain, 2), (scattered, 1)])
@pytest.mark.parametrize("prior", [1e-2, 1e-6])
def test_the_system_is_solved_without_its_matrix(
    shape: Callable[[int], tuple[np.ndarray, np.ndarray]], models: int, prior: float
) -> None:
    first, second = shape(models)
    rng = np.random.default_rng(3)
    # Two sites a pair, a win of either side.
    winner, loser = np.column_stack([first, second]).ravel(), np.column_stack([second, first]).ravel()
    held = rng.exponential(1.0, len(winner))
    low, high, pair = pairs_of_sites(winner, loser)
    assert (low.tolist(), high.tolist()) == (first.tolist(), second.tolist())
    weight, diagonal = pair_weights(pair, low, high, held, np.ones(len(held)), prior, models)
    matrix = np.zeros((models, models))
    np.add.at(matrix, (winner, loser), -held)
    matrix += matrix.T
    matrix[np.diag_indices(models)] = prior - matrix.sum(axis=1)
    pull = rng.normal(0.0, 1.0, models)
    pull -= pull.mean() if models > 1 else 0.0
    found = pull.copy()
    conjugate_gradients(low, high, weight, diagonal, found)
    expected = np.linalg.solve(matrix, pull)
    assert found == pytest.approx(expected, abs=1e-9 * np.abs(expected).max())

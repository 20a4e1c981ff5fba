import json

import numpy as np
import pytest
import trueskillthroughtime as through_time
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import RatingsError
from arena.rating_settings import RatingSettings
from arena.ratings import solver
from arena.ratings.kernels import outcome_moments
from arena.ratings.probabilities import draw_margin
from arena.ratings.solver import axis_sites, canonical_order, same_sites, solve
from arena.ratings.tally import AxisTally
from arena.records import Axis
from tests.conftest import TEST_DATA
from tests.ratings.voting import axis_tally

DEFAULTS = RatingSettings()


def through_time_ratings(
    games: list[tuple[str, str, int]], draw: float, settings: RatingSettings
) -> dict[str, list[float]]:
    """What the TrueSkillThroughTime package says without drift; ``games`` are (first, second, 1 | 0 | -1)."""
    history = through_time.History(
        [[[first], [second]] for first, second, _ in games],
        [[1, 0] if result > 0 else [0, 1] if result < 0 else [0, 0] for _, _, result in games],
        list(range(len(games))),
        mu=settings.mu,
        sigma=settings.sigma,
        beta=settings.beta,
        gamma=0.0,
        p_draw=draw,
    )
    history.convergence(epsilon=1e-6, iterations=500, verbose=False)
    return {name: [curve[-1][1].mu, curve[-1][1].sigma] for name, curve in history.learning_curves().items()}


def tally_games(games: list[tuple[str, str, int]]) -> AxisTally:
    models = sorted({name for first, second, _ in games for name in (first, second)})
    counts: dict[tuple[int, int], list[int]] = {}
    for first, second, result in games:
        i, j = models.index(first), models.index(second)
        record = counts.setdefault((min(i, j), max(i, j)), [0, 0, 0])
        record[2 if result == 0 else 0 if (result > 0) == (i < j) else 1] += 1
    tallied = axis_tally({pair: (record[0], record[1], record[2]) for pair, record in counts.items()}, len(models))
    return AxisTally(tallied.axis, tuple(models), tallied.first, tallied.second, tallied.counts)


def random_games(count: int, models: int, seed: int) -> list[tuple[str, str, int]]:
    rng = np.random.default_rng(seed)
    pairs = [rng.choice(models, 2, replace=False) for _ in range(count)]
    return [(f"m{i:02d}", f"m{j:02d}", int(rng.choice([1, 0, -1], p=[0.5, 0.2, 0.3]))) for i, j in pairs]


@pytest.mark.no_cover
@pytest.mark.parametrize(("count", "models", "draw"), [(1, 2, 0.1), (40, 5, 0.25), (120, 12, 0.2), (60, 40, 0.0)])
def test_agrees_with_trueskill_through_time(count: int, models: int, draw: float) -> None:
    games = [game for game in random_games(count, models, seed=count) if draw or game[2]]
    solution = solve(tallied := tally_games(games), DEFAULTS, draw)
    expected = through_time_ratings(games, draw, DEFAULTS)
    for model, mu, sigma in zip(tallied.models, solution.mu, solution.sigma, strict=True):
        assert [mu, sigma] == pytest.approx(expected[model], abs=1e-4), model


def test_agrees_with_the_converged_history_of_the_oracle() -> None:
    """Its expectations carry three decimals; gamma does not matter there, all games being at one time."""
    histories = json.loads((TEST_DATA / "oracles" / "trueskill_through_time.json").read_text())["histories"]
    (case,) = [case for case in histories if case["id"] == "one_batch_cycle_converged"]
    tallied = tally_games([(first, second, 1 if result else -1) for first, second, result in case["events"]])
    settings = RatingSettings(mu=case["mu"], sigma=case["sigma"], beta=case["beta"])
    solution = solve(tallied, settings, 0.0)
    for model, mu, sigma in zip(tallied.models, solution.mu, solution.sigma, strict=True):
        assert [mu, sigma] == pytest.approx(case["expected"][model], abs=case["tol"])


def plain_pass(tally: AxisTally, mu: np.ndarray, sigma: np.ndarray, draw: float) -> float:
    """One more pass of plain EP, message by message, from the fixed point: how far it moves any mu or sigma.

    The messages at a fixed point follow from its marginals: each site's cavity is found by iterating its own update.
    """
    sites = axis_sites(tally)
    mean, variance = (mu - DEFAULTS.mu)[sites.order], (sigma**2)[sites.order]
    margin, noise = draw_margin(draw, DEFAULTS.beta), 2 * DEFAULTS.beta**2
    precision = np.full(len(mean), DEFAULTS.sigma**-2)
    shift = np.zeros(len(mean))
    for i, j, is_draw, weight in zip(sites.winner, sites.loser, sites.draw, sites.weight, strict=True):
        message = np.zeros((2, 2))
        for _ in range(200):
            spare = 1 / (1 / variance[[i, j]] - message[0])
            centre = spare * (mean[[i, j]] / variance[[i, j]] - message[1])
            c = np.sqrt(noise + spare.sum())
            v, w = outcome_moments((centre[0] - centre[1]) / c, margin / c, bool(is_draw))
            new_mean = centre + np.array([1, -1]) * spare / c * v
            new_variance = spare * (1 - spare / c**2 * w)
            message = np.array([1 / new_variance - 1 / spare, new_mean / new_variance - centre / spare])
        precision[[i, j]] += weight * message[0]
        shift[[i, j]] += weight * message[1]
    return float(max(np.abs(shift / precision - mean).max(), np.abs(precision**-0.5 - variance**0.5).max()))


def test_one_more_plain_pass_moves_nothing() -> None:
    tallied = tally_games(random_games(300, 10, seed=5))
    solution = solve(tallied, DEFAULTS, 0.2)
    assert plain_pass(tallied, solution.mu, solution.sigma, 0.2) < 5e-9


def test_many_votes_take_few_passes() -> None:
    rng = np.random.default_rng(0)
    counts = {(i, j): tuple(rng.integers(1, 200, 3).tolist()) for i in range(40) for j in range(i + 1, 40)}
    assert solve(axis_tally(counts), DEFAULTS, 0.2).passes <= 25


@pytest.mark.parametrize("record", [(1, 0, 0), (10**6, 0, 0), (10**9, 0, 0), (0, 0, 10**6), (10**6, 10**6, 1)])
@pytest.mark.parametrize("draw", [0.0, 0.1, 0.999999999])
def test_lopsided_records_converge(record: tuple[int, int, int], draw: float) -> None:
    solution = solve(axis_tally({(0, 1): record}), DEFAULTS, draw)
    assert np.isfinite(solution.mu).all()
    assert (solution.sigma > 0).all()
    assert solution.mu.sum() == pytest.approx(50.0, abs=1e-8)
    if record[0] > record[1]:
        assert solution.mu[0] > 25.0


def test_ties_with_a_draw_probability_of_0_pull_together_without_failing() -> None:
    solution = solve(axis_tally({(0, 1): (0, 0, 3), (1, 2): (2, 0, 0)}), DEFAULTS, 0.0)
    assert abs(solution.mu[0] - solution.mu[1]) < abs(solution.mu[1] - solution.mu[2])


def test_what_does_not_converge_names_its_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "STAGES", (2, 0, 0, 0, 0))  # of another length it is compiled anew
    tallied = tally_games(random_games(100, 6, seed=1))
    tallied = AxisTally(
        Axis("image-editing", "poster", "zh"), tallied.models, tallied.first, tallied.second, tallied.counts
    )
    with pytest.raises(RatingsError, match=r"image-editing, poster, zh: the ratings did not converge in 2 passes"):
        solve(tallied, DEFAULTS, 0.1)


def test_no_votes_leave_the_prior() -> None:
    solution = solve(axis_tally({(0, 1): (0, 0, 0)}), DEFAULTS, 0.1)
    assert solution.mu.tolist() == [25.0, 25.0]
    assert solution.sigma == pytest.approx([25 / 3] * 2, abs=1e-9)
    assert solve(axis_tally({}), DEFAULTS, 0.1).mu.size == 0


records = st.tuples(*[st.integers(0, 4)] * 3)
boards = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), records, min_size=1
)


@given(boards, st.data())
def test_a_winners_mu_never_falls(counts: dict[tuple[int, int], tuple[int, int, int]], data: st.DataObject) -> None:
    pair = data.draw(st.sampled_from(sorted(counts)))
    before = solve(axis_tally(counts, 7), DEFAULTS, 0.1).mu[pair[0]]
    wins, losses, ties = counts[pair]
    after = solve(axis_tally(counts | {pair: (wins + 1, losses, ties)}, 7), DEFAULTS, 0.1).mu[pair[0]]
    assert after >= before


@given(boards, st.permutations(range(7)))
def test_renaming_permutes_to_the_last_bit(
    counts: dict[tuple[int, int], tuple[int, int, int]], names: list[int]
) -> None:
    renamed = {}
    for (first, second), (wins, losses, ties) in counts.items():
        i, j = names[first], names[second]
        renamed[min(i, j), max(i, j)] = (wins, losses, ties) if i < j else (losses, wins, ties)
    before, after = solve(axis_tally(counts, 7), DEFAULTS, 0.1), solve(axis_tally(renamed, 7), DEFAULTS, 0.1)
    assert after.mu[names].tolist() == before.mu.tolist()
    assert after.sigma[names].tolist() == before.sigma.tolist()


def test_models_with_records_that_nothing_tells_apart_are_one_class() -> None:
    ring = {(0, 1): (2, 1, 0), (1, 2): (2, 1, 0), (2, 3): (2, 1, 0), (0, 3): (1, 2, 0)}
    order, classes = canonical_order(axis_tally(ring))
    assert sorted(order.tolist()) == [0, 1, 2, 3]
    assert len(np.unique(classes)) == 1


def test_a_difference_far_away_tells_models_apart() -> None:
    chain = {(number, number + 1): (1, 0, 0) for number in range(9)}
    _, classes = canonical_order(axis_tally(chain))
    assert len(np.unique(classes)) == 10
    twins = {(0, 1): (1, 0, 0), (2, 3): (1, 0, 0), (3, 4): (1, 1, 0)}
    _, classes = canonical_order(axis_tally(twins))
    assert len(np.unique(classes)) == 5


def test_the_order_follows_the_records_not_the_names() -> None:
    rng = np.random.default_rng(0)
    counts = {(i, j): tuple(rng.integers(0, 5, 3).tolist()) for i in range(12) for j in range(i + 1, 12)}
    order, _ = canonical_order(axis_tally(counts))
    names = rng.permutation(12)
    renamed = {}
    for (i, j), (wins, losses, ties) in counts.items():
        k, m = int(names[i]), int(names[j])
        renamed[min(k, m), max(k, m)] = (wins, losses, ties) if k < m else (losses, wins, ties)
    renamed_order, _ = canonical_order(axis_tally(renamed))
    assert renamed_order.tolist() == names[order].tolist()


def test_votes_that_are_not_rated_change_no_bit() -> None:
    counts = {(i, j): (i + 1, j, 1) for i in range(6) for j in range(i + 1, 6) if (i, j) != (0, 3)}
    rated, more = axis_tally(counts, 6), axis_tally(dict(sorted([*counts.items(), ((0, 3), (0, 0, 0))])), 6)
    more.counts[:, 3] = 7
    assert len(more.first) == len(rated.first) + 1
    assert same_sites(axis_sites(more), axis_sites(rated))
    assert not same_sites(axis_sites(axis_tally(counts | {(0, 1): (1, 1, 2)}, 6)), axis_sites(rated))

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from arena.ratings.clusters import AxisVotes, ClusterVariances, student_quantile
from arena.ratings.solver import Solution, solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Uncertainty, axis_votes, independent, system_matrix, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, Intervals
from benchmarks.coverage import SETTINGS, World, simulate, tally_votes

MODELS = 8
WORLD = World("small", models=MODELS, votes=600, voters=60)
PROMPTS = replace(WORLD, prompts=12, effect=3.0)
COLUMNS = ("cell", "first", "second", "outcome", "voter", "week", "prompt")


def solved(votes: VoterVotes) -> tuple[Solution, AxisVotes]:
    found = solve(tally_votes(votes, MODELS), SETTINGS, 0.1)
    return found, axis_votes(found, votes, np.arange(len(votes.voter)), np.arange(MODELS))


def uncertainty(votes: VoterVotes) -> Uncertainty:
    found, axis = solved(votes)
    return uncertainty_of(found, SETTINGS.sigma, axis)


def errors(votes: VoterVotes) -> np.ndarray:
    return uncertainty(votes).error


def votes_of(seed: int = 0, world: World = WORLD, **changes: Any) -> VoterVotes:
    return simulate(replace(world, **changes), np.random.default_rng(seed)).votes


def sorted_anew(votes: VoterVotes, rows: np.ndarray | None = None) -> VoterVotes:
    columns = (getattr(votes, name) for name in COLUMNS)
    return VoterVotes.sorted_by_voter(*(column if rows is None else column[rows] for column in columns))


def repeated(votes: VoterVotes, times: int) -> VoterVotes:
    return sorted_anew(votes, np.tile(np.arange(len(votes.voter)), times))


def each_a_voter(votes: VoterVotes) -> VoterVotes:
    return replace(votes, voter=np.arange(len(votes.voter), dtype=np.int32))


def without_prompts(votes: VoterVotes) -> VoterVotes:
    return replace(votes, prompt=np.full_like(votes.prompt, -1))


def own_errors(votes: VoterVotes) -> np.ndarray:
    found, _ = solved(votes)
    centre = np.eye(MODELS) - 1 / MODELS
    covariance = centre @ np.linalg.inv(system_matrix(found, SETTINGS.sigma)) @ centre
    return np.sqrt(np.diag(covariance))[np.argsort(found.sites.order)]


def slow_variance(votes: VoterVotes, *keys: np.ndarray) -> np.ndarray:
    """The formula of ``arena.ratings.clusters`` for one way of clustering, cluster by cluster, in the tally's order."""
    found, _ = solved(votes)
    matrix, order = system_matrix(found, SETTINGS.sigma), found.sites.order
    position = np.argsort(order)
    sites = {
        (int(order[winner]), int(order[loser]), bool(draw)): (k, slope)
        for winner, loser, draw, k, slope in zip(
            found.sites.winner, found.sites.loser, found.sites.draw, found.precision, found.slope, strict=True
        )
    }
    products = np.zeros((MODELS, MODELS))
    clusters: dict[tuple[int, ...], list[int]] = {}
    for row, key in enumerate(zip(*(each.tolist() for each in keys), strict=True)):
        clusters.setdefault((row, -1) if min(key) < 0 else key, []).append(row)
    for rows in clusters.values():
        pull, held = np.zeros(MODELS), np.zeros(MODELS)
        for row in rows:
            first, second, outcome = (int(getattr(votes, name)[row]) for name in ("first", "second", "outcome"))
            winner, loser = (first, second) if outcome == 0 else (second, first)
            key = (winner, loser, outcome == 2)
            k, slope = sites.get(key) or sites[loser, winner, True]
            sign = 1.0 if key in sites else -1.0
            for model, side in ((winner, sign), (loser, -sign)):
                pull[position[model]] += side * slope
                held[position[model]] += k
        left_out = pull / (1.0 - held / np.diag(matrix))
        products += (1.0 - len(rows) / len(votes.voter)) * np.outer(left_out, left_out)
    steps = (np.eye(MODELS) - 1 / MODELS) @ np.linalg.inv(matrix)
    return np.diag(steps @ products @ steps.T)[position]


@pytest.mark.parametrize("unnamed", [0, 150])
def test_errors_are_those_of_the_formula_written_out(unnamed: int) -> None:
    votes = votes_of(world=PROMPTS)
    prompt = votes.prompt.copy()
    prompt[np.random.default_rng(0).permutation(600)[:unnamed]] = -1
    votes = sorted_anew(replace(votes, prompt=prompt))
    by_voter, by_prompt, by_crossing = (
        slow_variance(votes, *keys) for keys in ((votes.voter,), (votes.prompt,), (votes.voter, votes.prompt))
    )
    both = np.maximum(np.maximum(by_voter, by_prompt), by_voter + by_prompt - by_crossing)

    def freedom(sizes: np.ndarray) -> float:
        return float(sizes.sum() ** 2 / (sizes.astype(float) ** 2).sum() - 1)

    named = np.bincount(votes.prompt[votes.prompt >= 0])
    doubt = by_voter.sum() ** 2 / freedom(np.bincount(votes.voter))
    doubt += by_prompt.sum() ** 2 / freedom(np.concatenate([named, np.ones(unnamed, int)]))
    factor = student_quantile(both.sum() ** 2 / doubt) / 1.959963984540054
    expected = np.maximum(own_errors(votes), np.sqrt(both) * factor)
    assert errors(votes) == pytest.approx(expected, rel=1e-7)
    assert uncertainty(votes).intervals is Intervals.BY_VOTER_AND_PROMPT
    assert uncertainty(votes).prompts == 12


def test_more_votes_on_the_same_prompts_make_nothing_surer() -> None:
    few, many = votes_of(world=PROMPTS, voters=3000), votes_of(world=PROMPTS, votes=6000, voters=3000)
    assert errors(without_prompts(many)).mean() < 0.4 * errors(without_prompts(few)).mean()
    assert errors(many).mean() > 0.6 * errors(few).mean()
    assert errors(many).mean() > 2 * errors(without_prompts(many)).mean()


def test_prompts_never_make_a_model_surer_than_its_voters_or_the_model_itself() -> None:
    for seed in range(6):
        votes = votes_of(seed, PROMPTS, prompts=4 + 3 * seed, effect=0.0)
        assert (errors(votes) >= own_errors(votes) - 2e-9).all()
        found, axis = solved(votes)
        by_voter = uncertainty_of(found, SETTINGS.sigma, replace(axis, prompts=None, crossings=None)).error
        # Student's t of both together may be a hair smaller than that of the voters alone.
        assert (errors(votes) >= 0.99 * by_voter).all()


def test_the_covariance_has_no_negative_variance_where_the_sum_of_the_three_estimates_has() -> None:
    votes = votes_of(1, PROMPTS, prompts=3, voters=4, effect=0.0, habit=0.0)
    three = [slow_variance(votes, *keys) for keys in ((votes.voter,), (votes.prompt,), (votes.voter, votes.prompt))]
    assert (three[0] + three[1] - three[2]).min() < 0
    known = uncertainty(votes)
    covariance = known.matrix * np.outer(known.error, known.error)
    assert np.linalg.eigvalsh(covariance).min() > -1e-9
    assert known.of_difference(0, 1) > 0


def test_votes_that_name_no_prompt_or_one_each_are_clusters_of_voters_alone() -> None:
    votes = votes_of(world=PROMPTS)
    none = uncertainty(without_prompts(votes))
    assert (none.intervals, none.prompts) == (Intervals.BY_VOTER, 0)
    assert none.error == pytest.approx(np.maximum(own_errors(votes), none.error))
    singly = replace(votes, prompt=np.arange(600, dtype=np.int32))
    assert errors(singly) == pytest.approx(none.error, rel=0.01)


@pytest.mark.parametrize("prompts", [1, 2])
def test_one_or_two_prompts_say_nothing_of_others(prompts: int) -> None:
    votes = votes_of(world=PROMPTS, prompts=prompts)
    known = uncertainty(votes)
    assert (known.intervals, known.prompts) == (Intervals.BY_VOTER, prompts)
    assert known.error.tolist() == errors(without_prompts(votes)).tolist()


def test_few_prompts_give_wide_but_finite_errors() -> None:
    wide = {prompts: errors(votes_of(world=PROMPTS, prompts=prompts)) for prompts in (3, 5, 12)}
    assert np.isfinite(wide[3]).all()
    assert wide[3].mean() > 1.2 * wide[12].mean()


def test_one_voter_on_many_prompts_is_told_by_prompts() -> None:
    votes = votes_of(world=PROMPTS)
    alone = sorted_anew(replace(votes, voter=np.zeros_like(votes.voter)))
    assert np.isfinite(errors(alone)).all()
    assert errors(alone).mean() > 1.3 * own_errors(alone).mean()


def test_a_voter_of_one_vote_each_gives_about_the_models_own_error() -> None:
    votes = votes_of(habit=0.0)
    own = own_errors(votes)
    assert errors(each_a_voter(votes)) == pytest.approx(own, rel=0.2)
    assert (errors(each_a_voter(votes)) >= own - 2e-9).all()


def test_voting_four_times_over_makes_nothing_surer() -> None:
    votes = votes_of()
    assert errors(repeated(votes, 8)) == pytest.approx(errors(repeated(votes, 4)), rel=0.05)
    assert errors(repeated(votes, 4)).mean() > 0.85 * errors(votes).mean()
    assert errors(each_a_voter(repeated(votes, 4))).mean() < 0.6 * errors(votes).mean()


def test_a_single_voter_leaves_the_models_own_error() -> None:
    votes = votes_of()
    alone = replace(votes, voter=np.zeros_like(votes.voter))
    assert errors(alone) == pytest.approx(own_errors(votes), abs=1e-8)


def test_errors_depend_neither_on_order_nor_on_which_number_a_voter_or_prompt_has() -> None:
    votes = votes_of(world=PROMPTS)
    shuffle = np.random.default_rng(1).permutation(len(votes.voter))
    assert errors(sorted_anew(votes, shuffle)).tolist() == errors(votes).tolist()
    others = replace(votes, voter=(59 - votes.voter).astype(np.int32), prompt=(11 - votes.prompt).astype(np.int32))
    assert errors(sorted_anew(others)) == pytest.approx(errors(votes), abs=2e-9)


def test_heavy_voters_contribute_what_leaving_them_out_does() -> None:
    """A voter's pulls as if they were left out give a step near the difference that rating without them makes."""
    votes = votes_of(heavy=1, habit=4.0)
    found, axis = solved(votes)
    size = int((votes.voter == 0).sum())
    assert axis.voters.sizes[0] == size > 200
    rest = VoterVotes(*(getattr(votes, name)[votes.voter != 0] for name in COLUMNS))
    moved = found.mu - solve(tally_votes(rest, MODELS), SETTINGS, 0.1).mu
    moved -= moved.mean()
    sizes = np.concatenate([[size], np.ones(len(axis.site) - size, np.int64)])
    only = replace(axis, voters=replace(axis.voters, sizes=sizes))
    spread = uncertainty_of(found, SETTINGS.sigma, only).error
    assert (spread > 0.75 * np.abs(moved) * np.sqrt(1 - size / len(axis.site))).all()


def test_the_unit_of_points_changes_nothing() -> None:
    votes = votes_of(world=PROMPTS)
    found, axis = solved(votes)
    error = uncertainty_of(found, SETTINGS.sigma, axis).error
    for unit in (1e5, 1e-5):
        settings = SETTINGS.model_copy(
            update={name: getattr(SETTINGS, name) * unit for name in ("mu", "sigma", "beta")}
        )
        scaled = solve(tally_votes(votes, MODELS), settings, 0.1)
        again = axis_votes(scaled, votes, np.arange(len(votes.voter)), np.arange(MODELS))
        assert uncertainty_of(scaled, settings.sigma, again).error == pytest.approx(error * unit, rel=1e-3)


def test_few_clusters_widen_by_students_t() -> None:
    exact = {2: 4.3027, 3: 3.1824, 4: 2.7764, 9: 2.2622, 19: 2.0930, 149: 1.9760}
    assert {n: student_quantile(n) for n in exact} == pytest.approx(exact, rel=0.008)
    assert student_quantile(1e12) == pytest.approx(1.959963984540054)
    one = ClusterVariances(np.ones(4), np.zeros(4), np.zeros(4), 2.0, 0.0)
    assert np.sqrt(one.widened) == pytest.approx(np.full(4, 4.3027 / 1.96), rel=0.008)
    # Two clusters are taken as three: at one degree of freedom, t would be 12.7.
    assert replace(one, freedom_of_voters=1.0).widened == pytest.approx(one.widened)


def test_differences_of_correlated_ratings() -> None:
    same = Uncertainty(np.array([2.0, 2.0]), np.ones((2, 2)))
    assert same.of_difference(0, 1) == 0.0
    assert independent(np.array([3.0, 4.0])).of_difference(0, 1) == 5.0


def test_an_axis_without_rated_votes_has_the_priors_error() -> None:
    tally = AxisTally(
        Axis("text-to-image"), ("a/1", "a/2"), np.array([0]), np.array([1]), np.array([[0, 0, 0, 4]], np.int64)
    )
    found = solve(tally, SETTINGS, 0.0)
    nobody = VoterVotes(np.empty((0, 3), np.int32), *(np.empty(0, np.int32) for _ in range(6)))
    votes = axis_votes(found, nobody, np.empty(0, np.int64), np.arange(2))
    assert uncertainty_of(found, SETTINGS.sigma, votes).error == pytest.approx([25 / 3] * 2)

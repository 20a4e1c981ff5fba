from dataclasses import replace

import numpy as np
import pytest

from arena.ratings.solver import solve
from arena.ratings.tally import AxisTally
from arena.ratings.uncertainty import Uncertainty, VoterVotes, axis_votes, independent, system_matrix, uncertainty_of
from arena.records import Axis
from benchmarks.coverage import SETTINGS, World, simulate, tally_votes

MODELS = 8
WORLD = World("small", models=MODELS, votes=600, voters=60)


def errors(votes: VoterVotes) -> np.ndarray:
    found = solve(tally_votes(votes, MODELS), SETTINGS, 0.1)
    rows = np.arange(len(votes.voter))
    return uncertainty_of(found, SETTINGS.sigma, axis_votes(found, votes, rows, np.arange(MODELS))).error


def votes_of(seed: int = 0, **changes: object) -> VoterVotes:
    return simulate(replace(WORLD, **changes), np.random.default_rng(seed)).votes  # type: ignore[arg-type]


def repeated(votes: VoterVotes, times: int) -> VoterVotes:
    columns = (
        np.concatenate([getattr(votes, name)] * times)
        for name in ("cell", "first", "second", "outcome", "voter", "week")
    )
    return VoterVotes.sorted_by_voter(*columns)


def test_a_voter_of_one_vote_each_gives_about_the_models_own_error() -> None:
    votes = votes_of(habit=0.0)
    alone = replace(votes, voter=np.arange(len(votes.voter), dtype=np.int32))
    found = solve(tally_votes(votes, MODELS), SETTINGS, 0.1)
    covariance = np.linalg.inv(system_matrix(found, SETTINGS.sigma))
    centre = np.eye(MODELS) - 1 / MODELS
    own = np.sqrt(np.diag(centre @ covariance @ centre))[np.argsort(found.sites.order)]
    assert errors(alone) == pytest.approx(own, rel=0.2)
    assert (errors(alone) >= own - 1e-9).all()


def test_voting_four_times_over_makes_nothing_surer() -> None:
    votes = votes_of()
    assert errors(repeated(votes, 8)) == pytest.approx(errors(repeated(votes, 4)), rel=0.05)
    assert errors(repeated(votes, 4)).mean() > 0.85 * errors(votes).mean()
    others = repeated(votes, 4)
    others = replace(others, voter=np.arange(len(others.voter), dtype=np.int32))
    assert errors(others).mean() < 0.6 * errors(votes).mean()


def test_a_single_voter_leaves_the_models_own_error() -> None:
    votes = votes_of()
    alone = replace(votes, voter=np.zeros_like(votes.voter))
    each = replace(votes, voter=np.arange(len(votes.voter), dtype=np.int32))
    assert np.isfinite(errors(alone)).all()
    assert errors(alone).mean() > 0.9 * errors(each).mean()


def test_errors_depend_neither_on_order_nor_on_which_number_a_voter_has() -> None:
    votes = votes_of()
    shuffle = np.random.default_rng(1).permutation(len(votes.voter))
    names = ("cell", "first", "second", "outcome", "voter", "week")
    assert (
        errors(VoterVotes.sorted_by_voter(*(getattr(votes, name)[shuffle] for name in names))).tolist()
        == errors(votes).tolist()
    )
    others = replace(votes, voter=(59 - votes.voter).astype(np.int32))
    renumbered = VoterVotes.sorted_by_voter(*(getattr(others, name) for name in names))
    assert errors(renumbered) == pytest.approx(errors(votes), abs=2e-9)


def test_heavy_voters_contribute_what_leaving_them_out_does() -> None:
    """A jackknife step is one Newton step: near the difference that rating without the voter makes."""
    votes = votes_of(heavy=1, habit=4.0)
    found = solve(tally_votes(votes, MODELS), SETTINGS, 0.1)
    axis = axis_votes(found, votes, np.arange(len(votes.voter)), np.arange(MODELS))
    assert 0 in axis.heavy
    names = ("cell", "first", "second", "outcome", "voter", "week")
    rest = VoterVotes(*(getattr(votes, name)[votes.voter != 0] for name in names))
    moved = found.mu - solve(tally_votes(rest, MODELS), SETTINGS, 0.1).mu
    assert axis.turnout[0] == (votes.voter == 0).sum()
    alone = np.ones(len(axis.site) - axis.turnout[0], np.int64)
    only = replace(axis, turnout=np.concatenate([axis.turnout[:1], alone]))
    spread = uncertainty_of(found, SETTINGS.sigma, only).error
    assert (spread > 0.75 * np.abs(moved)).all()


def test_differences_of_correlated_ratings() -> None:
    same = Uncertainty(np.array([2.0, 2.0]), np.ones((2, 2)))
    assert same.of_difference(0, 1) == 0.0
    assert independent(np.array([3.0, 4.0])).of_difference(0, 1) == 5.0


def test_an_axis_without_rated_votes_has_the_priors_error() -> None:
    tally = AxisTally(
        Axis("text-to-image"), ("a/1", "a/2"), np.array([0]), np.array([1]), np.array([[0, 0, 0, 4]], np.int64)
    )
    found = solve(tally, SETTINGS, 0.0)
    nobody = VoterVotes(np.empty((0, 3), np.int32), *(np.empty(0, np.int32) for _ in range(5)))
    votes = axis_votes(found, nobody, np.empty(0, np.int64), np.arange(2))
    assert uncertainty_of(found, SETTINGS.sigma, votes).error == pytest.approx([25 / 3] * 2)

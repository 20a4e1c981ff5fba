"""What voters, prompts and single outputs add to the variance of ratings, in arenas where it is known."""

from dataclasses import replace

import ibis
import numpy as np
import pyarrow as pa
import pytest

from arena.rating_settings import RatingSettings
from arena.ratings import compute_ratings
from arena.ratings.solver import solve
from arena.ratings.uncertainty import axis_votes, uncertainty_of
from arena.ratings.voter_votes import VoterVotes
from arena.records import Axis, VarianceShares
from benchmarks.coverage import SETTINGS, tally_votes
from tests.ratings.voting import random_ballots, table

MODELS, PROMPTS, EACH, VOTES = 6, 40, 3, 6000


def votes_with(habit: float, of_prompt: float, of_output: float, voters: int = 400) -> VoterVotes:
    rng = np.random.default_rng(3)
    voter, prompt = rng.integers(0, voters, VOTES), rng.integers(0, PROMPTS, VOTES)
    first = rng.integers(0, MODELS - 1, VOTES)
    second = rng.integers(first + 1, MODELS)
    shown = rng.integers(0, EACH, (VOTES, 2))
    habits = rng.normal(0, habit, (voters, MODELS))
    effects = rng.normal(0, of_prompt, (PROMPTS, MODELS, 1)) + rng.normal(0, of_output, (PROMPTS, MODELS, EACH))
    gap = habits[voter, first] - habits[voter, second]
    gap += effects[prompt, first, shown[:, 0]] - effects[prompt, second, shown[:, 1]]
    outcome = np.where(gap + rng.normal(0, SETTINGS.beta * 2**0.5, VOTES) > 0, 0, 1)
    outputs = (prompt[:, None] * MODELS + np.column_stack([first, second])) * EACH + shown
    columns = (np.zeros((VOTES, 3)), first, second, outcome, voter, 0 * voter, prompt, outputs)
    return VoterVotes.sorted_by_voter(*(column.astype(np.int32) for column in columns))


def shares(votes: VoterVotes) -> VarianceShares:
    found = solve(tally_votes(votes, MODELS), SETTINGS, 0.0)
    axis = axis_votes(found, votes, np.arange(VOTES), np.arange(MODELS))
    known = uncertainty_of(found, SETTINGS.sigma, axis).variance
    assert known is not None
    parts = (known.votes, known.voters, known.prompts or 0.0, known.outputs or 0.0)
    assert sum(parts) == pytest.approx(1.0, abs=3e-6)
    assert min(parts) >= 0
    return known


def test_each_part_of_the_variance_is_found_where_it_was_put() -> None:
    nothing = shares(votes_with(0.0, 0.0, 0.0))
    assert nothing.votes > 0.7
    tastes = shares(votes_with(6.0, 0.0, 0.0, voters=40))
    assert tastes.voters > 0.5
    topics = shares(votes_with(0.0, 3.0, 0.0))
    assert topics.prompts is not None
    assert topics.outputs is not None
    assert topics.prompts > 0.7
    assert topics.outputs < 0.15
    pictures = shares(votes_with(0.0, 0.0, 4.0))
    assert pictures.prompts is not None
    assert pictures.outputs is not None
    assert pictures.outputs > 0.4
    assert pictures.outputs > 2 * pictures.prompts


def rated(outputs: int, settings: RatingSettings) -> VarianceShares | None:
    """Of an arena with so many outputs of a model for a prompt."""
    ballots = [replace(ballot, category="", language="") for ballot in random_ballots(300, 4, 1)]
    votes = table(ballots).to_pyarrow()
    prompt = [f"prompt-{number % 5}" for number in range(len(votes))]
    votes = votes.append_column("prompt", pa.array(prompt))
    for side in ("left", "right"):
        named = [
            f"{model}-{prompt}-{number % outputs}"
            for number, (model, prompt) in enumerate(zip(votes[side].to_pylist(), prompt, strict=True))
        ]
        votes = votes.append_column(f"{side}_output", pa.array(named, pa.string()))
    board = compute_ratings(ibis.memtable(votes), settings).get(Axis("text-to-image"))
    assert board is not None
    return board.variance


def test_outputs_are_told_apart_from_prompts_where_models_have_several() -> None:
    for outputs, known in ((1, False), (3, True)):
        variance = rated(outputs, RatingSettings())
        assert variance is not None
        assert variance.prompts is not None
        assert (variance.outputs is not None) is known
    alone = rated(3, RatingSettings(prompts="these"))
    assert alone is not None
    assert (alone.prompts, alone.outputs) == (None, None)

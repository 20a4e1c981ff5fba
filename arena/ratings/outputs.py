"""What single outputs add to the variance of ratings, in arenas where models have several outputs for a prompt."""

from __future__ import annotations

import ibis
import numpy as np

from arena.ratings.arrays import Floats, Ints
from arena.ratings.cluster_rows import pulls_of
from arena.ratings.clusters import AxisVotes
from arena.ratings.solver import Solution
from arena.ratings.tally import encode, sum_by_key
from arena.votes.fetching import fetch

SIDES = ("left", "right")


def several_outputs(votes: ibis.Table) -> tuple[str, ...]:
    """The outputs that votes name, sorted, where some model has several for a prompt, and nothing elsewhere.

    ``votes`` has the columns arena, prompt, left, right, left_output and right_output, the last two never null.
    """
    named = [
        votes.filter(votes[f"{side}_output"] != "", votes.prompt != "").select(
            "arena", "prompt", model=votes[side], output=votes[f"{side}_output"]
        )
        for side in SIDES
    ]
    shown = named[0].union(named[1], distinct=True)
    counts = shown.group_by("arena", "prompt", "model").agg(outputs=shown.count())
    if not len(fetch(counts.filter(counts.outputs > 1).limit(1))):
        return ()
    return encode([fetch(shown.select("output").distinct())["output"]])[0]


def part_of_outputs(solution: Solution, votes: AxisVotes) -> float | None:
    """Which part of what prompts add to the variance is that of single outputs, from 0 to 1.

    Two voters who see the same output of a model for a prompt share what the prompt and what the output does for the
    model, and two who see different outputs only what the prompt does. So the mean product of their pulls on the model
    tells the two apart: the method of moments for nested components, S. R. Searle, G. Casella and C. E. McCulloch,
    "Variance components", 1992. None where models have one output for each prompt, or no two voters saw the same.
    """
    if votes.outputs is None or votes.prompts is None:
        return None
    count, size = len(votes.site), len(solution.mu)
    prompt = np.empty(count, np.int64)
    prompt[votes.prompts.order] = np.repeat(np.arange(len(votes.prompts.sizes)), votes.prompts.sizes)
    voter = np.repeat(np.arange(len(votes.voters.sizes)), votes.voters.sizes)
    slope = pulls_of(solution)[0][votes.site]
    # Every vote is seen from both of its models.
    model, output = np.concatenate([votes.low, votes.high]), votes.outputs.T.ravel().astype(np.int64)
    shown = output >= 0
    together = (np.tile(prompt, 2) * size + model)[shown]
    output, pull, voter = output[shown], np.concatenate([slope, -slope])[shown], np.tile(voter, 2)[shown]
    # Outputs are numbered anew by prompt and model, so that a picture that two prompts share is two outputs.
    alike = np.unique(together * (int(output.max(initial=0)) + 1) + output, return_inverse=True)[1]
    same, same_pairs = _products_of_voters(alike, voter, pull)
    every, every_pairs = _products_of_voters(np.unique(together, return_inverse=True)[1], voter, pull)
    if not same_pairs or every_pairs == same_pairs:
        return None
    if every <= 0.0:
        return 0.0
    beyond = same / same_pairs - (every - same) / (every_pairs - same_pairs)
    return float(np.clip(same_pairs * beyond / every, 0.0, 1.0))


def _products_of_voters(group: Ints, voter: Ints, pull: Floats) -> tuple[float, float]:
    """The sum of the products of every two pulls of one group that are by different voters, and how many there are."""
    terms = np.column_stack([pull, np.ones(len(pull))])
    _, all_of_group = sum_by_key(group, terms)
    _, of_voter = sum_by_key(group * (int(voter.max(initial=0)) + 1) + voter, terms)
    products, pairs = (all_of_group**2).sum(axis=0) - (of_voter**2).sum(axis=0)
    return float(products), float(pairs)

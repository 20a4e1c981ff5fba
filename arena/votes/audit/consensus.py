"""What the trusted votes agree on, how each battle went against it, and bounds on how likely that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arena.votes.audit.crowd import left_odds, sigmoid
from arena.votes.audit.vote_arrays import LEFT, Bools, Floats, Ints, VoteArrays


@dataclass(frozen=True)
class Consensus:
    """What the votes that are trusted so far agree on."""

    trusted: Bools
    odds: Floats
    """The log-odds that the left model of each vote is preferred, where one is."""


def consensus_of(votes: VoteArrays, trusted: Bools) -> Consensus:
    """Learn from the trusted votes."""
    return Consensus(trusted, left_odds(votes, trusted))


def sides_of(
    votes: VoteArrays, consensus: Consensus, chosen: Bools, direction: int = 1
) -> tuple[Ints, Ints, Floats, Floats]:
    """Each chosen vote twice, once a side: its row, the side's model, whether it won, and the chance that it would.

    ``direction`` -1 turns winning into losing. A vote without a preference counts as half a win.
    """
    rows = np.flatnonzero(chosen)
    left = np.where(votes.decided[rows], (votes.outcome[rows] == LEFT).astype(np.float64), 0.5)
    chance = sigmoid(consensus.odds[rows])
    won, expected = np.concatenate([left, 1 - left]), np.concatenate([chance, 1 - chance])
    model = np.concatenate([votes.left[rows], votes.right[rows]])
    if direction < 0:
        won, expected = 1 - won, 1 - expected
    return np.concatenate([rows, rows]), model, won, expected


def successes_bound(successes: Floats, trials: Floats, expected: Floats) -> Floats:
    """Bound the natural logarithm of P(X >= successes), X the sum of independent trials with ``expected`` mean sum.

    Chernoff's bound, exp(-n KL(k/n || p)). The chances of single trials may differ (Hoeffding 1956, theorem 5).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = successes / trials
        chance = np.clip(expected / trials, 1e-12, 1 - 1e-12)
        divergence = _times_log(share, share / chance) + _times_log(1 - share, (1 - share) / (1 - chance))
    return np.where((trials > 0) & (share > chance), -trials * divergence, 0.0)


def count_bound(count: Floats, expected: Floats) -> Floats:
    """Bound the natural logarithm of P(X >= count), X a Poisson count with the ``expected`` mean (Chernoff)."""
    mean = np.maximum(expected, 1e-12)
    return np.where(count > mean, -(count * np.log(np.maximum(count, 1) / mean) - count + mean), 0.0)


def _times_log(factor: Floats, value: Floats) -> Floats:
    return np.where(factor > 0, factor * np.log(np.where(value > 0, value, 1.0)), 0.0)

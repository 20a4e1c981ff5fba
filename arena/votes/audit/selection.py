"""Who votes on the battles of one model and leaves the others: what was drawn and not voted on is evidence too."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.votes.audit.consensus import successes_bound
from arena.votes.audit.report import Thresholds
from arena.votes.audit.vote_arrays import UNKNOWN_NETWORK, Bools, Ints, VoteArrays


@dataclass(frozen=True)
class Unvoted:
    """Battles that were drawn and of which no vote stands: skipped, or taken back. Numbers are those of the votes."""

    left: Ints
    right: Ints
    voter: Ints
    network: Ints


def unvoted_arrays(battles: pa.Table, table: pa.Table, votes: VoteArrays) -> Unvoted:
    """Number the columns ``left``, ``right``, ``voter`` and ``network`` of battles without a standing vote.

    ``votes`` are the arrays of ``table``. Battles of models, voters and networks that no vote names are of no use here:
    their numbers are -1.
    """
    models = pa.array(votes.models, pa.string())
    left, right = (pc.index_in(battles[side], models).fill_null(-1).to_numpy() for side in ("left", "right"))
    voter, network = (_same_numbers(battles, table, name) for name in ("voter", "network"))
    return Unvoted(left.astype(np.int64), right.astype(np.int64), voter, network)


def _same_numbers(battles: pa.Table, table: pa.Table, name: str) -> Ints:
    if name not in table.column_names:
        return np.full(len(battles), -1, np.int64)
    # Votes are numbered in the order in which values first come, as distinct values are.
    distinct = pc.unique(table[name])
    numbers = pc.index_in(battles[name], distinct).fill_null(-1).to_numpy().astype(np.int64)
    return np.where(pc.equal(battles[name], "").to_numpy(), -1, numbers)


def picked(votes: VoteArrays, unvoted: Unvoted, tested: Bools, limits: Thresholds) -> Bools:
    """The votes of a network, or a voter, on a model whose battles they voted on, and left most others.

    Of N battles that were drawn for them K are with the model, and they cast n votes. Were it nothing to them who is in
    a battle, the number of votes on the model would be hypergeometric, as in Fisher's exact test, and its tail is no
    larger than Chernoff's bound for n trials of chance K / N (Hoeffding 1963, theorem 4). Here the chance is ``slack``
    times as much: people leave battles for reasons that may have to do with pictures. Who wins plays no part, so that
    the votes that wait favour nobody, and what an honest voter of the same network says about the model waits as well.
    """
    found = np.zeros(len(votes), np.bool_)
    for member, other in ((votes.network, unvoted.network), (votes.voter, unvoted.voter)):
        rows = np.flatnonzero(tested & (member != UNKNOWN_NETWORK))
        cast = np.bincount(member[rows], minlength=1)
        left_alone = np.bincount(other[other >= 0], minlength=len(cast))[: len(cast)]
        # Only who left battles can have picked some; most members have too few votes as well.
        rows = rows[((cast >= limits.picked_votes) & (left_alone > 0))[member[rows]]]
        sides = np.concatenate([member[rows] * len(votes.models) + side[rows] for side in (votes.left, votes.right)])
        keys, cell, count = np.unique(sides, return_inverse=True, return_counts=True)
        group = keys // len(votes.models)
        drawn = count + _counts(keys, other, unvoted, len(votes.models))
        chance = np.minimum(1.0, limits.slack * drawn / np.maximum(cast + left_alone, 1)[group])
        trials = cast[group].astype(np.float64)
        bound = successes_bound(count.astype(np.float64), trials, trials * chance)
        guilty = (count >= limits.picked_votes) & (bound <= math.log(limits.picked_chance))
        found[np.tile(rows, 2)[guilty[cell]]] = True
    return found


def _counts(keys: Ints, member: Ints, unvoted: Unvoted, models: int) -> Ints:
    """How many battles without a vote there are of each key: member and model."""
    known = (member >= 0) & (unvoted.left >= 0) & (unvoted.right >= 0)
    sides = np.concatenate([member[known] * models + side[known] for side in (unvoted.left, unvoted.right)])
    place = np.searchsorted(keys, sides)
    matched = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == sides) if len(keys) else place < 0
    return np.bincount(place[matched], minlength=len(keys))

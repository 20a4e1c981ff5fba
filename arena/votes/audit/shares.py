"""How much one network may move a model before a person has looked: what is beyond waits, whoever cast it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.votes.audit.consensus import Consensus, sides_of
from arena.votes.audit.report import Thresholds
from arena.votes.audit.vote_arrays import BOTH_BAD, UNKNOWN_NETWORK, Bools, Floats, Ints, VoteArrays

TOLERANCE = 1e-9
"""Votes: a sum of rounded numbers may be over a limit by less."""


def beyond_share(votes: VoteArrays, consensus: Consensus, tested: Bools, limits: Thresholds) -> Bools:
    """Votes by which a network moves a model by more than ``network_share`` of the model's votes on an axis.

    What a network does to a model on an axis is 2 x |sum of (won - expected)| votes: ``won`` is 1, 0, or a half for a
    tie, ``expected`` what all others' votes say of the same battle. A vote on an even pair counts for 1, a win and a
    loss for 0, and a campus of hundreds who judge as everybody does for nearly nothing. In Bradley and Terry's model
    the derivative of the log-likelihood by a model's strength is this sum (without the 2), so to first order it is what
    the network's votes move the rating by, over the information of all votes. ``network_votes`` are always let through.

    Only votes in the direction of the push wait, each time as few as bring it down to the limit, in the order of a hash
    of the battle's id. The id is drawn by the server and the hash is of nothing else, so neither when a vote is cast
    nor who casts it decides whether it counts, and a recount finds the same votes. A voter who went through battles
    until the hash were a good one would gain nothing: what the sum is limited to is the same for any choice.

    Only ``tested`` votes are limited; the trusted ones beside them say what is expected, and how many votes there are.
    """
    known = tested & (votes.network != UNKNOWN_NETWORK) & (votes.outcome != BOTH_BAD)
    counting = consensus.trusted | known
    axes = list(_axes(votes)) if known.any() else []
    waiting, before = np.zeros(len(votes), np.bool_), -1
    # A vote that waits takes a loss from its other model too, which may tip that one over: again, until none is over.
    while before < waiting.sum():
        before = int(waiting.sum())
        for axis in axes:
            sides = _Sides.of(votes, consensus, axis, counting & ~waiting)
            waiting |= sides.beyond(votes, (known & ~waiting)[sides.row], limits)
    return waiting


def _axes(votes: VoteArrays) -> Iterator[Ints]:
    """For each of the four kinds of board: the number of the board that a vote is on."""
    none = np.zeros(len(votes), np.int64)
    categories, languages = (int(column.max(initial=0)) + 1 for column in (votes.category, votes.language))
    for category in (none, votes.category):
        for language in (none, votes.language):
            yield (votes.arena * categories + category) * languages + language


@dataclass(frozen=True)
class _Sides:
    """The two sides of each vote that counts: its row, its board and model, and by how much it won against the odds."""

    row: Ints
    column: Ints
    excess: Floats
    spread: Floats

    @classmethod
    def of(cls, votes: VoteArrays, consensus: Consensus, axis: Ints, counting: Bools) -> _Sides:
        row, model, won, chance = sides_of(votes, consensus, counting & (votes.outcome != BOTH_BAD))
        return cls(row, axis[row] * len(votes.models) + model, won - chance, chance * (1 - chance))

    def beyond(self, votes: VoteArrays, limited: Bools, limits: Thresholds) -> Bools:
        """The votes beyond the limits on the boards of one kind, of those with ``limited`` sides."""
        cast, own = np.bincount(self.column), np.flatnonzero(limited)
        keys, cell, size = np.unique(
            votes.network[self.row[own]] * len(cast) + self.column[own], return_inverse=True, return_counts=True
        )
        column, excess = keys % max(len(cast), 1), self.excess[own]
        push, spread = np.bincount(cell, excess, len(keys)), np.bincount(cell, self.spread[own], len(keys))
        others = np.bincount(self.column, self.excess)[column] - push
        others_spread = np.bincount(self.column, self.spread)[column] - spread
        # A model may be better on this board than in the arena; what others' votes say of that is not the network's
        # doing.
        push -= others / np.maximum(others_spread, 1.0) * spread
        limit = np.maximum(limits.network_votes, limits.network_share * cast[column]) / 2
        over = np.where(size > limits.network_votes, np.abs(push) - limit, 0.0)
        pushing = np.flatnonzero((over[cell] > TOLERANCE) & (excess * push[cell] > 0))
        beyond = np.zeros(len(votes), np.bool_)
        beyond[_until(votes, self.row[own[pushing]], cell[pushing], np.abs(excess[pushing]), over)] = True
        return beyond


def _until(votes: VoteArrays, rows: Ints, cell: Ints, weight: Floats, over: Floats) -> Ints:
    """The rows, by hash, until their weights add up to what their cell is ``over``."""
    order = np.lexsort((_hashes(votes.battle[rows]), cell))
    rows, cell, weight = rows[order], cell[order], weight[order]
    before = np.cumsum(weight) - weight
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    before -= np.repeat(before[starts], np.diff(np.append(starts, len(cell))))
    return np.asarray(rows[before < over[cell] - TOLERANCE])


def _hashes(battles: npt.NDArray[np.object_]) -> Ints:
    digests = (hashlib.blake2b(battle.encode(), digest_size=7).digest() for battle in battles)
    return np.array([int.from_bytes(digest, "big") for digest in digests], np.int64)

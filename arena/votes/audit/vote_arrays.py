"""Votes as columns of numbers: what the rules of the audit look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arena.records import Outcome
from arena.votes.table import VOTE_SCHEMA

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUTCOMES = tuple(Outcome)
LEFT, RIGHT, TIE, BOTH_BAD = (
    OUTCOMES.index(outcome) for outcome in (Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD)
)

FRAME_SCHEMA = VOTE_SCHEMA.append(pa.field("network", pa.string()))
"""The columns of a vote, and the keyed hash of the network it came from; empty where nobody knows."""

NOBODY = -1
"""The network of a vote that nobody knows the network of."""


@dataclass(frozen=True)
class Frame:
    """One element a vote; ids are numbers from 0. ``at`` is in microseconds, ``dwell`` in milliseconds or NaN."""

    arena: Ints
    voter: Ints
    prompt: Ints
    left: Ints
    right: Ints
    outcome: Ints
    """Indices into ``OUTCOMES``."""
    at: Ints
    dwell: Floats
    network: Ints
    models: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def voters(self) -> int:
        """How many voters there are."""
        return int(self.voter.max(initial=-1)) + 1

    @cached_property
    def decided(self) -> Bools:
        """Whether the voter preferred one."""
        return np.asarray((self.outcome == LEFT) | (self.outcome == RIGHT))

    @cached_property
    def winner(self) -> Ints:
        """The preferred model, or -1."""
        return np.where(self.outcome == LEFT, self.left, np.where(self.outcome == RIGHT, self.right, -1))

    @cached_property
    def loser(self) -> Ints:
        """The other model, or -1."""
        return np.where(self.outcome == LEFT, self.right, np.where(self.outcome == RIGHT, self.left, -1))

    @cached_property
    def pair(self) -> Ints:
        """A number for the arena and its two models, whichever side they are on."""
        low, high = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
        return (self.arena * len(self.models) + low) * len(self.models) + high

    @cached_property
    def votes_of(self) -> Ints:
        """How many votes each voter cast."""
        return np.bincount(self.voter, minlength=self.voters)


def frame_of(votes: pa.Table) -> Frame:
    """Number the columns of votes; ``network`` may be missing."""
    names = pc.unique(pa.chunked_array([*votes["left"].chunks, *votes["right"].chunks], pa.string())).sort()
    outcomes = pa.array([outcome.value for outcome in OUTCOMES])
    return Frame(
        arena=_numbers(votes["arena"]),
        voter=_numbers(votes["voter"]),
        prompt=_numbers(votes["prompt"]),
        left=_places(votes["left"], names),
        right=_places(votes["right"], names),
        outcome=_places(votes["outcome"], outcomes),
        at=votes["at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(),
        dwell=votes["dwell_ms"].cast(pa.float64()).fill_null(float("nan")).to_numpy(),
        network=_networks(votes),
        models=tuple(names.to_pylist()),
    )


def _numbers(column: pa.ChunkedArray) -> Ints:
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    numbers: Ints = encoded.indices.to_numpy().astype(np.int64)
    return numbers


def _places(column: pa.ChunkedArray, names: pa.Array) -> Ints:
    places: Ints = pc.index_in(column, names).to_numpy().astype(np.int64)
    return places


def _networks(votes: pa.Table) -> Ints:
    if "network" not in votes.column_names:
        return np.full(len(votes), NOBODY, np.int64)
    unknown = pc.equal(votes["network"], "").to_numpy()
    return np.where(unknown, NOBODY, _numbers(votes["network"]))

"""Votes as columns of numbers: what the rules of the audit look at."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arena.records import Outcome

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OUTCOMES = tuple(Outcome)
LEFT, RIGHT, TIE, BOTH_BAD = (
    OUTCOMES.index(outcome) for outcome in (Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD)
)

SECOND = 1_000_000
"""In the unit of ``VoteArrays.at``, as what follows."""
HOUR = 3600 * SECOND
WEEK = 7 * 24 * HOUR

UNKNOWN_NETWORK = -1
"""The network of a vote of which nobody knows the network."""


@dataclass(frozen=True)
class VoteArrays:
    """One element a vote; ids are numbers from 0. ``at`` is in microseconds, ``dwell`` in milliseconds or NaN."""

    arena: Ints
    category: Ints
    language: Ints
    voter: Ints
    prompt: Ints
    left: Ints
    right: Ints
    outcome: Ints
    """Indices into ``OUTCOMES``."""
    at: Ints
    dwell: Floats
    network: Ints
    timed: Bools
    """Whether ``at`` is when the vote was cast, to the minute at least: imported votes may have a day alone."""
    dated: Bools
    """Whether ``at`` is of the day on which the vote was cast: imported votes may have one time for all of them."""
    battle: npt.NDArray[np.object_]
    """The battles' ids."""
    models: tuple[str, ...]
    """The ids that ``left`` and ``right`` are indices into, sorted."""

    def __len__(self) -> int:
        return len(self.at)

    def part(self, chosen: Bools) -> VoteArrays:
        """The chosen votes alone, in their order. Models keep their numbers; voters get new ones, without gaps."""
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "models"}
        part = {name: values[chosen] for name, values in columns.items()}
        part["voter"] = np.unique(part["voter"], return_inverse=True)[1]
        return VoteArrays(**part, models=self.models)

    @cached_property
    def voters(self) -> int:
        """How many voters there are."""
        return int(self.voter.max(initial=-1)) + 1

    @cached_property
    def arenas(self) -> int:
        """How many arenas there are; 1 without votes."""
        return int(self.arena.max(initial=0)) + 1

    @cached_property
    def decided(self) -> Bools:
        """Whether the voter preferred one of the two."""
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
    def votes_per_voter(self) -> Ints:
        """How many votes each voter cast."""
        return np.bincount(self.voter, minlength=self.voters)

    def count_by_voter(self, chosen: Bools) -> Floats:
        """How many of the chosen votes each voter cast."""
        return np.bincount(self.voter[chosen], minlength=self.voters).astype(np.float64)


def vote_arrays(table: pa.Table) -> VoteArrays:
    """Number the columns of votes of ``VOTE_SCHEMA``.

    Further columns may be missing: ``network``, the keyed hash of the network that a vote came from, empty where nobody
    knows; ``timed`` and ``dated``, whether ``at`` is when the vote was cast, else taken as true.
    """
    # Models are sorted and voters are not: the order of models decides the order of findings in the report.
    models = pc.unique(pa.chunked_array([*table["left"].chunks, *table["right"].chunks], pa.string())).sort()
    outcomes = pa.array([outcome.value for outcome in OUTCOMES])
    return VoteArrays(
        arena=_numbers(table["arena"]),
        category=_numbers(table["category"]),
        language=_numbers(table["language"]),
        voter=_numbers(table["voter"]),
        prompt=_numbers(table["prompt"]),
        left=_indices(table["left"], models),
        right=_indices(table["right"], models),
        outcome=_indices(table["outcome"], outcomes),
        at=table["at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(),
        dwell=table["dwell_ms"].cast(pa.float64()).fill_null(float("nan")).to_numpy(),
        network=_networks(table),
        battle=table["battle"].to_numpy(),
        timed=_flags(table, "timed"),
        dated=_flags(table, "dated"),
        models=tuple(models.to_pylist()),
    )


def _numbers(column: pa.ChunkedArray) -> Ints:
    """A number for each value, in the order in which values first come."""
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    numbers: Ints = encoded.indices.to_numpy().astype(np.int64)
    return numbers


def _indices(column: pa.ChunkedArray, values: pa.Array) -> Ints:
    indices: Ints = pc.index_in(column, values).to_numpy().astype(np.int64)
    return indices


def _flags(table: pa.Table, name: str) -> Bools:
    if name not in table.column_names:
        return np.ones(len(table), np.bool_)
    flags: Bools = table[name].to_numpy()
    return flags


def _networks(table: pa.Table) -> Ints:
    if "network" not in table.column_names:
        return np.full(len(table), UNKNOWN_NETWORK, np.int64)
    unknown = pc.equal(table["network"], "").to_numpy()
    return np.where(unknown, UNKNOWN_NETWORK, _numbers(table["network"]))

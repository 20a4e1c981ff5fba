"""Votes as codes, in batches from an engine in this process, added up by cluster and model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.arrays import Codes, Floats, Ints
from arena.ratings.compiling import compiled
from arena.ratings.pull_tables import DRAW, FIRST_WINS, SECOND_WINS, KindPulls, SumTable
from arena.ratings.tally import CELL, Tally
from arena.records import Outcome
from arena.votes.fetching import fetch_batches

if TYPE_CHECKING:
    import ibis.expr.types as ir

CODED = (*CELL, "left", "right")


@dataclass(frozen=True, slots=True)
class VoteBatch:
    """Rated votes (N) as codes of a tally's names, and their ``clusters`` (N each) by way of clustering.

    ``cell`` is N x 3; ``first`` < ``second``; ``outcome`` is FIRST_WINS, SECOND_WINS or DRAW.
    """

    cell: Codes
    first: Codes
    second: Codes
    outcome: Codes
    clusters: dict[str, Codes]


def coded_batches(votes: ir.Table, tally: Tally, ways: list[str]) -> Iterator[VoteBatch]:
    """The votes, of which only rated ones are there, with a column of numbers for each of ``ways``."""
    left_wins, right_wins = votes.outcome == Outcome.LEFT.value, votes.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int16")
    coded = votes.select(*CODED, *ways, said=said)
    for column, names in zip(CODED, (*tally.names, tally.models, tally.models), strict=True):
        codes = pa.table(
            {column: pa.array(names, pa.string()), f"{column}_code": pa.array(range(len(names)), pa.int32())}
        )
        coded = coded.inner_join(ibis.memtable(codes), column)
    columns = [f"{column}_code" for column in CODED]
    for batch in fetch_batches(coded.select(*columns, *ways, "said")):
        arena, category, language, left, right = (batch[column].to_numpy() for column in columns)
        swapped, said = left > right, batch["said"].to_numpy()
        yield VoteBatch(
            np.column_stack([arena, category, language]),
            np.minimum(left, right),
            np.maximum(left, right),
            np.where(swapped & (said != DRAW), (FIRST_WINS + SECOND_WINS) - said, said),
            {way: batch[way].to_numpy() for way in ways},
        )


def add_batch(pulls: KindPulls, site: Ints, cluster: Codes, sums: SumTable) -> None:
    """Add the votes of a batch (N sites and clusters) to the sums of a kind of axis."""
    sites = (pulls.axis, pulls.first, pulls.second, pulls.pull, pulls.held)
    _add(site, cluster, *sites, sums.starts, sums.widths, sums.terms)


@compiled()
def _add(  # noqa: PLR0917 - compiled code takes arrays, not records
    site: Ints,
    cluster: Ints,
    axis: npt.NDArray[np.int32],
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    pull: Floats,
    held: Floats,
    starts: Ints,
    widths: Ints,
    terms: Floats,
) -> None:
    for vote in range(len(site)):
        s = site[vote]
        if s < 0:
            continue
        a = axis[s]
        start = starts[a] + cluster[vote] * widths[a]
        i, j = start + first[s], start + second[s]
        terms[i, 0] += 1.0
        terms[i, 1] += pull[s]
        terms[i, 2] += held[s]
        terms[j, 0] += 1.0
        terms[j, 1] -= pull[s]
        terms[j, 2] += held[s]

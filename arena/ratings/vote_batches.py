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


def coded_votes(votes: ir.Table, tally: Tally, ways: list[str]) -> ir.Table:
    """As an expression: the votes, of which only rated ones are there, as codes of the tally's names.

    The columns are those of a cell, ``first`` < ``second``, ``said`` of the first (FIRST_WINS, SECOND_WINS or DRAW),
    and the columns ``ways`` of the votes as they are.
    """
    left_wins, right_wins = votes.outcome == Outcome.LEFT.value, votes.outcome == Outcome.RIGHT.value
    coded = votes.select(*CODED, *ways, winner=ibis.ifelse(left_wins, -1, ibis.ifelse(right_wins, 1, 0)))
    for column, names in zip(CODED, (*tally.names, tally.models, tally.models), strict=True):
        codes = pa.table(
            {column: pa.array(names, pa.string()), f"{column}_code": pa.array(range(len(names)), pa.int32())}
        )
        coded = coded.inner_join(ibis.memtable(codes), column)
    left, right = coded.left_code, coded.right_code
    upward = ibis.ifelse(left < right, coded.winner, -coded.winner)
    said = ibis.ifelse(upward < 0, FIRST_WINS, ibis.ifelse(upward > 0, SECOND_WINS, DRAW)).cast("int16")
    cell = {column: coded[f"{column}_code"] for column in CELL}
    pair = {"first": ibis.ifelse(left < right, left, right), "second": ibis.ifelse(left < right, right, left)}
    return coded.select(**cell, **pair, said=said, **{way: coded[way] for way in ways})


def coded_batches(votes: ir.Table, tally: Tally, ways: list[str]) -> Iterator[VoteBatch]:
    """The rows of ``coded_votes``."""
    for batch in fetch_batches(coded_votes(votes, tally, ways)):
        columns = {name: batch[name].to_numpy() for name in batch.schema.names}
        cell = np.column_stack([columns[name] for name in CELL])
        clusters = {way: columns[way] for way in ways}
        yield VoteBatch(cell, columns["first"], columns["second"], columns["said"], clusters)


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

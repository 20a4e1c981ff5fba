"""Who cast which vote: the rated votes as integer codes, for what depends on voters and not on counts alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.ratings.tally import AXIS_KINDS, CELL, Ints, Tally, encode
from arena.records import Axis, Outcome, RatingSettings

Codes = npt.NDArray[np.int32]

CODED = (*CELL, "left", "right", "voter")
FIRST_WINS, SECOND_WINS, DRAW = 0, 1, 2
DAY = 24 * 60 * 60
FIRST_MONDAY = 4
"""The days from 1970-01-01 to the first Monday."""


@dataclass(frozen=True, slots=True)
class VoterVotes:
    """The rated votes (N), voter by voter, coded by the names of a tally: 32 bytes a vote.

    ``first`` < ``second`` by model id; ``outcome`` is seen from the first; ``voter`` indexes the voters' ids as sorted;
    ``week`` counts weeks from Monday to Sunday (UTC), 0 being that of 1970-01-05.
    """

    cell: Codes
    first: Codes
    second: Codes
    outcome: Codes
    voter: Codes
    week: Codes

    @classmethod
    def sorted_by_voter(  # noqa: PLR0917 - the columns
        cls, cell: Codes, first: Codes, second: Codes, outcome: Codes, voter: Codes, week: Codes
    ) -> VoterVotes:
        """From columns in any order."""
        order = np.argsort(voter, kind="stable")
        return cls(*(column[order] for column in (cell, first, second, outcome, voter, week)))

    def by_axis(self, tally: Tally, kinds: tuple[tuple[int, ...], ...] = AXIS_KINDS) -> Iterator[tuple[Axis, Ints]]:
        """Every axis of these kinds with rated votes, and the indexes of its votes, voter by voter."""
        for columns in kinds:
            codes = tally.axis_codes(columns, self.cell)
            small = codes.max(initial=0) <= np.iinfo(np.uint16).max
            order = np.argsort(codes.astype(np.uint16) if small else codes, kind="stable")
            starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
            for start, rows in zip(starts, np.split(order, starts[1:]), strict=bool(len(starts))):
                yield tally.axis_of(columns, int(codes[order[start]])), rows


def load_voter_votes(votes: ibis.Table, tally: Tally, settings: RatingSettings) -> VoterVotes:
    """One query, whose joins with the lists of names leave only codes to be handed over."""
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
    if settings.both_bad == "tie":
        rated.append(Outcome.BOTH_BAD)
    chosen = votes.filter(votes.outcome.isin([outcome.value for outcome in rated]))
    voters, _ = encode([chosen.select("voter").distinct().to_pyarrow()["voter"]])
    names = (tally.arenas, tally.categories, tally.languages, tally.models, tally.models, voters)
    days = (chosen.at.epoch_seconds() / DAY).floor()
    coded = chosen.select(*CODED, "outcome", week=((days - FIRST_MONDAY) / 7).floor().cast("int32"))
    for column, known in zip(CODED, names, strict=True):
        coded = coded.join(_code_table(column, known), column)
    left_wins, right_wins = coded.outcome == Outcome.LEFT.value, coded.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int32")
    rows = coded.select(*[f"{column}_code" for column in CODED], said=said, week=coded.week).to_pyarrow()
    arena, category, language, left, right, voter, outcome, week = (column.to_numpy() for column in rows.columns)
    turned = (left > right) & (outcome != DRAW)
    return VoterVotes.sorted_by_voter(
        cell=np.column_stack([arena, category, language]),
        first=np.minimum(left, right),
        second=np.maximum(left, right),
        outcome=np.where(turned, (FIRST_WINS + SECOND_WINS) - outcome, outcome),
        voter=voter,
        week=week,
    )


def _code_table(column: str, names: tuple[str, ...]) -> ibis.Table:
    code = pa.array(range(len(names)), pa.int32())
    return ibis.memtable(pa.table({column: pa.array(names, pa.string()), f"{column}_code": code}))

"""Who cast which vote on what: the rated votes as codes, loaded from an engine for all that asks about voters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Ints
from arena.ratings.outputs import SIDES, several_outputs
from arena.ratings.pull_tables import DRAW, FIRST_WINS, SECOND_WINS
from arena.ratings.tally import AXIS_KINDS, CELL, Tally, encode
from arena.records import Axis, Outcome
from arena.votes.fetching import fetch, fetch_batches

SmallInts = npt.NDArray[np.int32]

CODED = (*CELL, "left", "right", "voter")
SECONDS_PER_DAY = 24 * 60 * 60
FIRST_MONDAY = 4
"""The days from 1970-01-01 to the first Monday."""


@dataclass(frozen=True, slots=True)
class VoterVotes:
    """The rated votes (N), voter by voter and then prompt by prompt, coded by the names of a tally: 36 bytes a vote.

    ``cell`` is N x 3, the rest N. ``first`` < ``second`` by model id; ``outcome`` is FIRST_WINS, SECOND_WINS or DRAW;
    ``voter`` indexes the voters' ids as sorted, and ``prompt`` those of the prompts, -1 where a vote names none or
    prompts are not to be told apart; ``week`` counts weeks from Monday to Sunday (UTC), 0 being that of 1970-01-05.
    ``outputs`` (N x 2) are codes of the outputs of the first and the second model, -1 for none, and None where no model
    has several for a prompt.
    """

    cell: SmallInts
    first: SmallInts
    second: SmallInts
    outcome: SmallInts
    voter: SmallInts
    week: SmallInts
    prompt: SmallInts
    outputs: SmallInts | None = None

    @classmethod
    def sorted_by_voter(  # noqa: PLR0917 - the columns
        cls,
        cell: SmallInts,
        first: SmallInts,
        second: SmallInts,
        outcome: SmallInts,
        voter: SmallInts,
        week: SmallInts,
        prompt: SmallInts,
        outputs: SmallInts | None = None,
    ) -> VoterVotes:
        """From columns in any order."""
        order = _voter_by_voter(voter, prompt)
        columns = (cell, first, second, outcome, voter, week, prompt)
        sorted_columns = (column[order] for column in columns)
        return replace(cls(*sorted_columns), outputs=None if outputs is None else outputs[order])

    def by_axis(self, tally: Tally, kinds: tuple[tuple[int, ...], ...] = AXIS_KINDS) -> Iterator[tuple[Axis, Ints]]:
        """Every axis of these kinds with rated votes, and the indexes of its votes, in the order they are in here."""
        for columns in kinds:
            codes = tally.axis_codes(columns, self.cell)
            # numpy sorts 16-bit integers by radix: 900,000 votes take 16 ms instead of 59.
            narrow = codes.max(initial=0) <= np.iinfo(np.uint16).max
            order = np.argsort(codes.astype(np.uint16) if narrow else codes, kind="stable")
            starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
            for start, rows in zip(starts, np.split(order, starts[1:]), strict=bool(len(starts))):
                axis = tally.axis_of(columns, int(codes[order[start]]))
                # As in Tally.roll_up: under an empty name these would be the rows of a broader axis.
                if 1 + bool(axis.category) + bool(axis.language) == len(columns):
                    yield axis, rows


def load_voter_votes(votes: ibis.Table, tally: Tally, settings: RatingSettings) -> VoterVotes:
    """One query, whose joins with the lists of names leave only codes to be handed over.

    Prompts are told apart where the settings say that intervals are about prompts like these.
    """
    rated = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE]
    if settings.both_bad == "tie":
        rated.append(Outcome.BOTH_BAD)
    chosen = votes.filter(votes.outcome.isin([outcome.value for outcome in rated]))
    chosen, optional = _with_optional_columns(chosen, prompts=settings.prompts == "like-these")
    voters = encode([fetch(chosen.select("voter").distinct())["voter"]])[0]
    names = (tally.arenas, tally.categories, tally.languages, tally.models, tally.models, voters)
    # Whole days since 1970: engines do not agree on which day a week begins.
    days = (chosen.at.epoch_seconds() / SECONDS_PER_DAY).floor()
    coded = chosen.select(*CODED, *optional, "outcome", week=((days - FIRST_MONDAY) / 7).floor().cast("int32"))
    for column, known in zip(CODED, names, strict=True):
        coded = coded.join(_code_table(column, known), column)
    for column, known in optional.items():
        # The empty name is none: its code is -1.
        coded = coded.join(_code_table(column, ("", *known), -1), column)
    left_wins, right_wins = coded.outcome == Outcome.LEFT.value, coded.outcome == Outcome.RIGHT.value
    said = ibis.ifelse(left_wins, FIRST_WINS, ibis.ifelse(right_wins, SECOND_WINS, DRAW)).cast("int32")
    columns = [f"{column}_code" for column in (*CODED, *optional)]
    # A part at a time, and a column at a time: whole results, and both orders of all columns, are three times as much.
    parts = [_by_model(batch) for batch in fetch_batches(coded.select(*columns, said=said, week=coded.week))]
    voter, prompt = (_joined(parts, name) for name in ("voter", "prompt"))
    order = _voter_by_voter(voter, prompt)
    kept = {"voter": voter[order], "prompt": prompt[order]}
    del voter, prompt
    kept |= {name: _joined(parts, name)[order] for name in ("cell", "first", "second", "outcome", "week")}
    return VoterVotes(**kept, outputs=_joined(parts, "outputs")[order] if len(optional) > 1 else None)


def _by_model(rows: pa.RecordBatch) -> dict[str, SmallInts]:
    """The columns of ``VoterVotes`` from rows of codes, the outcome being said of the left model."""
    arena, category, language, left, right, voter, *named, outcome, week = (
        column.to_numpy(zero_copy_only=False) for column in rows.columns
    )
    # By column number: the left model or output is the first where 0 comes first.
    in_order = np.where(left > right, 1, 0)[:, None]
    columns = {
        "cell": np.column_stack([arena, category, language]),
        "first": np.minimum(left, right),
        "second": np.maximum(left, right),
        "outcome": np.where((left > right) & (outcome != DRAW), (FIRST_WINS + SECOND_WINS) - outcome, outcome),
        "voter": voter,
        "week": week,
        "prompt": named[0] if named else np.full(len(voter), -1, np.int32),
    }
    if named[1:]:
        columns["outputs"] = np.take_along_axis(np.column_stack(named[1:]), np.hstack([in_order, 1 - in_order]), axis=1)
    return columns


def _joined(parts: list[dict[str, SmallInts]], name: str) -> SmallInts:
    """A column of all parts, which are without it from then on."""
    found = [part.pop(name) for part in parts]
    empty = np.empty((0, 3) if name == "cell" else (0, 2) if name == "outputs" else 0, np.int32)
    return np.concatenate(found) if found else empty


def _voter_by_voter(voter: SmallInts, prompt: SmallInts) -> Ints:
    """The order of votes voter by voter and then prompt by prompt."""
    return np.argsort(voter.astype(np.int64) * (int(prompt.max(initial=0)) + 2) + prompt, kind="stable")


def _with_optional_columns(votes: ibis.Table, *, prompts: bool) -> tuple[ibis.Table, dict[str, tuple[str, ...]]]:
    """The votes with those optional columns filled that intervals need, and the names in each: the prompt where some
    vote names one, and both outputs where some model has several for a prompt.
    """
    if not prompts or "prompt" not in votes.columns:
        return votes, {}
    # A file that names some prompts may leave others empty.
    filled = votes.mutate(prompt=votes.prompt.fill_null(""))
    names = encode([fetch(filled.select("prompt").distinct())["prompt"]])[0]
    known = tuple(name for name in names if name)
    if not known:
        return votes, {}
    optional = {"prompt": known}
    outputs = [f"{side}_output" for side in SIDES]
    if set(outputs) <= set(votes.columns):
        filled = filled.mutate(**{column: filled[column].fill_null("") for column in outputs})
        several = several_outputs(filled)
        optional.update({column: several for column in outputs if several})
    return filled, optional


def _code_table(column: str, names: tuple[str, ...], first: int = 0) -> ibis.Table:
    code = pa.array(range(first, first + len(names)), pa.int32())
    return ibis.memtable(pa.table({column: pa.array(names, pa.string()), f"{column}_code": code}))

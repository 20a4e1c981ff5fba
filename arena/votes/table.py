"""Votes as an Arrow table: its schema, checking it, turning it into ``Vote`` records and back, and counting votes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import VotesError
from arena.records import REQUIRED_VOTE_COLUMNS, VOTE_COLUMNS, LogSummary, Origin, Outcome, Vote
from arena.votes import checks
from arena.votes.reasons import REASONS_TYPE, reason_lists
from arena.votes.row_errors import (
    Locate,
    RowErrors,
    did_you_mean,
    locate_in,
    raise_findings,
    raise_row_errors,
    shorten,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TYPES = {"at": pa.timestamp("us", "UTC"), "dwell_ms": pa.int32(), "reasons": REASONS_TYPE}

VOTE_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in VOTE_COLUMNS])
"""The columns of ``VOTE_COLUMNS``: ``at`` in UTC, ``dwell_ms`` (null: not measured), ``reasons`` (a list of text;
null: none given), the rest text without nulls."""

TEXT_COLUMNS = tuple(name for name in VOTE_COLUMNS if name not in _TYPES)
MODEL_COLUMNS = ("left", "right")
OUTPUT_COLUMNS = ("left_output", "right_output")
DECISION = "decision"
"""A column that files of votes may have beside those of ``VOTE_COLUMNS``: the ``VoteState`` of each vote. It is no part
of a vote, and of no log."""
REPEATING_COLUMNS = tuple(name for name in TEXT_COLUMNS if name != "battle")
"""Text columns with few distinct values, which are read and checked by distinct value."""


def votes_table(votes: Iterable[Vote]) -> pa.Table:
    """A table of ``VOTE_SCHEMA`` in the order of the votes. It is not checked: see ``check_votes``."""
    rows = list(votes)
    columns = [pa.array([_cell(vote, field.name) for vote in rows], field.type) for field in VOTE_SCHEMA]
    return pa.table(columns, schema=VOTE_SCHEMA)


def _cell(vote: Vote, name: str) -> Any:
    return (list(vote.reasons) or None) if name == "reasons" else getattr(vote, name)


def iter_votes(table: pa.Table) -> Iterator[Vote]:
    """The votes of a checked table of ``VOTE_SCHEMA``, in its order."""
    # In batches: a million votes as Python objects at once would be a gigabyte.
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            row["at"] = row["at"].replace(tzinfo=UTC)
            row["outcome"], row["origin"] = Outcome(row["outcome"]), Origin(row["origin"])
            row["reasons"] = tuple(row["reasons"] or ())
            yield Vote(**row)


def check_votes(table: pa.Table, where: str | Locate) -> pa.Table:
    """The same votes as a table of ``VOTE_SCHEMA``, or a ``VotesError`` with the findings by row.

    ``where`` names the whole for messages, or says of each row where it stands. Optional columns may be missing. Text
    columns may be dictionary-encoded, ``at`` text or a timestamp, ``dwell_ms`` text or a number, ``reasons`` text or
    lists of it.
    """
    locate = locate_in(where)
    check_columns(table.column_names, "votes" if callable(where) else where)
    repeats = checks.repeated_vote_errors(table["battle"], table["voter"], locate)
    raise_row_errors([*row_errors_of(table), repeats], locate)
    return as_votes(table)


def check_columns(names: Sequence[str], where: str, hint: str = "") -> None:
    """Raise where a column is unknown, there twice, or a required one is missing; ``hint`` is what to do then."""
    findings = [
        VotesError(f"unknown column {shorten(name)}", where=where, hint=did_you_mean(name, VOTE_COLUMNS))
        for name in dict.fromkeys(names)
        if name not in VOTE_COLUMNS
    ]
    findings += [
        VotesError(f'column "{name}" is there twice', where=where, hint="keep one of the two")
        for name in VOTE_COLUMNS
        if names.count(name) > 1
    ]
    missing = [f'"{name}"' for name in REQUIRED_VOTE_COLUMNS if name not in names]
    if missing:
        what = f"columns {', '.join(missing)} are" if len(missing) > 1 else f"column {missing[0]} is"
        findings.append(
            VotesError(f"{what} missing", where=where, hint=hint or f"required: {', '.join(REQUIRED_VOTE_COLUMNS)}")
        )
    raise_findings(findings)


def row_errors_of(table: pa.Table, *, named: bool = False) -> list[RowErrors]:
    """All errors that show in a row by itself; repeated votes are found by ``checks.repeated_vote_errors``.

    ``named`` says that models are under any names, not yet under ids.
    """
    errors: list[RowErrors] = []
    columns = {name: table[name] for name in table.column_names}
    for name in TEXT_COLUMNS:
        if name in columns:
            column = columns[name]
            # A check then runs once a distinct value: a regular expression over a dozen model ids, not a million.
            repeating = name in REPEATING_COLUMNS and not pa.types.is_dictionary(column.type)
            encoded = column.dictionary_encode() if repeating else column
            errors += checks.text_errors(name, encoded, ruled=not (named and name in MODEL_COLUMNS))
    errors.append(checks.empty_errors("at", columns["at"]))
    errors += checks.time_errors(_plain(columns["at"]))
    if "dwell_ms" in columns:
        errors.append(checks.dwell_errors(columns["dwell_ms"]))
    if "reasons" in columns:
        errors += checks.reason_errors(columns["reasons"])
    errors.append(checks.same_model_errors(_plain(columns["left"]), _plain(columns["right"])))
    return [kind for kind in errors if len(kind.rows)]


def as_votes(table: pa.Table) -> pa.Table:
    """Columns without errors as ``VOTE_SCHEMA``: missing optional text is empty, a missing origin is human."""
    return pa.table([_as_type(table, name) for name in VOTE_COLUMNS], schema=VOTE_SCHEMA)


def _as_type(table: pa.Table, name: str) -> pa.ChunkedArray:
    kind = VOTE_SCHEMA.field(name).type
    if name not in table.column_names:
        filler: Any = {"dwell_ms": None, "origin": Origin.HUMAN.value, "reasons": None}.get(name, "")
        return pa.chunked_array([pa.repeat(pa.scalar(filler, kind), len(table))])
    column = _plain(table[name])
    if name == "reasons":
        return reason_lists(column)
    if name == "dwell_ms" and pa.types.is_string(column.type):
        column = checks.whole_numbers(pc.if_else(pc.equal(column, ""), None, column))
    column = checks.as_utc(column) if name == "at" else column.cast(kind)
    if name in TEXT_COLUMNS:
        column = column.fill_null("")
    if name == "origin" and pc.any(pc.equal(column, "")).as_py():
        column = pc.if_else(pc.equal(column, ""), Origin.HUMAN.value, column)
    return column


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def battles_by_output(votes: ir.Table) -> dict[str, int]:
    """In how many votes each picture was shown, by SHA-256; votes that name no pictures are left out."""
    sides = ibis.union(
        *(votes.select(output=votes[side]).filter(votes[side] != "") for side in ("left_output", "right_output"))
    )
    counted = sides.group_by("output").aggregate(battles=sides.count())
    return {row["output"]: row["battles"] for row in counted.order_by("output").to_pyarrow().to_pylist()}


def summarize(votes: ir.Table, head: str) -> LogSummary:
    """What a site says about the votes it was computed from; ``head`` is the hash of the log that holds them."""
    # Everything is one aggregate, so that the votes are read once.
    counts = {outcome: (votes.outcome == outcome.value).sum() for outcome in Outcome}
    origins = {origin: (votes.origin == origin.value).sum() for origin in Origin}
    row = (
        votes.aggregate(
            votes=votes.count(),
            voters=votes.voter.nunique(),
            first=votes["at"].min(),
            last=votes["at"].max(),
            **{f"outcome_{outcome}": count for outcome, count in counts.items()},
            **{f"origin_{origin}": count for origin, count in origins.items()},
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    by_origin = ((origin, row[f"origin_{origin}"] or 0) for origin in Origin)
    return LogSummary(
        votes=row["votes"],
        voters=row["voters"],
        first=_in_utc(row["first"]),
        last=_in_utc(row["last"]),
        origins=tuple((origin, count) for origin, count in by_origin if count),
        outcomes=tuple((outcome, row[f"outcome_{outcome}"] or 0) for outcome in Outcome),
        sha256=head,
    )


def _in_utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None

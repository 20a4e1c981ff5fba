"""Vote files of our own columns, in any kind of file: CSV, JSON, JSON Lines, Parquet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import ArenaError, VotesError
from arena.records import REQUIRED_VOTE_COLUMNS
from arena.votes import checks
from arena.votes.columns import (
    DEFAULT_COLUMNS,
    ID_COLUMNS,
    chosen_columns,
    vote_types,
    with_content_ids,
    with_defaults,
)
from arena.votes.contents import Source
from arena.votes.decision_file import VoteState
from arena.votes.layouts import likely_layout
from arena.votes.output_names import with_sums
from arena.votes.parsed import Defaults, LoadedVotes, ParsedVotes
from arena.votes.reading import read_table
from arena.votes.row_errors import (
    Locate,
    RowErrors,
    by_value,
    did_you_mean,
    raise_findings,
    raise_row_errors,
    shorten,
)
from arena.votes.table import DECISION, VOTE_SCHEMA, as_votes, check_columns, row_errors_of
from arena.wording import count


def load_own(sources: Iterable[Source], defaults: Defaults) -> LoadedVotes:
    """The votes of our own files. They say everything themselves, but for what ``defaults`` says."""
    files, tables, absent, findings = list[ParsedVotes](), list[pa.Table](), list[list[str]](), list[ArenaError]()
    errors, rows, states = list[RowErrors](), 0, list[pa.ChunkedArray]()
    for number, source in enumerate(sources):
        try:
            parsed = read_table(source)
            table = vote_types(chosen_columns(parsed, defaults.columns))
            _check_layout(table, parsed.header)
            table, lacking = _with_row_numbers(with_defaults(table, defaults), number)
            table, decided = _decisions_apart(table)
            check_columns(table.column_names, parsed.header, _hint(table))
            if defaults.outputs is not None:
                table, wrong = with_sums(table, defaults.outputs)
                errors += [kind.moved(rows) for kind in wrong]
        except VotesError as error:
            findings.extend(error.findings)
        else:
            files.append(parsed)
            tables.append(table)
            states.append(decided)
            errors.append(_unknown_states(decided).moved(rows))
            absent.append(lacking)
            rows += len(table)
    raise_findings(findings)
    locate = _locate_in(files)
    _check_rows(files, tables, errors, locate)
    votes = [_with_ids(as_votes(table), lacking) for table, lacking in zip(tables, absent, strict=True)]
    table = pa.concat_tables([VOTE_SCHEMA.empty_table(), *votes])
    counted = pa.chunked_array([chunk for decided in states for chunk in decided.chunks], pa.string())
    kept = np.flatnonzero(pc.equal(counted, VoteState.COUNTED.value).to_numpy())
    left_out = len(table) - len(kept)
    if not left_out:
        return LoadedVotes(table, locate)
    note = f"{count(left_out, 'vote')} left out, because the file says that decisions set them aside or let them wait."
    return LoadedVotes(table.take(kept), lambda row: locate(int(kept[row])), left_out=left_out, notes=(note,))


def _decisions_apart(table: pa.Table) -> tuple[pa.Table, pa.ChunkedArray]:
    """The table without the column ``decision``, and that column; all count where there is none."""
    if DECISION not in table.column_names:
        return table, pa.chunked_array([pa.repeat(pa.scalar(VoteState.COUNTED.value), len(table))])
    column = table[DECISION].cast(pa.string()).fill_null("")
    return table.drop_columns([DECISION]), pc.if_else(pc.equal(column, ""), VoteState.COUNTED.value, column)


def _unknown_states(decided: pa.ChunkedArray) -> RowErrors:
    rows = np.flatnonzero(~pc.is_in(decided, pa.array(list(VoteState))).to_numpy())

    def say(row: int) -> tuple[str, str]:
        value = str(decided[row])
        return f"unknown {DECISION} {shorten(value)}", did_you_mean(value, list(VoteState))

    return RowErrors(rows, say, by_value(decided, rows))


def _check_layout(table: pa.Table, where: str) -> None:
    """Raise where none of the columns that make a vote are there, and those of another format are."""
    names = table.column_names
    if names and {"left", "right", "outcome"}.isdisjoint(names) and (layout := likely_layout(names)):
        shown = ", ".join(name for name in names if any(name in theirs for theirs in layout.columns.values()))
        raise VotesError(
            f"the columns are not ours ({shown})", where=where, hint=f"they look like --format {layout.name}"
        )


def _hint(table: pa.Table) -> str:
    """What to do about required columns that are missing."""
    lacking = [name for name in REQUIRED_VOTE_COLUMNS if name not in table.column_names]
    said = ", ".join(f"--{name}" for name in lacking if name in DEFAULT_COLUMNS)
    named = ",".join(f"{name}=..." for name in lacking)
    return f"--columns {named} where the file calls them otherwise" + (f"; {said} of all its votes" if said else "")


def _with_row_numbers(table: pa.Table, number: int) -> tuple[pa.Table, list[str]]:
    """The table with numbers for ids that it lacks, until its rows are known to be in order; and which it lacks."""
    lacking = [name for name in ID_COLUMNS if name not in table.column_names]
    for name in lacking:
        numbers = pa.array([f"{number}:{row}" for row in range(len(table))], pa.string())
        table = table.append_column(name, pa.chunked_array([numbers]))
    return table, lacking


def _with_ids(votes: pa.Table, lacking: list[str]) -> pa.Table:
    """The votes with ids made from their content for those that the file lacks."""
    for name in lacking:
        empty = pa.chunked_array([pa.repeat(pa.scalar(""), len(votes))])
        votes = votes.set_column(votes.column_names.index(name), votes.schema.field(name), empty)
    return with_content_ids(votes, "vote") if lacking else votes


def _locate_in(files: list[ParsedVotes]) -> Locate:
    starts = [0, *accumulate(len(parsed.table) for parsed in files)]

    def locate(row: int) -> str:
        number = bisect_right(starts, row) - 1
        return files[number].locate(row - starts[number])

    return locate


def _check_rows(files: list[ParsedVotes], tables: list[pa.Table], found: list[RowErrors], locate: Locate) -> None:
    """Raise for what is wrong in rows, with the errors that were ``found`` before."""
    errors, start = [*found], 0
    for table in tables:
        errors += [kind.moved(start) for kind in row_errors_of(table, named=True)]
        start += len(table)
    # Votes may be repeated in another file, so repeats are looked for over all of them.
    battle, voter = (
        pa.chunked_array([chunk for table in tables for chunk in table[name].cast(pa.string()).chunks], pa.string())
        for name in ID_COLUMNS
    )
    errors.append(checks.repeated_vote_errors(battle, voter, locate))
    raise_row_errors(errors, locate, [finding for parsed in files for finding in parsed.line_errors])

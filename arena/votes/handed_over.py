"""What programs hand over as votes, as ``Source``: paths, open files, frames of other libraries, records."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from arena.errors import ArenaError, VotesError
from arena.records import Vote
from arena.votes.contents import NamedBytes, NamedTable, Source
from arena.votes.table import votes_table

TAKEN = "hand over a path, an open file, a frame (pandas, polars, pyarrow, DuckDB), or a list of Vote or of dicts"


def sources_of(votes: object) -> tuple[Source, ...]:
    """Where ``votes`` are to be read from, one source or several.

    They are a path, an open file, a frame of any library with Arrow's PyCapsule interface, a list of ``Vote``, a list
    of dicts with the names of columns as keys, or a list of paths, files and frames. Raises ``VotesError`` for anything
    else, and for values that make no columns.
    """
    if isinstance(votes, Sequence) and not isinstance(votes, (str, bytes)):
        rows = list(votes)
        if all(isinstance(row, Vote) for row in rows):
            return (NamedTable(votes_table(rows), "the list of votes"),)
        if all(isinstance(row, Mapping) for row in rows):
            return (NamedTable(_table_of_dicts(rows), "the list of dicts"),)
        return tuple(_source_of(part, f" {number}") for number, part in enumerate(rows, 1))
    return (_source_of(votes),)


def in_python(error: ArenaError) -> ArenaError:
    """The same findings, whose hints name arguments of ``arena.load_votes`` in place of options of the commands."""
    return VotesError.of(
        [
            type(finding)(finding.message, where=finding.where, hint=_as_arguments(finding.hint))
            for finding in error.findings
        ]
    )


def _as_arguments(hint: str) -> str:
    """``--columns left=...,right=...`` as ``columns={"left": ..., "right": ...}``, and so on."""

    def mapping(option: re.Match[str]) -> str:
        pairs = (pair.partition("=") for pair in option[1].strip("'").split(","))
        named = [f'"{ours}": ' + (theirs if theirs == "..." else f'"{theirs}"') for ours, _, theirs in pairs]
        return "columns={" + ", ".join(named) + "}"

    hint = re.sub(r"--columns ([^ ;)]*[^ ;,)])", mapping, hint)
    hint = re.sub(r"--format (\w+)", r'format="\1"', hint)
    hint = hint.replace("--map names.csv", 'names="names.csv"').replace("--map it", "say it in names")
    return re.sub(r"--(at|arena|category|language)\b", r"\1=...", hint)


def _source_of(votes: object, number: str = "") -> Source:
    """``number`` tells several frames and files without a name apart."""
    if isinstance(votes, (str, os.PathLike)):
        path = os.fspath(votes)
        if str(path).startswith(("https://", "http://")):
            raise VotesError("is an address", where=str(path), hint="hand over pandas.read_csv(...), or a file of it")
        return Path(str(path))
    if hasattr(votes, "__arrow_c_stream__") or hasattr(votes, "__arrow_c_array__"):
        return NamedTable(_table_of(votes), f"the {_library(votes)} table{number}")
    read = getattr(votes, "read", None)
    if callable(read):
        content = read()
        name = getattr(votes, "name", None)
        shown = name if isinstance(name, str) else f"the open file{number}"
        return NamedBytes(content.encode() if isinstance(content, str) else bytes(content), shown)
    hint = "collect() it" if hasattr(votes, "collect") else TAKEN
    raise VotesError(f"votes cannot be read from a value of type {type(votes).__name__}", hint=hint)


def _library(frame: object) -> str:
    return type(frame).__module__.partition(".")[0].lstrip("_")


def _table_of(frame: object) -> pa.Table:
    """The columns of a frame, handed over without copying them where the library keeps them as Arrow does."""
    if isinstance(frame, pa.Table):
        return frame
    try:
        return pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise _no_columns(error, f"the {_library(frame)} table") from error


def _table_of_dicts(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A column for each key that any row has; what a row lacks is null."""
    names = list(dict.fromkeys(str(name) for row in rows for name in row))
    columns = {}
    for name in names:
        try:
            columns[name] = pa.array([row.get(name) for row in rows])
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise _no_columns(error, f'the list of dicts: "{name}"') from error
    return pa.table(columns)


def _no_columns(error: Exception, where: str) -> VotesError:
    reason = str(error).strip().split("\n")[0]
    return VotesError(
        f"values that make no column: {reason}",
        where=where,
        hint="a column has a name of its own, and values of one type",
    )

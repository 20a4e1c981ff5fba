"""Columns of numbers beside the votes, of the left and of the right picture: read as features of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.picture_features import PictureFeatures
from arena.errors import ArenaError, VotesError
from arena.votes.contents import NamedTable, Source
from arena.votes.parsed import ParsedVotes
from arena.votes.reading import read_table
from arena.votes.row_errors import did_you_mean, raise_findings, shorten
from arena.votes.table import OUTPUT_COLUMNS

Floats = npt.NDArray[np.float64]
Features = Mapping[str, tuple[str, str]]
"""A name for each feature -> the columns that have it of the left and of the right picture."""


def read_features(sources: Sequence[Source], features: Features) -> tuple[tuple[Source, ...], PictureFeatures]:
    """The sources with a name for each picture, and what the columns that ``features`` names say of the pictures.

    Pictures with equal numbers have one name. One of which a number is missing has none. A column within an object is
    named with a dot (``conv_metadata.tokens_a``). Raises ``VotesError`` where a column is missing, or holds anything
    but numbers.
    """
    raise_findings(
        VotesError(f"features: {shorten(name)} needs two columns", hint='features={"brightness": ("left", "right")}')
        for name, columns in features.items()
        if isinstance(columns, str) or len(columns) != len(OUTPUT_COLUMNS)
    )
    parsed = [read_table(source) for source in sources]
    findings: list[ArenaError] = []
    values = [
        np.column_stack([_numbers(each, columns[side], findings) for columns in features.values()])
        for side in range(len(OUTPUT_COLUMNS))
        for each in parsed
    ]
    raise_findings(findings)
    every = np.vstack(values)
    known = np.isfinite(every).all(axis=1)
    distinct, number = np.unique(every[known], axis=0, return_inverse=True)
    sums = np.array([f"{index:064x}" for index in range(len(distinct))], dtype=object)
    named = np.full(len(every), "", dtype=object)
    named[known] = sums[number.ravel()]
    starts = np.cumsum([0, *(len(each.table) for each in parsed * len(OUTPUT_COLUMNS))])
    with_names = []
    for index, (source, each) in enumerate(zip(sources, parsed, strict=True)):
        table = each.table
        table = table.drop_columns([name for name in OUTPUT_COLUMNS if name in table.column_names])
        for side, name in enumerate(OUTPUT_COLUMNS):
            start = starts[side * len(parsed) + index]
            column = pa.array(named[start : start + len(table)], pa.string())
            table = table.append_column(name, pa.chunked_array([column]))
        with_names.append(NamedTable(table, str(source)))
    return tuple(with_names), PictureFeatures(tuple(sums.tolist()), tuple(features), distinct)


def _numbers(parsed: ParsedVotes, name: str, findings: list[ArenaError]) -> Floats:
    """The numbers of a column, NaN where there is none; zeros after a finding."""
    column = _column(parsed.table, name)
    if column is None:
        hint = did_you_mean(name, parsed.table.column_names)
        findings.append(VotesError(f"features: there is no column {shorten(name)}", where=parsed.header, hint=hint))
        return np.zeros(len(parsed.table))
    try:
        if pa.types.is_string(column.type):
            column = pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
        # With Python's numbers, so that decimals and truth values are read, too.
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).split("\n")[0]
        hint = "a feature is a number of each picture; leave it empty where it is not known"
        what = f"features: column {shorten(name)} holds no numbers: {reason}"
        findings.append(VotesError(what, where=parsed.header, hint=hint))
        return np.zeros(len(parsed.table))


def _column(table: pa.Table, name: str) -> Any:
    """The column of this name, or the field within columns of objects that dots lead to; None where there is none."""
    if name in table.column_names:
        return table[name]
    outer, _, rest = name.partition(".")
    if not rest or outer not in table.column_names:
        return None
    column = table[outer]
    for part in rest.split("."):
        if not pa.types.is_struct(column.type) or column.type.get_field_index(part) < 0:
            return None
        column = pc.struct_field(column, part)
    return column

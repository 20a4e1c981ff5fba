"""Votes that name outputs by file, as their pictures were called when they were added."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.names import OutputNames
from arena.votes.checks import SHA256_PATTERN
from arena.votes.row_errors import RowErrors, shorten

SIDES = ("left", "right")


def with_sums(votes: pa.Table, names: OutputNames) -> tuple[pa.Table, list[RowErrors]]:
    """The votes with sums in the place of file names, and what is wrong with names: no output has it, or several.

    Names that are wrong are taken out of the table, so that they are not called malformed sums as well.
    """
    errors: list[RowErrors] = []
    for side in SIDES:
        column = f"{side}_output"
        if column in votes.column_names and _holds_names(votes[column]):
            sums, unknown, several = _resolved(votes, side, names)
            votes = votes.set_column(votes.column_names.index(column), column, pa.chunked_array([sums]))
            errors += [_row_errors(column, unknown, _say_unknown), _row_errors(column, several, _say_several)]
    return votes, errors


def _holds_names(column: pa.ChunkedArray) -> bool:
    """Whether any text of the column is neither empty nor a sum."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return False
    plain = pc.or_(pc.match_substring_regex(column, SHA256_PATTERN), pc.equal(column, ""))
    return not pc.all(plain.fill_null(True)).as_py()


def _resolved(
    votes: pa.Table, side: str, names: OutputNames
) -> tuple[pa.Array, dict[int, tuple[str, int]], dict[int, tuple[str, int]]]:
    """The sums, and by row the names that no output has and those of several, with the number of outputs."""
    named = votes[f"{side}_output"].cast(pa.string())
    is_sum = pc.match_substring_regex(named, SHA256_PATTERN).fill_null(True).to_pylist()
    empty = [""] * len(votes)
    models = votes[side].to_pylist() if side in votes.column_names else empty
    prompts = votes["prompt"].to_pylist() if "prompt" in votes.column_names else empty
    known: dict[tuple[str, str, str], tuple[str, ...]] = {}
    sums: list[str | None] = []
    unknown: dict[int, tuple[str, int]] = {}
    several: dict[int, tuple[str, int]] = {}
    for row, (name, plain, model, prompt) in enumerate(zip(named.to_pylist(), is_sum, models, prompts, strict=True)):
        if plain:
            sums.append(name)
            continue
        key = (name, model or "", prompt or "")
        if key not in known:
            known[key] = names.sums_of(*key)
        found = known[key]
        sums.append(found[0] if len(found) == 1 else "")
        if len(found) != 1:
            (several if found else unknown)[row] = (name, len(found))
    return pa.array(sums, pa.string()), unknown, several


def _row_errors(
    column: str, wrong: dict[int, tuple[str, int]], say: Callable[[str, str, int], tuple[str, str]]
) -> RowErrors:
    rows = np.array(sorted(wrong), np.int64)
    _, groups = np.unique([wrong[row][0] for row in rows.tolist()], return_inverse=True)
    return RowErrors(rows, lambda row: say(column, *wrong[row]), groups)


def _say_unknown(column: str, name: str, _: int) -> tuple[str, str]:
    hint = "write its SHA-256 sum, or the name of a file that arena outputs add took for this model and prompt"
    return f"{column} {shorten(name)} is no output of the model", hint


def _say_several(column: str, name: str, many: int) -> tuple[str, str]:
    return f"{column} {shorten(name)} stands for {many} outputs of the model", "write more of the path, or the prompt"

"""Checks of vote columns, a whole column at a time. Each returns faults; nothing is repaired and nothing raised.

Text columns come as strings or dictionary-encoded strings; a dictionary-encoded column is asked once a distinct value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.records import ModelId
from arena.records import REQUIRED_VOTE_COLUMNS, Origin, Outcome
from arena.votes.faults import Fault, Place, Rows, did_you_mean, shorten

MODEL_ID = str(get_args(ModelId)[1].pattern)
SHA256 = r"^(?:[0-9a-f]{64})?$"
TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|\+00:00)$"
LARGEST_DWELL = 2**31 - 1
FIRST_TIME = pa.scalar(datetime(1, 1, 1), pa.timestamp("us"))  # noqa: DTZ001
LAST_TIME = pa.scalar(datetime(9999, 12, 31, 23, 59, 59, 999999), pa.timestamp("us"))  # noqa: DTZ001
TIME_HINT = 'write UTC as in "2026-08-01T12:30:00Z"'

Predicate = Callable[[Any], Any]


def rows_where(column: pa.ChunkedArray, predicate: Predicate) -> Rows:
    """The rows whose value satisfies a predicate (array -> boolean array); null is never at fault here."""
    found, start = [np.empty(0, np.int64)], 0
    for chunk in column.chunks:
        encoded = pa.types.is_dictionary(chunk.type)
        mask = predicate(chunk.dictionary if encoded else chunk)
        if pc.any(mask).as_py():
            by_row = mask.take(chunk.indices) if encoded else mask
            found.append(np.flatnonzero(by_row.fill_null(False).to_numpy(zero_copy_only=False)) + start)
        start += len(chunk)
    return np.concatenate(found)


def _unlike(pattern: str) -> Predicate:
    return lambda values: pc.invert(pc.match_substring_regex(values, pattern))


def _not_in(allowed: list[str]) -> Predicate:
    known = pa.array(allowed, pa.string())
    return lambda values: pc.invert(pc.is_in(values, known.cast(values.type)))


def text_faults(name: str, column: pa.ChunkedArray) -> list[Fault]:
    """Empty required fields, NUL characters, and what the column's own rule refuses."""
    faults = [Fault(rows_where(column, lambda values: pc.match_substring(values, "\0")), _nul(name))]
    if name in REQUIRED_VOTE_COLUMNS:
        faults.append(empty_faults(name, column))
    rule = _RULES.get(name)
    if rule is not None:
        refused, say = rule
        filled = rows_where(column, lambda values: pc.and_(refused(values), pc.not_equal(values, "")))
        faults.append(Fault(filled, lambda row: say(name, str(column[row].as_py()))))
    return faults


def empty_faults(name: str, column: pa.ChunkedArray) -> Fault:
    """Rows without a value in a required column."""
    rows = rows_where(column, lambda values: pc.equal(values, "")) if _is_text(column.type) else np.empty(0, np.int64)
    if column.null_count:
        nulls = np.flatnonzero(column.is_null().to_numpy())
        rows = np.union1d(rows, nulls)
    return Fault(rows, lambda _: (f"{name} is empty", f"every vote needs a value for {name}"))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _nul(name: str) -> Callable[[int], tuple[str, str]]:
    return lambda _: (f"{name} holds a NUL character", "is this a text file in UTF-8?")


def _say_outcome(_: str, value: str) -> tuple[str, str]:
    return f"unknown outcome {shorten(value)}", did_you_mean(value, Outcome)


def _say_origin(_: str, value: str) -> tuple[str, str]:
    return f"unknown origin {shorten(value)}", did_you_mean(value, Origin)


def _say_model(name: str, value: str) -> tuple[str, str]:
    return (
        f"{name} {shorten(value)} is not a model id",
        'write organization/model in lower-case letters, digits, "." and "-", e.g. openai/gpt-image-2',
    )


def _say_sha256(name: str, value: str) -> tuple[str, str]:
    return f"{name} {shorten(value)} is not a SHA-256 sum", "write its 64 hexadecimal digits in lower case"


_RULES: dict[str, tuple[Predicate, Callable[[str, str], tuple[str, str]]]] = {
    "left": (_unlike(MODEL_ID), _say_model),
    "right": (_unlike(MODEL_ID), _say_model),
    "outcome": (_not_in(list(Outcome)), _say_outcome),
    "origin": (_not_in(list(Origin)), _say_origin),
    "left_output": (_unlike(SHA256), _say_sha256),
    "right_output": (_unlike(SHA256), _say_sha256),
}


def side_faults(left: pa.ChunkedArray, right: pa.ChunkedArray) -> Fault:
    """Votes between a model and itself. Both columns are plain strings."""
    same = pc.and_(pc.equal(left, right), pc.not_equal(left, ""))
    rows = np.flatnonzero(same.fill_null(False).to_numpy()) if pc.any(same).as_py() else np.empty(0, np.int64)
    return Fault(
        rows, lambda row: (f"left and right are the same model, {left[row]}", "a battle is between two models")
    )


def time_faults(column: pa.ChunkedArray) -> list[Fault]:
    """Text that is not ISO 8601 in UTC, and times outside of the years 1 to 9999."""
    if _is_text(column.type):
        rows = rows_where(column, lambda values: pc.and_(_unlike(TIME)(values), pc.not_equal(values, "")))
        rows = np.union1d(rows, _impossible(column))
        return [Fault(rows, lambda row: _say_time(str(column[row].as_py())))]
    local = pa.timestamp(column.type.unit)
    low, high = FIRST_TIME, LAST_TIME
    outside = rows_where(column, lambda at: pc.or_(pc.less(at.cast(local), low), pc.greater(at.cast(local), high)))
    return [Fault(outside, lambda _: ("at is not within the years 1 to 9999", TIME_HINT))]


def _impossible(column: pa.ChunkedArray) -> Rows:
    """Rows that look like a time and are none (30 February, second 60, year 0)."""
    try:
        times = column.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return np.array([row for row, text in enumerate(column.to_pylist()) if not _is_time(text)], np.int64)
    return rows_where(times, lambda at: pc.less(at, FIRST_TIME))


def _is_time(text: str | None) -> bool:
    try:
        return not text or datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _say_time(text: str) -> tuple[str, str]:
    try:
        offset = datetime.fromisoformat(text).utcoffset()
    except ValueError:
        return f"at {shorten(text)} is not a time in ISO 8601", TIME_HINT
    if offset is None:
        return f"at {shorten(text)} does not say its time zone", TIME_HINT
    if offset:
        return f"at {shorten(text)} is not in UTC", TIME_HINT
    return f"at {shorten(text)} is not written as expected", TIME_HINT


def dwell_faults(column: pa.ChunkedArray) -> Fault:
    """Whole milliseconds from 0 to 2^31 - 1, as text or as numbers; empty and null mean that nobody measured."""

    def refused(values: Any) -> Any:
        if not _is_text(values.type):
            return pc.or_(pc.less(values, 0), pc.greater(values, LARGEST_DWELL))
        whole = pc.match_substring_regex(values, r"^[0-9]{1,10}$")
        numbers = pc.if_else(whole, values, None).cast(pa.int64())
        too_large = pc.greater(numbers, LARGEST_DWELL).fill_null(False)
        return pc.or_(too_large, pc.and_(pc.invert(whole), pc.not_equal(values, "")))

    hint = f"a whole number of milliseconds from 0 to {LARGEST_DWELL}, or empty where nobody measured"
    return Fault(rows_where(column, refused), lambda row: (f"dwell_ms is {shorten(column[row].as_py())}", hint))


def repeat_fault(battle: pa.ChunkedArray, voter: pa.ChunkedArray, place: Place) -> Fault:
    """Rows whose battle and voter stand in an earlier row already."""
    votes = pa.table({"battle": battle, "voter": voter})
    with duckdb.connect() as engine:
        engine.register("votes", votes)
        distinct = engine.sql("select count(*) from (select distinct battle, voter from votes)").fetchall()[0][0]
    if distinct == len(votes):
        return Fault(np.empty(0, np.int64), lambda _: ("", ""))
    numbered = votes.append_column("row", pa.array(np.arange(len(votes))))
    first = numbered.group_by(["battle", "voter"]).aggregate([("row", "min")])
    joined = numbered.join(first, ["battle", "voter"])
    rows, firsts = joined["row"].to_numpy(), joined["row_min"].to_numpy()
    order = np.argsort(rows)
    rows, firsts = rows[order], firsts[order]
    repeated = rows != firsts
    earlier = dict(zip(rows[repeated].tolist(), firsts[repeated].tolist(), strict=True))
    return Fault(
        rows[repeated].astype(np.int64),
        lambda row: (
            f"voter {shorten(voter[row])} votes on battle {shorten(battle[row])} again",
            f"first at {place(earlier[row])}; a voter has one vote a battle",
        ),
    )

"""Checks of vote columns, a whole column at a time. Each returns row errors; nothing is repaired and nothing raised.

Text columns come as strings or dictionary-encoded strings; of a dictionary-encoded column each distinct value is
checked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.fields import ModelId
from arena.records import REQUIRED_VOTE_COLUMNS, Origin, Outcome
from arena.votes.reasons import LONGEST_REASON, MOST_REASONS, SEPARATOR, reason_lists
from arena.votes.row_errors import Locate, RowErrors, Rows, by_value, did_you_mean, shorten

MODEL_ID_PATTERN = str(get_args(ModelId)[1].pattern)
SHA256_PATTERN = r"^(?:[0-9a-f]{64})?$"
TIME_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6}0*)?"
    r"(?: ?UTC|Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
)
"""ISO 8601 with seconds and a zone, as pandas, polars, spreadsheets and databases write it."""
LARGEST_DWELL_MS = 2**31 - 1
WHOLE_PATTERN = r"^[0-9]{1,10}(?:\.0+)?$"
"""pandas writes whole numbers as 12.0 in a column where some are missing."""
FIRST_SECOND = int(datetime.min.replace(tzinfo=UTC).timestamp())
LAST_SECOND = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())
"""The times that a ``datetime`` can hold, in seconds since 1970."""
TICKS_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
TIME_HINT = 'write it as in "2026-08-01T12:30:00Z" or "2026-08-01 14:30:00+02:00"'
NUMBER_HINT = f'{TIME_HINT}; pandas: to_datetime(at, unit="s", utc=True), or "ms" for milliseconds'

Predicate = Callable[[Any], Any]


def rows_where(column: pa.ChunkedArray, predicate: Predicate) -> Rows:
    """The rows whose value satisfies a predicate (array -> boolean array); a null value never does."""
    rows, start = [np.empty(0, np.int64)], 0
    for chunk in column.chunks:
        encoded = pa.types.is_dictionary(chunk.type)
        mask = predicate(chunk.dictionary if encoded else chunk)
        if pc.any(mask).as_py():
            # Taken by row before anything is reported: a dictionary may hold values that no row refers to.
            by_row = mask.take(chunk.indices) if encoded else mask
            rows.append(np.flatnonzero(by_row.fill_null(False).to_numpy(zero_copy_only=False)) + start)
        start += len(chunk)
    return np.concatenate(rows)


def _unlike(pattern: str) -> Predicate:
    return lambda values: pc.invert(pc.match_substring_regex(values, pattern))


def _not_in(allowed: list[str]) -> Predicate:
    known = pa.array(allowed, pa.string())
    return lambda values: pc.invert(pc.is_in(values, known.cast(values.type)))


def text_errors(name: str, column: pa.ChunkedArray, *, ruled: bool = True) -> list[RowErrors]:
    """Empty required fields, NUL characters, and what the column's own rule refuses where it is ``ruled``."""
    errors = [RowErrors(rows_where(column, lambda values: pc.match_substring(values, "\0")), _say_nul(name))]
    if name in REQUIRED_VOTE_COLUMNS:
        errors.append(empty_errors(name, column))
    rule = _RULES.get(name) if ruled else None
    if rule is not None:
        refused, say = rule
        filled = rows_where(column, lambda values: pc.and_(refused(values), pc.not_equal(values, "")))
        groups = by_value(column, filled) if name in _TOLD_BY_VALUE else None
        errors.append(RowErrors(filled, lambda row: say(name, str(column[row].as_py())), groups))
    return errors


def empty_errors(name: str, column: pa.ChunkedArray) -> RowErrors:
    """Rows without a value in a required column."""
    rows = rows_where(column, lambda values: pc.equal(values, "")) if _is_text(column.type) else np.empty(0, np.int64)
    if column.null_count:
        nulls = np.flatnonzero(column.is_null().to_numpy())
        rows = np.union1d(rows, nulls)
    return RowErrors(rows, lambda _: (f"{name} is empty", f"every vote needs a value for {name}"))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _say_nul(name: str) -> Callable[[int], tuple[str, str]]:
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
    "left": (_unlike(MODEL_ID_PATTERN), _say_model),
    "right": (_unlike(MODEL_ID_PATTERN), _say_model),
    "outcome": (_not_in(list(Outcome)), _say_outcome),
    "origin": (_not_in(list(Origin)), _say_origin),
    "left_output": (_unlike(SHA256_PATTERN), _say_sha256),
    "right_output": (_unlike(SHA256_PATTERN), _say_sha256),
}


_TOLD_BY_VALUE = frozenset({"left", "right", "outcome", "origin"})
"""Columns in which each wrong value is a finding; in others all wrong values are one."""


def same_model_errors(left: pa.ChunkedArray, right: pa.ChunkedArray) -> RowErrors:
    """Votes between a model and itself. Both columns are plain strings."""
    same = pc.and_(pc.equal(left, right), pc.not_equal(left, ""))
    rows = np.flatnonzero(same.fill_null(False).to_numpy()) if pc.any(same).as_py() else np.empty(0, np.int64)
    return RowErrors(
        rows,
        lambda row: (f"left and right are the same model, {left[row]}", "a battle is between two models"),
        by_value(left, rows),
    )


def time_errors(column: pa.ChunkedArray) -> list[RowErrors]:
    """Text that is not ISO 8601 in UTC, and times outside of the years 1 to 9999."""
    if _is_text(column.type):
        rows = rows_where(column, lambda values: pc.and_(_unlike(TIME_PATTERN)(values), pc.not_equal(values, "")))
        rows = np.union1d(rows, _impossible_times(column))
        texts = column.take(pa.array(rows)).to_pylist()
        kinds = np.array([list(_TIME_MISTAKES).index(_time_mistake(text)) for text in texts], np.int64)
        return [RowErrors(rows, lambda row: _say_time(str(column[row].as_py())), kinds)]
    ticks, unit = column.cast(pa.int64()), column.type.unit
    return [
        RowErrors(_outside_of_years(ticks, unit), lambda _: ("at is not within the years 1 to 9999", TIME_HINT)),
        RowErrors(_too_fine(ticks, unit), lambda _: ("at is finer than a microsecond", TIME_HINT)),
    ]


def _outside_of_years(ticks: pa.ChunkedArray, unit: str) -> Rows:
    low = max(FIRST_SECOND * TICKS_PER_SECOND[unit], -(2**63))
    high = min((LAST_SECOND + 1) * TICKS_PER_SECOND[unit] - 1, 2**63 - 1)
    return rows_where(ticks, lambda at: pc.or_(pc.less(at, low), pc.greater(at, high)))


def _too_fine(ticks: pa.ChunkedArray, unit: str) -> Rows:
    # Times are kept to the microsecond; to cut a finer one off would be to change a vote silently.
    if unit != "ns":
        return np.empty(0, np.int64)
    return rows_where(ticks, lambda at: pc.not_equal(pc.multiply(pc.divide(at, 1000), 1000), at))


def _impossible_times(column: pa.ChunkedArray) -> Rows:
    """Rows that look like a time and are none (30 February, second 60, year 0)."""
    try:
        times = as_utc(column)
    except pa.ArrowInvalid:
        return np.array([row for row, text in enumerate(column.to_pylist()) if text and not _time_of(text)], np.int64)
    return _outside_of_years(times.cast(pa.int64()), "us")


def as_utc(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of ``TIME_PATTERN``, or times with a zone, as times in UTC to the microsecond.

    Raises ``pa.ArrowInvalid`` for text that is no time.
    """
    if pa.types.is_string(column.type):
        column = pc.replace_substring_regex(column, r" ?UTC$", "Z")
        column = pc.replace_substring_regex(column, r"(\.[0-9]{6})0+", r"\1")
    return column.cast(pa.timestamp("us", "UTC"))


def _time_of(text: str) -> datetime | None:
    """The time that a text says; None where it says none. Python 3.14 reads hour 24 as midnight, Arrow does not."""
    try:
        return None if text[11:13] == "24" else datetime.fromisoformat(re.sub(r" ?UTC$", "Z", text))
    except ValueError:
        return None


_TIME_MISTAKES = {
    "is a number, not a time": NUMBER_HINT,
    "is not a time in ISO 8601": TIME_HINT,
    "does not say its time zone": TIME_HINT,
    "has no seconds": TIME_HINT,
    "is finer than a microsecond": TIME_HINT,
    "is not written as expected": TIME_HINT,
}
"""What may be wrong with the text of a time, and how to mend it."""


def _time_mistake(text: str) -> str:
    time = _time_of(text)
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", text) and not re.fullmatch(r"[0-9]{8}", text):
        return "is a number, not a time"
    if time is None:
        return "is not a time in ISO 8601"
    if time.tzinfo is None:
        return "does not say its time zone"
    if re.fullmatch(r".{10}[T ][0-9]{2}:[0-9]{2}(?:Z|[+-][0-9:]+)", text):
        return "has no seconds"
    return "is finer than a microsecond" if re.search(r"\.[0-9]{7,}", text) else "is not written as expected"


def _say_time(text: str) -> tuple[str, str]:
    mistake = _time_mistake(text)
    return f"at {shorten(text)} {mistake}", _TIME_MISTAKES[mistake]


def dwell_errors(column: pa.ChunkedArray) -> RowErrors:
    """Whole milliseconds from 0 to 2^31 - 1, as text or as numbers; empty and null mean that nobody measured."""

    def refused(values: Any) -> Any:
        if not _is_text(values.type):
            # As floats, since unsigned 64 bits are no signed ones; digits that are lost are far above the limit.
            numbers = values.cast(pa.float64(), safe=False)
            return pc.or_(pc.less(numbers, 0), pc.greater(numbers, LARGEST_DWELL_MS))
        whole = pc.match_substring_regex(values, WHOLE_PATTERN)
        numbers = whole_numbers(pc.if_else(whole, values, None))
        too_large = pc.greater(numbers, LARGEST_DWELL_MS).fill_null(False)
        return pc.or_(too_large, pc.and_(pc.invert(whole), pc.not_equal(values, "")))

    hint = f"a whole number of milliseconds from 0 to {LARGEST_DWELL_MS}, or empty where nobody measured"
    return RowErrors(rows_where(column, refused), lambda row: (f"dwell_ms is {shorten(column[row].as_py())}", hint))


def reason_errors(column: pa.ChunkedArray) -> list[RowErrors]:
    """Reasons that are no lists, too many for one vote, longer than a few words, or hold a control character."""
    lists = reason_lists(column)
    if lists is None:
        what = f"reasons is {column.type} where lists of words belong"
        return [RowErrors(np.arange(len(column)), lambda _: (what, _REASONS_HINT))]
    many = rows_where(pc.list_value_length(lists), lambda lengths: pc.greater(lengths, MOST_REASONS))
    text = pc.binary_join(lists, SEPARATOR)
    word = rf"[^;\x00-\x1f\x7f]{{1,{LONGEST_REASON}}}"
    odd = rows_where(text, lambda values: pc.invert(pc.match_substring_regex(values, f"^{word}(?:;{word})*$")))
    return [
        RowErrors(many, lambda row: (f"reasons names {len(lists[row])} of them", f"at most {MOST_REASONS} a vote")),
        RowErrors(odd, lambda row: (f"reasons is {shorten(text[row].as_py())}", _REASONS_HINT)),
    ]


_REASONS_HINT = f"words of at most {LONGEST_REASON} characters, as in text;style; a comment is none: leave it out"


def whole_numbers(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of ``WHOLE_PATTERN`` as numbers."""
    return pc.replace_substring_regex(text, r"\.0+$", "").cast(pa.int64())


def repeated_vote_errors(battle: pa.ChunkedArray, voter: pa.ChunkedArray, locate: Locate) -> RowErrors:
    """Rows whose battle and voter stand in an earlier row already."""
    battles, distinct = _numbered(battle)
    rows = np.empty(0, np.int64)
    if distinct < len(battles):
        voters, _ = _numbered(voter)
        keys = battles * (len(voters) + 1) + voters
        # Counting is a hash table and np.unique a sort: logs without repeated votes, nearly all, need no sort.
        if pc.count_distinct(pa.array(keys)).as_py() < len(keys):
            _, first, which = np.unique(keys, return_index=True, return_inverse=True)
            earlier = first[which]
            rows = np.flatnonzero((earlier < np.arange(len(keys))) & _filled(battle) & _filled(voter))
    return RowErrors(
        rows,
        lambda row: (
            f"voter {shorten(voter[row])} votes on battle {shorten(battle[row])} again",
            f"first at {locate(int(earlier[row]))}; a voter has one vote a battle",
        ),
    )


def _filled(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    filled: npt.NDArray[np.bool_] = pc.not_equal(column, "").fill_null(False).to_numpy()
    return filled


def _numbered(column: pa.ChunkedArray) -> tuple[Rows, int]:
    """A number for each row, equal where values are, and how many there are; null has one of its own."""
    encoded = column.dictionary_encode(null_encoding="encode").combine_chunks()
    return encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)

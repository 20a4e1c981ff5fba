"""From the columns that a file has to those of a vote: their names, types and times, and ids made from the content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.errors import ArenaError, VotesError
from arena.records import VOTE_COLUMNS
from arena.votes.languages import NO_LANGUAGE
from arena.votes.parsed import Defaults, ParsedVotes
from arena.votes.reasons import reason_lists
from arena.votes.row_errors import did_you_mean, raise_findings, shorten
from arena.votes.table import DECISION, TEXT_COLUMNS

INDEX_COLUMN = re.compile(r"(?:|Unnamed: [0-9]+|__index_level_[0-9]+__)")
"""What pandas calls the numbers of rows that it writes beside the columns."""
DEFAULT_COLUMNS = ("arena", "category", "language", "at")
"""The columns that a file may lack where the person who imports it says them."""
ID_COLUMNS = ("battle", "voter")
"""What a file may lack: ids are then made from the content."""
CONTENT_COLUMNS = ("battle", "at", "left", "right", "outcome", "voter", "prompt", "left_output", "right_output")
"""What an id is made from: what the vote itself says, and not what may be said of all votes of a file with options, so
that other words for a category never make new votes of old ones."""
ID_DIGITS = 20
"""Of the hexadecimal sum that is the id of a vote without one: 80 bits, so that no two of 200,000 are ever the same."""

_EMPTY, _SAID_NOTHING = pa.array([""]), pa.array(sorted(NO_LANGUAGE))
_DATE = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_CLOCK = r"([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)"
_SECONDS = r"^[0-9]{1,11}(?:\.[0-9]+)?$"
FIRST_MILLISECONDS = 10**11
"""From here on, a number of seconds since 1970 would be a year beyond 5000: it counts milliseconds."""


def chosen_columns(parsed: ParsedVotes, columns: Mapping[str, str]) -> ParsedVotes:
    """The table with ``columns`` (ours -> theirs) under our names, and without the others that are none of ours.

    The numbers of rows that pandas writes are left out in any case; without ``columns`` all others stay. Raises
    ``VotesError`` for a column that the file does not have.
    """
    table = parsed.table
    names = [name for name in table.column_names if not INDEX_COLUMN.fullmatch(name)]
    raise_findings(
        VotesError(
            f"there is no column {shorten(theirs)}",
            where=parsed.header,
            hint=did_you_mean(theirs, parsed.names or names),
        )
        for theirs in columns.values()
        if theirs not in names
    )
    if columns:
        taken = set(columns.values())
        kept = {name: name for name in names if name in {*VOTE_COLUMNS, DECISION} and name not in {*columns, *taken}}
        chosen = {**columns, **kept}
    else:
        chosen = {name: name for name in names}
    picked = pa.table({ours: table[theirs] for ours, theirs in chosen.items()}) if chosen else table.select([])
    return replace(parsed, table=picked)


def vote_types(parsed: ParsedVotes) -> pa.Table:
    """The table with columns of our names as text, whole numbers and times: ids may be whole numbers in the file.

    Raises ``VotesError`` where a column is of a type that cannot be one.
    """
    table, findings = parsed.table, list[ArenaError]()
    for number, name in enumerate(table.column_names):
        column = table.column(number)
        if name in TEXT_COLUMNS:
            changed, expected, hint = as_text(column), "text", "write it as a column of strings or whole numbers"
        elif name == "dwell_ms":
            changed, expected, hint = _whole(column), "a whole number", "write it as a column of integers"
        elif name == "reasons":
            changed, expected, hint = (
                reason_lists(column),
                "a list of words",
                "write it as a column of lists of strings",
            )
        elif name == "at":
            changed, expected, hint = _time(column), "a time with its zone", _time_hint(column.type)
        else:
            continue
        if changed is None:
            what = f'column "{name}" is {column.type} where {expected} belongs'
            findings.append(VotesError(what, where=parsed.header, hint=hint))
        else:
            table = table.set_column(number, name, changed)
    raise_findings(findings)
    return table


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Text as it is, whole numbers as text; None for any other type. Of decimals only ``17.0`` is a whole number."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    whole = _whole(column)
    return None if whole is None else whole.cast(pa.string())


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """A column of whole numbers (or text, which the checks look at); None where it is none."""
    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_dictionary(kind):
        return column
    if not pa.types.is_floating(kind):
        return None
    # pandas keeps whole numbers as decimals where a row has none.
    try:
        return pc.if_else(pc.is_nan(column), None, column).cast(pa.int64())
    except pa.ArrowInvalid:
        return None


def _time(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_string(kind):
        return column
    return column if pa.types.is_timestamp(kind) and kind.tz else None


def _time_hint(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return 'say the zone of the times; pandas: at.dt.tz_localize("UTC")'
    return 'write times; pandas: to_datetime(at, unit="s", utc=True), or "ms" for milliseconds'


def lenient_times(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, bool]:
    """Times that need not say their zone, which is UTC then; numbers are seconds since 1970. And whether some did not.

    What is no time stays as it is, for the checks to say so.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _from_seconds(pc.if_else(pc.is_nan(column), None, column)), False
    if pa.types.is_string(kind):
        return _lenient_text(pc.utf8_trim_whitespace(column))
    naive = pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and not kind.tz)
    if naive:
        whole = column.cast(pa.timestamp("s")) if pa.types.is_date(kind) else column
        column = whole.cast(pa.timestamp(whole.type.unit, "UTC"))
    return column, naive


def _lenient_text(text: pa.ChunkedArray) -> tuple[pa.ChunkedArray, bool]:
    seconds = pc.match_substring_regex(text, _SECONDS)
    if pc.any(seconds).as_py():
        times = _from_seconds(pc.if_else(seconds, text, None).cast(pa.float64()))
        if pc.all(seconds).as_py():
            return times, False
        text = pc.if_else(seconds, pc.strftime(times.cast(pa.timestamp("us")), "%Y-%m-%dT%H:%M:%SZ"), text)
    with_zone = pc.replace_substring_regex(text, rf"^{_DATE}$", r"\1T00:00:00Z")
    with_zone = pc.replace_substring_regex(with_zone, rf"^{_DATE}[T ]{_CLOCK}$", r"\1T\2Z")
    return with_zone, not with_zone.equals(text)


def _from_seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times to the microsecond; text where a number is no seconds since 1970."""
    seconds = column.cast(pa.float64(), safe=False)
    possible = pc.and_(pc.greater_equal(seconds, 0.0), pc.less(seconds, float(FIRST_MILLISECONDS)))
    if pc.all(possible.fill_null(True)).as_py():
        micros = pc.round(pc.multiply(seconds, 1e6), round_mode="half_to_even").cast(pa.int64(), safe=False)
        return micros.cast(pa.timestamp("us", "UTC"))
    # Arrow would write 1779096600000.0 as 1.7790966e+12, which nobody finds in the file.
    texts = [None if value is None else f"{value:.16g}" for value in seconds.to_pylist()]
    return _lenient_text(pa.chunked_array([pa.array(texts, pa.string())]))[0]


def with_defaults(table: pa.Table, defaults: Defaults) -> pa.Table:
    """The table with what was said of all votes in columns that it lacks, or whose field is empty."""
    for name in DEFAULT_COLUMNS:
        value = getattr(defaults, name)
        if value is None:
            continue
        text = value if isinstance(value, str) else value.isoformat()
        if name not in table.column_names:
            table = table.append_column(name, pa.chunked_array([pa.repeat(pa.scalar(text), len(table))], pa.string()))
            continue
        index, column = table.column_names.index(name), table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        column = column.fill_null(pa.scalar(text).cast(column.type) if pa.types.is_timestamp(column.type) else text)
        if pa.types.is_string(column.type):
            empty = pc.is_in(pc.utf8_lower(column), _SAID_NOTHING if name == "language" else _EMPTY)
            column = pc.if_else(empty, text, column)
        table = table.set_column(index, name, column)
    return table


def content_ids(prefix: str, columns: Sequence[pa.ChunkedArray]) -> list[str]:
    """An id for each row, made from its values in all columns; the second of two rows that are the same ends in ``-2``.

    A file that has grown at its end gives the old rows their old ids.
    """
    texts = [column.cast(pa.string()).fill_null("") for column in columns]
    joined = pc.binary_join_element_wise(*texts, "\x1f").to_pylist()
    sums = [hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS] for text in joined]
    if len(set(sums)) == len(sums):
        return [f"{prefix}-{sum_}" for sum_ in sums]
    seen: dict[str, int] = {}
    ids = []
    for sum_ in sums:
        seen[sum_] = number = seen.get(sum_, 0) + 1
        ids.append(f"{prefix}-{sum_}" if number == 1 else f"{prefix}-{sum_}-{number}")
    return ids


def with_content_ids(votes: pa.Table, prefix: str) -> pa.Table:
    """Votes of ``VOTE_SCHEMA`` with ids made from their content where battle or voter is empty.

    A vote without a voter is then of a voter of its own.
    """
    empty = {name: pc.equal(votes[name], "") for name in ID_COLUMNS}
    if not any(pc.any(mask).as_py() for mask in empty.values()):
        return votes
    ids = pa.chunked_array([pa.array(content_ids(prefix, [_content(votes, name) for name in CONTENT_COLUMNS]))])
    for name, mask in empty.items():
        column = pc.if_else(mask, ids, votes[name])
        votes = votes.set_column(votes.column_names.index(name), votes.schema.field(name), column)
    return votes


def _content(votes: pa.Table, name: str) -> pa.ChunkedArray:
    return votes[name].cast(pa.int64()) if name == "at" else votes[name]


def distinct(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The distinct values of a text column without nulls, and for each row the number of its value."""
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    encoded = plain.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], plain.type).dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def replaced(column: pa.ChunkedArray, change: Mapping[str, str]) -> pa.ChunkedArray:
    """A text column without nulls with the values that ``change`` names changed."""
    values, numbers = distinct(column)
    if not any(change.get(value, value) != value for value in values):
        return column
    changed = pa.array([change.get(value, value) for value in values], pa.string())
    return pa.chunked_array([changed.take(pa.array(numbers))])

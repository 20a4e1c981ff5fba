"""CSV as columns of text, with the line on which each row begins.

The strict reading of RFC 4180: comma, double quotes around a whole field, a doubled quote for a quote, line feeds with
or without a carriage return. Blank lines hold no vote and are passed over. Where something is wrong, rows are found by
arithmetic on the positions of quotes, commas and line feeds.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from arena.errors import VotesError
from arena.votes.parsed import ParsedVotes, line_of, read_text_bytes
from arena.votes.row_errors import MAX_FINDINGS, Rows
from arena.votes.table import check_columns

COMMA, QUOTE, LINE_FEED, RETURN = b',"\n\r'
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What spreadsheets write under the same name."""
_FIELD = r'(?:[^",\r\n]*|"(?:[^"]|"")*")'
WELL_QUOTED = rf"^(?:{_FIELD}(?:,{_FIELD})*\r?\n)*$"
BLOCK_BYTES = 1 << 24
"""How many bytes are parsed at once, and so how long a row may be."""


@dataclass(frozen=True)
class CsvText:
    """The bytes of a CSV file. Records count from 0, the header included, blank lines not."""

    data: bytes

    @cached_property
    def _bytes(self) -> npt.NDArray[np.uint8]:
        return np.frombuffer(self.data, np.uint8)

    @cached_property
    def _quotes(self) -> Rows:
        return self._positions(QUOTE)

    def _positions(self, char: int) -> Rows:
        positions: Rows = np.flatnonzero(self._bytes == char)
        return positions

    def _outside_quotes(self, char: int) -> Rows:
        # A character is outside of quotes where an even number of quotes stands before it: a doubled quote within a
        # field counts twice and changes nothing.
        positions = self._positions(char)
        outside: Rows = positions[np.searchsorted(self._quotes, positions) % 2 == 0]
        return outside

    @cached_property
    def bounds(self) -> tuple[Rows, Rows]:
        """Start and end (before the line's end) of each record, in bytes."""
        ends = self._outside_quotes(LINE_FEED)
        starts, ends = np.concatenate(([0], ends + 1)), np.concatenate((ends, [len(self.data)]))
        ends = ends - ((ends > starts) & (self._bytes[ends - 1] == RETURN))
        filled = ends > starts
        return starts[filled], ends[filled]

    @cached_property
    def lines(self) -> Rows:
        """The physical line, from 1, on which each record begins."""
        lines: Rows = np.searchsorted(np.flatnonzero(self._bytes == LINE_FEED), self.bounds[0]) + 1
        return lines

    @cached_property
    def fields(self) -> Rows:
        """How many fields each record has."""
        starts, ends = self.bounds
        commas = self._outside_quotes(COMMA)
        return np.searchsorted(commas, ends) - np.searchsorted(commas, starts) + 1

    def quoting_error(self) -> tuple[int, str] | None:
        """Byte and message of the first quote that neither opens nor closes a field, or return without a line feed."""
        around = np.concatenate(([LINE_FEED], self._bytes, [LINE_FEED]))
        before, after = around[self._quotes], around[self._quotes + 2]
        opens = np.arange(len(self._quotes)) % 2 == 0
        bad = np.where(
            opens, ~np.isin(before, (COMMA, LINE_FEED, QUOTE)), ~np.isin(after, (COMMA, LINE_FEED, RETURN, QUOTE))
        )
        if bad.any():
            return int(self._quotes[bad.argmax()]), "a quote in the middle of a field"
        if len(self._quotes) % 2:
            return int(self._quotes[-1]), "a quote that is never closed"
        returns = self._outside_quotes(RETURN)
        alone = returns[around[returns + 2] != LINE_FEED]
        return (int(alone[0]), "a carriage return without a line feed") if len(alone) else None

    def text_of(self, records: Rows) -> bytes:
        """The text of some records."""
        starts, ends = (bound[records].tolist() for bound in self.bounds)
        return b"".join(self.data[start:end] + b"\n" for start, end in zip(starts, ends, strict=True))


def read_csv(path: Path) -> ParsedVotes:
    """The columns of a CSV file as text; rows with too few or many fields are findings, broken quoting an error."""
    data = read_text_bytes(path)
    text = CsvText(data if data.endswith(b"\n") else data + b"\n")
    if (b'"' in data or b"\r" in data) and not well_quoted(text.data):
        error = text.quoting_error()
        if error:
            position, message = error
            hint = 'quote a whole field, and double a quote within: "a ""b"" c"'
            raise VotesError(message, where=line_of(path, data, position), hint=hint)
    header = _header(text, path)
    # Rows are found by arithmetic only where Arrow refuses the file, or a finding needs its line.
    try:
        return ParsedVotes(_parse(text.data, header), lambda row: f"{path}:{text.lines[row + 1]}")
    except pa.ArrowInvalid as refusal:
        return _without_ragged_rows(text, header, path, refusal)


def well_quoted(data: bytes) -> bool:
    """Whether ``quoting_error`` would find none, in one quick pass over text that ends with a line feed."""
    text = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data))
    return bool(pc.match_substring_regex(text, WELL_QUOTED)[0].as_py())


def _header(text: CsvText, path: Path) -> list[str]:
    end = text.data.find(b"\n") if b'"' not in text.data else -1
    first = text.data[:end] if end > 0 else text.text_of(np.array([0])) if len(text.bounds[0]) else b""
    names = next(csv.reader(io.StringIO(str(first, "utf-8"), newline="")), [])
    if not names or names == [""]:
        raise VotesError("the file is empty", where=str(path), hint="its first line names the columns")
    where = f"{path}:{1 if end > 0 else int(text.lines[0])}"
    for mark, spoken in OTHER_SEPARATORS.items():
        if len(names) == 1 and mark in names[0]:
            hint = "save it as comma-separated values, in UTF-8"
            raise VotesError(f"{spoken} stand between the fields where commas belong", where=where, hint=hint)
    check_columns(names, where)
    return names


def _parse(data: bytes, header: list[str]) -> pa.Table:
    # Every column stays text, "NULL" and "1" included: what a field means is for the checks to say, with its line.
    return pyarrow.csv.read_csv(
        io.BytesIO(data),
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=b'"' in data),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
        ),
    )


def _without_ragged_rows(text: CsvText, header: list[str], path: Path, refusal: pa.ArrowInvalid) -> ParsedVotes:
    """The rows that have as many fields as the header, and findings about those that have not."""
    ragged = np.flatnonzero(text.fields != len(header))
    if not len(ragged):
        raise VotesError(
            f"cannot be read as CSV: {refusal}", where=str(path), hint="is a row longer than 16 MB?"
        ) from refusal
    whole = np.setdiff1d(np.arange(len(text.fields)), ragged)
    lines = text.lines[whole]
    findings = tuple(
        VotesError(
            f"has {text.fields[record]} of the {len(header)} fields that the header names",
            where=f"{path}:{text.lines[record]}",
            hint="quote a field that holds a comma; leave optional fields empty, but keep their commas",
        )
        for record in ragged[:MAX_FINDINGS]
    )
    return ParsedVotes(
        _parse(text.text_of(whole), header),
        lambda row: f"{path}:{lines[row + 1]}",
        findings,
        len(ragged) - len(findings),
    )

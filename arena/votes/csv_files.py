"""CSV as columns of text, with the line on which each row begins.

The strict reading of RFC 4180: double quotes around a whole field, a doubled quote for a quote, line feeds with or
without a carriage return. Between the fields stands a comma, or what spreadsheets write instead of it: the header says
which. Blank lines hold no vote and are passed over. Where something is wrong, rows are found by arithmetic on the
positions of quotes, separators and line feeds.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from arena.csv_text import MARKED
from arena.errors import VotesError
from arena.votes.contents import Source, line_of, text_of
from arena.votes.parsed import ParsedVotes
from arena.votes.row_errors import Rows, and_more, raise_findings, shorten

QUOTE, LINE_FEED, RETURN = b'"\n\r'
SEPARATORS = {",": ",", ";": ";", "\t": r"\t", "|": r"\|"}
"""Between fields: the comma of the standard, and what spreadsheets and databases write under the same name; each as it
stands in a regular expression."""
_EXCEL_SEPARATOR = re.compile(rb"sep=[^\r\n]?\r?\n")
BLOCK_BYTES = 1 << 24
"""How many bytes are parsed at once, and so how long a row may be."""


@dataclass(frozen=True)
class CsvText:
    """The bytes of a CSV file. Records count from 0, the header included, blank lines not."""

    data: bytes
    separator: str = ","

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
        between = self._outside_quotes(ord(self.separator))
        return np.searchsorted(between, ends) - np.searchsorted(between, starts) + 1

    def quoting_error(self) -> tuple[int, str] | None:
        """Byte and message of the first quote that neither opens nor closes a field, or return without a line feed."""
        around = np.concatenate(([LINE_FEED], self._bytes, [LINE_FEED]))
        before, after = around[self._quotes], around[self._quotes + 2]
        opens = np.arange(len(self._quotes)) % 2 == 0
        between = ord(self.separator)
        bad = np.where(
            opens, ~np.isin(before, (between, LINE_FEED, QUOTE)), ~np.isin(after, (between, LINE_FEED, RETURN, QUOTE))
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


def read_csv(source: Source, content: bytes) -> ParsedVotes:
    """The columns of a CSV file as text; rows with too few or many fields are findings, broken quoting an error."""
    data = text_of(source, content)
    if _EXCEL_SEPARATOR.match(data):
        line = shorten(str(data.split(b"\n", 1)[0], "utf-8").rstrip("\r"))
        hint = "remove that line, which is for Excel alone: the header shows what stands between the fields"
        raise VotesError(f"begins with the line {line}", where=f"{source}:1", hint=hint)
    data = data if data.endswith(b"\n") else data + b"\n"
    text = CsvText(data, _separator(data))
    if (b'"' in data or b"\r" in data) and not well_quoted(data, text.separator):
        error = text.quoting_error()
        if error:
            position, message = error
            hint = 'quote a whole field, and double a quote within: "a ""b"" c"'
            raise VotesError(message, where=line_of(source, data, position), hint=hint)
    header, where = _header(text, source)
    # Rows are found by arithmetic only where Arrow refuses the file, or a finding needs its line.
    try:
        return ParsedVotes(_parse(text, header), lambda row: f"{source}:{text.lines[row + 1]}", where)
    except pa.ArrowInvalid as refusal:
        return _without_ragged_rows(text, header, source, where, refusal)


def _separator(data: bytes) -> str:
    """What stands between the fields: of ``SEPARATORS`` the one that the header has most of."""
    header = str(data.lstrip(b"\r\n").split(b"\n", 1)[0], "utf-8")
    return max(SEPARATORS, key=header.count)


def well_quoted(data: bytes, separator: str = ",") -> bool:
    """Whether ``quoting_error`` would find none, in one quick pass over text that ends with a line feed."""
    between = SEPARATORS[separator]
    field = rf'(?:[^"{between}\r\n]*|"(?:[^"]|"")*")'
    text = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data))
    return bool(pc.match_substring_regex(text, rf"^(?:{field}(?:{between}{field})*\r?\n)*$")[0].as_py())


def _header(text: CsvText, source: Source) -> tuple[list[str], str]:
    """The names of the columns, and where they stand."""
    end = text.data.find(b"\n") if b'"' not in text.data else -1
    first = text.data[:end] if end > 0 else text.text_of(np.array([0])) if len(text.bounds[0]) else b""
    names: list[str] = next(csv.reader(io.StringIO(str(first, "utf-8"), newline=""), delimiter=text.separator), [])
    if not names or names == [""]:
        raise VotesError("the file is empty", where=str(source), hint="its first line names the columns")
    where = f"{source}:{1 if end > 0 else int(text.lines[0])}"
    raise_findings(
        VotesError(f'column "{name}" is there twice', where=where, hint="keep one of the two")
        for name in dict.fromkeys(names)
        if name and names.count(name) > 1
    )
    return names, where


def _parse(text: CsvText, header: list[str], data: bytes | None = None) -> pa.Table:
    # Every column stays text, "NULL" and "1" included: what a field means is for the checks to say, with its line.
    table = pyarrow.csv.read_csv(
        io.BytesIO(text.data if data is None else data),
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES),
        parse_options=pyarrow.csv.ParseOptions(delimiter=text.separator, newlines_in_values=b'"' in text.data),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
        ),
    )
    if b"'" not in text.data:
        return table
    return table.from_arrays([_plain(column) for column in table.columns], schema=table.schema)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts that stand in cells: see ``arena.csv_text``."""
    marked = pc.match_substring_regex(column, MARKED)
    return pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column) if pc.any(marked).as_py() else column


def _without_ragged_rows(
    text: CsvText, header: list[str], source: Source, where: str, refusal: pa.ArrowInvalid
) -> ParsedVotes:
    """The rows that have as many fields as the header, and findings about those that have not."""
    ragged = np.flatnonzero(text.fields != len(header))
    if not len(ragged):
        raise VotesError(
            f"cannot be read as CSV: {refusal}", where=str(source), hint="is a row longer than 16 MB?"
        ) from refusal
    whole = np.setdiff1d(np.arange(len(text.fields)), ragged)
    lines = text.lines[whole]
    numbers, firsts, counts = np.unique(text.fields[ragged], return_index=True, return_counts=True)
    findings = tuple(
        VotesError(
            f"has {numbers[kind]} of the {len(header)} fields that the header names{and_more(int(counts[kind]))}",
            where=f"{source}:{text.lines[ragged[firsts[kind]]]}",
            hint="quote a field that holds a separator; leave optional fields empty, but keep their separators",
        )
        for kind in np.argsort(firsts)
    )
    table = _parse(text, header, text.text_of(whole))
    return ParsedVotes(table, lambda row: f"{source}:{lines[row + 1]}", where, findings)

"""CSV that no spreadsheet runs: the one way in which this program writes tables as text, and its way back.

Spreadsheets take a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line's end for a formula, quoted or
not, and one may send what stands beside it to a stranger (OWASP, "CSV Injection"). Names come from anybody: a model is
called ``=HYPERLINK(...)`` in somebody's vote file, and ids at a provider begin with ``@cf/``. So such a text gets an
apostrophe in front, which spreadsheets show as text. Numbers stay numbers, negative ones too. Where this program reads
CSV, the apostrophe goes again; a text that had one before gets a second one, so that nothing is lost on the way.

Parquet and JSON are as they are. ``templates/static/table.js`` does the same to what readers save.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

RUN_BY_SPREADSHEETS = r"^'*[=+\-@\t\r\n]"
"""A text that gets an apostrophe, unless it is a number; RE2, which Arrow has, reads it as Python does."""
MARKED = r"^'+[=+\-@\t\r\n]"
"""A text that has one."""
_RUN, _MARKED = re.compile(RUN_BY_SPREADSHEETS), re.compile(MARKED)
_SPECIAL = re.compile(r'[",\r\n]')
QUOTED_NOTHING = '""'
TEXTS_KNOWN = 10_000
"""Cells of a table that are remembered."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def as_cell(text: str) -> str:
    """A text as it stands in a cell.

    >>> [as_cell(text) for text in ("=1+1", "@cf/acme/one", "-0.5", "one", "'=1+1")]
    ["'=1+1", "'@cf/acme/one", '-0.5', 'one', "''=1+1"]
    """
    return f"'{text}" if _RUN.match(text) and not _NUMBER.fullmatch(text) else text


def from_cell(cell: str) -> str:
    """The text that stands in a cell.

    >>> [from_cell(cell) for cell in ("'=1+1", "''=1+1", "-0.5", "'tis")]
    ['=1+1', "'=1+1", '-0.5', "'tis"]
    """
    return cell[1:] if _MARKED.match(cell) else cell


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[Any]], number_text: Callable[[float], str] = str) -> str:
    """A table with a header as RFC 4180 has it, but with line feeds; None is an empty cell.

    ``number_text`` writes floats. Not ``csv.writer``: before Python 3.13 it leaves a carriage return unquoted, and
    readers see two rows.
    """
    known: dict[str, str] = {}

    def field(value: Any) -> str:
        if isinstance(value, float):
            return number_text(value)
        if isinstance(value, str):
            # The same few names stand in most rows, and to look for what has to be marked takes longer than all else.
            if (cell := known.get(value)) is None:
                cell = _quoted(as_cell(value))
                if len(known) < TEXTS_KNOWN:
                    known[value] = cell
            return cell
        return "" if value is None else _quoted(str(value))

    lines = [map(_quoted, columns), *(map(field, row) for row in rows)]
    # A line that is empty would be read as none.
    return "".join(f"{','.join(line) or QUOTED_NOTHING}\n" for line in lines)


def _quoted(cell: str) -> str:
    if _SPECIAL.search(cell) is None:
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'

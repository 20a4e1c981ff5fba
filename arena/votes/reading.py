"""A file of any kind, or a table in memory, as columns under the names that it gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from arena.votes.columns import INDEX_COLUMN
from arena.votes.contents import FileKind, NamedTable, Source, kind_of, read_bytes
from arena.votes.csv_files import read_csv
from arena.votes.json_files import read_json
from arena.votes.parquet_files import read_arrow, read_parquet
from arena.votes.parsed import ParsedVotes

Wanted = Callable[[str], bool]


def read_table(source: Source, wanted: Wanted = lambda _: True) -> ParsedVotes:
    """The columns of a file that are ``wanted``, without the numbers of rows that pandas writes.

    Raises ``VotesError`` where the file cannot be read, or is not of a kind that holds a table.
    """

    def of_use(name: str) -> bool:
        return not INDEX_COLUMN.fullmatch(name) and wanted(name)

    if isinstance(source, NamedTable):
        return read_arrow(source, of_use)
    kind_of(source, b"")  # of a name that says nothing, nothing is read
    content = read_bytes(source)
    kind = kind_of(source, content)
    if kind is FileKind.DELIMITED:
        parsed = read_csv(source, content)
        names = [name for name in parsed.table.column_names if of_use(name)]
        return replace(parsed, table=parsed.table.select(names), names=tuple(parsed.table.column_names))
    if kind is FileKind.PARQUET:
        return read_parquet(source, content, of_use)
    return read_json(source, content, kind, of_use)

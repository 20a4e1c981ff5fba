"""Tables for people: columns that stay aligned whatever letters are in them, as wide as the terminal or the content."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence

import click

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

WIDTH_WITHOUT_TERMINAL = 1000
"""Characters of a line where the output is no terminal: more than any table has, so that nothing is broken off."""


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    figures: Collection[str] = (),
    title: str = "",
    foldable: Collection[str] = (),
) -> None:
    """Print a table under its title. Columns of ``figures`` are aligned on the right.

    Where a terminal is too narrow, the columns of ``foldable`` are broken first, and all others are never.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if title:
        click.secho(title, bold=True)  # not as the table's own title, which would be broken at the table's width
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(
            column, justify="right" if column in figures else "left", overflow="fold", no_wrap=column not in foldable
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH_WITHOUT_TERMINAL)
    console.print(table)

"""How vote files are read: the options that ``arena import`` and ``arena rate`` share, and standard input."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena.cli.group import PATH, Command

if TYPE_CHECKING:
    from arena.votes.contents import Source
    from arena.votes.parsed import Defaults
    from arena.votes.resolving import NameMap

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

STANDARD_INPUT = Path("-")


class FormatName(click.ParamType[str]):
    """The name of a vote file's format, as ``FORMATS`` has them; they are looked up when they are needed."""

    name = "format"

    def _choice(self) -> click.Choice[str]:
        from arena.votes.files import FORMATS

        return click.Choice(list(FORMATS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self._choice().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self._choice().get_metavar(param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        return self._choice().shell_complete(ctx, param, incomplete)


class ColumnNames(click.ParamType[Mapping[str, str]]):
    """``ours=theirs,ours=theirs``."""

    name = "columns"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Mapping[str, str]:
        from arena.records import VOTE_COLUMNS

        if not isinstance(value, str):
            return dict(value)
        columns: dict[str, str] = {}
        for pair in value.split(","):
            ours, mark, theirs = (part.strip() for part in pair.partition("="))
            if not mark or not theirs:
                self.fail(f"{pair!r} does not say OURS=THEIRS", param, ctx)
            if ours not in VOTE_COLUMNS:
                self.fail(f"{ours!r} is none of our columns: {', '.join(VOTE_COLUMNS)}", param, ctx)
            if ours in columns:
                self.fail(f"{ours!r} is named twice", param, ctx)
            columns[ours] = theirs
        return columns


def reading_options(command: Command) -> Command:
    """Add the options that say what vote files are and what they do not say themselves."""
    options = [
        click.option(
            "--format",
            "file_format",
            default="arena",
            show_default=True,
            type=FormatName(),
            help="arena: our own columns. pairs: two models and a winner. fastchat, lmarena: their battles. "
            "imagenhub: its ratings.",
        ),
        click.option(
            "--columns",
            type=ColumnNames(),
            default={},
            metavar="OURS=THEIRS,...",
            help="Columns that the files call otherwise, e.g. left=model_a,right=model_b.",
        ),
        click.option(
            "--map", "name_map", type=PATH, metavar="FILE", help="CSV of the models' names: theirs, and ours."
        ),
        click.option("--arena", help="The arena of votes that do not say theirs."),
        click.option("--category", help="The category of votes that do not say theirs."),
        click.option("--language", help="The language of votes that do not say theirs, or say unknown."),
        click.option(
            "--at",
            type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
            help="The time (UTC) of votes that do not say theirs.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def defaults_of(
    arena: str | None,
    category: str | None,
    language: str | None,
    at: datetime | None,
    columns: Mapping[str, str],
) -> Defaults:
    """What the options say of votes."""
    from arena.votes.parsed import Defaults

    return Defaults(arena, category, language, at and at.replace(tzinfo=UTC), columns)


def sources_of(files: Sequence[Path]) -> tuple[Source, ...]:
    """The files to read; ``-`` is what was piped into the command."""
    from arena.votes.contents import NamedBytes

    if list(files).count(STANDARD_INPUT) > 1:
        raise click.UsageError("standard input (-) can be read once")
    return tuple(NamedBytes(_piped()) if file == STANDARD_INPUT else file for file in files)


def _piped() -> bytes:
    return sys.stdin.buffer.read()


def names_in(file: Path | None) -> NameMap:
    """The names of ``--map``; none without it."""
    from arena.votes.resolving import read_name_map

    return read_name_map(*sources_of([file])) if file else {}

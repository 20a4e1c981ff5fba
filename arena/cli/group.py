"""The group that commands join, and what they share: options, progress, and errors in one line each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from arena.errors import ArenaError

Command = TypeVar("Command", bound=Callable[..., Any])
Progress = Callable[[str, int, int], None]
PATH = click.Path(path_type=Path)


class ArenaGroup(click.Group):
    """Turns every error that users can cause into a line and exit code 1; any other exception is a defect and shows."""

    def invoke(self, ctx: click.Context) -> Any:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the same last digits whatever the number of processors
        try:
            return super().invoke(ctx)
        except ArenaError as error:
            for finding in error.findings:
                click.echo(f"error: {finding}", err=True)
        except KeyboardInterrupt:
            click.echo("error: interrupted; what was there before is unchanged (run the command again)", err=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            where = error.filename or "the file system"
            click.echo(f"error: {where}: {error.strerror or error} (check its permissions, and the disk)", err=True)
        raise click.exceptions.Exit(1)


@click.group(cls=ArenaGroup, context_settings={"max_content_width": 100})
@click.version_option(package_name="image-arena", message="arena %(version)s")
def main() -> None:
    """An image-model arena: votes in, conservative TrueSkill scores and a static site out."""


def project_option(command: Command) -> Command:
    """Add ``--project DIR``, the folder that holds data/ and site/."""
    return click.option(
        "--project", default=".", type=PATH, metavar="DIR", help="The project folder.  [default: the current folder]"
    )(command)


def format_option(command: Command) -> Command:
    """Add ``--format``, the shape of the vote files."""
    return click.option(
        "--format",
        "file_format",
        default="arena",
        show_default=True,
        type=click.Choice(["arena", "fastchat", "imagenhub"]),
        help="arena: CSV, JSONL or Parquet by suffix. fastchat: FastChat's battles. imagenhub: ImagenHub's ratings.",
    )(command)


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A callback that shows what is being done and how far it is; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)

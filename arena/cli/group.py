"""The group that commands join, and the options that they share: help, quiet, verbose, the project, JSON."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from arena.cli.printing import AS_JSON, QUIET, VERBOSE, detail, print_errors, progress_bar
from arena.errors import ArenaError

__all__ = [
    "DAY",
    "PATH",
    "PROJECT_MARK",
    "ArenaCommand",
    "ArenaGroup",
    "Command",
    "day_of",
    "find_project",
    "json_option",
    "main",
    "optional_project_option",
    "progress_bar",
    "project_option",
    "require_project",
]

Command = TypeVar("Command", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
PROJECT_VARIABLE = "ARENA_PROJECT"
PROJECT_MARK = Path("data") / "arena.toml"
"""The file that makes a folder a project."""


def _remember(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    """A callback that keeps a flag for the whole run, whether it was given before a command or after it."""

    def keep(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[name] = True
        if ctx.meta.get(QUIET) and ctx.meta.get(VERBOSE):
            raise click.UsageError("--quiet and --verbose exclude each other", ctx)

    return keep


def _volume_options() -> list[click.Parameter]:
    """``-q`` and ``-v``, which every command and every group has."""
    flags = {"is_flag": True, "is_eager": True, "expose_value": False}
    return [
        click.Option(["-q", "--quiet"], callback=_remember(QUIET), help="Print only errors and the result.", **flags),
        click.Option(["-v", "--verbose"], callback=_remember(VERBOSE), help="Say what is done, and when.", **flags),
    ]


class ArenaCommand(click.Command):
    """A command that has ``-q`` and ``-v``."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += _volume_options()


class ArenaGroup(click.Group):
    """Commands that have ``-q`` and ``-v``, in groups that have them too."""

    command_class = ArenaCommand
    group_class: type[click.Group] | type[type] | None = None

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params += _volume_options()


class ArenaMain(ArenaGroup):
    """Turns every error that users can cause into a line and exit code 1; any other exception is a defect and shows."""

    group_class = ArenaGroup

    def invoke(self, ctx: click.Context) -> Any:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the same last digits whatever the number of processors
        try:
            return super().invoke(ctx)
        except ArenaError as error:
            print_errors(error)
        except KeyboardInterrupt:
            hint = "run the command again"
            print_errors(ArenaError("interrupted; what was there before is unchanged", hint=hint))
        except BrokenPipeError:
            raise
        except OSError as error:
            where, hint = str(error.filename or "the file system"), "check its permissions, and the disk"
            print_errors(ArenaError(str(error.strerror or error), where=where, hint=hint))
        raise click.exceptions.Exit(1)


@click.group(cls=ArenaMain, context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]})
@click.version_option(package_name="image-arena", message="arena %(version)s")
def main() -> None:
    """Votes on image models in, conservative TrueSkill scores and a static site out."""


def day_of(today: datetime | None) -> date:
    """The day that ``--today`` names, or today's in UTC."""
    return (today or datetime.now(UTC)).date()


def find_project(start: Path) -> Path | None:
    """The nearest folder that holds data/arena.toml: ``start``, or one above it; None where there is none.

    As a path from ``start``, so that messages name files as the user would: ``.``, ``..``, ``../..``.
    """
    up = Path()
    for folder in (start, *start.parents):
        if (folder / PROJECT_MARK).is_file():
            return up
        up /= ".."
    return None


def require_project(project: Path | None) -> Path:
    """The project. Raises ArenaError where none was named and none found."""
    if project is not None:
        return project
    hint = f"go into a project, name one (--project DIR or {PROJECT_VARIABLE}), or start one: arena init DIR"
    message = f"no project here: neither this folder nor any above it holds {PROJECT_MARK}"
    raise ArenaError(message, where=str(Path.cwd()), hint=hint)


def _project(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path | None:
    project = find_project(Path.cwd()) if value is None else value
    if project is not None:
        detail(f"Project: {project.resolve()}")
    return project


def _required_project(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    return None if ctx.resilient_parsing else require_project(_project(ctx, param, value))


def _project_option(callback: Callable[..., Path | None]) -> Callable[[Command], Command]:
    return click.option(
        "--project",
        type=PATH,
        metavar="DIR",
        envvar=PROJECT_VARIABLE,
        callback=callback,
        help=f"The project's folder.  [default: {PROJECT_VARIABLE}, or the nearest project from here upwards]",
    )


def project_option(command: Command) -> Command:
    """Add ``--project DIR``, the folder that holds data/ and site/; an error where there is none."""
    return _project_option(_required_project)(command)


def optional_project_option(command: Command) -> Command:
    """Add ``--project DIR`` for a command that may do without: ``project`` is None where there is none."""
    return _project_option(_project)(command)


def json_option(command: Command) -> Command:
    """Add ``--json``, after which ``print_result`` and errors print one JSON object on standard output."""
    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember(AS_JSON),
        help="Print the result, or the errors, as one JSON object.",
    )(command)

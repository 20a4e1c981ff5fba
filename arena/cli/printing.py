"""What commands print: results on standard output, as text or JSON; all else on standard error, more of it or less.

``print_result`` prints what was asked for, ``note`` what else a person should know (not after ``-q``), ``detail`` what
only somebody who looks for a fault wants to know (after ``-v``). After ``--json`` standard output holds one object: the
fields that the command documents, and always ``passed`` and ``findings``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from arena.errors import ArenaError
from arena.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

QUIET, VERBOSE, AS_JSON = "arena.quiet", "arena.verbose", "arena.json"
"""Keys of the flags in the ``meta`` of click's context, which all commands of one run share."""

Found = TypeVar("Found")


def _flag(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(name))


def is_quiet() -> bool:
    """Whether ``-q`` was given."""
    return _flag(QUIET)


def is_verbose() -> bool:
    """Whether ``-v`` was given."""
    return _flag(VERBOSE)


STANDARD_OUTPUT = Path("-")


def check_out(out: Path | None) -> None:
    """Refuse to print two things on standard output."""
    if out == STANDARD_OUTPUT and as_json():
        raise click.UsageError("--out - and --json both want standard output")


def as_json() -> bool:
    """Whether ``--json`` was given."""
    return _flag(AS_JSON)


def note(text: str) -> None:
    """Say what happened beside the result, on standard error; nothing after ``-q``."""
    if not is_quiet():
        click.echo(text, err=True)


def detail(text: str) -> None:
    """Say how the work goes, on standard error, after ``-v`` only."""
    if is_verbose():
        click.echo(text, err=True)


def print_result(text: str, **fields: Any) -> None:
    """Print the result on standard output: ``text``, or after ``--json`` its ``fields`` as an object that passed."""
    if as_json():
        print_json({"passed": True, "findings": [], **fields})
    elif text:
        click.echo(text)


def print_each(found: Iterable[Found], print_one: Callable[[Found], None], **fields: Any) -> None:
    """Print what was found, one after another with an empty line between; or after ``--json`` the ``fields`` of it."""
    if as_json():
        print_result("", **fields)
        return
    for number, each in enumerate(found):
        if number:
            click.echo()
        print_one(each)


def print_json(whole: dict[str, Any]) -> None:
    """Print an object of plain values and records; amounts of money become text, so that they stay exact."""
    from pydantic_core import to_json

    click.echo(to_json(whole, indent=1))


def findings_json(errors: Iterable[ArenaError]) -> list[dict[str, str | int | None]]:
    """Errors as the ``findings`` of an object."""
    from arena.catalogue.check import Finding, Severity

    return [Finding.of(Severity.ERROR, error).as_json() for error in errors]


def print_errors(error: ArenaError) -> None:
    """A line for each finding on standard error; after ``--json`` an object that did not pass, on standard output."""
    if as_json():
        print_json({"passed": False, "findings": findings_json(error.findings)})
        return
    for finding in error.findings:
        click.echo(f"error: {finding}", err=True)


@contextmanager
def progress_bar() -> Generator[Progress | None]:
    """A callback that shows on standard error what is being done, how far it is, and the time left.

    None after ``-q``, and where standard error is no terminal; there ``-v`` gives a line for each step that is done.
    """
    shows = sys.stderr.isatty() and not is_quiet()
    if not shows:
        steps = _Steps()
        yield steps.report if is_verbose() else None
        steps.end()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(24),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[left]}"),
    )
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    steps = _Steps(bar)
    try:
        yield steps.report
        steps.end()
    finally:
        bar.stop()


class _Steps:
    """The steps of a work, one after another: a bar for the present one, and after ``-v`` a line for each done one."""

    def __init__(self, bar: Bar | None = None) -> None:
        self._bar = bar
        self._what = ""
        self._total = 0
        self._began = time.monotonic()

    def report(self, what: str, done: int, total: int) -> None:
        """Show how far the work is; a new ``what`` is a new step, whose time left is reckoned anew.

        Unless it goes on with the count of the step before it: then it goes on with its time as well.
        """
        if what != self._what:
            self.end()
            self._what, self._began = what, time.monotonic()
            if self._bar is not None:
                self._show_step(self._bar, what, goes_on=done > 0 and 0 < total == self._total)
        self._total = total
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total or None, left="left" if total else "")

    @staticmethod
    def _show_step(bar: Bar, what: str, *, goes_on: bool) -> None:
        """Show a step by its name; one that ``goes_on`` with the count of the step before it goes on with its time."""
        bar.start()  # not before: a command that is done at once shows none
        if goes_on:
            bar.update(bar.task_ids[0], description=what)
            return
        for task in bar.task_ids:
            bar.remove_task(task)
        bar.add_task(what, total=None, left="")

    def end(self) -> None:
        """Say after ``-v`` that the present step is done."""
        if self._what:
            of = f" ({self._total:,})" if self._total else ""
            detail(f"{self._what}{of}: {time.monotonic() - self._began:.1f} s")
            self._what = ""

"""``arena diagnose``: whether votes can bear the ratings that are made from them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import PATH, json_option, main, optional_project_option
from arena.cli.opening import say_left_out
from arena.cli.printing import as_json, is_verbose, print_result, progress_bar
from arena.cli.reading import reading_options
from arena.cli.votes import rating_options, votes_to_rate

if TYPE_CHECKING:
    from arena.ratings.diagnose import ArenaDiagnosis, Check

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

WIDEST = 100
"""Characters of a line of text: longer ones are hard to read."""
COLOURS = {"look": "yellow", "cannot tell": "blue", "fine": "green"}
TITLES = {"look": "Look at this", "cannot tell": "Cannot tell", "fine": "Fine"}


@main.command()
@optional_project_option
@reading_options
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of random draws.")
@rating_options
@json_option
def diagnose(
    project: Path | None,
    file_format: str,
    files: tuple[Path, ...],
    seed: int,
    name_map: Path | None,
    **options: Any,
) -> None:
    """Check what votes of a project or of files can bear.

    Each check comes to a verdict: fine, look at this, or cannot tell, and why. A board without defects is told to look
    at something in 5% of cases or fewer, all checks together. -v prints the numbers and cases behind every check. Any
    verdict is exit code 0: the command did what it was asked.
    """
    from arena.ratings import compute_ratings
    from arena.ratings.diagnose import diagnose_votes

    said = {name: options.pop(name) for name in ("arena", "category", "language", "at", "columns")}
    given = votes_to_rate(project, files, file_format, name_map, said, options)
    votes = given.votes
    with progress_bar() as progress:
        many = os.cpu_count() or 1
        ratings = compute_ratings(votes, given.settings, threads=many, counts=given.counts, progress=progress)
        if progress:
            progress("Asking the votes", 0, 0)
        found = diagnose_votes(votes, ratings, seed=seed)
    say_left_out(ratings)
    if as_json():
        print_result("", **found.to_dict())
        return
    for number, arena in enumerate(found.arenas):
        if number:
            click.echo()
        _print_arena(arena)


def _print_arena(arena: ArenaDiagnosis) -> None:
    from arena.ratings.diagnose import Verdict

    click.echo(_wrapped(arena.summary, ""))
    for verdict in (Verdict.LOOK, Verdict.CANNOT_TELL, Verdict.FINE):
        checks = arena.with_verdict(verdict)
        if checks:
            click.echo()
            click.secho(f"{TITLES[verdict.value]} ({len(checks)})", bold=True, fg=COLOURS[verdict.value])
        for check in checks:
            _print_check(check, cases=is_verbose() or verdict is Verdict.LOOK)


def _print_check(check: Check, *, cases: bool) -> None:
    click.echo(_wrapped(check.question, "  "))
    click.echo(_wrapped(f"{check.finding} {check.meaning}".strip(), "    "))
    if is_verbose():
        chance = ""
        if check.p is not None and check.p_adjusted is not None:
            chance = f" p {check.p:.2g}, of all tests {check.p_adjusted:.2g}."
        click.echo(_wrapped(f"[{check.name}] {check.rule}{chance}", "    "))
    if cases and check.cases:
        click.echo(_wrapped(f"{check.case_measure}:", "    "))
        for case in check.cases:
            value = wording.number(case.value, 3)
            click.echo(f"      {value}  {case.name} ({wording.count(case.votes, 'vote')})")


def _wrapped(text: str, indent: str) -> str:
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)
    return click.wrap_text(text, width, indent, indent)

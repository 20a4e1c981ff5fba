"""``arena check``, ``arena model new`` and ``arena prices pull``: keeping the catalogue true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from arena import wording
from arena.cli.group import json_option, main, project_option
from arena.cli.opening import open_catalogue, open_project, open_votes
from arena.cli.printing import as_json, is_quiet, print_result
from arena.errors import ArenaError

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

DAY = click.DateTime(["%Y-%m-%d"])


def _day(today: datetime | None) -> date:
    return (today or datetime.now(UTC)).date()


@main.command()
@project_option
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "github"]),
    help="text: for people. github: annotations of a pull request.",
)
@click.option("--today", type=DAY, help="The day to which the ages of sources are counted.  [default: today]")
@click.option("--prefix", default="", help="github: the project's folder below the repository's root.")
@json_option
def check(project: Path, form: str, today: datetime | None, prefix: str) -> None:
    """Check everything under data/, and print every finding.

    Errors fail, warnings do not.
    """
    from arena.catalogue import check_catalogue
    from arena.catalogue.check import Format, render_findings

    report = check_catalogue(project / "data", _day(today))
    errors: list[ArenaError] = []
    votes = 0
    try:
        votes = (open_project(project)[1] if report.passed else open_votes(project)).summary().votes
    except ArenaError as error:
        errors.extend(error.findings)
    passed = report.passed and not errors
    shape = Format.JSON if as_json() else Format(form)
    shown = replace(report, warnings=()) if shape is Format.TEXT and is_quiet() else report
    click.echo(render_findings(shown, shape, errors, prefix=prefix), nl=False, err=shape is Format.TEXT)
    if shape is Format.TEXT and passed:
        verdict = wording.count(len(report.warnings), "warning") if report.warnings else "no problem found"
        click.echo(f"{report.summary}, {wording.count(votes, 'vote')}: {verdict}")
    if not passed:
        raise click.exceptions.Exit(1)


@main.group()
def model() -> None:
    """Start and change the entries of models."""


@model.command("new")
@project_option
@click.argument("model_id", metavar="ORG/NAME")
@click.option("--name", default="", help="Its name for readers.  [default: NAME]")
@click.option("--source", required=True, help="The source of its facts, in words.")
@click.option("--url", help="The address of that source.")
@click.option("--arena", "arenas", multiple=True, default=("text-to-image",), show_default=True)
@click.option("--today", type=DAY, help="The day on which the source was read.  [default: today]")
@json_option
def new_model(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path,
    model_id: str,
    name: str,
    source: str,
    url: str | None,
    arenas: tuple[str, ...],
    today: datetime | None,
) -> None:
    """Start the entry of a model, with every key that it may have."""
    from arena.catalogue.entries import new_model as start

    started = start(project / "data", model_id, source=source, read=_day(today), url=url, name=name, arenas=arenas)
    print_result("\n".join(f"Started {path}: add what is known of it" for path in started), started=started)


@main.group()
def prices() -> None:
    """Keep the prices of offers up to date."""


@prices.command("pull")
@project_option
@click.argument("lists", nargs=-1, metavar="[LIST[=FILE|URL]]...")
@click.option("--write", is_flag=True, help="Add new and changed prices to the TOML files.")
@json_option
@click.option("--today", type=DAY, help="The day on which the source was read.  [default: today]")
def pull(project: Path, lists: tuple[str, ...], write: bool, today: datetime | None) -> None:
    """Compare prices with public price lists.

    The lists are litellm, models.dev and openrouter; all three where none is named.
    """
    from arena.catalogue.pull import LISTS, prices_pull, render_diff, write_prices
    from arena.catalogue.pull.lists import load_named_list

    catalogue, day = open_catalogue(project), _day(today)
    diff = prices_pull(catalogue, [load_named_list(name) for name in lists or tuple(LISTS)], day)
    written = write_prices(catalogue, diff, day) if write else ()
    said = [*render_diff(diff).splitlines(), *(f"Wrote {path}" for path in written)]
    if write and not written:
        said.append("Nothing to write.")
    print_result("\n".join(said), differences=diff, written=written)

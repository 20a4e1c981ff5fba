"""``arena check``, ``arena model new`` and ``arena prices pull``: keeping the catalogue true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import DAY, DRY_RUN, day_of, json_option, main, project_option
from arena.cli.opening import open_catalogue, open_votes, published
from arena.cli.printing import as_json, is_quiet, print_result
from arena.cli.tables import print_table
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.catalogue.renaming import CatalogueChange

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


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
    from arena.votes.importing import count_references

    errors: list[ArenaError] = []
    votes = 0

    def count_votes(catalogue: Catalogue) -> Mapping[tuple[str, str], int]:
        nonlocal votes
        try:
            log = open_votes(project, catalogue)
        except ArenaError as error:
            errors.extend(error.findings)
            return {}
        votes = log.summary().votes
        return count_references(log.votes())

    report = check_catalogue(project / "data", day_of(today), count_votes)
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
    """List, start and change the entries of models."""


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

    started = start(project / "data", model_id, source=source, read=day_of(today), url=url, name=name, arenas=arenas)
    print_result("\n".join(f"Started {path}: add what is known of it" for path in started), started=started)


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as ``model list --json`` prints it: ``names`` are what else it may be called, the rest counts."""

    id: str
    name: str
    status: str
    released: date | None
    arenas: tuple[str, ...]
    names: tuple[str, ...]
    offers: int
    outputs: int
    votes: int


@model.command("list")
@project_option
@click.option("--today", type=DAY, help="The day that says which models are served.  [default: today]")
@json_option
def list_models(project: Path, today: datetime | None) -> None:
    """Print the models, with their states, outputs and votes.

    After --json also all the names that each may go by in vote files and lists of pictures.
    """
    from arena.catalogue.play import outputs_in_play
    from arena.votes.importing import count_references

    catalogue = open_catalogue(project, day_of(today))
    playing = outputs_in_play(catalogue)
    catalogue, published_votes = published(catalogue, open_votes(project, catalogue))
    votes = count_references(published_votes)
    outputs = Counter(output.model for output in (*catalogue.outputs, *playing))
    offers = Counter(model for _, model in catalogue.offers)
    models = [
        ListedModel(
            id=model_id,
            name=entry.name,
            status=entry.status.value,
            released=entry.released,
            arenas=entry.arenas,
            names=(*entry.aliases, *([entry.api_id] if entry.api_id else []), *entry.former_ids),
            offers=offers[model_id],
            outputs=outputs[model_id],
            votes=votes.get(("model", model_id), 0),
        )
        for model_id, entry in sorted(catalogue.models.items())
    ]
    if as_json():
        print_result("", models=models)
        return
    counts = ("offers", "outputs", "votes")
    rows = [
        (row.id, row.name, row.status, ", ".join(row.arenas), *(f"{getattr(row, count):,}" for count in counts))
        for row in models
    ]
    columns = ("id", "name", "status", "arenas", *counts)
    print_table(columns, rows, figures=counts, foldable=("name", "arenas"))


@model.command("rename")
@project_option
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="ORG/NAME")
@DRY_RUN
@json_option
def rename_model(project: Path, old: str, new: str, dry_run: bool) -> None:
    """Give a model another id.

    Its file, offers and outputs move, and what refers to it follows. The votes stay as they are sealed: the file's
    former_ids lead them to it. The former page leads to the present one.
    """
    from arena.catalogue import renaming
    from arena.votes.renames import count_votes_of

    catalogue = open_catalogue(project)
    former = renaming.known_model(catalogue, old)
    votes = count_votes_of(open_votes(project, catalogue).votes(), former)
    change = renaming.rename_model(catalogue, old, new)
    _carry_out(change, dry_run, f"{wording.count(votes, 'vote')} of {former} lead to {new}.", votes=votes)


@model.command("merge")
@project_option
@click.argument("old", metavar="OLD")
@click.argument("into", metavar="INTO")
@DRY_RUN
@json_option
def merge_models(project: Path, old: str, into: str, dry_run: bool) -> None:
    """Make one of two entries of the same model.

    INTO stays: it gets the names, offers, outputs and votes of OLD, whose file is removed and whose page leads to
    INTO's. Votes between the two count no more.
    """
    from arena.catalogue import renaming
    from arena.votes.renames import count_votes_of

    catalogue = open_catalogue(project)
    gone, kept = renaming.known_model(catalogue, old), renaming.known_model(catalogue, into)
    change = renaming.merge_models(catalogue, gone, kept)
    log = open_votes(project, catalogue).votes()
    between = count_votes_of(log, gone, kept)
    votes = count_votes_of(log, gone) - between
    said = f"{wording.count(votes, 'vote')} of {gone} lead to {kept}"
    lost = f"; {wording.count(between, 'vote')} between the two count no more" if between else ""
    _carry_out(change, dry_run, f"{said}{lost}.", votes=votes, between=between)


@model.command("retire")
@project_option
@click.argument("name", metavar="MODEL")
@click.option("--on", "day", type=DAY, help="The day from which its maker no longer serves it.")
@click.option("--replaced-by", metavar="MODEL", help="What its maker says to use instead.")
@click.option("--source", help="Who says so, in words.")
@click.option("--url", help="The address of that source.")
@click.option("--today", type=DAY, help="The day on which the source was read.  [default: today]")
@DRY_RUN
@json_option
def retire_model(
    project: Path, name: str, day: datetime | None, today: datetime | None, dry_run: bool, **said: Any
) -> None:
    """Say that a model is no longer served.

    Nothing is asked of it and no battle shows it any more. Its votes, ratings and page stay.
    """
    from arena.catalogue import renaming

    on = day.date() if day else None
    change = renaming.retire_model(open_catalogue(project), name, on=on, read=day_of(today), **said)
    _carry_out(change, dry_run, "" if change.lines else "It is retired already.")


def _carry_out(change: CatalogueChange, dry_run: bool, said: str, **counts: int) -> None:
    """Write a change unless it is a dry run, and say file by file what it is."""
    if not dry_run:
        change.write()
    lines = [*change.lines, said, *(["Nothing was changed: this was a dry run."] if dry_run else [])]
    print_result("\n".join(line for line in lines if line), changes=change.lines, written=not dry_run, **counts)


@main.group()
def prices() -> None:
    """Keep the prices of offers up to date."""


@prices.command("pull")
@project_option
@click.argument("lists", nargs=-1, metavar="[LIST[=FILE|URL]]...")
@click.option("--write", is_flag=True, help="Add new and changed prices to the TOML files, where the check allows it.")
@click.option(
    "--skip",
    multiple=True,
    metavar="NAME",
    help="Leave out an offer (PROVIDER/MODEL) or a listed id; * stands for anything. May be repeated.",
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "markdown"]),
    help="markdown: tables that a pull request can quote.",
)
@json_option
@click.option("--today", type=DAY, help="The day on which the source was read.  [default: today]")
def pull(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path, lists: tuple[str, ...], write: bool, skip: tuple[str, ...], form: str, today: datetime | None
) -> None:
    """Compare prices with public price lists.

    The lists are litellm, models.dev and openrouter; all three where none is named. An entry that cannot be read is
    named and left out.
    """
    from arena.catalogue.pull import (
        LISTS,
        DiffFormat,
        WrittenPrices,
        load_named_list,
        prices_pull,
        render_diff,
        render_left_out,
        write_prices,
    )

    catalogue, day = open_catalogue(project), day_of(today)
    diff = prices_pull(catalogue, [load_named_list(name) for name in lists or tuple(LISTS)], day).without(skip)
    written = write_prices(catalogue, diff, day) if write else WrittenPrices(())
    said = [*render_diff(diff, DiffFormat(form)).splitlines()]
    if written.left_out:
        said += ["", *render_left_out(written.left_out, DiffFormat(form)).splitlines()]
    if form == "text":
        said += [f"Wrote {path}" for path in written.paths]
        if write and not written.paths:
            said.append("Nothing to write.")
    print_result("\n".join(said), differences=diff, written=written.paths, left_out=written.left_out)

"""``arena import`` and ``export``: votes in, and everything out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from arena.cli.group import PATH, format_option, main, project_option
from arena.cli.opening import open_project, rate_log

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command("import")
@project_option
@format_option
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("--new-models", is_flag=True, help="Start a catalogue entry for each model that has none.")
@click.option("--arena", help="imagenhub: the arena of tasks that are not one of ours.")
@click.option("--category", default="general", show_default=True, help="imagenhub: the category of every vote.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="imagenhub: the time of every vote, whose files carry none.  [default: 2023-10-02, the paper's day]",
)
def import_(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path,
    file_format: str,
    files: tuple[Path, ...],
    new_models: bool,
    arena: str | None,
    category: str,
    at: datetime | None,
) -> None:
    """Put the votes of FILE... into the log: all of them, or none if anything is wrong."""
    from arena.votes.importing import import_votes
    from arena.votes.loaded import Defaults

    report = import_votes(
        project / "data",
        files,
        file_format,
        Defaults(arena=arena, category=category, at=at and at.replace(tzinfo=UTC)),
        new_models=datetime.now(UTC).date() if new_models else None,
    )
    for note in report.notes:
        click.echo(note)
    for path in report.new_entries:
        click.echo(f"Started {path}: add what is known of it")
    if report.added:
        votes, ties = ("vote" if report.added == 1 else "votes"), ("a tie" if report.ties == 1 else "ties")
        click.echo(f"Imported {report.added:,} {votes}, {report.ties:,} of them {ties}.")
    else:
        click.echo(f"All {report.votes:,} votes are in the log already; nothing changed.")


@main.command()
@project_option
@click.argument("what", type=click.Choice(["ratings", "votes", "catalogue"]))
@click.option("--out", type=PATH, metavar="FILE", help="Its suffix says the format.  [default: WHAT.csv]")
def export(project: Path, what: str, out: Path | None) -> None:
    """Write the ratings, votes or catalogue to a file: CSV, Parquet or JSON (votes: JSON Lines)."""
    from arena.publish import exports

    path = out or Path(f"{what}.csv")
    catalogue, log = open_project(project)
    written: tuple[Path, ...] = (path,)
    if what == "ratings":
        summary = log.summary()
        ratings = rate_log(catalogue, log, history=False)
        exports.write_ratings(ratings, summary.simulated, path, log_sha256=summary.sha256)
    elif what == "votes":
        exports.write_votes(log.votes(), path)
    else:
        written = exports.write_catalogue(catalogue, path)
    for file in written:
        click.echo(f"Wrote {file}")

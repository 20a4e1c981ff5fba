"""``arena import``, ``rate`` and ``export``: votes in, ratings and all other data out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from arena import wording
from arena.cli.group import PATH, Command, format_option, main, project_option
from arena.cli.opening import open_catalogue, open_project, open_votes, rate_log, say_left_out
from arena.errors import RatingsError

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
    from arena.votes.files import Defaults
    from arena.votes.importing import import_votes

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
        ties = "a tie" if report.ties == 1 else "ties"
        click.echo(f"Imported {wording.count(report.added, 'vote')}, {report.ties:,} of them {ties}.")
    else:
        click.echo(f"All {report.votes:,} votes are in the log already; nothing changed.")


@main.command()
@project_option
@click.argument("what", type=click.Choice(["ratings", "votes", "catalogue"]))
@click.option("--out", type=PATH, metavar="FILE", help="Its suffix decides the format.  [default: WHAT.csv]")
def export(project: Path, what: str, out: Path | None) -> None:
    """Write the ratings, votes or catalogue to a file: CSV, Parquet or JSON (votes: JSON Lines)."""
    from arena.exports import files

    path = out or Path(f"{what}.csv")
    catalogue, log = open_project(project)
    written: tuple[Path, ...] = (path,)
    if what == "ratings":
        ratings = rate_log(catalogue, log, history=False)
        files.write_ratings(ratings, path, log_sha256=log.head)
    elif what == "votes":
        files.write_votes(log.votes(), path)
    else:
        written = files.write_catalogue(catalogue, path)
    for file in written:
        click.echo(f"Wrote {file}")


def rating_options(command: Command) -> Command:
    """Add the options that override ``[ratings]`` of arena.toml."""
    options = [
        click.option(
            "--method",
            type=click.Choice(["batch", "online"]),
            help="batch: all votes at once. online: one vote after another.",
        ),
        click.option("--draw-probability", metavar="P|observed", help="Chance of a tie between equals."),
        click.option("--both-bad", type=click.Choice(["ignore", "tie"]), help="What `both_bad` counts as."),
        click.option("--min-votes", type=int, help="Rated votes that a model needs to be on a board.  [default: 3]"),
        click.option(
            "--origins",
            type=click.Choice(["human", "derived"]),
            help="Which votes an arena with both is rated from; simulated ones count only where there are no others.",
        ),
        click.option("--mu", type=float, help="Prior mean.  [default: 25]"),
        click.option("--sigma", type=float, help="Prior standard deviation.  [default: 25/3]"),
        click.option("--beta", type=float, help="Performance noise.  [default: 25/6]"),
        click.option(
            "--tau",
            type=float,
            help="Drift of a strength from vote to vote.  [default: 0 for batch, 25/300 for online]",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@project_option
@format_option
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option("--out", type=PATH, metavar="FILE", help="Write here (.csv, .parquet, .json) instead of printing CSV.")
@click.option(
    "--intervals/--no-intervals",
    default=True,
    help="Intervals that keep each voter's votes together, or intervals from sigma alone.",
)
@rating_options
def rate(
    project: Path, file_format: str, files: tuple[Path, ...], out: Path | None, intervals: bool, **options: Any
) -> None:
    """Rate the project's log, or the votes of FILE... without a project, as ratings.csv."""
    from arena.exports.ratings import ratings_csv
    from arena.ratings import compute_ratings, override, rating_settings
    from arena.votes.files import load_votes

    if out is not None and out.exists() and any(out.samefile(file) for file in files if file.exists()):
        raise RatingsError("is one of the vote files", where=str(out), hint="write the ratings to another file")
    if files:
        settings = rating_settings(**options)
        loaded = load_votes(files, file_format)
        votes, summary = loaded.votes(), loaded.summary()
    else:
        settings = override(open_catalogue(project).project.ratings, **options)
        log = open_votes(project)
        votes, summary = log.votes(), log.summary()
    if not summary.votes:
        where = str(files[0]) if files else str(project / "data" / "votes")
        hint = "arena import FILE brings votes in, arena simulate makes demonstration votes"
        raise RatingsError("there are no votes to rate", where=where, hint=hint)
    ratings = compute_ratings(votes, settings, intervals=intervals)
    say_left_out(ratings)
    if not any(board.ratings for board in ratings.boards):
        say = f"No model has the {settings.min_votes} rated votes that a place takes (--min-votes)."
        click.echo(say, err=True)
    if out is None:
        click.echo(ratings_csv(ratings), nl=False)
        return
    from arena.exports.files import write_ratings

    write_ratings(ratings, out, log_sha256=summary.sha256)

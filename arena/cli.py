"""The command line: thin shells that read, call one function, and print. Nothing else knows exit codes.

Exit code 0: done. 1: the input is wrong, one line for each finding. 2: the command was not understood.
"""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that `arena rate` starts at once

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from arena.errors import ArenaError, RatingsError

if TYPE_CHECKING:
    from arena.catalogue import Catalogue
    from arena.records import Ratings
    from arena.votes.log import Log

Command = TypeVar("Command", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)


class ArenaGroup(click.Group):
    """Turns what users can cause into one line each and exit code 1; every other exception is a defect and shows."""

    def invoke(self, ctx: click.Context) -> Any:
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
            click.echo(f"error: {error.filename or 'the file system'}: {error.strerror or error}", err=True)
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
        type=click.Choice(["arena", "imagenhub"]),
        help="arena: CSV, JSONL or Parquet by suffix. imagenhub: ImagenHub's rating tables, one TSV a rater.",
    )(command)


@main.command()
@click.argument("folder", type=PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Start a new project in DIR: configuration and a few example entries, no votes."""
    from arena.catalogue.starter import init_project

    init_project(folder)
    click.echo(f"Started a project in {folder}. Next: arena import FILE --project {folder}, then arena build.")


@main.command()
@project_option
def check(project: Path) -> None:
    """Validate everything under data/ and print every finding."""
    from arena.catalogue import check_catalogue

    report = check_catalogue(project / "data")
    findings: list[ArenaError] = list(report.findings)
    votes = 0
    try:
        votes = (_checked(project)[1] if report.passed else _log(project)).summary().votes
    except ArenaError as error:
        findings.extend(error.findings)
    if findings:
        raise ArenaError.of(findings)
    click.echo(f"{report.summary}, {votes:,} votes: no problem found")


@main.command()
@project_option
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same bytes.")
@click.option("--votes", default=12_000, show_default=True, type=click.IntRange(min=1), help="How many votes.")
@click.option("--replace", is_flag=True, help="Replace the simulated outputs and votes that are there.")
def simulate(project: Path, seed: int, votes: int, replace: bool) -> None:
    """Make demonstration outputs and votes, marked as simulated everywhere they appear."""
    from arena.catalogue import load_catalogue
    from arena.simulate import simulate as simulate_arena
    from arena.simulate import write_simulation

    simulation = simulate_arena(load_catalogue(project / "data"), seed=seed, votes=votes)
    write_simulation(simulation, project / "data", replace=replace)
    for note in simulation.notes:
        click.echo(note)
    click.echo(f"Simulated {simulation.votes.num_rows:,} votes on {len(simulation.outputs):,} outputs.")


@main.command("import")
@project_option
@format_option
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("--new-models", is_flag=True, help="Start a catalogue entry for each model that has none.")
@click.option("--category", default="general", show_default=True, help="imagenhub: the category of every vote.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="imagenhub: the time of every vote, whose files carry none.  [default: 2023-10-02, the paper's day]",
)
def import_(
    *, project: Path, file_format: str, files: tuple[Path, ...], new_models: bool, category: str, at: datetime | None
) -> None:
    """Put the votes of FILE... into the log: all of them, or none if anything is wrong."""
    from arena.votes.importing import import_votes
    from arena.votes.loaded import Defaults

    report = import_votes(
        project / "data",
        files,
        file_format,
        Defaults(category=category, at=at and at.replace(tzinfo=UTC)),
        new_models=datetime.now(UTC).date() if new_models else None,
    )
    for note in report.notes:
        click.echo(note)
    for path in report.new_entries:
        click.echo(f"Started {path}: add what is known of it")
    if report.added:
        click.echo(f"Imported {report.added:,} votes, {report.ties:,} of them ties.")
    else:
        click.echo(f"All {report.votes:,} votes are in the log already; nothing changed.")


def rating_options(command: Command) -> Command:
    """Add the options that override ``[ratings]`` of arena.toml."""
    options = [
        click.option("--method", type=click.Choice(["batch", "online"]), help="All at once, or one pass in order."),
        click.option("--draw-probability", metavar="P|observed", help="Chance of a tie between equals."),
        click.option("--both-bad", type=click.Choice(["ignore", "tie"]), help="What `both_bad` counts as."),
        click.option("--min-votes", type=int, help="Fewest rated votes for a place on a board.  [default: 3]"),
        click.option("--mu", type=float, help="Prior mean.  [default: 25]"),
        click.option("--sigma", type=float, help="Prior standard deviation.  [default: 25/3]"),
        click.option("--beta", type=float, help="Performance noise.  [default: 25/6]"),
        click.option("--tau", type=float, help="Drift a vote.  [default: 0 for batch, 25/300 for online]"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@main.command()
@project_option
@format_option
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option("--out", type=PATH, metavar="FILE", help="Write here (.csv, .parquet, .json) instead of printing CSV.")
@rating_options
def rate(project: Path, file_format: str, files: tuple[Path, ...], out: Path | None, **options: Any) -> None:
    """Rate the project's log, or the votes of FILE... without a project, as ratings.csv."""
    from arena.publish.exports import write_ratings
    from arena.ratings import compute_ratings, override, rating_settings, ratings_csv
    from arena.votes.formats import load

    if files:
        settings = rating_settings(**options)
        loaded = load(files, file_format)
        votes, summary = loaded.votes(), loaded.summary()
    else:
        settings = override(_catalogue(project).project.ratings, **options)
        log = _log(project)
        votes, summary = log.votes(), log.summary()
    if not summary.votes:
        where = str(files[0]) if files else str(project / "data" / "votes")
        hint = "arena import FILE brings votes in, arena simulate makes demonstration votes"
        raise RatingsError("there are no votes to rate", where=where, hint=hint)
    ratings = compute_ratings(votes, settings)
    if out is None:
        click.echo(ratings_csv(ratings, summary.simulated), nl=False)
    else:
        write_ratings(ratings, summary.simulated, out, log_sha256=summary.sha256)


@main.command()
@project_option
@click.option("--out", type=PATH, metavar="DIR", help="The folder to build into.  [default: site/ of the project]")
def build(project: Path, out: Path | None) -> None:
    """Build the whole site, beside the old one, and swap the two at once."""
    from arena.publish.site import build_site

    catalogue, log = _checked(project)
    report = build_site(catalogue, log, _ratings(catalogue, log), out or project / "site")
    click.echo(f"Built {report.pages:,} pages. Open {report.folder / 'index.html'}")


@main.command()
@project_option
@click.argument("what", type=click.Choice(["ratings", "votes", "catalogue"]))
@click.option("--out", type=PATH, metavar="FILE", help="Ends in .csv, .parquet or .json.  [default: WHAT.csv]")
def export(project: Path, what: str, out: Path | None) -> None:
    """Write the ratings, the votes or the catalogue to a file for further work."""
    from arena.publish import exports

    path = out or Path(f"{what}.csv")
    catalogue, log = _checked(project)
    if what == "ratings":
        summary = log.summary()
        ratings = _ratings(catalogue, log, history=False)
        exports.write_ratings(ratings, summary.simulated, path, log_sha256=summary.sha256)
    elif what == "votes":
        exports.write_votes(log.votes(), path)
    else:
        for written in exports.write_catalogue(catalogue, path):
            click.echo(f"Wrote {written}")
        return
    click.echo(f"Wrote {path}")


def _catalogue(project: Path) -> Catalogue:
    from arena.catalogue import load_catalogue

    return load_catalogue(project / "data")


def _log(project: Path) -> Log:
    from arena.votes.log import open_log

    return open_log(project / "data" / "votes")


def _checked(project: Path) -> tuple[Catalogue, Log]:
    """The catalogue and the log of a project: every arena has models, and every vote is about what is defined."""
    from arena.catalogue import empty_arenas
    from arena.votes.references import check_references

    catalogue, log = _catalogue(project), _log(project)
    if findings := list(empty_arenas(catalogue)):
        raise ArenaError.of([*findings])
    check_references(log.votes(), catalogue, where="data/votes")
    return catalogue, log


def _ratings(catalogue: Catalogue, log: Log, *, history: bool = True) -> Ratings:
    from arena.ratings import compute_ratings

    return compute_ratings(log.votes(), catalogue.project.ratings, history=history)

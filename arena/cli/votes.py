"""``arena import`` and ``rate``: votes into the log, and ratings from the log or from files."""

from __future__ import annotations

import dataclasses
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from arena import wording
from arena.cli.findings import import_audit_lines, log_audit_json
from arena.cli.group import (
    PATH,
    PROJECT_MARK,
    Command,
    json_option,
    main,
    optional_project_option,
    progress_bar,
    project_option,
    require_project,
)
from arena.cli.opening import open_catalogue, open_votes, say_left_out, say_set_aside
from arena.cli.printing import STANDARD_OUTPUT, as_json, check_out, note, print_result
from arena.cli.reading import defaults_of, names_in, reading_options, sources_of
from arena.errors import RatingsError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from arena.rating_settings import RatingSettings
    from arena.ratings.results import Ratings
    from arena.ratings.vote_counts import VoteCounts
    from arena.records import LogSummary
    from arena.votes.parsed import LoadedVotes

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command("import")
@project_option
@reading_options
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("--new-models", is_flag=True, help="Start a catalogue entry for each model that has none.")
@json_option
def import_(
    project: Path, file_format: str, files: tuple[Path, ...], new_models: bool, name_map: Path | None, **said: Any
) -> None:
    """Put the votes of files into the log.

    All of them go in, or none where anything is wrong; those that are in it already stay as they are. The audit judges
    them with the votes that were there: what it finds is not rated, is kept in data/votes/decisions.csv, and is printed
    with what to do next. A file is CSV, JSON, JSON Lines or Parquet by its suffix, packed (.gz) or not; - reads
    standard input.
    """
    from arena.votes.importing import import_votes

    now = datetime.now(UTC)
    with progress_bar() as progress:
        report = import_votes(
            project / "data",
            sources_of(files),
            file_format,
            defaults_of(**said),
            now=now,
            names=names_in(name_map),
            new_models=now.date() if new_models else None,
            progress=progress,
        )
    for sentence in report.notes:
        note(sentence)
    for path in report.new_entries:
        note(f"Started {path}: add what is known of it")
    text = f"All {report.votes:,} votes are in the log already; nothing changed."
    if report.added:
        ties = "a tie" if report.ties == 1 else "ties"
        text = f"Imported {wording.count(report.added, 'vote')}, {report.ties:,} of them {ties}."
        known = report.votes - report.added
        if known:
            text += f" {wording.count(known, 'vote')} {'was' if known == 1 else 'were'} in the log already."
    fields = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    if report.audit is not None:
        text = "\n".join([text, *import_audit_lines(report.audit)])
        fields["audit"] = log_audit_json(report.audit)
    print_result(text, **fields)


def rating_options(command: Command) -> Command:
    """Add the options that override ``[ratings]`` of arena.toml."""
    options = [
        click.option(
            "--method",
            type=click.Choice(["batch", "online"]),
            help="batch: all votes at once. online: one vote after another.",
        ),
        click.option("--draw-probability", metavar="P|fitted|observed", help="Chance of a tie between equals."),
        click.option("--both-bad", type=click.Choice(["ignore", "tie"]), help="What `both_bad` counts as."),
        click.option("--min-votes", type=int, help="Rated votes that a model needs to be on a board.  [default: 3]"),
        click.option(
            "--origins",
            type=click.Choice(["human", "derived"]),
            help="Which votes an arena with both is rated from; simulated ones count only where there are no others.",
        ),
        click.option(
            "--prompts",
            type=click.Choice(["like-these", "these"]),
            help="What intervals are about: prompts like those of the votes, or these alone.  [default: like-these]",
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
@optional_project_option
@reading_options
@click.argument("files", nargs=-1, type=PATH, metavar="[FILE]...")
@click.option(
    "--votes",
    "address",
    metavar="URL",
    help="Votes that stay where they are: s3://bucket/votes/*.parquet, or ENGINE://CONNECTION#TABLE (docs/scale.md).",
)
@click.option("--out", type=PATH, metavar="FILE", help="Write here (.csv, .parquet, .json); - prints CSV.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Of each table print the first N ranks only.")
@click.option(
    "--intervals/--no-intervals",
    default=True,
    help="Intervals that keep the votes of a voter, and those on a prompt, together; or from sigma alone.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many boards are rated at a time; no number depends on it.  [default: one for each processor]",
)
@rating_options
@json_option
def rate(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path | None,
    file_format: str,
    files: tuple[Path, ...],
    address: str | None,
    out: Path | None,
    top: int | None,
    intervals: bool,
    threads: int | None,
    name_map: Path | None,
    **options: Any,
) -> None:
    """Rate the models by the votes of the project, files or a table.

    Votes of files need no project; where there is one, models may go by any name that it knows. On a terminal the
    boards are tables; anywhere else they are ratings.csv.

    With --votes nothing is copied here: DuckDB, PostgreSQL, Polars, DataFusion, Spark, ClickHouse, Trino or BigQuery
    counts the votes, which are Parquet files or a table with the columns of a vote file.
    """
    from arena.ratings import compute_ratings, rating_settings

    check_out(out)
    said = {name: options.pop(name) for name in ("arena", "category", "language", "at", "columns")}
    if out is not None and out.exists() and any(out.samefile(file) for file in files if file.exists()):
        raise RatingsError("is one of the vote files", where=str(out), hint="write the ratings to another file")
    if address is not None:
        if files or name_map or file_format != "arena":
            raise click.UsageError("--votes goes without FILE, --format and --map")
        given = VotesToRate(*_votes_at(address, project, said), rating_settings(**options))
    else:
        given = votes_to_rate(project, files, file_format, name_map, said, options)
    settings, many = given.settings, threads or os.cpu_count() or 1
    with progress_bar() as progress:
        ratings = compute_ratings(
            given.votes, settings, intervals=intervals, threads=many, counts=given.counts, progress=progress
        )
    say_left_out(ratings)
    if not any(board.ratings for board in ratings.boards):
        say = f"No model has the {settings.min_votes} rated votes that a place takes (--min-votes)."
        note(say)
    _print_or_write(ratings, out, top, given.summary.sha256, given.decisions_sha256)


def _votes_at(address: str, project: Path | None, said: dict[str, Any]) -> tuple[ir.Table, LogSummary]:
    """The votes at an address, under present ids where there is a project; and their summary.

    Raises RatingsError where there are none.
    """
    from arena.votes.engines import TableDefaults, votes_at
    from arena.votes.origins import with_origin
    from arena.votes.renames import renamed_votes, renames_of
    from arena.votes.table import summarize

    values = {name: value for name, value in said.items() if name != "columns" and value is not None}
    if "at" in values:
        values["at"] = values["at"].replace(tzinfo=UTC)
    opened = votes_at(address, TableDefaults(said["columns"], values))
    votes = with_origin(click.get_current_context().with_resource(opened))
    if project is not None and (project / PROJECT_MARK).exists():
        votes = renamed_votes(votes, renames_of(open_catalogue(project)))
    summary = summarize(votes, "")
    if not summary.votes:
        raise RatingsError("there are no votes to rate", where=address.partition("#")[2] or address)
    return votes, summary


class VotesToRate(NamedTuple):
    """What a command rates, and with which settings; of a log also the sum of its decisions, and its counts."""

    votes: ir.Table
    summary: LogSummary
    settings: RatingSettings
    decisions_sha256: str = ""
    counts: VoteCounts | None = None


def votes_to_rate(  # noqa: PLR0917 - what the commands were given
    project: Path | None,
    files: tuple[Path, ...],
    file_format: str,
    name_map: Path | None,
    said: dict[str, Any],
    options: dict[str, Any],
) -> VotesToRate:
    """The votes of files, or of the project's log without any.

    ``said`` is what the options of reading say of files, ``options`` are those of rating. Raises RatingsError where
    there are no votes.
    """
    from arena.ratings import override, rating_settings
    from arena.ratings.kept_counts import count_log

    if files:
        settings = rating_settings(**options)
        loaded = _votes_of_files(project, files, file_format, name_map, said)
        given = VotesToRate(loaded.votes(), loaded.summary(), settings)
    else:
        folder = require_project(project)
        catalogue = open_catalogue(folder)
        settings, log = override(catalogue.project.ratings, **options), open_votes(folder, catalogue)
        votes, counts = log.on(catalogue.project.log.engine).counted_votes(), count_log(log, folder).counts
        given = VotesToRate(votes, log.summary(), settings, log.decisions.sha256, counts)
        say_set_aside(log)
    if not given.summary.votes:
        where = str(files[0] if files else require_project(project) / "data" / "votes")
        hint = "arena import FILE brings votes in, arena simulate makes demonstration votes"
        raise RatingsError("there are no votes to rate", where=where, hint=hint)
    return given


def _votes_of_files(
    project: Path | None, files: tuple[Path, ...], file_format: str, name_map: Path | None, said: dict[str, Any]
) -> LoadedVotes:
    """The votes of files, under the ids of the project's models where there is a project that knows their names."""
    from arena.votes.files import load_votes
    from arena.votes.resolving import resolved_for_rating

    with progress_bar() as progress:
        loaded = load_votes(sources_of(files), file_format, defaults_of(**said), progress)
    there = project is not None and (project / PROJECT_MARK).exists()
    catalogue = open_catalogue(project) if project and there else None
    return resolved_for_rating(loaded, catalogue, names_in(name_map))


def _print_or_write(
    ratings: Ratings, out: Path | None, top: int | None, log_sha256: str, decisions_sha256: str
) -> None:
    """Ratings where they were asked for: in a file, as one object, as tables on a terminal, or as CSV."""
    from arena.cli.boards import print_boards
    from arena.exports.files import ratings_json, write_ratings
    from arena.exports.ratings import ratings_csv

    if out is not None and out != STANDARD_OUTPUT:
        write_ratings(ratings, out, log_sha256=log_sha256, decisions_sha256=decisions_sha256)
        print_result("", files=(out,))
        note(f"Wrote {out}")
    elif as_json():
        print_result("", **ratings_json(ratings, log_sha256, decisions_sha256))
    elif out is None and (sys.stdout.isatty() or top is not None):
        print_boards(ratings, top)
    else:
        click.echo(ratings_csv(ratings), nl=False)

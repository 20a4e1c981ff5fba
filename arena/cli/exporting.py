"""``arena export``: ratings, votes and the catalogue as files, and all of it as a data set."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arena import wording
from arena.cli.group import DAY, PATH, day_of, json_option, main, progress_bar, project_option
from arena.cli.opening import open_project, published, rate_log
from arena.cli.printing import STANDARD_OUTPUT, check_out, note, print_json, print_result

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from arena.catalogue import Catalogue
    from arena.votes.log import Log

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

DATASET = "dataset"


@main.command()
@project_option
@click.argument("what", type=click.Choice(["ratings", "votes", "catalogue", DATASET]))
@click.argument("folder", type=PATH, required=False, metavar="[DIR]")
@click.option("--out", type=PATH, metavar="FILE", help="Its suffix decides the format.  [default: WHAT.csv]")
@click.option("--date", "day", type=DAY, metavar="DAY", help="dataset: the day that it is of.  [default: today]")
@click.option(
    "--previous", type=PATH, metavar="DIR", help="dataset: an earlier one, to say what changed.  [default: that in DIR]"
)
@json_option
def export(
    project: Path, what: str, *, folder: Path | None, out: Path | None, day: datetime | None, previous: Path | None
) -> None:
    """Write ratings, votes or the catalogue to a file, or a data set.

    The file is CSV, Parquet or JSON (votes: JSON Lines) by its suffix. On standard output (--out -) ratings and votes
    are CSV, and the catalogue is JSON. Of an arena that people voted in, no simulated votes and outputs are written.

    arena export dataset DIR writes a folder for Hugging Face, Zenodo, Kaggle or any web server: all tables as Parquet
    and CSV, described for people and programs (Croissant, Frictionless), with licences, sums and what changed. It
    replaces the data set that DIR holds, and nothing else. [dataset] in data/arena.toml says what the data cannot.
    """
    from arena.exports import files

    if what == DATASET:
        _export_dataset(project, folder, out, day, previous)
        return
    if folder or day or previous:
        raise click.UsageError("DIR, --date and --previous are of arena export dataset")
    check_out(out)
    path = out or Path(f"{what}.csv")
    catalogue, log = open_project(project)
    if path == STANDARD_OUTPUT:
        _print_export(what, catalogue, log)
        return
    written: tuple[Path, ...] = (path,)
    if what == "ratings":
        with progress_bar() as progress:
            ratings = rate_log(catalogue, log, history=False, progress=progress)
        files.write_ratings(ratings, path, log_sha256=log.head, decisions_sha256=log.decisions.sha256)
    elif what == "votes":
        files.write_votes(_published_votes(catalogue, log), path)
    else:
        written = files.write_catalogue(published(catalogue, log)[0], path)
    print_result("\n".join(f"Wrote {file}" for file in written), files=written)


def _print_export(what: str, catalogue: Catalogue, log: Log) -> None:
    """Ratings and votes as CSV, the catalogue as JSON, on standard output."""
    from arena.exports.files import catalogue_json, votes_table
    from arena.exports.ratings import ratings_csv
    from arena.votes.files import csv_bytes

    if what == "ratings":
        click.echo(ratings_csv(rate_log(catalogue, log, history=False)), nl=False)
    elif what == "votes":
        click.echo(csv_bytes(votes_table(_published_votes(catalogue, log))), nl=False)
    else:
        print_json(catalogue_json(published(catalogue, log)[0]))


def _published_votes(catalogue: Catalogue, log: Log) -> ir.Table:
    """The votes that are exported; says how many are not."""
    votes = published(catalogue, log)[1]
    simulated = log.summary().votes - int(votes.count().to_pyarrow().as_py())
    if simulated:
        note(f"Left out: {wording.count(simulated, 'simulated vote')} in arenas that people voted in.")
    return votes


def _export_dataset(
    project: Path, folder: Path | None, out: Path | None, day: datetime | None, previous: Path | None
) -> None:
    from arena.exports.dataset.changes import DATASET_FOLDER
    from arena.exports.dataset.writing import write_dataset
    from arena.folder_swap import check_replaceable

    if folder is None or out is not None:
        raise click.UsageError("name the folder: arena export dataset DIR")
    check_replaceable(folder, DATASET_FOLDER)  # rating comes first, and takes long
    on = day_of(day)
    catalogue, log = open_project(project, on)
    with progress_bar() as progress:
        ratings = rate_log(catalogue, log, history=True, progress=progress)
    written = write_dataset(catalogue, log, ratings, folder, day=on, previous=previous)
    if written.missing:
        note(f"Not stated in data/arena.toml, and so in the data set: {wording.listing(written.missing)}.")
    if written.simulated:
        note("It holds simulated votes, and every file of it says so.")
    votes, files = wording.count(written.votes, "vote"), wording.count(written.files, "file")
    head = f", log {written.log_head[:16]}" if written.log_head else ""
    print_result(
        f"Wrote {folder}: {votes} in {files}, version {written.version}{head}",
        folder=written.folder,
        version=written.version,
        log_head=written.log_head,
        votes=written.votes,
        files=written.files,
        simulated=written.simulated,
        missing=written.missing,
    )

"""``arena init``, ``simulate``, ``build`` and ``preview``: a new project, a demonstration, and the site."""

from __future__ import annotations

import os
import shlex
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from arena import wording
from arena.cli.group import DAY, DRY_RUN, PATH, PROJECT_MARK, day_of, json_option, main, project_option
from arena.cli.opening import (
    DATABASE_VARIABLE,
    open_catalogue,
    open_project,
    rate_or_read_kept,
    refuse_to_simulate,
    store_if_any,
)
from arena.cli.printing import note, print_errors, print_result, progress_bar
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.publish.site import SiteReport

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@click.argument("folder", type=PATH, metavar="DIR")
@click.option(
    "--from", "source", type=PATH, metavar="PROJECT", help="A scratch copy: the catalogue and settings of PROJECT."
)
@json_option
def init(folder: Path, source: Path | None) -> None:
    """Start a new project in DIR.

    It holds configuration, a few example entries with sourced facts, and no votes; beside them .gitignore, a README and
    a workflow for GitHub Pages. In a folder that is in use, files that exist are left as they are.

    With --from the entries, prompts, settings, templates and messages are those of another project, without its votes,
    outputs, database, secrets and site: a scratch copy, to rehearse in with simulated pictures and votes.
    """
    from arena.catalogue.entries import init_project

    kept = init_project(folder, source)
    for name in kept:
        note(f"Left as it was: {folder / name}")
    there = f"--project {shlex.quote(str(folder))}"
    if source is None:
        text = f"Started a project in {folder}. Next: arena import FILE {there}, then arena build {there}."
    else:
        text = f"Copied {source} to {folder}, without votes and outputs. Next: arena simulate {there}."
    if source is not None and os.environ.get(DATABASE_VARIABLE):
        note(
            f"{DATABASE_VARIABLE} is set: without another value, arena serve {there} stores votes where {source} does."
        )
    print_result(text, project=folder, kept=kept)


@main.command()
@project_option
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same bytes.")
@click.option("--votes", default=12_000, show_default=True, type=click.IntRange(min=1), help="How many votes.")
@click.option("--replace", is_flag=True, help="Replace existing simulated outputs and votes.")
@click.option("--remove", is_flag=True, help="Take out everything simulated, in the log and the store too.")
@click.option(
    "--private",
    type=PATH,
    metavar="DIR",
    help="With --remove: the folder that arena collect --local kept originals in.  [default: private/ of the project]",
)
@DRY_RUN
@json_option
def simulate(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path, seed: int, votes: int, replace: bool, remove: bool, private: Path | None, dry_run: bool
) -> None:
    """Make demonstration outputs and votes, or take them out again.

    They are marked as simulated everywhere they appear. A project with votes of people or outputs of models is refused:
    arena init SCRATCH --from PROJECT makes a copy to rehearse in.

    --remove takes out simulated outputs and votes, those of arena collect --local and of voters who saw such outputs
    too; --remove --dry-run says what would go. What people voted on outputs of models stays as it is.
    """
    from arena.simulate import simulate as simulate_arena
    from arena.simulate import write_simulation

    for given, option in ((dry_run, "--dry-run"), (private, "--private")):
        if given and not remove:
            raise click.UsageError(f"{option} goes with --remove")
    if remove:
        if replace:
            raise click.UsageError("--remove and --replace exclude each other")
        _remove_simulated(project, private, dry_run)
        return
    catalogue = open_catalogue(project)
    refuse_to_simulate(project, catalogue)
    with progress_bar() as progress:
        simulation = simulate_arena(catalogue, seed=seed, votes=votes, progress=progress)
    write_simulation(simulation, project / "data", replace=replace)
    for text in simulation.notes:
        note(text)
    made = {"votes": simulation.votes.num_rows, "outputs": len(simulation.outputs)}
    print_result(f"Simulated {made['votes']:,} votes on {made['outputs']:,} outputs.", **made)


def _remove_simulated(project: Path, private: Path | None, dry_run: bool) -> None:
    """Take a rehearsal out of the log, then out of the store, and say what went."""
    from arena.collect.collecting import check_originals, forget_rehearsals
    from arena.simulate import remove_simulated, simulated_contents
    from arena.votes.store import open_store

    catalogue, url, jobs = open_catalogue(project), store_if_any(project), 0
    with open_store(url) if url else nullcontext() as store:
        if store is not None and private is None:
            check_originals(store, project / "private")
        if dry_run:
            gone = simulated_contents(catalogue, store)
        else:
            gone = remove_simulated(catalogue, store, now=datetime.now(UTC))
        if store is not None:
            jobs = forget_rehearsals(store, project / "data", private or project / "private", dry_run=dry_run)
    parts: list[tuple[int, *tuple[str, ...]]] = [
        (gone.outputs, "simulated output"),
        (gone.inputs, "drawn input picture"),
        (gone.votes, "simulated vote of the log", "simulated votes of the log"),
        (gone.stored_votes, "simulated vote of the store", "simulated votes of the store"),
        (gone.stored_battles, "simulated battle of the store", "simulated battles of the store"),
        (jobs, "rehearsed request of arena collect", "rehearsed requests of arena collect"),
    ]
    counted = [wording.count(number, *nouns) for number, *nouns in parts if number]
    text = f"{'Would take out' if dry_run else 'Took out'} {wording.listing(counted)}."
    print_result(text if counted else "Nothing here is simulated.", **asdict(gone), jobs=jobs, written=not dry_run)


class SiteAddress(click.ParamType[str]):
    """The public address of a site."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment or " " in value:
            self.fail(f"{value!r} is no address of a site, such as https://arena.example.org/", param, ctx)
        return value


@main.command()
@project_option
@click.option("--out", type=PATH, metavar="DIR", help="The folder to build into.  [default: site/ of the project]")
@click.option(
    "--base-url",
    type=SiteAddress(),
    help="The site's address, instead of base_url of arena.toml; for example for a preview.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes build.  [default: one for each processor]",
)
@click.option(
    "--today",
    type=DAY,
    help="The day that the site is of: which models are shut down, which prices old.  [default: today]",
)
@json_option
def build(project: Path, out: Path | None, base_url: str | None, processes: int | None, today: datetime | None) -> None:
    """Build the whole site, and swap it with the old one at once.

    The same project on the same day makes the same files.

    Without its address a site has no sitemap, canonical links or pictures for links to it: these must be absolute.
    """
    report = _build(project, out or project / "site", day_of(today), base_url=base_url, processes=processes)
    if report.in_play:
        what = wording.count(report.in_play, "picture")
        note(f"In play, and so not on the site: {what}. arena outputs retire takes pictures out of play.")
    print_result(f"{_said(report)} Open {report.folder / 'index.html'}", **asdict(report))


def _build(
    project: Path,
    out: Path,
    today: date,
    *,
    base_url: str | None = None,
    processes: int | None = None,
) -> SiteReport:
    from arena.publish.output.site_files import begin_reading, read_site_files

    many = processes or os.cpu_count() or 1
    found = begin_reading(out) if many > 1 else partial(read_site_files, out)
    from arena.publish.site import build_site  # while the site before is read: this takes as long

    catalogue, log = open_project(project, today)
    if base_url is not None:
        catalogue = replace(catalogue, project=catalogue.project.model_copy(update={"base_url": base_url}))
    with progress_bar() as progress:
        return build_site(
            catalogue,
            log,
            lambda: rate_or_read_kept(project, catalogue, log, threads=many, progress=progress),
            out,
            processes=many,
            progress=progress,
            found=found,
        )


def _said(report: SiteReport) -> str:
    if report.written:
        return f"Built {report.pages:,} pages."
    return f"Nothing has changed in {report.pages:,} pages."


@main.command()
@project_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
def preview(project: Path, port: int) -> None:
    """Show the site here, and build it anew after each change.

    Builds into site/ of the project and serves it to this machine alone; pages that are open reload by themselves. It
    watches data/, templates/ and messages/. Where something is wrong there, it is printed, and the site before it
    stays.
    """
    from arena.preview import preview as show_site
    from arena.publish.layout.render import forget_templates

    if not (project / PROJECT_MARK).is_file():  # a project with errors is shown once they are mended; this is none
        raise ArenaError(
            f"holds no {PROJECT_MARK}", where=str(project), hint="name a project, or start one: arena init DIR"
        )
    site = project / "site"

    def build_again() -> list[str]:
        forget_templates()
        try:
            report = _build(project, site, day_of(None))
        except ArenaError as error:
            print_errors(error)
            return [str(finding) for finding in error.findings]
        except OSError as error:  # a file that goes away while it is read: the next look sees that it went
            lost = ArenaError(str(error.strerror or error), where=str(error.filename or project))
            print_errors(lost)
            return [str(lost)]
        changed = f" {report.written:,} of {report.files:,} files changed." if report.written else ""
        note(f"{datetime.now().astimezone():%H:%M:%S} {_said(report)}{changed}")
        return []

    show_site(
        site,
        (project / "data", project / "templates", project / "messages"),
        build_again,
        port=port,
        announce=lambda address: click.echo(f"Preview at {address} (Ctrl-C ends it)"),
    )

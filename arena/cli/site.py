"""``arena build``: the whole site."""

from __future__ import annotations

from pathlib import Path

import click

from arena.cli.group import PATH, main, progress_bar, project_option
from arena.cli.opening import open_project, rate_log

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@project_option
@click.option("--out", type=PATH, metavar="DIR", help="The folder to build into.  [default: site/ of the project]")
def build(project: Path, out: Path | None) -> None:
    """Build the whole site, beside the old one, and swap the two at once."""
    from arena.publish.site import build_site

    catalogue, log = open_project(project)
    with progress_bar() as progress:
        report = build_site(
            catalogue, log, lambda: rate_log(catalogue, log, history=True), out or project / "site", progress=progress
        )
    said = f"Built {report.pages:,} pages." if report.written else f"Nothing has changed in {report.pages:,} pages."
    click.echo(f"{said} Open {report.folder / 'index.html'}")

"""``arena init`` and ``simulate``: a new project, and a demonstration."""

from __future__ import annotations

from pathlib import Path

import click

from arena.cli.group import PATH, main, progress_bar, project_option
from arena.cli.opening import open_catalogue

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.command()
@click.argument("folder", type=PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Start a new project in DIR: configuration and a few example entries, no votes."""
    from arena.catalogue.starter import init_project

    init_project(folder)
    there = f"--project {folder}"
    click.echo(f"Started a project in {folder}. Next: arena import FILE {there}, then arena build {there}.")


@main.command()
@project_option
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same bytes.")
@click.option("--votes", default=12_000, show_default=True, type=click.IntRange(min=1), help="How many votes.")
@click.option("--replace", is_flag=True, help="Replace the simulated outputs and votes that are there.")
def simulate(project: Path, seed: int, votes: int, replace: bool) -> None:
    """Make demonstration outputs and votes, marked as simulated everywhere they appear."""
    from arena.simulate import simulate as simulate_arena
    from arena.simulate import write_simulation

    with progress_bar() as progress:
        simulation = simulate_arena(open_catalogue(project), seed=seed, votes=votes, progress=progress)
    write_simulation(simulation, project / "data", replace=replace)
    for note in simulation.notes:
        click.echo(note)
    click.echo(f"Simulated {simulation.votes.num_rows:,} votes on {len(simulation.outputs):,} outputs.")

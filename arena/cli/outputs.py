"""``arena outputs add``: pictures that are there already, from files or from a list of files."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from arena import wording
from arena.cli.group import PATH, json_option, main, project_option
from arena.cli.printing import note, print_result, progress_bar

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.group()
def outputs() -> None:
    """Add pictures that models made."""


@outputs.command("add")
@project_option
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("--model", help="The model that made them: its id, name, api_id or an alias.")
@click.option("--prompt", help="The prompt that they were made for: its id or its text.")
@click.option("--seed", help="The seed of the picture.")
@click.option("--size", help="The size that was asked for, such as 1024x1024.")
@click.option("--cost", metavar="USD", help="What each picture cost.")
@json_option
def add(project: Path, files: tuple[Path, ...], **options: str | None) -> None:
    """Add pictures, or the pictures that a CSV or JSON Lines file lists.

    All of them go in, or none where anything is wrong. FILE is a PNG, JPEG, WebP, AVIF or TIFF, or a list (.csv,
    .jsonl, .json) with the columns file, model, prompt, and if they are known seed, size and cost; the options stand
    for columns that it lacks. Paths in a list are relative to it.
    """
    from arena.collect.adding import add_outputs
    from arena.collect.manifests import is_manifest, read_files

    if options["seed"] and (len(files) > 1 or is_manifest(files[0])):
        raise click.UsageError("--seed is for a single picture: a list has a column seed")
    listed = read_files(files, {name: value for name, value in options.items() if value})
    for text in listed.notes:
        note(text)
    with progress_bar() as progress:
        report = add_outputs(project / "data", listed.files, threads=os.cpu_count() or 1, progress=progress)
    told = [
        f"{number:,} {what}"
        for number, what in ((report.present, "there already"), (report.same, "the same as another of them"))
        if number
    ]
    about = f"{wording.count(report.models, 'model')} and {wording.count(report.prompts, 'prompt')}"
    print_result(
        f"{wording.count(report.files, 'picture')} of {about}: {', '.join([f'{report.added:,} added', *told])}.",
        **asdict(report),
    )

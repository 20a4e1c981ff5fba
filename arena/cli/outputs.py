"""``arena outputs``: add pictures that are there already, let them enter play, and let them leave it."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arena import wording
from arena.cli.group import DAY, PATH, day_of, json_option, main, project_option
from arena.cli.opening import open_catalogue
from arena.cli.printing import note, print_result, progress_bar

if TYPE_CHECKING:
    from arena.collect.playing import PlayReport

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

PROMPTS = click.option("--prompt", "prompts", multiple=True, metavar="ID", help="A prompt's pictures; may be repeated.")
TODAY = click.option("--today", type=DAY, help="The day on which they do.  [default: today]")


@main.group()
def outputs() -> None:
    """Add pictures of models, and say which are voted on.

    A picture in play is shown in battles, and on no page until it has left play: otherwise a program that has read the
    site could name who made it before the vote.
    """


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
    from arena.catalogue.play import play_in_words
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
    note(play_in_words(open_catalogue(project, day_of(None))))  # what was added is shown until it enters play


@outputs.command("measure")
@project_option
@json_option
def measure(project: Path) -> None:
    """Measure what stored pictures look like.

    Those that were stored before they were measured at once, as pictures now are that are collected, added or
    simulated.

    Brightness, contrast, saturation, sharpness and how much of a picture looks like text, beside its entry in
    outputs.jsonl. Boards are then shown "at equal looks" as well, and arena looks says what looks are worth in votes.
    """
    from arena.collect.adding import measure_outputs

    with progress_bar() as progress:
        measured = measure_outputs(project / "data", threads=os.cpu_count() or 1, progress=progress)
    print_result(f"{wording.count(measured, 'picture')} measured.", measured=measured)


@outputs.command()
@project_option
@PROMPTS
@TODAY
@json_option
def play(project: Path, prompts: tuple[str, ...], today: datetime | None) -> None:
    """Put pictures in play: people vote on them.

    All pictures of models but the examples, which are a fifth of an arena's prompts (example_share of arena.toml); or
    those for the prompts that are named. What left play does not come back: readers know who made it.
    """
    from arena.collect.playing import enter_play

    _say(enter_play(project / "data", prompts, day_of(today)), "Entered play", "Nothing more can enter play.")


@outputs.command()
@project_option
@PROMPTS
@click.option("--all", "everything", is_flag=True, help="Everything that is in play.")
@TODAY
@json_option
def retire(project: Path, prompts: tuple[str, ...], everything: bool, today: datetime | None) -> None:
    """Take pictures out of play, so that the site shows them.

    Those that have been in enough battles, or in play for long enough: battles_in_play and days_in_play of arena.toml.
    arena seal does the same. Or those for the prompts that are named, or all.
    """
    from arena.collect.playing import leave_play

    if prompts and everything:
        raise click.UsageError("--all and --prompt exclude each other")
    report = leave_play(project / "data", prompts, day_of(today), everything=everything)
    _say(report, "Left play", "Nothing is to leave play.")


def say_left(report: PlayReport | None) -> list[str]:
    """What ``arena seal`` says of pictures that left play; nothing where none did, nor would have."""
    if report is None:
        return []
    told = [_counted(report, "Left play")] if report.outputs else []
    return [*told, *_held_back(report)]


def _say(report: PlayReport, what: str, nothing: str) -> None:
    from arena.catalogue.play import play_in_words

    said = [_counted(report, what) if report.outputs else nothing, play_in_words(report.catalogue)]
    text = " ".join(part for part in (*said, *_held_back(report)) if part)
    print_result(text, outputs=report.outputs, prompts=report.prompts, held_back=report.held_back)


def _counted(report: PlayReport, what: str) -> str:
    """``Left play: 24 pictures for 3 prompts.``"""
    return f"{what}: {wording.count(report.outputs, 'picture')} for {wording.count(report.prompts, 'prompt')}."


def _held_back(report: PlayReport) -> list[str]:
    if not report.held_back:
        return []
    kept = report.catalogue.project.voting.prompts_in_play
    return [
        f"Due, but kept in play so that {wording.count(kept, 'prompt')} of each arena are: {len(report.held_back):,}. "
        "New prompts, or arena collect --new-seeds, take their place."
    ]

"""``arena audit --blindness``: how far a program that has read the site names who made the pictures in play."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import day_of
from arena.cli.opening import open_catalogue
from arena.cli.printing import as_json, note, print_json, progress_bar
from arena.cli.tables import print_table
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.catalogue.blindness import Guesses
    from arena.catalogue.outputs import Blindness

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

COLUMNS = ("prompt", "pictures", "recognised", "by style", "by chance", "drawn")


def audit_blindness(project: Path) -> None:
    """Measure, keep what was measured in the project, and say it. Exit code 1 if more is recognised than luck explains.

    Raises ArenaError where the site is not built, or a picture in play cannot be read.
    """
    from arena.catalogue.blindness import guessed_by_style, named_from_the_site
    from arena.catalogue.layout import BLINDNESS_FILE
    from arena.files import only_writer, write_bytes
    from arena.voting.blindness import measure_blindness, read_site

    site, day = project / "site", day_of(None)
    if not (site / "build.json").is_file():
        raise ArenaError("there is no built site to read", where=str(site), hint="arena build makes it")
    catalogue = open_catalogue(project, day)
    try:
        with progress_bar() as progress:
            measured = measure_blindness(
                catalogue, read_site(site), day, threads=os.cpu_count() or 1, progress=progress
            )
    except (OSError, ValueError) as error:
        raise ArenaError(
            f"a picture in play cannot be read: {error}", where=str(project / "data" / "outputs")
        ) from error
    with only_writer(project / "data"):
        write_bytes(project / "data" / BLINDNESS_FILE, "".join(f"{entry.json_line}\n" for entry in measured).encode())
    named, guessed = named_from_the_site(measured), guessed_by_style(measured)
    if as_json():
        print_json({"passed": not named.better_than_chance, "findings": [], **_facts(named, guessed, measured)})
    else:
        _say(named, guessed, measured)
    if named.better_than_chance:
        raise click.exceptions.Exit(1)


def _facts(named: Guesses, guessed: Guesses, measured: Sequence[Blindness]) -> dict[str, Any]:
    told = {
        name: {**asdict(guesses), "share": guesses.share, "low": guesses.low, "high": guesses.high}
        for name, guesses in (("recognised", named), ("by_style", guessed))
    }
    return {**told, "prompts": [entry.model_dump(mode="json") for entry in measured]}


def _say(named: Guesses, guessed: Guesses, measured: Sequence[Blindness]) -> None:
    from arena.catalogue.blindness import prompt_weights

    if not measured:
        click.echo("No picture is in play, so there is nothing to recognise.")
        return
    weights = prompt_weights(measured)
    telling = sorted((entry for entry in measured if weights[entry.prompt] < 1), key=lambda e: weights[e.prompt])
    if telling:
        rows = [
            (
                entry.prompt,
                str(entry.pictures),
                str(entry.named),
                f"{entry.guessed} of {entry.guessable}",
                wording.percent(entry.chance, 1),
                f"x{weights[entry.prompt]:.2f}",
            )
            for entry in telling
        ]
        print_table(COLUMNS, rows, figures=COLUMNS[1:], title="Prompts whose pictures give models away")
        click.echo()
    click.echo(f"From the site: {_in_words(named, 'recognised')}")
    if guessed.pictures:
        click.echo(f"By style alone: {_in_words(guessed, 'named')}")
        note("A style is what pictures look like, not a leak: prompts where it tells much are drawn less.")
    else:
        note("By style nothing can be guessed: no model has pictures both on the site and in play.")


def _in_words(guesses: Guesses, verb: str) -> str:
    """``0 of 240 pictures in play recognised (95% interval 0.0% to 1.6%; by chance 8.3%): no better than chance.``"""
    interval = f"{wording.percent(guesses.low, 1)} to {wording.percent(guesses.high, 1)}"
    verdict = "better than chance" if guesses.better_than_chance else "no better than chance"
    return (
        f"{guesses.right:,} of {wording.count(guesses.pictures, 'picture')} in play {verb} "
        f"(95% interval {interval}; by chance {wording.percent(guesses.chance, 1)}): {verdict}."
    )

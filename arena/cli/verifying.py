"""``arena verify``: how anybody can check what an arena publishes."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arena import wording
from arena.cli.group import json_option, main, optional_project_option, require_project
from arena.cli.printing import as_json, findings_json, note, print_json, progress_bar

if TYPE_CHECKING:
    from arena.verification import Verification

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

PRINTED_FINDINGS = 25


@main.command()
@optional_project_option
@click.argument("where", required=False, metavar="[DIR|URL]")
@click.option(
    "--head", help="A head of the log that you noted earlier; fails if votes from before it are missing or changed."
)
@click.option(
    "--key",
    metavar="KEY",
    help="The maintainers' public key of minisign, or its file: fails if the log is not signed with it.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes build the site again.  [default: one for each processor]",
)
@json_option
def verify(project: Path | None, where: str | None, head: str | None, key: str | None, processes: int | None) -> None:
    """Check everything that a site publishes, a data set, or the log.

    DIR is the folder of a built site, of a data set (arena export dataset), or a log; URL is the address of a site. The
    default is the log of the project.

    A log's files must be as they were sealed. A site's files must be those of its list, its log that of its head,
    and every page, feed, API document and download what the program makes again from the log and the catalogue
    beside them. So must a data set's. What is not is named, with the place, what it says and what it should say;
    exit code 1 then. It also says what it cannot check. Nothing of the site is run, and nothing in it is changed.
    """
    from arena.verification import verify as verify_published

    with progress_bar() as progress:
        found = verify_published(
            where or require_project(project) / "data" / "votes",
            head=head,
            key=key,
            project=project,
            processes=processes or os.cpu_count() or 1,
            progress=progress,
        )
    _print(found)
    if not found.passed:
        raise click.exceptions.Exit(1)


def _print(found: Verification) -> None:
    """What was found and what was checked, as lines or as one object."""
    if as_json():
        errors = findings_json([finding.error for finding in found.findings])
        details = zip(errors, found.findings, strict=True)
        findings = [
            {**error, **{key: value or None for key, value in asdict(finding).items()}} for error, finding in details
        ]
        print_json({**asdict(found), "passed": found.passed, "findings": findings})
        return
    for finding in found.findings[:PRINTED_FINDINGS]:
        click.echo(f"error: {finding.error}", err=True)
    if len(found.findings) > PRINTED_FINDINGS:
        more = wording.count(len(found.findings) - PRINTED_FINDINGS, "more finding")
        click.echo(f"error: {more}; --json lists all", err=True)
    for sentence in found.checked:
        click.echo(f"Checked: {sentence}")
    for sentence in found.unchecked:
        note(f"Not checked: {sentence}")
    if found.passed:
        click.echo(_verdict(found))


def _verdict(found: Verification) -> str:
    if found.subject == "log":
        counted = f"{wording.count(found.votes, 'vote')} in {wording.count(found.files, 'file')}"
        return f"{counted}, all as they were sealed. Head: {found.head or 'none'}"
    how = "Nothing differs" if found.exact else "Nothing differs in what could be compared, which is not every byte"
    return f"{how}. Head of the log: {found.head or 'none'}"

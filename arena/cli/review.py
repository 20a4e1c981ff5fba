"""``arena review``: what a person decides about votes, whatever the rules of the audit find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from arena.cli.group import Command, main, project_option
from arena.cli.opening import existing_store

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


@main.group()
def review() -> None:
    """Votes that do not count: look at them, and decide by hand.

    Decisions are kept with reason and day, hold for every later audit, and are published without ids.
    """


@review.command("list")
@project_option
def list_held(project: Path) -> None:
    """Print the votes that are set aside or unknown, and every decision taken so far."""
    from arena.votes.store import open_store
    from arena.votes.store.decisions import all_decisions, held_votes

    with open_store(existing_store(project)) as store, store.reading() as connection:
        click.echo("vote\tvoter\tat\tleft\tright\toutcome\twhy")
        for vote in held_votes(connection):
            why = ", ".join(vote.reasons) or "unknown"
            row = (vote.battle, vote.voter, f"{vote.at:%Y-%m-%dT%H:%M:%SZ}", vote.left, vote.right, vote.outcome, why)
            click.echo("\t".join(row))
        for taken in all_decisions(connection):
            subject = f"voter {taken.voter}" if taken.battle is None else f"vote {taken.battle}"
            click.echo(f"# {taken.decided:%Y-%m-%d} {taken.ruling} {subject}: {taken.because}")


def _decision(command: Command) -> Command:
    """Add what every decision takes."""
    options: list[Callable[[Any], Any]] = [
        project_option,
        click.option("--vote", "votes", multiple=True, metavar="ID", help="A vote; may be repeated."),
        click.option("--voter", "voters", multiple=True, metavar="ID", help="All votes of a voter, later ones too."),
        click.option("--because", required=True, metavar="TEXT", help="The reason, which is published."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@review.command()
@_decision
def release(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Let votes count, whatever the rules find; one of a sealed period goes into the next."""
    _decide(project, "release", votes, voters, because)


@review.command()
@_decision
def exclude(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Set votes aside, whatever the rules find. The log only grows: what is in it stays."""
    _decide(project, "exclude", votes, voters, because)


@review.command()
@_decision
def forget(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Take a decision back, so that the rules decide again."""
    _decide(project, "forget", votes, voters, because)


def _decide(project: Path, verb: str, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    from arena.votes.decisions import Decision, Ruling
    from arena.votes.store import open_store
    from arena.votes.store.decisions import decide, voter_of

    if not votes and not voters:
        raise click.UsageError("name votes with --vote, or voters with --voter")
    if not because.strip():
        raise click.UsageError("--because needs a reason: it is published")
    ruling, now, total = Ruling(verb), datetime.now(UTC), 0
    with open_store(existing_store(project)) as store, store.writing() as connection:
        for vote in votes:
            about = Decision(voter_of(connection, vote), vote, ruling, because.strip(), now)
            total += decide(connection, about)
        for voter in voters:
            total += decide(connection, Decision(voter, None, ruling, because.strip(), now))
    click.echo(f"Kept: {ruling} {total:,} {'vote' if total == 1 else 'votes'}. The next audit or seal goes by it.")

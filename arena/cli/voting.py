"""``arena serve``, ``audit``, ``review``, ``seal`` and ``verify``: votes as they come, until anybody can check them."""

from __future__ import annotations

import ipaddress
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import Command, main, project_option
from arena.cli.opening import database, existing_store, open_votes
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.votes.audit import AuditReport, Thresholds

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


def rules_options(command: Command) -> Command:
    """Add ``--without RULE`` and ``--limit SHARE``."""
    without = click.option("--without", multiple=True, metavar="RULE", help="Leave a rule out; may be repeated.")
    limit = click.option(
        "--limit",
        type=click.FloatRange(0, 1),
        metavar="SHARE",
        help="A rule that would set aside more than this share of the votes stops.  [default: 0.1]",
    )
    return without(limit(command))


class Proxies(click.ParamType[str]):
    """Addresses or networks with commas between them, or ``*`` for all."""

    name = "addresses"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        for address in value.split(","):
            try:
                ipaddress.ip_network(address.strip())
            except ValueError:
                if value != "*":
                    self.fail(
                        f"{address.strip()!r} is no address or network, such as 10.0.0.7 or 10.0.0.0/8", param, ctx
                    )
        return value


@main.command()
@project_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes answer requests."
)
@click.option(
    "--trusted",
    type=Proxies(),
    default="127.0.0.1",
    show_default=True,
    help="Addresses of trusted proxies, separated by commas.",
)
def serve(project: Path, host: str, port: int, workers: int, trusted: str) -> None:
    """Let people vote: the voting app, and the built site under /site/.

    ARENA_DATABASE_URL names the store; without it, the store is a file of the project. ARENA_SECRET signs battles;
    without it, a secret is made once and kept with the store.
    """
    from arena.voting.serving import ListenAddress
    from arena.voting.serving import serve as serve_arena

    secret = os.environ.get("ARENA_SECRET")
    serve_arena(
        project,
        ListenAddress(host, port, trusted),
        database=database(project),
        secret=secret.encode() if secret else None,
        workers=workers,
        announce=lambda address: click.echo(f"Vote at {address} (Ctrl-C ends it)"),
    )


@main.command()
@project_option
@click.option("--log", "of_log", is_flag=True, help="Audit the sealed log instead of the waiting votes.")
@rules_options
def audit(project: Path, of_log: bool, without: tuple[str, ...], limit: float | None) -> None:
    """Find votes that should not count, by published rules; they are set aside, never deleted.

    Exit code 1 if a rule found so many votes that it is probably wrong: look at them (arena review list), and decide by
    hand, or run again with a higher limit, or without that rule.
    """
    from arena.votes.audit import audit_log
    from arena.votes.store import open_store
    from arena.votes.store.auditing import audit_store

    rules, thresholds = _rules(without), _thresholds(limit)
    if of_log:
        report = audit_log(open_votes(project), thresholds=thresholds, without=rules)
    else:
        with open_store(existing_store(project)) as store:
            report = audit_store(store, now=datetime.now(UTC), thresholds=thresholds, without=rules)
    _say(report)
    if report.stopped:
        raise click.exceptions.Exit(1)


@main.command()
@project_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="Only votes before this time.  [default: now]",
)
@rules_options
def seal(project: Path, until: datetime | None, without: tuple[str, ...], limit: float | None) -> None:
    """Audit the waiting votes, and move those that count into the log, under new random names."""
    from arena.votes.sealing import seal as seal_votes
    from arena.votes.store import open_store

    now = datetime.now(UTC)
    with open_store(existing_store(project)) as store:
        report = seal_votes(
            store,
            project / "data" / "votes",
            until=until.replace(tzinfo=UTC) if until else now,
            now=now,
            rng=random.SystemRandom(),
            thresholds=_thresholds(limit),
            without=_rules(without),
        )
    if report.finished_earlier:
        click.echo("An earlier seal had been interrupted; it was finished first.")
    _say(report.audit)
    click.echo(f"Sealed {report.votes:,} votes." if report.votes else "There was nothing to seal.")


@main.command()
@project_option
@click.argument("where", required=False, metavar="[DIR|URL]")
@click.option(
    "--head", help="A head of the log that you noted earlier; fails if votes from before it are missing or changed."
)
def verify(project: Path, where: str | None, head: str | None) -> None:
    """Check the project's log to the byte; or, with a built site's folder or address, recompute its ratings."""
    from arena.exports.verify import read_address, read_folder, recompute
    from arena.votes.verify import verify as verify_log

    is_address = where is not None and where.startswith(("https://", "http://"))
    folder = Path(where) if where and not is_address else project / "data" / "votes"
    if where and (is_address or (folder / "build.json").exists()):
        recomputed = recompute(read_address(where) if is_address else read_folder(folder))
        if not recomputed.passed:
            message = f"the ratings are not those of the votes: {recomputed.difference}"
            raise ArenaError(message, where=where, hint="- is what is published, + what the votes give")
        click.echo(
            f"{recomputed.ratings:,} ratings are those of the {recomputed.votes:,} votes beside them, to the byte."
        )
        return
    if not folder.is_dir():
        raise ArenaError("there is no such folder", where=str(folder), hint="name a log, or a site that was built")
    report = verify_log(folder, head=head)
    if not report.passed:
        raise ArenaError.of(list(report.findings))
    click.echo(f"{report.votes:,} votes in {report.files} files are as they were sealed. Head: {report.head or 'none'}")


def _rules(names: tuple[str, ...]) -> frozenset[str]:
    from arena.votes.audit import RULES

    unknown = sorted(set(names) - set(RULES))
    if unknown:
        raise ArenaError(f"unknown rule {unknown[0]!r}", where="--without", hint=f"the rules are {', '.join(RULES)}")
    return frozenset(names)


def _thresholds(limit: float | None) -> Thresholds:
    from arena.votes.audit import Thresholds

    return Thresholds() if limit is None else Thresholds(share_limit=limit)


def _say(report: AuditReport) -> None:
    fates = f"{report.counted:,} count, {report.quarantined:,} set aside, {report.unknown:,} unknown"
    click.echo(f"{report.votes:,} votes: {fates}.")
    for rule in report.rules:
        if rule.votes:
            stopped = " This rule found too many to be believed, and stopped." if rule.stopped else ""
            click.echo(f"  {rule.rule}: {rule.votes:,} votes of {rule.voters:,} voters. {rule.statement}{stopped}")
    for taken in report.decisions:
        click.echo(f"  by hand: {taken.votes:,} votes, {taken.ruling}, on {taken.on}: {taken.because}")
    for alert in report.alerts:
        click.echo(
            f"  alert: {alert.model} won {alert.wins:,} of {alert.battles:,} battles with voters who first voted in the"
            f" {report.thresholds.alert_weeks} weeks from {alert.since}; by other votes {alert.expected:,.1f}"
            f" ({alert.deviations:+.1f} standard deviations). Nothing is set aside for this: look at who they are."
        )


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
    from arena.votes.store.auditing import all_decisions, uncounted_votes

    with open_store(existing_store(project)) as store, store.reading() as connection:
        click.echo("vote\tvoter\tat\tleft\tright\toutcome\twhy")
        for vote in uncounted_votes(connection):
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
    """Let votes count, whatever the rules find; a vote of a sealed period goes into the next one."""
    _decide(project, "release", votes, voters, because)


@review.command()
@_decision
def exclude(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Set votes aside, whatever the rules find. Votes that are in the log stay there."""
    _decide(project, "exclude", votes, voters, because)


@review.command()
@_decision
def forget(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Take a decision back, so that the rules decide again."""
    _decide(project, "forget", votes, voters, because)


def _decide(project: Path, verb: str, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    from arena.votes.decisions import Decision, Ruling
    from arena.votes.store import open_store
    from arena.votes.store.auditing import decide, voter_of

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
    click.echo(f"Kept: {ruling} {wording.count(total, 'vote')}. The next audit or seal goes by it.")

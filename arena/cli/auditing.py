"""``arena audit`` and ``seal``: which votes count by the rules, and on into the log."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arena import wording
from arena.cli.blindness import audit_blindness
from arena.cli.findings import audit_json, audit_lines, log_audit_json, log_audit_lines, settling_lines
from arena.cli.group import PATH, Command, json_option, main, project_option
from arena.cli.opening import existing_store, open_catalogue, open_votes, store_if_any
from arena.cli.outputs import say_left
from arena.cli.printing import as_json, note, print_json, print_result, progress_bar
from arena.cli.signing import signer
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.catalogue.settings import AuditSettings
    from arena.collect.playing import PlayReport
    from arena.votes.audit import LogAudit, Thresholds
    from arena.votes.decision_file import LogDecisions
    from arena.votes.log import Log

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


@main.command()
@project_option
@click.option("--log", "of_log", is_flag=True, help="Audit the log instead of the votes in the store.")
@click.option("--list", "listing", is_flag=True, help="With --log: print the votes that are found or decided, as CSV.")
@click.option("--out", type=PATH, metavar="FILE", help="With --list: write them here instead.")
@click.option("--dry-run", is_flag=True, help="With --log: change no decision, only say what is found.")
@click.option("--blindness", is_flag=True, help="Measure who can be named before the vote, instead of judging votes.")
@rules_options
@json_option
def audit(  # noqa: PLR0917 - a command has as many parameters as options
    project: Path,
    of_log: bool,
    listing: bool,
    out: Path | None,
    dry_run: bool,
    blindness: bool,
    without: tuple[str, ...],
    limit: float | None,
) -> None:
    """Find votes that should not count, by published rules.

    They are set aside, never deleted. Votes of a log stay in it: what is found is kept in data/votes/decisions.csv,
    and arena rate and arena build go by it.

    Exit code 1 if a person has to look: at a rule that found so many votes that it is probably wrong, or at an alert.
    Look at them (arena review list; arena audit --log --list), and decide (arena review), or run again with a higher
    limit, or without that rule. An alert, or in a log a rule, that somebody decided about (arena review release or
    exclude --group) is no reason any more; another alert is.

    With --blindness no vote is judged: a program that has read the built site names who made the pictures in play.
    What it names, by prompt, is kept in data/outputs/blindness.jsonl: the integrity page shows it, and prompts whose
    pictures give models away are drawn less. Exit code 1 if it recognises more than luck explains.
    """
    if blindness:
        if of_log or without or limit is not None:
            raise click.UsageError("--blindness judges no votes: leave the other options out")
        audit_blindness(project)
        return
    for option, given in (("--list", listing), ("--out", out is not None), ("--dry-run", dry_run)):
        if given and not of_log:
            raise click.UsageError(f"{option} goes with --log")
    if out is not None and not listing:
        raise click.UsageError("--out goes with --list")
    rules, now = _rules(without), datetime.now(UTC)
    thresholds = _thresholds(open_catalogue(project).project.audit, limit)
    if of_log:
        _audit_log(project, now, thresholds, rules, dry_run=dry_run, listing=listing, out=out)
    else:
        _audit_store(project, now, thresholds, rules)


def _audit_store(project: Path, now: datetime, thresholds: Thresholds, rules: frozenset[str]) -> None:
    from arena.votes.decision_file import DECISIONS, read_decisions
    from arena.votes.store import open_store
    from arena.votes.store.auditing import audit_store, settling_votes

    decided = read_decisions(project / "data" / "votes" / DECISIONS).groups
    with open_store(existing_store(project)) as store:
        with progress_bar() as progress:
            report = audit_store(store, now=now, thresholds=thresholds, without=rules, progress=progress)
        with store.reading() as connection:
            settling = settling_votes(connection, now)
    if as_json():
        print_json(audit_json(report, settling, decided))
    else:
        click.echo("\n".join([*audit_lines(report, decided), *settling_lines(settling)]))
    if report.stopped or any(alert.name not in decided for alert in report.alerts):
        raise click.exceptions.Exit(1)


def _audit_log(
    project: Path,
    now: datetime,
    thresholds: Thresholds,
    rules: frozenset[str],
    *,
    dry_run: bool,
    listing: bool,
    out: Path | None,
) -> None:
    """Audit the log, keep what is found beside it, and say it, as a summary or as a list."""
    from arena.files import write_bytes
    from arena.votes.audit import audit_log, flagged_csv
    from arena.votes.log import write_decisions

    log = open_votes(project, open_catalogue(project))
    found: list[LogAudit] = []

    def judge(current: Log) -> LogDecisions:
        with progress_bar() as progress:
            found.append(audit_log(current, now=now, thresholds=thresholds, without=rules, progress=progress))
        return found[-1].decisions

    if dry_run or not log.entries:
        judge(log)
    else:
        write_decisions(log, judge)
    (audit_of_log,) = found
    if listing and out is not None:
        write_bytes(out, flagged_csv(audit_of_log))
        note(f"Wrote {out}")
    if as_json():
        print_json(log_audit_json(audit_of_log))
    elif listing and out is None:
        click.echo(flagged_csv(audit_of_log), nl=False)
    else:
        click.echo("\n".join(log_audit_lines(audit_of_log)))
    if not audit_of_log.passed:
        raise click.exceptions.Exit(1)


@main.command()
@project_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="Only votes before this time.  [default: now]",
)
@rules_options
@click.option(
    "--sign",
    "key_file",
    type=PATH,
    is_flag=False,
    flag_value="~/.minisign/minisign.key",
    metavar="[FILE]",
    help="Sign the log with a secret key of minisign.  [FILE: ~/.minisign/minisign.key]",
)
@json_option
def seal(
    project: Path, until: datetime | None, without: tuple[str, ...], limit: float | None, key_file: Path | None
) -> None:
    """Audit the waiting votes, and move what counts into the log.

    Voters and battles get new random names there, which nothing connects with those of the store. Pictures that have
    been in enough battles by now leave play: the next arena build shows them.

    With --sign the log is signed as well, or signed alone where nothing waits: the signature, which minisign and arena
    verify --key check, is published beside it. A password is read from ARENA_SIGNING_PASSWORD, or asked for.
    """
    from arena.votes.sealing import seal as seal_votes
    from arena.votes.store import open_store
    from arena.votes.store.auditing import settling_votes

    now = datetime.now(UTC)
    sign = signer(project, key_file, now)
    if sign and store_if_any(project) is None:
        signed_with = sign()
        print_result(f"Signed the log with key {signed_with.key_id}.", signature=signed_with)
        return
    url = existing_store(project)
    settings = open_catalogue(project).project
    with open_store(url) as store:
        with progress_bar() as progress:
            report = seal_votes(
                store,
                project / "data" / "votes",
                until=until.replace(tzinfo=UTC) if until else now,
                now=now,
                rng=random.SystemRandom(),
                thresholds=_thresholds(settings.audit, limit),
                without=_rules(without),
                dwell_steps=settings.voting.dwell_steps,
                progress=progress,
            )
        with store.reading() as connection:
            settling = settling_votes(connection, now)
    signature = sign() if sign and open_votes(project).entries else None
    left = _leave_play(project, now.date())
    if report.finished_earlier:
        note("An earlier seal had been interrupted; it was finished first.")
    if as_json():
        done = {"sealed": report.votes, "period": report.number, "finished_earlier": report.finished_earlier}
        done["left_play"] = left.outputs if left else 0
        print_json({**audit_json(report.audit, settling), **done, "signature": signature})
        return
    said = f"Sealed {wording.count(report.votes, 'vote')}." if report.votes else "There was nothing to seal."
    signed = [f"Signed the log with key {signature.key_id}."] if signature else []
    click.echo("\n".join([*audit_lines(report.audit), said, *signed, *settling_lines(settling), *say_left(left)]))


def _leave_play(project: Path, day: date) -> PlayReport | None:
    """Take out of play what has been in it for long enough; None, and a note, where that cannot be done now."""
    from arena.collect.playing import leave_play

    try:
        return leave_play(project / "data", (), day)
    except ArenaError as error:  # the votes are sealed, and that is to be said
        note(f"No picture left play: {error}. Run arena outputs retire later.")
        return None


def _rules(names: tuple[str, ...]) -> frozenset[str]:
    from arena.votes.audit import RULES, WAITING_RULES

    rules = [*RULES, *WAITING_RULES]
    unknown = sorted(set(names) - set(rules))
    if unknown:
        raise ArenaError(f"unknown rule {unknown[0]!r}", where="--without", hint=f"the rules are {', '.join(rules)}")
    return frozenset(names)


def _thresholds(settings: AuditSettings, limit: float | None) -> Thresholds:
    from arena.votes.audit import Thresholds

    thresholds = Thresholds(network_share=settings.network_share, network_votes=settings.network_votes)
    return thresholds if limit is None else replace(thresholds, share_limit=limit)

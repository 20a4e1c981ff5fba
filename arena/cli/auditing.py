"""``arena audit``, ``review`` and ``seal``: which votes count, by rules and by hand, and on into the log."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import Command, json_option, main, project_option
from arena.cli.opening import existing_store, open_catalogue, open_votes
from arena.cli.printing import as_json, findings_json, note, print_json, print_result, progress_bar
from arena.cli.tables import print_table
from arena.errors import ArenaError

if TYPE_CHECKING:
    from arena.votes.audit import AuditReport, Thresholds
    from arena.votes.decisions import Decision
    from arena.votes.store.auditing import SettlingVotes, UncountedVote

# ruff: noqa: PLC0415 - see arena/cli/__init__.py


STOPPED = "This rule found too many to be believed, and stopped."


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
@click.option("--log", "of_log", is_flag=True, help="Audit the sealed log instead of the waiting votes.")
@rules_options
@json_option
def audit(project: Path, of_log: bool, without: tuple[str, ...], limit: float | None) -> None:
    """Find votes that should not count, by published rules.

    They are set aside, never deleted.

    Exit code 1 if a rule found so many votes that it is probably wrong: look at them (arena review list), and decide by
    hand, or run again with a higher limit, or without that rule.
    """
    from arena.votes.audit import audit_log
    from arena.votes.store import open_store
    from arena.votes.store.auditing import audit_store, settling_votes

    rules, thresholds, now = _rules(without), _thresholds(limit), datetime.now(UTC)
    settling = None
    if of_log:
        with progress_bar() as progress:
            report = audit_log(open_votes(project), thresholds=thresholds, without=rules, progress=progress)
    else:
        with open_store(existing_store(project)) as store:
            with progress_bar() as progress:
                report = audit_store(store, now=now, thresholds=thresholds, without=rules, progress=progress)
            with store.reading() as connection:
                settling = settling_votes(connection, now)
    if as_json():
        print_json(_audit_as_json(report, settling))
    else:
        click.echo("\n".join([*_audit_lines(report), *_settling_lines(settling)]))
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
@json_option
def seal(project: Path, until: datetime | None, without: tuple[str, ...], limit: float | None) -> None:
    """Audit the waiting votes, and move what counts into the log.

    Voters and battles get new random names there, which nothing connects with those of the store.
    """
    from arena.votes.sealing import seal as seal_votes
    from arena.votes.store import open_store
    from arena.votes.store.auditing import settling_votes

    now = datetime.now(UTC)
    url = existing_store(project)
    voting = open_catalogue(project).project.voting
    with open_store(url) as store:
        with progress_bar() as progress:
            report = seal_votes(
                store,
                project / "data" / "votes",
                until=until.replace(tzinfo=UTC) if until else now,
                now=now,
                rng=random.SystemRandom(),
                thresholds=_thresholds(limit),
                without=_rules(without),
                dwell_steps=voting.dwell_steps,
                progress=progress,
            )
        with store.reading() as connection:
            settling = settling_votes(connection, now)
    if report.finished_earlier:
        note("An earlier seal had been interrupted; it was finished first.")
    if as_json():
        done = {"sealed": report.votes, "period": report.number, "finished_earlier": report.finished_earlier}
        print_json({**_audit_as_json(report.audit, settling), **done})
        return
    said = f"Sealed {wording.count(report.votes, 'vote')}." if report.votes else "There was nothing to seal."
    click.echo("\n".join([*_audit_lines(report.audit), said, *_settling_lines(settling)]))


def _rules(names: tuple[str, ...]) -> frozenset[str]:
    from arena.votes.audit import RULES

    unknown = sorted(set(names) - set(RULES))
    if unknown:
        raise ArenaError(f"unknown rule {unknown[0]!r}", where="--without", hint=f"the rules are {', '.join(RULES)}")
    return frozenset(names)


def _thresholds(limit: float | None) -> Thresholds:
    from arena.votes.audit import Thresholds

    return Thresholds() if limit is None else Thresholds(share_limit=limit)


def _audit_lines(report: AuditReport) -> Iterator[str]:
    """What an audit found: a line for all votes, and one for each rule, decision and alert."""
    fates = f"{report.counted:,} count, {report.quarantined:,} set aside, {report.unknown:,} unknown"
    yield f"{wording.count(report.votes, 'vote')}: {fates}."
    for rule in report.rules:
        if rule.votes:
            stopped = f" {STOPPED}" if rule.stopped else ""
            yield f"  {rule.rule}: {rule.votes:,} votes of {rule.voters:,} voters. {rule.statement}{stopped}"
    for taken in report.decisions:
        yield f"  by hand: {taken.votes:,} votes, {taken.ruling}, on {taken.on}: {taken.because}"
    for alert in report.alerts:
        yield (
            f"  alert: {alert.model} won {alert.wins:,} of {alert.battles:,} battles with {alert.who}; by other votes"
            f" {alert.expected:,.1f} ({alert.deviations:+.1f} standard deviations)."
            f" {wording.count(alert.waiting, 'vote')} of theirs wait for this: look at who they are."
        )


def _settling_lines(settling: SettlingVotes | None) -> Iterator[str]:
    """How many votes were too young, and from when on they are not; nothing where there are none."""
    if settling is not None and settling.until is not None:
        verb = "waits" if settling.votes == 1 else "wait"
        until = f"{settling.until + timedelta(seconds=1):%Y-%m-%d %H:%M:%S} UTC"  # whole seconds, none too early
        yield (
            f"{wording.count(settling.votes, 'vote')} of the last minute {verb} to settle, since voters may still take "
            f"them back: run this again after {until}."
        )


def _audit_as_json(report: AuditReport, settling: SettlingVotes | None) -> dict[str, Any]:
    """The report with a finding for each rule that stopped; ``settling`` is null for a log."""
    stopped = [ArenaError(f"{rule.rule} found {rule.votes:,} votes. {STOPPED}") for rule in report.stopped]
    return {"passed": not stopped, "findings": findings_json(stopped), **asdict(report), "settling": settling}


@main.group()
def review() -> None:
    """Look at votes that do not count, and decide by hand.

    Decisions are kept with reason and day, hold for every later audit, and are published without ids.
    """


@review.command("list")
@project_option
@json_option
def list_uncounted(project: Path) -> None:
    """Print the votes that do not count, and every decision."""
    from arena.votes.store import open_store
    from arena.votes.store.auditing import all_decisions, uncounted_votes

    with open_store(existing_store(project)) as store, store.reading() as connection:
        uncounted, decisions = list(uncounted_votes(connection)), all_decisions(connection)
    if as_json():
        print_result("", votes=uncounted, decisions=decisions)
        return
    if uncounted:
        _print_uncounted(uncounted)
    else:
        click.echo("Every vote counts.")
    if decisions:
        rows = [
            (f"{taken.decided:%Y-%m-%d}", taken.ruling.value, _subject(taken), taken.because) for taken in decisions
        ]
        click.echo()
        print_table(("day", "decision", "about", "reason"), rows, title="Decided by hand", foldable=("reason",))


def _print_uncounted(uncounted: Sequence[UncountedVote]) -> None:
    """The votes that do not count as a table, and what the reasons in it mean."""
    from arena.votes.audit import Thresholds, statements

    rows = [
        (
            vote.battle,
            vote.voter,
            f"{vote.at:%Y-%m-%d %H:%M:%S}",
            _choice(vote),
            f"set aside: {', '.join(vote.reasons)}" if vote.reasons else "not judged yet",
        )
        for vote in uncounted
    ]
    title = f"{wording.count(len(uncounted), 'vote')} that {'does' if len(uncounted) == 1 else 'do'} not count"
    print_table(("vote", "voter", "cast (UTC)", "choice", "why"), rows, title=title, foldable=("choice", "why"))
    given = {reason for vote in uncounted for reason in vote.reasons}
    for rule, statement in statements(Thresholds()).items():
        if rule in given:
            note(f"{rule}: {statement}")
    if any(not vote.reasons for vote in uncounted):
        note(
            "not judged yet: no audit has looked at it, or it waits for a person, because of a rule that stopped or"
            " that lets votes wait (arena audit says which)"
        )


def _choice(vote: UncountedVote) -> str:
    """``a/b over c/d``, or what was said of both."""
    from arena.records import Outcome

    match Outcome(vote.outcome):
        case Outcome.LEFT:
            return f"{vote.left} over {vote.right}"
        case Outcome.RIGHT:
            return f"{vote.right} over {vote.left}"
        case Outcome.TIE:
            return f"{vote.left} and {vote.right} alike"
        case Outcome.BOTH_BAD:
            return f"{vote.left} and {vote.right} both bad"


def _subject(decision: Decision) -> str:
    return f"voter {decision.voter}" if decision.battle is None else f"vote {decision.battle}"


def _decision(command: Command) -> Command:
    """Add what every decision takes."""
    options: list[Callable[[Any], Any]] = [
        project_option,
        click.option("--vote", "votes", multiple=True, metavar="ID", help="A vote; may be repeated."),
        click.option("--voter", "voters", multiple=True, metavar="ID", help="All votes of a voter, later ones too."),
        click.option("--because", required=True, metavar="TEXT", help="The reason, which is published."),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@review.command()
@_decision
def release(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Let votes count, whatever the rules find.

    A vote of a sealed period goes into the next one.
    """
    _decide(project, "release", votes, voters, because)


@review.command()
@_decision
def exclude(project: Path, votes: tuple[str, ...], voters: tuple[str, ...], because: str) -> None:
    """Set votes aside, whatever the rules find.

    Votes that are in the log stay there.
    """
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
    said = f"Kept: {ruling} {wording.count(total, 'vote')}. The next audit or seal goes by it."
    print_result(said, ruling=ruling, votes=total)

"""``arena review``: votes that do not count, in the store and in the log, and what people decide about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arena import wording
from arena.cli.group import Command, json_option, main, project_option
from arena.cli.opening import existing_store, open_catalogue, open_votes, store_if_any
from arena.cli.printing import as_json, note, print_result
from arena.cli.tables import print_table

if TYPE_CHECKING:
    from arena.votes.decision_file import LogDecision, LogDecisions
    from arena.votes.decisions import Decision
    from arena.votes.log import Log
    from arena.votes.store.auditing import UncountedVote

# ruff: noqa: PLC0415 - see arena/cli/__init__.py

IN_LOG = "arena rate and arena build go by it."
IN_STORE = "The next audit or seal goes by it."


@main.group()
def review() -> None:
    """Look at votes that do not count, and decide by hand.

    Decisions are kept with reason and day, hold for every later audit, and are published: those about votes in the
    store without ids, those about votes in the log as data/votes/decisions.csv.
    """


@review.command("list")
@project_option
@json_option
def list_uncounted(project: Path) -> None:
    """Print the votes that do not count, and every decision.

    Those in the store, and those in the log that are not rated.
    """
    from arena.votes.decision_file import VoteState
    from arena.votes.store import open_store
    from arena.votes.store.auditing import all_decisions, uncounted_votes

    log = open_votes(project)
    uncounted: list[UncountedVote] = []
    decisions: list[Decision] = []
    url = store_if_any(project) if log.entries else existing_store(project)
    if url is not None:
        with open_store(url) as store, store.reading() as connection:
            uncounted, decisions = list(uncounted_votes(connection)), all_decisions(connection)
    left_out = log.judged_votes()
    left_out = left_out.filter(left_out.decision != VoteState.COUNTED.value).order_by(["voter", "at", "battle"])
    columns = ["battle", "voter", "at", "left", "right", "outcome", "decision"]
    of_log = left_out.select(*columns).to_pyarrow().to_pylist() if log.decisions.rows else []
    by_people = [row for row in log.decisions.rows if not row.by_audit]
    if as_json():
        print_result("", votes=uncounted, decisions=decisions, log_votes=of_log, log_decisions=by_people)
        return
    if uncounted:
        _print_uncounted(uncounted)
    if of_log:
        _print_left_out(of_log, log.decisions)
    if not uncounted and not of_log:
        click.echo("Every vote counts.")
    if decisions or by_people:
        rows = [(f"{row.decided:%Y-%m-%d}", row.ruling.value, _subject(row), row.because) for row in decisions]
        rows += [(f"{row.at:%Y-%m-%d}", row.ruling.value, _subject_in_log(row), row.because) for row in by_people]
        click.echo()
        print_table(("day", "decision", "about", "reason"), rows, title="Decided by hand", foldable=("reason",))


def _print_left_out(votes: Sequence[dict[str, Any]], decisions: LogDecisions) -> None:
    """The votes of the log that are not rated as a table, with why."""
    rows = []
    for vote in votes:
        held, found = (
            decisions.holding(vote["battle"], vote["voter"]),
            decisions.found.get((vote["battle"], vote["voter"])),
        )
        names = ", ".join(found.rules) if found else ""
        why = names if held is None or held.by_audit else f"by hand: {held.because}"
        state = vote["decision"].replace("_", " ")
        at = f"{vote['at']:%Y-%m-%d %H:%M:%S}"
        choice = _choice(vote["left"], vote["right"], vote["outcome"])
        rows.append((vote["battle"], vote["voter"], at, choice, f"{state}: {why}"))
    title = f"{wording.count(len(rows), 'vote')} of the log that {'is' if len(rows) == 1 else 'are'} not rated"
    print_table(("vote", "voter", "cast (UTC)", "choice", "why"), rows, title=title, foldable=("choice", "why"))


def _print_uncounted(uncounted: Sequence[UncountedVote]) -> None:
    """The votes that do not count as a table, and what the reasons in it mean."""
    from arena.votes.audit import Thresholds, statements

    rows = [
        (
            vote.battle,
            vote.voter,
            f"{vote.at:%Y-%m-%d %H:%M:%S}",
            _choice(vote.left, vote.right, vote.outcome),
            _why(vote),
        )
        for vote in uncounted
    ]
    title = f"{wording.count(len(uncounted), 'vote')} that {'does' if len(uncounted) == 1 else 'do'} not count"
    print_table(("vote", "voter", "cast (UTC)", "choice", "why"), rows, title=title, foldable=("choice", "why"))
    given = {reason.partition("/")[0] for vote in uncounted for reason in (*vote.reasons, *vote.waits_for)}
    for rule, statement in statements(Thresholds()).items():
        if rule in given:
            note(f"{rule}: {statement}")
    if any(vote.waits_for for vote in uncounted):
        note("waits: it counts once somebody has decided, such as by arena review release --group NAME")
    if any(not vote.reasons and not vote.waits_for for vote in uncounted):
        note("not judged yet: no audit has looked at it")


def _why(vote: UncountedVote) -> str:
    """Why a vote of the store does not count."""
    if vote.reasons:
        return f"set aside: {', '.join(vote.reasons)}"
    return f"waits: {', '.join(vote.waits_for)}" if vote.waits_for else "not judged yet"


def _choice(left: str, right: str, outcome: str) -> str:
    """``a/b over c/d``, or what was said of both."""
    from arena.records import Outcome

    match Outcome(outcome):
        case Outcome.LEFT:
            return f"{left} over {right}"
        case Outcome.RIGHT:
            return f"{right} over {left}"
        case Outcome.TIE:
            return f"{left} and {right} alike"
        case Outcome.BOTH_BAD:
            return f"{left} and {right} both bad"


def _subject(decision: Decision) -> str:
    return f"voter {decision.voter}" if decision.battle is None else f"vote {decision.battle}"


def _subject_in_log(decision: LogDecision) -> str:
    if decision.group:
        return f"group {decision.group}"
    return f"vote {decision.battle} of the log" if decision.battle else f"voter {decision.voter} of the log"


def _decision(command: Command) -> Command:
    """Add what every decision takes."""
    options: list[Callable[[Any], Any]] = [
        project_option,
        click.option("--vote", "votes", multiple=True, metavar="ID", help="A vote; may be repeated."),
        click.option("--voter", "voters", multiple=True, metavar="ID", help="All votes of a voter, later ones too."),
        click.option(
            "--group",
            "groups",
            multiple=True,
            metavar="NAME",
            help="All votes that wait because of a rule or alert; of a log, that it found.",
        ),
        click.option("--by", default="", metavar="NAME", help="Of a log: who decides, which is published."),
        click.option("--because", required=True, metavar="TEXT", help="The reason, which is published."),
        json_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@review.command()
@_decision
def release(project: Path, because: str, **named: Any) -> None:
    """Let votes count, whatever the rules find.

    A vote of a sealed period that was set aside in the store goes into the next one.
    """
    _decide(project, "release", because, _Named(**named))


@review.command()
@_decision
def exclude(project: Path, because: str, **named: Any) -> None:
    """Set votes aside, whatever the rules find.

    Votes that are in the log stay there, and are not rated.
    """
    _decide(project, "exclude", because, _Named(**named))


@review.command()
@_decision
def forget(project: Path, because: str, **named: Any) -> None:
    """Take a decision back, so that the rules decide again."""
    _decide(project, "forget", because, _Named(**named))


@dataclass(frozen=True, slots=True)
class _Named:
    """What a decision is about, and who takes it."""

    votes: tuple[str, ...]
    voters: tuple[str, ...]
    groups: tuple[str, ...]
    by: str


def _decide(project: Path, verb: str, because: str, named: _Named) -> None:
    """Keep a decision where its votes are: about those of the store in it, about those of the log beside it."""
    from arena.votes.decision_file import AUDIT

    if not (named.votes or named.voters or named.groups):
        raise click.UsageError("name votes with --vote, voters with --voter, or what a rule found with --group")
    if not because.strip():
        raise click.UsageError("--because needs a reason: it is published")
    if named.by.strip() == AUDIT:
        raise click.UsageError(f"--by {AUDIT} is the name that the rules have")
    now, log = datetime.now(UTC), open_votes(project, open_catalogue(project))
    url = store_if_any(project) if log.entries else existing_store(project)
    in_store = _in_store(url, named) if url else _Named((), (), (), "")
    in_log = _Named(
        tuple(vote for vote in named.votes if vote not in in_store.votes),
        tuple(voter for voter in named.voters if voter not in in_store.voters),
        tuple(group for group in named.groups if group not in in_store.groups),
        named.by.strip(),
    )
    total = 0
    where: list[str] = []
    if in_log.votes or in_log.voters or in_log.groups:
        total += _decide_in_log(log, verb, because, in_log, now)
        where.append(IN_LOG)
    if url and (in_store.votes or in_store.voters or in_store.groups):
        total += _decide_in_store(url, verb, because, in_store, now)
        where.append(IN_STORE)
    print_result(f"Kept: {verb} {wording.count(total, 'vote')}. {' '.join(where)}", ruling=verb, votes=total)


def _in_store(url: str, named: _Named) -> _Named:
    """Which of the votes, voters and groups are the store's. Names in the log are others: sealing gives new ones."""
    from sqlalchemy import select

    from arena.votes.store import open_store
    from arena.votes.store.auditing import waiting_votes
    from arena.votes.store.schema import votes

    with open_store(url) as store, store.reading() as connection:
        battles = set(connection.execute(select(votes.c.battle).where(votes.c.battle.in_(named.votes))).scalars())
        voters = set(connection.execute(select(votes.c.voter).where(votes.c.voter.in_(named.voters))).scalars())
        groups = tuple(group for group in named.groups if waiting_votes(connection, group))
    return _Named(
        tuple(v for v in named.votes if v in battles), tuple(v for v in named.voters if v in voters), groups, ""
    )


def _decide_in_store(url: str, verb: str, because: str, named: _Named, now: datetime) -> int:
    from arena.votes.decisions import Decision, Ruling
    from arena.votes.store import open_store
    from arena.votes.store.auditing import decide, voter_of, waiting_votes

    ruling, total = Ruling(verb), 0
    with open_store(url) as store, store.writing() as connection:
        for vote in named.votes:
            about = Decision(voter_of(connection, vote), vote, ruling, because.strip(), now)
            total += decide(connection, about)
        for voter in named.voters:
            total += decide(connection, Decision(voter, None, ruling, because.strip(), now))
        for group in named.groups:
            for battle, voter in waiting_votes(connection, group):
                total += decide(connection, Decision(voter, battle, ruling, because.strip(), now))
    return total


def _decide_in_log(log: Log, verb: str, because: str, named: _Named, now: datetime) -> int:
    from arena.votes.audit.reviewing import decide_in_log
    from arena.votes.decision_file import LogRuling

    ruling = LogRuling(verb)
    kept = decide_in_log(
        log, ruling, because, by=named.by, now=now, votes=named.votes, voters=named.voters, groups=named.groups
    )
    return kept.votes

"""What a person decides about votes of a log, kept beside it: about single votes, voters, or what a rule found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from arena.errors import VotesError
from arena.votes.audit.log_audit import audit_log
from arena.votes.decision_file import LogDecisions, LogRuling, VoteKey, deciding
from arena.votes.log import Log, write_decisions
from arena.votes.row_errors import did_you_mean, shorten

BETWEEN = ":"
"""Between battle and voter, where several people voted on one battle."""
LIST_HINT = "arena review list, and arena audit --log --list, print the ids of votes that were found"


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """What became of a decision: the log with it, and how many votes it is about."""

    log: Log
    votes: int


def decide_in_log(
    log: Log,
    ruling: LogRuling,
    because: str,
    *,
    by: str,
    now: datetime,
    votes: Sequence[str] = (),
    voters: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> KeptDecision:
    """Keep a decision about votes, voters and groups beside the log: all of it, or nothing where anything is wrong.

    ``votes`` are battles, or ``battle:voter`` where several people voted on one. ``groups`` are names of rules and
    alerts that found votes; the audit runs where the decisions do not list yet which. ``by`` says who decides, empty
    where nobody says. Raises ``VotesError`` where the log has no such vote, voter or group, or it cannot be written.
    """
    counts: list[int] = []

    def decide(current: Log) -> LogDecisions:
        keys = [_key(current, vote) for vote in votes]
        counts.append(len(keys) + sum(_count(current, voter) for voter in voters))
        rows = deciding(ruling, because, by=by, now=now, votes=keys, voters=voters, groups=groups)
        decisions = current.decisions.with_rows(rows)
        if groups:
            decisions = _with_groups(current, decisions, groups, now)
            named = [row for row in decisions.found.values() if not set(groups).isdisjoint(row.rules)]
            counts.append(len(named))
        return decisions

    return KeptDecision(write_decisions(log, decide), sum(counts))


def _key(log: Log, vote: str) -> VoteKey:
    table = log.votes()
    ends = [index for index, character in enumerate(vote) if character == BETWEEN]
    for battle, voter in [(vote, ""), *((vote[:end], vote[end + 1 :]) for end in ends)]:
        of_battle = table.filter(table.battle == battle).select("voter").order_by("voter").to_pyarrow()
        voters = of_battle["voter"].to_pylist()
        if voter in voters or (not voter and len(voters) == 1):
            return battle, voter or voters[0]
        if not voter and voters:
            hint = f"name one: {battle}{BETWEEN}{voters[0]}"
            raise VotesError(f"{len(voters)} people voted on it", where=f"vote {shorten(battle)}", hint=hint)
    raise VotesError("there is no such vote", where=f"vote {shorten(vote)}", hint=LIST_HINT)


def _count(log: Log, voter: str) -> int:
    table = log.votes()
    count = int(table.filter(table.voter == voter).count().to_pyarrow().as_py())
    if not count:
        raise VotesError("there is no such voter", where=f"voter {shorten(voter)}", hint=LIST_HINT)
    return count


def _with_groups(log: Log, decisions: LogDecisions, groups: Sequence[str], now: datetime) -> LogDecisions:
    """The decisions with rows that list the votes of each group. Raises ``VotesError`` for a group that has none."""
    listed = {name for row in log.decisions.found.values() for name in row.rules}
    missing = [name for name in groups if name not in listed]
    if not missing:
        return decisions
    audit = audit_log(Log(log.folder, log.entries, log.renames, decisions), now=now)
    known = {*audit.group_names, *log.decisions.groups}
    for name in missing:
        if name not in known:
            hint = did_you_mean(name, known) or "arena audit --log names what it finds"
            raise VotesError(
                "no rule or alert of this name has found a vote", where=f"group {shorten(name)}", hint=hint
            )
    return audit.decisions

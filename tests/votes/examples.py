"""Votes that the tests of this folder share, and Hypothesis strategies for more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from arena.records import Origin, Outcome, Vote
from arena.votes.decision_file import AUDIT, LogDecision, LogDecisions, LogRuling
from arena.votes.log import Log
from arena.votes.table import votes_table

VOTE = Vote(
    battle="b1",
    at=datetime(2026, 8, 1, 12, 30, tzinfo=UTC),
    arena="text-to-image",
    category="poster",
    language="en",
    left="openai/gpt-image-2",
    right="google/imagen-4",
    outcome=Outcome.LEFT,
    voter="v1",
)

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""When votes are imported, judged and decided about."""

HEADER = "battle,at,arena,category,language,left,right,outcome,voter"
ROW = "{battle},2026-08-01T12:30:00Z,text-to-image,poster,en,openai/gpt-image-2,google/imagen-4,left,v1"

MODELS = ("openai/gpt-image-2", "google/imagen-4", "black-forest-labs/flux-1.1-pro", "a/b")


def some_votes(count: int, first: int = 0, months: int = 3) -> list[Vote]:
    """Different votes, spread over months, not in order of time."""
    start = datetime(2026, 1, 15, 8, tzinfo=UTC)
    return [
        replace(
            VOTE,
            battle=f"b{number:05d}",
            at=start + timedelta(days=30 * (number * 7 % months), microseconds=number),
            left=MODELS[number % 4],
            right=MODELS[(number + 1 + number // 4 % 3) % 4],
            outcome=list(Outcome)[number % 4],
            voter=f"v{number % 5}",
            dwell_ms=number if number % 3 else None,
        )
        for number in range(first, first + count)
    ]


def some_table(count: int, first: int = 0, months: int = 3) -> pa.Table:
    return votes_table(some_votes(count, first, months))


_SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
_SLUG = st.from_regex(r"[a-z0-9]{1,4}([.-][a-z0-9]{1,3}){0,2}", fullmatch=True)
_MODEL = st.builds("{}/{}".format, _SLUG, _SLUG)


def _votes(times: st.SearchStrategy[datetime]) -> st.SearchStrategy[list[Vote]]:
    vote = st.builds(
        lambda models, **fields: Vote(left=models[0], right=models[1], **fields),
        models=st.lists(_MODEL, min_size=2, max_size=2, unique=True),
        battle=_TEXT,
        at=times | times.map(lambda at: at.replace(microsecond=0)),
        arena=_TEXT,
        category=_TEXT,
        language=_TEXT,
        outcome=st.sampled_from(Outcome),
        voter=_TEXT,
        prompt=st.just("") | _TEXT,
        left_output=st.just("") | _SHA256,
        right_output=st.just("") | _SHA256,
        dwell_ms=st.none() | st.integers(0, 2**31 - 1),
        origin=st.sampled_from(Origin),
    )
    return st.lists(vote, max_size=12, unique_by=lambda vote: (vote.battle, vote.voter))


vote_lists = _votes(st.datetimes(timezones=st.just(UTC)))
votes_of_two_months = _votes(st.datetimes(datetime(2026, 1, 1), datetime(2026, 2, 28), timezones=st.just(UTC)))  # noqa: DTZ001


def exclude_all(log: Log, votes: pa.Table) -> LogDecisions:
    """What ``append_votes`` asks for: here the audit sets every new vote aside."""
    keys = zip(votes["battle"].to_pylist(), votes["voter"].to_pylist(), strict=True)
    return log.decisions.with_rows(
        LogDecision(battle, voter, "", LogRuling.EXCLUDE, ("favourite",), "", AUDIT, NOW) for battle, voter in keys
    )

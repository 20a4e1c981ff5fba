"""Honest votes that the tests of the audit share, and votes of a further voter among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from arena.records import Origin, Outcome, Vote
from arena.votes.audit import Verdict, judge
from arena.votes.table import votes_table

START = datetime(2026, 8, 3, 9, tzinfo=UTC)
MODELS = [f"maker/model-{number}" for number in range(12)]
STRENGTH = dict(zip(MODELS, np.linspace(-1.5, 1.5, 12), strict=True))


def honest_votes(voters: int = 120, each: int = 25, seed: int = 1) -> list[Vote]:
    """Votes that follow the models' strengths, a minute apart, by voters with a life of their own."""
    rng = np.random.default_rng(seed)
    votes = []
    for voter in range(voters):
        start = START + timedelta(minutes=int(rng.integers(60 * 24 * 20)))
        for number in range(each):
            left, right = (MODELS[index] for index in rng.choice(12, 2, replace=False))
            liked = rng.random() < 1 / (1 + np.exp(STRENGTH[right] - STRENGTH[left]))
            outcome = Outcome.TIE if rng.random() < 0.1 else Outcome.LEFT if liked else Outcome.RIGHT
            votes.append(
                Vote(
                    battle=f"{voter}-{number}",
                    at=start + timedelta(minutes=number),
                    arena="text-to-image",
                    category="photo",
                    language="en",
                    left=left,
                    right=right,
                    outcome=outcome,
                    voter=f"v{voter}",
                    dwell_ms=int(rng.integers(1500, 20_000)),
                    origin=Origin.SIMULATED,
                )
            )
    return votes


HONEST = honest_votes()


def votes_like(voter: str, count: int, **changes: Any) -> list[Vote]:
    """Votes of one more voter, like honest ones but for what is changed."""
    honest = honest_votes(1, count, seed=sum(voter.encode()))
    return [replace(vote, battle=f"{voter}-{number}", voter=voter, **changes) for number, vote in enumerate(honest)]


def preferring(votes: list[Vote], model: str) -> list[Vote]:
    """The same voters, but every battle is the model's and it wins."""
    changed = []
    for vote in votes:
        other = vote.right if vote.right != model else MODELS[0]
        changed.append(replace(vote, left=model, right=other, outcome=Outcome.LEFT))
    return changed


def judged(
    bad: list[Vote], networks: dict[str, str] | None = None, without: frozenset[str] = frozenset()
) -> tuple[set[str], Verdict]:
    """The voters in quarantine, and the verdict, of honest votes and some others."""
    votes = HONEST + bad
    table = votes_table(votes)
    if networks is not None:
        table = table.append_column("network", pa.array([networks.get(vote.voter, "") for vote in votes]))
    verdict = judge(table, without=without)
    return {vote.voter for vote, aside in zip(votes, verdict.quarantined, strict=True) if aside}, verdict


def rules_of(verdict: Verdict) -> set[str]:
    return {rule.rule for rule in verdict.report.rules if rule.votes}

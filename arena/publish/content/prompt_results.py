"""How each model's outputs fared on each prompt."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from arena.records import Outcome


@dataclass(frozen=True, slots=True)
class PromptResult:
    """The votes on one model's outputs for one prompt."""

    wins: int
    losses: int
    ties: int
    both_bad: int

    @property
    def votes(self) -> int:
        """All votes on them, those for neither included."""
        return self.wins + self.losses + self.ties + self.both_bad


def find_prompt_results(votes: ibis.Table) -> dict[tuple[str, str], PromptResult]:
    """By prompt id and model id; votes that name no prompt are left out. One query, whatever the number of votes."""
    known = votes.filter(votes.prompt != "")
    seen = ibis.union(_seen_from(known, Outcome.LEFT, Outcome.RIGHT), _seen_from(known, Outcome.RIGHT, Outcome.LEFT))
    counts = seen.group_by("prompt", "model").aggregate(
        wins=seen.won.sum(), losses=seen.lost.sum(), ties=seen.tied.sum(), both_bad=seen.bad.sum()
    )
    rows = counts.order_by("prompt", "model").to_pyarrow().to_pylist()
    return {
        (row["prompt"], row["model"]): PromptResult(row["wins"], row["losses"], row["ties"], row["both_bad"])
        for row in rows
    }


def _seen_from(votes: ibis.Table, side: Outcome, other: Outcome) -> ibis.Table:
    return votes.select(
        prompt=votes.prompt,
        model=votes[side.value],
        won=(votes.outcome == side.value).cast("int64"),
        lost=(votes.outcome == other.value).cast("int64"),
        tied=(votes.outcome == Outcome.TIE.value).cast("int64"),
        bad=(votes.outcome == Outcome.BOTH_BAD.value).cast("int64"),
    )

"""Which pictures a model's page shows: those from its matchups against the highest-ranked opponents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import _

from arena.records import Outcome

PER_ARENA = 4
"""Examples a model and arena."""

_KEYS = ("arena", "prompt", "model", "output", "opponent", "opponent_output")


@dataclass(frozen=True, slots=True)
class Example:
    """One output of a model with its record against one opponent's output for the same prompt."""

    arena: str
    model: str
    prompt: str
    output: str
    opponent: str
    opponent_output: str
    opponent_rank: int
    wins: int
    losses: int
    ties: int
    both_bad: int


def find_examples(
    votes: ibis.Table, ranks: Mapping[tuple[str, str], int], outputs: Collection[str], per_arena: int = PER_ARENA
) -> dict[str, tuple[Example, ...]]:
    """By model: its pictures with their record, opponents by rank; each picture once, every opponent once before any
    comes again, and of several pictures for one prompt the others after those for other prompts.

    ``ranks`` are overall ranks by arena and model; ``outputs`` the SHA-256 sums of the pictures that can be shown.
    Whether a picture won plays no part in choosing it. One query, whose answer grows with models and not with votes.
    """
    if not ranks or not outputs:
        return {}
    shown = ibis.memtable(pa.table({"output": sorted(outputs)}))
    ranked = ibis.memtable(
        pa.table(
            {
                "arena": [arena for arena, _ in ranks],
                "opponent": [model for _, model in ranks],
                "opponent_rank": list(ranks.values()),
            }
        )
    )
    matchups = ibis.union(_seen_from(votes, Outcome.LEFT), _seen_from(votes, Outcome.RIGHT))
    matchups = matchups.group_by(*_KEYS).aggregate(
        wins=_.won.sum(), losses=_.lost.sum(), ties=_.tied.sum(), both_bad=_.bad.sum()
    )
    matchups = matchups.semi_join(shown, "output").inner_join(ranked, ["arena", "opponent"])
    order = ["opponent_rank", "opponent", "prompt", "output", "opponent_output"]
    best = ibis.window(group_by=["arena", "model", "output"], order_by=order)
    matchups = matchups.mutate(place=ibis.row_number().over(best)).filter(_.place == 0)
    of_prompt = ibis.window(group_by=["arena", "model", "prompt"], order_by=order)
    matchups = matchups.mutate(which=ibis.row_number().over(of_prompt))
    turns = ibis.window(group_by=["arena", "model", "opponent"], order_by=["which", *order])
    matchups = matchups.mutate(turn=ibis.row_number().over(turns))
    overall = ibis.window(group_by=["arena", "model"], order_by=["turn", *order])
    chosen = matchups.mutate(place=ibis.row_number().over(overall)).filter(_.place < per_arena)
    rows = chosen.order_by("model", "arena", "place").drop("place", "turn", "which").to_pyarrow().to_pylist()
    found = defaultdict(list)
    for row in rows:
        found[row["model"]].append(Example(**row))
    return {model: tuple(examples) for model, examples in found.items()}


def _seen_from(votes: ibis.Table, side: Outcome) -> ibis.Table:
    """One row a vote from the point of view of one side, with 1 where it won, lost, tied, or both were bad."""
    other = Outcome.RIGHT if side is Outcome.LEFT else Outcome.LEFT
    known = votes.filter(votes.left_output != "", votes.right_output != "")
    return known.select(
        arena=known.arena,
        prompt=known.prompt,
        model=known[side.value],
        output=known[f"{side.value}_output"],
        opponent=known[other.value],
        opponent_output=known[f"{other.value}_output"],
        won=(known.outcome == side.value).cast("int64"),
        lost=(known.outcome == other.value).cast("int64"),
        tied=(known.outcome == Outcome.TIE.value).cast("int64"),
        bad=(known.outcome == Outcome.BOTH_BAD.value).cast("int64"),
    )

"""What votes said of single pictures: which ones a model's page shows first, and how each fared against others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from arena.records import Outcome

PER_ARENA = 12
"""Examples a model and arena."""
PER_PICTURE = 6
"""Opponents that are kept of each picture: those ranked highest."""
PAGE_LANGUAGE = "en"
"""The language of the pages: prompts that their readers can read come first."""

_KEYS = ("arena", "prompt", "language", "model", "output", "opponent", "opponent_output")


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


@dataclass(frozen=True, slots=True)
class PictureRecords:
    """``examples`` by model, the ones to show first at the front; ``against`` by output, best opponents first."""

    examples: Mapping[str, tuple[Example, ...]]
    against: Mapping[str, tuple[Example, ...]]


def find_picture_records(
    votes: ibis.Table, ranks: Mapping[tuple[str, str], int], outputs: Collection[str], *, per_arena: int = PER_ARENA
) -> PictureRecords:
    """How pictures fared: those that stand for a model, and each against its best opponents.

    A model's examples begin with pictures that won or tied, for prompts in ``PAGE_LANGUAGE``, against the opponents
    ranked highest; then those for other prompts, then those that lost; those that voters called bad come last. Each
    picture comes once, and further pictures for one prompt after those for other prompts.

    ``ranks`` are overall ranks by arena and model; ``outputs`` the SHA-256 sums of the pictures that can be shown.
    One query, whose answer grows with models and pictures and not with votes.
    """
    if not ranks or not outputs:
        return PictureRecords({}, {})
    matchups = _matchups(votes, ranks, outputs)
    order = ["opponent_rank", "opponent", "prompt", "output", "opponent_output"]
    best = ibis.window(group_by=["arena", "model", "output"], order_by=["outcome", *order])
    highest = ibis.window(group_by=["arena", "model", "output"], order_by=order)
    matchups = matchups.mutate(
        best=ibis.row_number().over(best) == 0, opponent_place=ibis.row_number().over(highest)
    ).mutate(others=(~ibis._.best).cast("int8"))
    # Each picture's best record first; only these count towards the examples.
    shown_first = ["outcome", "foreign", *order]
    of_prompt = ibis.window(group_by=["arena", "model", "prompt", "others"], order_by=shown_first)
    matchups = matchups.mutate(again=ibis.row_number().over(of_prompt))
    overall = ibis.window(group_by=["arena", "model", "others"], order_by=["again", *shown_first])
    matchups = matchups.mutate(place=ibis.row_number().over(overall))
    kept = matchups.filter((ibis._.opponent_place < PER_PICTURE) | (ibis._.best & (ibis._.place < per_arena)))
    rows = kept.order_by("model", "arena", "place", "output", "opponent_place").to_pyarrow().to_pylist()
    return _records(rows, per_arena)


def _matchups(votes: ibis.Table, ranks: Mapping[tuple[str, str], int], outputs: Collection[str]) -> ibis.Table:
    """Every picture that can be shown against every ranked opponent's; ``outcome`` is 0 where it won or tied, 1 where
    it lost, 2 where most votes called both bad.
    """
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
    sides = ibis.union(_seen_from(votes, Outcome.LEFT), _seen_from(votes, Outcome.RIGHT))
    found = sides.group_by(*_KEYS).aggregate(
        wins=ibis._.won.sum(), losses=ibis._.lost.sum(), ties=ibis._.tied.sum(), both_bad=ibis._.bad.sum()
    )
    found = found.semi_join(shown, "output").inner_join(ranked, ["arena", "opponent"])
    bad = ibis._.both_bad > ibis._.wins + ibis._.losses + ibis._.ties
    return found.mutate(
        outcome=ibis.cases((bad, 2), (ibis._.wins < ibis._.losses, 1), else_=0),
        foreign=(ibis._.language != PAGE_LANGUAGE).cast("int8"),
    )


def _records(rows: list[dict[str, Any]], per_arena: int) -> PictureRecords:
    fields = Example.__slots__
    examples: dict[str, list[Example]] = defaultdict(list)
    against: dict[str, list[tuple[int, Example]]] = defaultdict(list)
    for row in rows:
        example = Example(**{name: row[name] for name in fields})
        if row["best"] and row["place"] < per_arena:
            examples[example.model].append(example)
        if row["opponent_place"] < PER_PICTURE:
            against[example.output].append((row["opponent_place"], example))
    return PictureRecords(
        {model: tuple(found) for model, found in examples.items()},
        {output: tuple(each for _, each in sorted(found, key=lambda one: one[0])) for output, found in against.items()},
    )


def _seen_from(votes: ibis.Table, side: Outcome) -> ibis.Table:
    """One row a vote from the point of view of one side, with 1 where it won, lost, tied, or both were bad."""
    other = Outcome.RIGHT if side is Outcome.LEFT else Outcome.LEFT
    known = votes.filter(votes.left_output != "", votes.right_output != "")
    return known.select(
        arena=known.arena,
        prompt=known.prompt,
        language=known.language,
        model=known[side.value],
        output=known[f"{side.value}_output"],
        opponent=known[other.value],
        opponent_output=known[f"{other.value}_output"],
        won=(known.outcome == side.value).cast("int64"),
        lost=(known.outcome == other.value).cast("int64"),
        tied=(known.outcome == Outcome.TIE.value).cast("int64"),
        bad=(known.outcome == Outcome.BOTH_BAD.value).cast("int64"),
    )

"""The votes themselves: prompts drawn, outputs paired and judged, and the table that the log takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from arena.catalogue.records import Prompt
from arena.records import Origin
from arena.simulate.battles import EDITING, GENERATION, OUTCOMES, exposure, judge, pair_up
from arena.simulate.pictures import Picture
from arena.simulate.streams import stream
from arena.simulate.strengths import Field
from arena.simulate.visits import DAY, Visits, spread_votes
from arena.simulate.voters import Voters
from arena.votes.table import VOTE_SCHEMA

Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]

FASTEST = 350
"""Milliseconds: nobody decides in less."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One arena's votes: ``rows`` among all visits' votes, and numbers of prompts, models and outcomes."""

    rows: Ints
    prompt: Ints
    left: Ints
    right: Ints
    outcome: Ints
    dwell: Ints


def cast_votes(
    field: Field,
    prompts: Mapping[str, Prompt],
    languages: Sequence[str],
    voters: Voters,
    *,
    visits: Visits,
    arena: int,
    first: date,
    days: int,
    seed: int,
) -> Cast:
    """Play the battles of one arena, the ``arena``-th of the visits. ``languages`` are the columns of the voters'."""
    rows = np.flatnonzero(visits.arena == arena)
    who = visits.voter[rows]
    prompt = _draw_prompts(field, prompts, languages, voters.reads[who], seed)
    weights = exposure(field, first, days)[visits.begin[rows] // DAY]
    left, right = pair_up(field, weights, seed=seed)
    difficulty = np.array([0.8 * stream(seed, "difficulty", prompt_id).normal() for prompt_id in field.prompts])
    outcome, clarity = judge(
        field.quality[left, prompt],
        field.quality[right, prompt],
        difficulty[prompt],
        who=who,
        voters=voters,
        rates=EDITING if field.editing else GENERATION,
        rng=stream(seed, "judgements", field.arena),
    )
    hesitation = 0.75 + 0.6 * np.exp(-clarity / 4)
    haste = stream(seed, "dwell", field.arena).lognormal(0, 0.5, len(rows))
    dwell = np.maximum(FASTEST, voters.pace[who] * hesitation * haste).astype(np.int64)
    return Cast(rows, prompt, left, right, outcome, dwell)


def _draw_prompts(
    field: Field, prompts: Mapping[str, Prompt], languages: Sequence[str], reads: npt.NDArray[np.float64], seed: int
) -> Ints:
    """Draw a prompt in a language that the voter reads; any prompt where the arena has none in it."""
    rng = stream(seed, "prompts", field.arena)
    number = (np.cumsum(reads, axis=1) < rng.random(len(reads))[:, None]).sum(axis=1).clip(max=len(languages) - 1)
    lot = rng.random(len(reads))
    drawn = np.zeros(len(reads), dtype=np.int64)
    everything = np.arange(len(field.prompts))
    for column, language in enumerate(languages):
        spoken = np.flatnonzero([prompts[prompt_id].language == language for prompt_id in field.prompts])
        choice = spoken if len(spoken) else everything
        mine = number == column
        drawn[mine] = choice[(lot[mine] * len(choice)).astype(np.int64)]
    return drawn


def compose_table(
    casts: Sequence[Cast],
    fields: Sequence[Field],
    prompts: Mapping[str, Prompt],
    visits: Visits,
    drawn: Mapping[tuple[str, str], Picture],
    *,
    first: date,
    days: int,
    seed: int,
) -> pa.Table:
    """Return all votes as a table of ``VOTE_SCHEMA`` in order of time; battles are numbered in that order."""
    dwell = np.zeros(len(visits.voter), dtype=np.int64)
    texts = {name: np.full(len(dwell), "", dtype=object) for name in _TEXTS}
    for cast, field in zip(casts, fields, strict=True):
        dwell[cast.rows] = cast.dwell
        for name, column in _describe(cast, field, prompts, drawn).items():
            texts[name][cast.rows] = column
    at = spread_votes(visits, dwell, days, seed=seed)
    order = np.lexsort((visits.voter, at))
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    columns: dict[str, list[object]] = {name: column[order].tolist() for name, column in texts.items()}
    columns["battle"] = [f"simulated-{number:06d}" for number in range(1, len(order) + 1)]
    columns["voter"] = [f"simulated-{voter + 1:03d}" for voter in visits.voter[order].tolist()]
    columns["at"] = [midnight + timedelta(milliseconds=moment) for moment in at[order].tolist()]
    columns["dwell_ms"] = dwell[order].tolist()
    columns["origin"] = [Origin.SIMULATED.value] * len(order)
    return pa.table({name: columns[name] for name in VOTE_SCHEMA.names}, schema=VOTE_SCHEMA)


_TEXTS = ("arena", "category", "language", "left", "right", "outcome", "prompt", "left_output", "right_output")


def _describe(
    cast: Cast, field: Field, prompts: Mapping[str, Prompt], drawn: Mapping[tuple[str, str], Picture]
) -> dict[str, Names]:
    """Return the text columns of one arena's votes."""
    models, ids = np.array(field.models, dtype=object), np.array(field.prompts, dtype=object)
    sums = np.full((len(models), len(ids)), "", dtype=object)
    for row, model in enumerate(field.models):
        for column, prompt_id in enumerate(field.prompts):
            if (prompt_id, model) in drawn:
                sums[row, column] = drawn[prompt_id, model][0].sha256
    return {
        "arena": np.full(len(cast.rows), field.arena, dtype=object),
        "category": np.array([prompts[prompt_id].category for prompt_id in ids], dtype=object)[cast.prompt],
        "language": np.array([prompts[prompt_id].language for prompt_id in ids], dtype=object)[cast.prompt],
        "left": models[cast.left],
        "right": models[cast.right],
        "outcome": np.array([outcome.value for outcome in OUTCOMES], dtype=object)[cast.outcome],
        "prompt": ids[cast.prompt],
        "left_output": sums[cast.left, cast.prompt],
        "right_output": sums[cast.right, cast.prompt],
    }

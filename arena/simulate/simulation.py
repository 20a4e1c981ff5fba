"""A whole simulation: models of some strength, voters, visits, battles, outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from arena.catalogue import Catalogue
from arena.catalogue.outputs import Output
from arena.errors import CatalogueError
from arena.progress import Progress
from arena.simulate.pictures import draw_inputs, draw_outputs
from arena.simulate.strengths import SimulatedArena, choose_models, draw_arena, is_about_edits
from arena.simulate.voters import after_opening, draw_visits, draw_voters
from arena.simulate.votes import cast_votes, compose_table, opening_day

FIRST, LAST = date(2026, 5, 18), date(2026, 11, 15)
VOTERS = 400
MODELS, EDITING_MODELS = 44, 14
"""At most so many compete in an arena, so that each gets enough votes."""
GENERATION_SHARE, EDITING_SHARE = 19, 5
"""How visits are shared among the arenas."""


@dataclass(frozen=True)
class Simulation:
    """Made-up outputs and votes. ``votes`` is a table of ``VOTE_SCHEMA`` in order of time, every origin simulated."""

    outputs: tuple[tuple[Output, bytes], ...]
    inputs: Mapping[str, bytes]
    votes: pa.Table
    arenas: tuple[SimulatedArena, ...]
    """The strengths that the votes were drawn from, which ratings should find again."""
    notes: tuple[str, ...]
    """What was left out and why, for whoever asked for the simulation."""
    data_sets: frozenset[str] = frozenset()
    """The arenas of published data sets, which were left alone: their votes may stand beside these."""


def simulate(
    catalogue: Catalogue,
    *,
    seed: int,
    votes: int,
    first: date = FIRST,
    last: date = LAST,
    voters: int = VOTERS,
    models: int = MODELS,
    editing_models: int = EDITING_MODELS,
    pictures: bool = True,
    progress: Progress | None = None,
) -> Simulation:
    """Draw outputs and ``votes`` votes from ``first`` to ``last`` for the models and prompts of a catalogue.

    At most ``models`` compete in an arena (``editing_models`` where prompts come with a picture); arenas of published
    data sets are left alone. Some prompts of an arena have outputs (see ``choose_pictured``), and votes on the others
    name none; without ``pictures`` none has. The same arguments give the same bytes.
    Raises ``CatalogueError`` where there are no models, no prompts, or no arena with two models that can compete.
    """
    arenas, notes = _draw_arenas(catalogue, last, models, editing_models, seed)
    prompts = {prompt_id: catalogue.prompts[prompt_id] for arena in arenas for prompt_id in arena.prompts}
    languages = [language.id for language in catalogue.project.languages]
    spoken = [code for code in languages if any(prompt.language == code for prompt in prompts.values())]
    drawn = draw_outputs(arenas, prompts, seed=seed, progress=progress) if pictures else {}
    for arena in arenas if pictures else ():
        pictured = {prompt_id for prompt_id, _ in drawn} & set(arena.prompts)
        if len(pictured) < len(arena.prompts):
            notes.append(f"{arena.id}: {len(pictured)} of {len(arena.prompts)} prompts have pictures, to save room")
    people = draw_voters(voters, spoken, seed=seed)
    days = (last - first).days + 1
    shares = np.array([EDITING_SHARE if arena.editing else GENERATION_SHARE for arena in arenas], dtype=float)
    visits = draw_visits(votes, people, shares, first, last, seed=seed)
    visits = after_opening(visits, [opening_day(arena, first, days) for arena in arenas], days)
    arena_votes = [
        cast_votes(arena, prompts, spoken, people, visits=visits, number=number, first=first, days=days, seed=seed)
        for number, arena in enumerate(arenas)
    ]
    table = compose_table(arena_votes, arenas, prompts, visits, drawn, first=first, days=days, seed=seed)
    inputs = draw_inputs(prompts, seed=seed) if pictures else {}
    data_sets = catalogue.project.data_sets
    return Simulation(tuple(drawn.values()), inputs, table, tuple(arenas), tuple(notes), data_sets)


def _draw_arenas(
    catalogue: Catalogue, last: date, models: int, editing_models: int, seed: int
) -> tuple[list[SimulatedArena], list[str]]:
    _refuse_empty(catalogue)
    arenas: list[SimulatedArena] = []
    notes: list[str] = []
    for arena in catalogue.project.open_arenas:
        prompts = catalogue.prompts_of(arena.id)
        able = {
            model_id: model
            for model_id, model in catalogue.models.items()
            if arena.id in model.arenas and (model.released is None or model.released < last)
        }
        if len(able) < 2 or not prompts:
            lacking = f"fewer than two models that were out by {last}" if prompts else "no prompts"
            notes.append(f"{arena.id}: left out, because it has {lacking}")
            continue
        chosen = choose_models(able, editing_models if is_about_edits(prompts) else models)
        if len(chosen) < len(able):
            notes.append(f"{arena.id}: {len(chosen)} of {len(able)} models compete, so that each gets enough votes")
        arenas.append(draw_arena(arena.id, chosen, prompts, seed=seed))
    if not arenas:
        raise CatalogueError(
            f"no arena can be simulated: {'; '.join(notes)}",
            where="data",
            hint="it takes two models that name the same arena, and prompts for it",
        )
    return arenas, notes


def _refuse_empty(catalogue: Catalogue) -> None:
    for what, entries in (("models", catalogue.models), ("prompts", catalogue.prompts)):
        if not entries:
            raise CatalogueError(
                f"there are no {what} to simulate with", where=f"data/{what}", hint="add some, or see `arena init`"
            )

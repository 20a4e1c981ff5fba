"""Play the whole arena: fields, voters, visits, battles, pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from arena.catalogue import Catalogue
from arena.catalogue.records import Output
from arena.errors import CatalogueError
from arena.simulate.pictures import draw_inputs, draw_outputs
from arena.simulate.strengths import Field, choose_roster, draw_field, takes_pictures
from arena.simulate.voters import after_opening, draw_visits, draw_voters
from arena.simulate.votes import cast_votes, compose_table, opening_day

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

FIRST, LAST = date(2026, 5, 18), date(2026, 11, 15)
VOTERS = 400
PLACES, EDITING_PLACES = 44, 14
GENERATION_SHARE, EDITING_SHARE = 19, 5


@dataclass(frozen=True)
class Simulation:
    """Made-up outputs and votes. ``votes`` is a table of ``VOTE_SCHEMA`` in order of time, every origin simulated."""

    outputs: tuple[tuple[Output, bytes], ...]
    inputs: Mapping[str, bytes]
    votes: pa.Table
    fields: tuple[Field, ...]
    """The strengths that the votes were drawn from, one an arena: what ratings should find again."""
    notes: tuple[str, ...]
    """What was left out and why, for whoever asked for the simulation."""


def simulate(
    catalogue: Catalogue,
    *,
    seed: int,
    votes: int,
    first: date = FIRST,
    last: date = LAST,
    voters: int = VOTERS,
    places: int = PLACES,
    editing_places: int = EDITING_PLACES,
    pictures: bool = True,
    progress: Progress | None = None,
) -> Simulation:
    """Draw outputs and ``votes`` votes from ``first`` to ``last`` for the models and prompts of a catalogue.

    At most ``places`` models compete in an arena (``editing_places`` where prompts come with a picture). Some prompts
    of an arena have outputs (see ``choose_pictured``), and votes on the others name none; without ``pictures`` none
    has. The same arguments give the same bytes.
    Raises ``CatalogueError`` where there are no models, no prompts, or no arena with two models that can compete.
    """
    fields, notes = _fields(catalogue, last, places, editing_places, seed)
    prompts = {prompt_id: catalogue.prompts[prompt_id] for field in fields for prompt_id in field.prompts}
    languages = [language.id for language in catalogue.project.languages]
    spoken = [code for code in languages if any(prompt.language == code for prompt in prompts.values())]
    drawn = draw_outputs(fields, prompts, seed=seed, progress=progress) if pictures else {}
    for field in fields if pictures else ():
        pictured = {prompt_id for prompt_id, _ in drawn} & set(field.prompts)
        if len(pictured) < len(field.prompts):
            notes.append(f"{field.arena}: {len(pictured)} of {len(field.prompts)} prompts have pictures, to save room")
    crowd = draw_voters(voters, spoken, seed=seed)
    days = (last - first).days + 1
    shares = np.array([EDITING_SHARE if field.editing else GENERATION_SHARE for field in fields], dtype=float)
    visits = draw_visits(votes, crowd, shares, first, last, seed=seed)
    visits = after_opening(visits, [opening_day(field, first, days) for field in fields], days)
    casts = [
        cast_votes(field, prompts, spoken, crowd, visits=visits, arena=number, first=first, days=days, seed=seed)
        for number, field in enumerate(fields)
    ]
    table = compose_table(casts, fields, prompts, visits, drawn, first=first, days=days, seed=seed)
    inputs = draw_inputs(prompts, seed=seed) if pictures else {}
    return Simulation(tuple(drawn.values()), inputs, table, tuple(fields), tuple(notes))


def _fields(
    catalogue: Catalogue, last: date, places: int, editing_places: int, seed: int
) -> tuple[list[Field], list[str]]:
    _refuse_empty(catalogue)
    fields, notes = [], []
    for arena in catalogue.project.arenas:
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
        roster = choose_roster(able, editing_places if takes_pictures(prompts) else places)
        if len(roster) < len(able):
            notes.append(f"{arena.id}: {len(roster)} of {len(able)} models compete, so that each gets enough votes")
        fields.append(draw_field(arena.id, roster, prompts, seed=seed))
    if not fields:
        raise CatalogueError(
            f"no arena can be simulated: {'; '.join(notes)}",
            where="data",
            hint="it takes two models that name the same arena, and prompts for it",
        )
    return fields, notes


def _refuse_empty(catalogue: Catalogue) -> None:
    for what, found in (("models", catalogue.models), ("prompts", catalogue.prompts)):
        if not found:
            raise CatalogueError(
                f"there are no {what} to simulate with", where=f"data/{what}", hint="add some, or see `arena init`"
            )

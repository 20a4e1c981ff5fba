"""Which votes of an arena count: those of one origin. Simulated votes never stand beside those of people.

An arena whose votes are of several origins is rated from one of them. Simulated votes give way to human or derived
ones; between these two ``[ratings] origins`` chooses.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import ibis

from arena import wording
from arena.catalogue.outputs import Output
from arena.errors import VotesError
from arena.records import LeftOutVotes, Origin, OutputOrigin

if TYPE_CHECKING:
    import ibis.expr.types as ir

REAL = (Origin.HUMAN, Origin.DERIVED)
"""Votes in which people judged what models made."""


def with_origin(votes: ir.Table) -> ir.Table:
    """The votes with the column ``origin``: a table without it holds human votes, as vote files without it do."""
    return votes if "origin" in votes.columns else votes.mutate(origin=ibis.literal(Origin.HUMAN.value))


def votes_by_origin(votes: ir.Table) -> dict[str, dict[Origin, int]]:
    """Votes of each arena by origin, in the order of ``Origin``: one group-by."""
    votes = with_origin(votes)
    rows = votes.group_by("arena", "origin").aggregate(votes=votes.count()).to_pyarrow().to_pylist()
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["arena"], {})[row["origin"]] = row["votes"]
    return {
        arena: {origin: by_origin[origin.value] for origin in Origin if origin.value in by_origin}
        for arena, by_origin in sorted(counts.items())
    }


def real_arenas(votes: ir.Table) -> set[str]:
    """The arenas that have votes of people."""
    return {arena for arena, by_origin in votes_by_origin(votes).items() if not by_origin.keys().isdisjoint(REAL)}


def rated_origin(present: Iterable[Origin], preferred: Origin) -> Origin:
    """The one origin of these that an arena is rated from: ``preferred``, else the other real one, else simulated."""
    return min(present, key=lambda origin: (origin is not preferred, origin not in REAL))


def choose_origins(votes: ir.Table, preferred: Origin) -> tuple[dict[str, Origin], tuple[LeftOutVotes, ...]]:
    """The origin that each arena is rated from, and the votes that are left out for it."""
    return origins_of(votes_by_origin(votes), preferred)


def origins_of(
    counts: Mapping[str, Mapping[Origin, int]], preferred: Origin
) -> tuple[dict[str, Origin], tuple[LeftOutVotes, ...]]:
    """The same from the votes of each arena by origin."""
    chosen = {arena: rated_origin(by_origin, preferred) for arena, by_origin in counts.items()}
    left_out = (
        LeftOutVotes(arena, origin, count)
        for arena, by_origin in counts.items()
        for origin, count in by_origin.items()
        if origin is not chosen[arena]
    )
    return chosen, tuple(left_out)


def rated_votes(votes: ir.Table, origins: Mapping[str, Origin], left_out: Iterable[LeftOutVotes]) -> ir.Table:
    """The votes without those of ``left_out``; the same table where that is empty, which costs nothing."""
    arenas = sorted({entry.arena for entry in left_out})
    conditions = [(votes.arena != arena) | (votes.origin == origins[arena].value) for arena in arenas]
    return votes.filter(conditions) if conditions else votes


def published_votes(votes: ir.Table, left_out: Iterable[LeftOutVotes]) -> ir.Table:
    """The votes that files for others hold: all of people, and simulated ones of arenas that have no others."""
    simulated = [entry for entry in left_out if entry.origin is Origin.SIMULATED]
    conditions = [(votes.arena != entry.arena) | (votes.origin != entry.origin.value) for entry in simulated]
    return votes.filter(conditions) if conditions else votes


def shown_outputs(outputs: Iterable[Output], origins: Iterable[tuple[str, Origin]]) -> tuple[Output, ...]:
    """The outputs that may be shown: of an arena with human or derived votes, or with any output of a model, only
    those of models. So no battle and no page sets a picture of a model beside a simulated one. ``origins`` are those
    that arenas are rated from.
    """
    listed = tuple(outputs)
    real = {arena_of(output) for output in listed if output.origin is OutputOrigin.MODEL}
    real |= {arena for arena, origin in origins if origin in REAL}
    return tuple(output for output in listed if output.origin is OutputOrigin.MODEL or arena_of(output) not in real)


def refuse_beside_real(
    outputs: Iterable[Output], votes: ir.Table, data_sets: Collection[str], *, project: str, waiting: int = 0
) -> None:
    """Raise ``VotesError`` where nothing simulated may go in, as there is what people voted or models made.

    Derived votes of ``data_sets``, the arenas that show a published data set, are no reason: nothing is simulated in
    these. ``waiting`` is how many votes of people the store has that are not in the log. ``project`` is the folder.
    """
    real: dict[Origin, int] = {}
    for arena, by_origin in votes_by_origin(votes).items():
        for origin, count in by_origin.items():
            if origin is Origin.HUMAN or (origin is Origin.DERIVED and arena not in data_sets):
                real[origin] = real.get(origin, 0) + count
    made = sum(output.origin is OutputOrigin.MODEL for output in outputs)
    found = [wording.count(real[origin], f"{origin.value} vote") for origin in REAL if origin in real]
    if waiting:
        found.append(f"{wording.count(waiting, 'human vote')} in its store")
    if made:
        found.append(f"{wording.count(made, 'output')} of models")
    if found:
        raise VotesError(
            f"holds {wording.listing(found)}: nothing simulated goes in beside them",
            where=project,
            hint=f"rehearse in a scratch copy: arena init SCRATCH --from {shlex.quote(project)}",
        )


def arena_of(output: Output) -> str:
    """The arena of an output's prompt, whose id begins with it."""
    return output.prompt.partition("/")[0]

"""Second questions: a board from the votes that were cast for one reason, and how far two of them agree.

Who ticks "follows the prompt better" beside a vote has answered another question than who ticks "style". The votes with
a reason, rated as all votes are, make a board of that question. A vote with both reasons counts for both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from arena import wording
from arena.ratings.compute import compute_ratings
from arena.ratings.latent_correlation import LEAST_MODELS, KnownStrengths, latent_correlation
from arena.ratings.of_arena import of_arena
from arena.ratings.results import Ratings
from arena.records import Axis, Board, Origin

if TYPE_CHECKING:
    import ibis.expr.types as ir

DECIMALS = 6
LEAST_VOTES = 100
"""With a reason, in an arena: fewer make no board of it."""
MOST_BOARDS = 8
"""Of an arena: voters who write what they like as reasons would make hundreds, which nobody compares."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the boards of two reasons agree over the ``models`` that both rank: the correlation of the strengths
    behind mu, and its 95% interval ``low`` to ``high``, by ``latent_correlation``.

    ``shared`` is the share of votes with either reason that have both. ``apart`` is the model that stands apart most
    surely in favour of the first reason, each board measured by its own spread, and ``other`` that in favour of the
    second.
    """

    first: str
    second: str
    models: int
    correlation: float
    low: float
    high: float
    shared: float
    apart: str
    other: str

    @property
    def sentence(self) -> str:
        """The same in plain words."""
        return (
            f"{self.first} and {self.second}: correlation {wording.number(self.correlation)} "
            f"({wording.number(self.low)} to {wording.number(self.high)}) over {wording.count(self.models, 'model')}; "
            f"{wording.percent(self.shared)} of the votes have both. {self.apart} is ahead for {self.first}, "
            f"{self.other} for {self.second}."
        )


@dataclass(frozen=True, slots=True)
class ReasonBoards:
    """An arena's overall boards by reason, those with most votes first, and the agreement of every two.

    ``left_out`` counts the other reasons that were given. Which models are ranked is decided by the votes of each
    reason alone.
    """

    arena: str
    origin: Origin
    boards: Mapping[str, Board]
    agreements: tuple[Agreement, ...]
    left_out: int = 0

    def sentences(self) -> Iterator[str]:
        """Who is first for each reason, and how far the boards agree, in plain words."""
        for reason, board in self.boards.items():
            cast = wording.count(board.votes, f"{self.origin.replace('+', ' and ')} vote")
            yield f"{self.arena}, {reason}: {board.ratings[0].model} is first, by {cast}."
        for each in self.agreements:
            yield each.sentence

    def to_dict(self) -> dict[str, Any]:
        """As the command line gives it."""
        return {
            "arena": self.arena,
            "origin": self.origin,
            "left_out": self.left_out,
            "boards": [
                {"reason": reason, "votes": board.votes, "ratings": [asdict(rating) for rating in board.ratings]}
                for reason, board in self.boards.items()
            ],
            "agreements": [asdict(agreement) for agreement in self.agreements],
        }


@dataclass(frozen=True, slots=True)
class ReasonsReport:
    """Boards by reason, arena by arena, sorted by id; arenas without any are left out."""

    arenas: tuple[ReasonBoards, ...]

    def arena(self, name: str = "") -> ReasonBoards:
        """Those of one arena, whose name may be left out where there is one only. Raises KeyError for others."""
        return of_arena(self.arenas, name)

    def __str__(self) -> str:
        told = [sentence for each in self.arenas for sentence in each.sentences()]
        return "\n".join(told) or f"No reason has {LEAST_VOTES} votes in any arena."

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON: what ``arena reasons --json`` prints."""
        return {"arenas": [each.to_dict() for each in self.arenas]}


def reason_boards(votes: ir.Table, ratings: Ratings) -> ReasonsReport:
    """From the votes that the ``ratings`` were computed from and under the same settings.

    Arenas without a reason that ``LEAST_VOTES`` votes have are left out, and so are reasons after the ``MOST_BOARDS``
    most frequent ones. Raises as ``compute_ratings`` does.
    """
    if "reasons" not in votes.columns or not votes.reasons.count().to_pyarrow().as_py():
        return ReasonsReport(())
    chosen = ratings.rated(votes).filter(votes.reasons.notnull())
    ticked = chosen.select("arena", reason=chosen.reasons.unnest()).group_by(["arena", "reason"])
    counts = {(row["arena"], row["reason"]): row["n"] for row in ticked.agg(n=ibis._.count()).to_pyarrow().to_pylist()}
    found: dict[str, dict[str, Board]] = {}
    for (arena, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= LEAST_VOTES and len(found.get(arena, ())) < MOST_BOARDS:
            of_reason = chosen.filter(chosen.arena == arena, chosen.reasons.contains(reason))
            # Without categories and languages there is the overall board alone.
            whole = of_reason.mutate(category=ibis.literal(""), language=ibis.literal(""))
            board = compute_ratings(whole, ratings.settings).get(Axis(arena))
            if board and board.ratings:
                found.setdefault(arena, {})[reason] = board
    origins = dict(ratings.origins)
    return ReasonsReport(
        tuple(
            ReasonBoards(
                arena=arena,
                origin=origins[arena],
                boards=boards,
                agreements=tuple(_agreements(chosen.filter(chosen.arena == arena), boards)),
                left_out=sum(of == arena for of, _ in counts) - len(boards),
            )
            for arena, boards in sorted(found.items())
        )
    )


def _agreements(votes: ir.Table, boards: Mapping[str, Board]) -> list[Agreement]:
    return [
        agreement
        for first, second in combinations(boards, 2)
        if (agreement := _agreement(votes, boards, first, second)) is not None
    ]


def _agreement(votes: ir.Table, boards: Mapping[str, Board], first: str, second: str) -> Agreement | None:
    """That of two reasons; None where both boards rank too few models."""
    by_model = [{rating.model: rating for rating in boards[reason].ratings} for reason in (first, second)]
    models = sorted(by_model[0].keys() & by_model[1].keys())
    if len(models) < LEAST_MODELS:
        return None
    one, other = (
        KnownStrengths(*np.array([(found[model].mu, found[model].error) for model in models]).T) for found in by_model
    )
    ticked = [votes.reasons.contains(reason) for reason in (first, second)]
    counts = votes.aggregate(
        first=ticked[0].sum(), second=ticked[1].sum(), both=(ticked[0] & ticked[1]).sum()
    ).to_pyarrow()
    cast, cast_other, both = (int(counts[name][0].as_py()) for name in ("first", "second", "both"))
    correlation, low, high = latent_correlation(one, other, both / math.sqrt(cast * cast_other))
    scaled = [
        KnownStrengths((each.mu - each.mu.mean()) / spread, each.error / spread)
        for each in (one, other)
        for spread in [max(float(each.mu.std()), 1e-9)]
    ]
    ahead = (scaled[0].mu - scaled[1].mu) / np.hypot(scaled[0].error, scaled[1].error)
    return Agreement(
        first=first,
        second=second,
        models=len(models),
        correlation=round(correlation, DECIMALS),
        low=round(low, DECIMALS),
        high=round(high, DECIMALS),
        shared=round(both / (cast + cast_other - both), DECIMALS),
        apart=models[int(ahead.argmax())],
        other=models[int(ahead.argmin())],
    )

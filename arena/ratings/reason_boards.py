"""Second questions: a board from the votes that were cast for one reason, and how far two of them agree.

Who ticks "follows the prompt better" beside a vote has answered another question than who ticks "style". The votes with
a reason, rated as all votes are, make a board of that question. A vote with both reasons counts for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from arena import wording
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.clusters import Z_95
from arena.ratings.compute import compute_ratings
from arena.ratings.of_arena import of_arena
from arena.ratings.results import Ratings
from arena.records import Axis, Board, Origin

LEAST_VOTES = 100
"""With a reason, in an arena: fewer make no board of it."""
LEAST_MODELS = 4
"""Ranked on both boards: a correlation of three would say nothing."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the boards of two reasons agree over the ``models`` that both rank: Pearson's correlation of mu.

    ``low`` and ``high`` bound its 95% interval, by leaving out one model at a time (the jackknife, on Fisher's scale).
    ``shared`` is the share of votes with either reason that have both. ``apart`` is the model whose mu differs most
    from what the other board would have it, in favour of the first reason, and ``other`` that in favour of the second.
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
    """An arena's overall boards by reason, those with most votes first, and the agreement of every two."""

    arena: str
    origin: Origin
    boards: Mapping[str, Board]
    agreements: tuple[Agreement, ...]

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

    Arenas without a reason that ``LEAST_VOTES`` votes have are left out. Raises as ``compute_ratings`` does.
    """
    if "reasons" not in votes.columns or not votes.reasons.count().to_pyarrow().as_py():
        return ReasonsReport(())
    chosen = ratings.rated(votes).filter(votes.reasons.notnull())
    ticked = chosen.select("arena", reason=chosen.reasons.unnest()).group_by(["arena", "reason"])
    counts = {(row["arena"], row["reason"]): row["n"] for row in ticked.agg(n=ibis._.count()).to_pyarrow().to_pylist()}
    found: dict[str, dict[str, Board]] = {}
    for (arena, reason), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= LEAST_VOTES:
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
                arena, origins[arena], boards, tuple(_agreements(chosen.filter(chosen.arena == arena), boards))
            )
            for arena, boards in sorted(found.items())
        )
    )


def _agreements(votes: ir.Table, boards: Mapping[str, Board]) -> list[Agreement]:
    found = []
    for first, second in combinations(boards, 2):
        mu = [{rating.model: rating.mu for rating in boards[reason].ratings} for reason in (first, second)]
        models = sorted(mu[0].keys() & mu[1].keys())
        if len(models) < LEAST_MODELS:
            continue
        one, other = (np.array([each[model] for model in models]) for each in mu)
        ticked = [votes.reasons.contains(reason) for reason in (first, second)]
        either, both = (
            int(votes.filter(chosen).count().to_pyarrow().as_py())
            for chosen in (ticked[0] | ticked[1], ticked[0] & ticked[1])
        )
        correlation, low, high = correlation_of(one, other)
        ahead = (one - one.mean()) / max(float(one.std()), 1e-9) - (other - other.mean()) / max(
            float(other.std()), 1e-9
        )
        found.append(
            Agreement(
                first=first,
                second=second,
                models=len(models),
                correlation=correlation,
                low=low,
                high=high,
                shared=round(both / either, 6),
                apart=models[int(ahead.argmax())],
                other=models[int(ahead.argmin())],
            )
        )
    return found


def correlation_of(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Pearson's correlation of 4 numbers or more, and its 95% interval: the jackknife on Fisher's scale."""

    def fisher(kept: Ints | Flags) -> float:
        pair = np.vstack([one[kept], other[kept]])
        spread = pair.std(axis=1)
        r = float(np.cov(pair, ddof=0)[0, 1] / (spread[0] * spread[1])) if spread.all() else 0.0
        return float(np.arctanh(np.clip(r, -0.999999, 0.999999)))

    every = np.arange(len(one), dtype=np.int64)
    whole = fisher(every)
    left_out = np.array([fisher(every[every != index]) for index in every])
    error = float(np.sqrt((len(one) - 1) / len(one) * ((left_out - left_out.mean()) ** 2).sum()))
    r, low, high = np.tanh([whole, whole - Z_95 * error, whole + Z_95 * error]).tolist()
    return round(r, 6), round(low, 6), round(high, 6)

"""Why people preferred a model, or another one to it: how often each reason was ticked, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import ibis

from arena.catalogue.blindness import wilson_interval
from arena.records import Outcome

if TYPE_CHECKING:
    import ibis.expr.types as ir

_KEYS = ("arena", "category", "model", "won")


@dataclass(frozen=True, slots=True)
class ReasonShare:
    """In how many of some votes a reason was ticked; only votes with any reason are among the ``of``.

    ``low`` and ``high`` bound the 95% interval of the share, which keeps the votes of one voter together.
    """

    votes: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there are no such votes."""
        return self.votes / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class ModelReason:
    """One reason in the votes that a model won, and in those that it lost."""

    arena: str
    category: str
    """Empty for all categories together."""
    reason: str
    wins: ReasonShare
    losses: ReasonShare


NO_SHARE = ReasonShare(0, 0, 0.0, 1.0)


def find_reasons(votes: ir.Table) -> dict[str, tuple[ModelReason, ...]]:
    """By model: each reason in each arena, over all categories and in each, by arena, category and reason.

    A model without votes with reasons is left out. Where no vote has any, the votes are read once, in one column.
    """
    with_reasons = votes.filter(votes.reasons.notnull())
    if not votes.reasons.count().to_pyarrow().as_py():
        return {}
    seen = ibis.union(
        *(
            _seen_from(with_reasons, side, other)
            for side, other in ((Outcome.LEFT, Outcome.RIGHT), (Outcome.RIGHT, Outcome.LEFT))
        )
    )
    rows = [*_counted(seen.mutate(category=ibis.literal(""))), *_counted(seen)]
    found: dict[str, list[ModelReason]] = {}
    for (model, arena, category, reason), group in groupby(sorted(rows, key=_order), key=_order):
        shares = {row["won"]: _share(row) for row in group}
        sides = (shares.get(won, NO_SHARE) for won in (True, False))
        found.setdefault(model, []).append(ModelReason(arena, category, reason, *sides))
    return {model: tuple(reasons) for model, reasons in found.items()}


def _order(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return row["model"], row["arena"], row["category"], row["reason"]


def _seen_from(votes: ir.Table, side: Outcome, other: Outcome) -> ir.Table:
    decided = votes.filter(votes.outcome.isin([side.value, other.value]))
    return decided.select(
        arena=decided.arena,
        category=decided.category,
        model=decided[side.value],
        won=decided.outcome == side.value,
        voter=decided.voter,
        reasons=decided.reasons,
    )


def _counted(seen: ir.Table) -> Iterator[dict[str, Any]]:
    """For each reason that was ever ticked about a model, what ``_share`` asks of its wins and of its losses."""
    by_voter = seen.group_by(*_KEYS, "voter").aggregate(n=seen.count())
    ticked = seen.select(*_KEYS, "voter", reason=seen.reasons.unnest())
    ticked = ticked.group_by(*_KEYS, "voter", "reason").aggregate(x=ticked.count())
    totals = by_voter.group_by(*_KEYS).aggregate(
        of=by_voter.n.sum(), squares=(by_voter.n * by_voter.n).sum(), voters=by_voter.count()
    )
    both = ticked.join(by_voter, [*_KEYS, "voter"])
    sums = both.group_by(*_KEYS, "reason").aggregate(
        votes=both.x.sum(), of_reason=(both.x * both.x).sum(), products=(both.x * both.n).sum()
    )
    # A reason that was ticked when a model won is told of its losses as well, where it may never have been ticked.
    reasons = sums.select("arena", "category", "model", "reason").distinct()
    sides = reasons.join(totals, ["arena", "category", "model"])
    rows = sides.left_join(sums, [*_KEYS, "reason"])
    zero = {name: rows[name].fill_null(0) for name in ("votes", "of_reason", "products")}
    names = (*_KEYS, "reason", "of", "squares", "voters")
    yield from rows.select(*names, **zero).to_pyarrow().to_pylist()


def _share(row: dict[str, Any]) -> ReasonShare:
    """A share of votes with the interval of Wilson, for as many independent votes as these are worth.

    The variance of the share is that of independent votes, or the larger one between voters: the sum over voters of
    (x - share n)^2, with x votes of n, divided by the square of all votes (the ratio estimator of a cluster sample).
    """
    votes, of = int(row["votes"]), int(row["of"])
    share = votes / of
    apart = row["of_reason"] - 2 * share * row["products"] + share**2 * row["squares"]
    independent = of * share * (1 - share)
    # All or none of the votes have it: no variance is seen, and voters are what is independent for sure.
    worth = of * min(1.0, independent / apart) if independent and apart > 0 else float(row["voters"])
    low, high = wilson_interval(share * worth, worth)
    return ReasonShare(votes, of, low, high)

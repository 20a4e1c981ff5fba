"""Two models' record against each other and the forecast for their next battle, for every two of many models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from arena.arrow_tables import ArrowTable, table_of

if TYPE_CHECKING:
    import pyarrow as pa

EVEN_CHANCE = 0.5
Chance = tuple[float, float, float]
"""That the first of two wins, a tie counted as half a win, and the bounds of its 95% interval: see ``Pair``."""


def favoured(low: float, high: float) -> int:
    """Which of two models the votes call better: 1 the first, 2 the second, 0 where the interval of its chance holds an
    even one.
    """
    if low > EVEN_CHANCE:
        return 1
    return 2 if high < EVEN_CHANCE else 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models on one axis, seen from the first: votes of each outcome, and the forecast for a battle of the two.

    ``win_probability`` is the chance that the first wins, a tie counted as half a win; ``low`` and ``high`` bound its
    95% interval. ``both_bad`` votes are not among wins, losses and ties.
    """

    first: str
    second: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_probability: float
    low: float = 0.0
    high: float = 1.0

    @property
    def favours(self) -> int:
        """Which model the votes call better: see ``favoured``."""
        return favoured(self.low, self.high)

    @property
    def has_votes(self) -> bool:
        """Whether there is any vote on these two models, ``both_bad`` included."""
        return self.wins + self.losses + self.ties + self.both_bad > 0

    @property
    def mirrored(self) -> Pair:
        """The same seen from the second model."""
        return Pair(
            first=self.second,
            second=self.first,
            wins=self.losses,
            losses=self.wins,
            ties=self.ties,
            both_bad=self.both_bad,
            win_probability=1 - self.win_probability,
            low=1 - self.high,
            high=1 - self.low,
        )


@dataclass(frozen=True, eq=False, repr=False)
class Pairs(ArrowTable):
    """Every two of ``models`` (ids, sorted); the first of a pair is the smaller id.

    M models make M (M - 1) / 2 pairs, most of them without votes where models are many. Only those ``with_votes`` are
    kept, in order of first and second; ``predict`` computes any other pair when it is asked for, and returns None where
    it does not know both models. As a table it has a row for every pair, with the fields of ``Pair`` as columns.
    """

    models: tuple[str, ...]
    with_votes: Mapping[tuple[str, str], Pair]
    predict: Callable[[str, str], Pair | None]
    predict_each: Callable[[str, Sequence[str]], Sequence[Chance | None]] | None = None
    """The chances of a model against each of others, in a fraction of the time that ``between`` takes for each."""

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Pairs:
        """These pairs, first < second, and no others."""
        known = {(pair.first, pair.second): pair for pair in sorted(pairs, key=lambda pair: (pair.first, pair.second))}
        models = tuple(sorted({model for names in known for model in names}))
        with_votes = {names: pair for names, pair in known.items() if pair.has_votes}
        return cls(models, with_votes, lambda first, second: known.get((first, second)))

    def between(self, first: str, second: str) -> Pair | None:
        """The pair of these two models seen from ``first``; None where they are not two of ``models``."""
        if first > second:
            pair = self.between(second, first)
            return pair.mirrored if pair else None
        return None if first == second else self.with_votes.get((first, second)) or self.predict(first, second)

    def chances(self, first: str, others: Sequence[str]) -> Sequence[Chance | None]:
        """Those of ``between`` for one model against each of others; None where that is None."""
        if self.predict_each:
            return self.predict_each(first, others)
        pairs = (self.between(first, other) for other in others)
        return [(pair.win_probability, pair.low, pair.high) if pair else None for pair in pairs]

    def of_model(self, model: str) -> list[Pair]:
        """The pairs with votes of a model, seen from it, in the order of the others' ids."""
        found = (self.between(model, other) for other in self._opponents.get(model, ()))
        return [pair for pair in found if pair]

    @cached_property
    def _opponents(self) -> dict[str, list[str]]:
        """By model: those that it has votes against, sorted."""
        found: dict[str, list[str]] = {}
        for first, second in self.with_votes:
            found.setdefault(first, []).append(second)
            found.setdefault(second, []).append(first)
        return {model: sorted(others) for model, others in found.items()}

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        return table_of(Pair, self)

    def __iter__(self) -> Iterator[Pair]:
        """Every pair, with votes or without, seen from its first model."""
        every = (self.between(first, second) for first, second in combinations(self.models, 2))
        return (pair for pair in every if pair)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pairs) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Pairs({list(self)!r})"

"""Head to head: two models' record against each other, and those of every two of many models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models' record against each other on one axis, from the first one's side.

    ``win_probability`` is the predicted chance that the first wins a battle, ties apart counted as half.
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
    """``low`` and ``high`` bound a 95% interval of ``win_probability``."""

    @property
    def favours(self) -> int:
        """Whom the votes call better: 1 the first, 2 the second, 0 where the interval holds an even chance."""
        if self.low > EVEN:
            return 1
        return 2 if self.high < EVEN else 0

    @property
    def met(self) -> bool:
        """Whether there is any vote on the two, one for neither included."""
        return self.wins + self.losses + self.ties + self.both_bad > 0

    @property
    def turned(self) -> Pair:
        """The same from the side of the second."""
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
class Pairs:
    """Every two of ``models`` (ids, sorted), first < second.

    Their number grows with the square of models, so only the pairs that met are kept, in order; ``predict`` works out
    any other when it is asked for, and gives None where nothing is known of the two.
    """

    models: tuple[str, ...]
    met: Mapping[tuple[str, str], Pair]
    predict: Callable[[str, str], Pair | None]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Pairs:
        """These pairs, first < second, and no others."""
        known = {(pair.first, pair.second): pair for pair in sorted(pairs, key=lambda pair: (pair.first, pair.second))}
        models = tuple(sorted({model for names in known for model in names}))
        met = {names: pair for names, pair in known.items() if pair.met}
        return cls(models, met, lambda first, second: known.get((first, second)))

    def between(self, one: str, other: str) -> Pair | None:
        """The record of ``one`` against ``other``, seen from ``one``; None where they are not two of the models."""
        if one > other:
            turned = self.between(other, one)
            return turned.turned if turned else None
        return None if one == other else self.met.get((one, other)) or self.predict(one, other)

    def both_ways(self) -> Iterator[Pair]:
        """The pairs that met, each from both sides."""
        for pair in self.met.values():
            yield pair
            yield pair.turned

    def __iter__(self) -> Iterator[Pair]:
        every = (self.between(first, second) for first, second in combinations(self.models, 2))
        return (pair for pair in every if pair)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pairs) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Pairs({list(self)!r})"

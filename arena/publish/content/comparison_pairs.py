"""Which pairs of models get a comparison page: each ranked model and those closest to it, now or for weeks on end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from arena.publish.content.ranks_by_week import places_by_week
from arena.records import Axis, AxisKind, Board, HistoryPoint

EACH = 3
"""Neighbours a model and arena: the pages grow with the models, and not with their square."""
LASTS = 4
"""How many weeks have to end with two models as neighbours for their page to stay when their ranks part."""
MOST = 12
"""After so many such pages in an arena for either of two models they get no further one that stays. Those that came
first count, so that none of them goes again.
"""

Pair = tuple[str, str]
"""Two models, the smaller id first."""
History = Mapping[tuple[str, str], Sequence[HistoryPoint]]
"""By arena and model, oldest first."""


@dataclass(frozen=True, slots=True)
class ComparisonPair:
    """Two models with a page, the smaller id first, and the arenas in which they are neighbours or were for long.

    A page that ``lasts`` does not depend on ranks as they stand today.
    """

    first: str
    second: str
    arenas: tuple[str, ...]
    lasts: bool = False


def nearest(ranked: Sequence[tuple[str, int]], place: int, each: int = EACH) -> tuple[str, ...]:
    """The models closest by rank to the one at ``place`` of these models and ranks from the first on, the
    higher-ranked first among equals.
    """
    rank = ranked[place][1]
    around = [*ranked[max(0, place - each) : place], *ranked[place + 1 : place + 1 + each]]
    around.sort(key=lambda other: (abs(other[1] - rank), other[1], other[0]))
    return tuple(model for model, _ in around[:each])


def closest(board: Board, each: int = EACH) -> dict[str, tuple[str, ...]]:
    """The nearest of each ranked model, in the board's order."""
    ranked = [(rating.model, rating.rank) for rating in board.ratings]
    return {model: nearest(ranked, place, each) for place, (model, _) in enumerate(ranked)}


def lasting(board: Board, history: History, fewest: int) -> frozenset[Pair]:
    """The neighbours of ``LASTS`` weeks or more of the board's arena, the last week left out because it may go on.

    Weeks that are over stay as they are while votes are only added, and so do these; ``fewest`` are the votes that a
    rank takes.
    """
    kept: Counter[str] = Counter()
    found: set[Pair] = set()
    for pair in _in_order(list(places_by_week(board, history, fewest))[:-1]):
        if min(kept[model] for model in pair) < MOST:
            found.add(pair)
            kept.update(pair)
    return frozenset(found)


def _in_order(weeks: Sequence[tuple[date, Mapping[str, int]]]) -> Iterator[Pair]:
    """Every two models in the week in which they have been neighbours often enough; of one week, the closest first."""
    met: Counter[Pair] = Counter()
    for _, places in weeks:
        ranked = sorted(places.items(), key=lambda item: (item[1], item[0]))
        now = {_pair(model, other) for place, (model, _) in enumerate(ranked) for other in nearest(ranked, place)}
        met.update(now)
        apart = {pair: abs(places[pair[0]] - places[pair[1]]) for pair in now if met[pair] == LASTS}
        yield from sorted(apart, key=lambda pair: (apart[pair], pair))


def comparison_pairs_of(boards: Mapping[Axis, Board], history: History, fewest: int) -> Mapping[Pair, ComparisonPair]:
    """Every two models with a page, sorted by their ids; arenas in the order of the boards."""
    arenas: dict[Pair, list[str]] = defaultdict(list)
    stay: set[Pair] = set()
    for axis, board in boards.items():
        if axis.kind is not AxisKind.OVERALL:
            continue
        long = lasting(board, history, fewest)
        near = {_pair(model, other) for model, others in closest(board).items() for other in others}
        stay |= long
        for pair in near | long:
            arenas[pair].append(axis.arena)
    return {pair: ComparisonPair(*pair, tuple(arenas[pair]), lasts=pair in stay) for pair in sorted(arenas)}


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)

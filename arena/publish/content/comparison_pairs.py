"""Which pairs of models get a comparison page: each ranked model and those closest to it, now or for weeks on end.

A page that search engines and readers have found should not vanish because two ranks moved apart. So a pair that was
close for several weeks keeps its page for good, up to a limit a model: the number of pages grows with the number of
models and not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from arena.publish.content.ranks_by_week import ranks_by_week
from arena.records import Axis, AxisKind, Board, HistoryPoint

NEIGHBOURS_PER_MODEL = 3
"""How many of the models closest by rank a model is compared with on each arena."""
WEEKS_TO_KEEP = 4
"""After so many weeks that end with two models as neighbours, their page stays when their ranks part."""
KEPT_PAGES_PER_MODEL = 12
"""A model keeps at most so many pages an arena; the oldest stay, so that no page that was to stay goes again."""

ModelIds = tuple[str, str]
"""The ids of two models, the smaller first."""
History = Mapping[tuple[str, str], Sequence[HistoryPoint]]
"""By arena and model, oldest first."""


@dataclass(frozen=True, slots=True)
class ComparisonPair:
    """Two models with a comparison page, the smaller id first, and the arenas where they are close or long were.

    A page that is ``kept`` does not depend on ranks as they are today.
    """

    first: str
    second: str
    arenas: tuple[str, ...]
    kept: bool = False


def comparison_pairs_of(
    boards: Mapping[Axis, Board], history: History, min_votes: int
) -> Mapping[ModelIds, ComparisonPair]:
    """Every pair with a page, sorted by ids; arenas in the order of the boards. A rank takes ``min_votes`` votes."""
    arenas: dict[ModelIds, list[str]] = defaultdict(list)
    kept: set[ModelIds] = set()
    for axis, board in boards.items():
        if axis.kind is not AxisKind.OVERALL:
            continue
        kept_here = kept_pairs(board, history, min_votes)
        close = {_ordered(model, neighbour) for model, neighbours in closest(board).items() for neighbour in neighbours}
        kept |= kept_here
        for pair in close | kept_here:
            arenas[pair].append(axis.arena)
    return {pair: ComparisonPair(*pair, tuple(arenas[pair]), kept=pair in kept) for pair in sorted(arenas)}


def closest(board: Board, neighbours: int = NEIGHBOURS_PER_MODEL) -> dict[str, tuple[str, ...]]:
    """The models closest by rank to each ranked model, in the board's order."""
    ranked = [(rating.model, rating.rank) for rating in board.ratings]
    return {model: nearest(ranked, index, neighbours) for index, (model, _) in enumerate(ranked)}


def nearest(ranked: Sequence[tuple[str, int]], index: int, neighbours: int = NEIGHBOURS_PER_MODEL) -> tuple[str, ...]:
    """The models closest by rank to the one at ``index`` of these models and ranks, which begin with the first; of two
    that are equally close the higher-ranked.
    """
    rank = ranked[index][1]
    around = [*ranked[max(0, index - neighbours) : index], *ranked[index + 1 : index + 1 + neighbours]]
    around.sort(key=lambda other: (abs(other[1] - rank), other[1], other[0]))
    return tuple(model for model, _ in around[:neighbours])


def kept_pairs(board: Board, history: History, min_votes: int) -> frozenset[ModelIds]:
    """The pairs of a board's arena whose pages stay. The last week does not count, because it may go on.

    Weeks that are over stay as they are while votes are only added, and so do these pairs.
    """
    pages: Counter[str] = Counter()
    kept: set[ModelIds] = set()
    for pair in _by_age(list(ranks_by_week(board, history, min_votes))[:-1]):
        if min(pages[model] for model in pair) < KEPT_PAGES_PER_MODEL:
            kept.add(pair)
            pages.update(pair)
    return frozenset(kept)


def _by_age(weeks: Sequence[tuple[date, Mapping[str, int]]]) -> Iterator[ModelIds]:
    """Every pair in the week in which it has been close for ``WEEKS_TO_KEEP`` weeks; of one week, the closest first."""
    weeks_close: Counter[ModelIds] = Counter()
    for _, ranks in weeks:
        ranked = sorted(ranks.items(), key=lambda item: (item[1], item[0]))
        close = {_ordered(model, other) for index, (model, _) in enumerate(ranked) for other in nearest(ranked, index)}
        weeks_close.update(close)
        distances = {pair: abs(ranks[pair[0]] - ranks[pair[1]]) for pair in close if weeks_close[pair] == WEEKS_TO_KEEP}
        yield from sorted(distances, key=lambda pair: (distances[pair], pair))


def _ordered(model: str, other: str) -> ModelIds:
    return (model, other) if model < other else (other, model)

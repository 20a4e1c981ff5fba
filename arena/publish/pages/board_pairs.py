"""Head to head: who wins against whom among the leading models of an arena, as a heat map with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.pairs import Pair
from arena.publish import paths
from arena.publish.charts.explore import explore
from arena.publish.charts.heat import Square, render_heat
from arena.publish.content.comparison import FEW_VOTES
from arena.publish.content.site_data import SiteData
from arena.records import Axis, Board

LEADING, EXPLORED = 12, 40
"""How many models the picture shows, and how many of them can be explored."""
WIDTH = 46
PRIOR = 10
"""Ties that are added to a record for its shade, so that 2 of 2 is hardly darker than even."""


@dataclass(frozen=True, slots=True)
class PairsRow:
    """One model's records against each of the others, in the columns' order."""

    name: str
    path: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairsTable:
    """The leading models against each other."""

    lede: str
    caption: str
    chart: Markup
    explore: Markup
    columns: tuple[str, ...]
    rows: tuple[PairsRow, ...]


def pairs_table_of(site: SiteData, board: Board) -> PairsTable | None:
    """For an arena's overall board with three or more ranked models, of whom some have met; else None."""
    axis = board.axis
    models = [rating.model for rating in board.ratings[:EXPLORED]]
    met = any(_met(site, axis.arena, one, two) for one in models[:LEADING] for two in models[:LEADING])
    if axis != Axis(axis.arena) or len(models) < 3 or not met:
        return None
    names = [site.model(model).name for model in models]
    leading = models[:LEADING]
    ranks = {rating.model: str(rating.rank) for rating in board.ratings}
    labels = [f"{ranks[model]}  {name}" for model, name in zip(leading, names, strict=False)]
    arena = site.arena_name(axis.arena)
    votes = site.votes(board.votes, axis.arena)
    caption = f"{arena}: wins in per cent of the row’s model against the column’s, from {votes}"
    return PairsTable(
        lede="Of two models that met, how often the one in the row won, a tie counted as half. Columns are numbered by "
        f"rank. The first {len(leading)} models are shown. Pairs with few votes are pale, and their figures small; an "
        "empty square is a pair that never met.",
        caption=caption,
        chart=render_heat(
            labels,
            [ranks[model] for model in leading],
            [[_square(_met(site, axis.arena, one, two)) for two in leading] for one in leading],
            caption,
            f"A grid of {len(leading)} by {len(leading)} models. The table below has every record.",
            width=WIDTH,
        ),
        explore=_explored(site, axis.arena, models, names, caption),
        columns=tuple(names[: len(leading)]),
        rows=tuple(_row(site, axis.arena, model, leading) for model in leading),
    )


def _met(site: SiteData, arena: str, one: str, two: str) -> Pair | None:
    pair = site.pair(arena, one, two)
    return pair if pair and pair.wins + pair.losses + pair.ties else None


def win_share(pair: Pair) -> float:
    """Wins of the first, ties counted as half, over the rated votes of the pair."""
    return (pair.wins + pair.ties / 2) / (pair.wins + pair.losses + pair.ties)


def _square(pair: Pair | None) -> Square | None:
    """The share of wins, and a shade that few votes leave near the neutral one: as if ``PRIOR`` ties came on top."""
    if pair is None:
        return None
    votes, share = pair.wins + pair.losses + pair.ties, win_share(pair)
    shaded = (votes * share + PRIOR / 2) / (votes + PRIOR)
    return Square(shaded, f"{100 * share:.0f}", few=votes < FEW_VOTES)


def _row(site: SiteData, arena: str, model: str, others: Sequence[str]) -> PairsRow:
    pairs = [_met(site, arena, model, other) for other in others]
    cells = tuple(wording.record(pair.wins, pair.losses, pair.ties) if pair else wording.NOTHING for pair in pairs)
    return PairsRow(site.model(model).name, paths.model_path(model), cells)


def _explored(site: SiteData, arena: str, models: Sequence[str], names: Sequence[str], title: str) -> Markup:
    pairs = [[_met(site, arena, one, two) for two in models] for one in models]
    return explore(
        {
            "kind": "heat",
            "title": title,
            "rows": names,
            "columns": names,
            "values": [[round(win_share(pair), 3) if pair else None for pair in line] for line in pairs],
            "notes": [
                [wording.record(pair.wins, pair.losses, pair.ties) if pair else "" for pair in line] for line in pairs
            ],
        }
    )

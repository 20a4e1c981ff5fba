"""The ladder of a board as pages, frames and pictures for links show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena import wording
from arena.publish import paths
from arena.publish.charts.explore import explore
from arena.publish.charts.ladder import Ladder, LadderEntry, lay_out, render_dot, render_ladder
from arena.publish.content.model_refs import ModelRef, model_ref, price_from
from arena.publish.content.site_data import SiteData
from arena.ratings.boards import by_mu
from arena.ratings.clusters import Z_95
from arena.records import Board, Rating

MOST = 60
"""Models that a ladder shows; the table below it has all."""


@dataclass(frozen=True, slots=True)
class LadderName:
    """The words of a row: its rank, its model and the price of an image."""

    rank: str
    model: ModelRef
    price: str
    banded: bool


@dataclass(frozen=True, slots=True)
class LegendSize:
    """A dot of the legend and what it stands for."""

    dot: Markup
    text: str


@dataclass(frozen=True, slots=True)
class LegendMaker:
    """A maker with a colour of its own, or all others."""

    hue: str
    name: str


@dataclass(frozen=True, slots=True)
class LadderFigure:
    """The ladder of a page. ``note`` says that a board has more models than it shows, and is empty otherwise."""

    caption: str
    plot: Markup
    names: tuple[LadderName, ...]
    sizes: tuple[LegendSize, ...]
    makers: tuple[LegendMaker, ...]
    note: str


def ladder_of(site: SiteData, ratings: Sequence[Rating], *, mu: bool = False) -> Ladder:
    """The geometry of these models of one board, in the order given; of their ``mu`` where asked, without tiers."""
    entries = [
        LadderEntry(
            low=rating.mu - Z_95 * rating.error if mu else rating.score_low,
            score=rating.mu if mu else rating.score,
            high=rating.mu + Z_95 * rating.error if mu else rating.score_high,
            price=site.prices[rating.model].amount if rating.model in site.prices else None,
            tier=0 if mu else rating.tier,
            hue=site.hue_of(rating.model),
        )
        for rating in ratings
    ]
    return lay_out(entries)


def ladder_figure(site: SiteData, board: Board, most: int = MOST) -> LadderFigure | None:
    """The ladder of a board's first models; None for a board without a ranking."""
    if not board.ratings:
        return None
    shown = board.ratings[:most]
    ladder = ladder_of(site, shown)
    sizes = [LegendSize(render_dot(size.radius), wording.dollars(size.price)) for size in ladder.sizes]
    if any(not row.radius for row in ladder.rows):
        sizes.append(LegendSize(render_dot(0), "price unknown"))
    left_out = len(board.ratings) - len(shown)
    return LadderFigure(
        caption=f"Scores with their 95% intervals, from {site.votes(board.votes, board.axis.arena)}",
        plot=render_ladder(ladder),
        names=tuple(
            LadderName(str(rating.rank), model_ref(site, rating.model), price_from(site, rating.model), row.banded)
            for rating, row in zip(shown, ladder.rows, strict=True)
        ),
        sizes=tuple(sizes),
        makers=_makers(site, shown),
        note=f"The first {wording.whole(most)} of {wording.count(len(board.ratings), 'model')}" if left_out else "",
    )


def ladder_by_mu(site: SiteData, board: Board, most: int = MOST) -> LadderFigure | None:
    """The same models in the order of mu, which takes no account of how sure it is; None where nothing is to choose."""
    if len(board.ratings) < 2:
        return None
    shown = by_mu(board.ratings)[:most]
    ladder = ladder_of(site, shown, mu=True)
    return LadderFigure(
        caption=f"Mu with its 95% intervals, from {site.votes(board.votes, board.axis.arena)}",
        plot=render_ladder(ladder, pattern=False),
        names=tuple(
            LadderName(str(rank), model_ref(site, rating.model), price_from(site, rating.model), banded=False)
            for rank, rating in enumerate(shown, 1)
        ),
        sizes=(),
        makers=(),
        note="",
    )


def _makers(site: SiteData, ratings: Sequence[Rating]) -> tuple[LegendMaker, ...]:
    """The makers of these models by colour; those without one of their own last, as one."""
    names = {hue: site.catalogue.organizations[maker].name for maker, hue in site.maker_hues.items()}
    hues = sorted({site.hue_of(rating.model) for rating in ratings})
    return tuple(LegendMaker(hue, names.get(hue, "other makers")) for hue in hues)


def ladder_explored(site: SiteData, board: Board, heading: str) -> Markup | None:
    """The same scores to explore, of all models of the board; None for a board without a ranking."""
    if not board.ratings:
        return None
    link = paths.linker(paths.board_path(board.axis))
    return explore(
        {
            "kind": "whisker",
            "title": f"{heading}: score and its 95% interval, from {site.votes(board.votes, board.axis.arena)}",
            "labels": [f"{rating.rank}  {site.model(rating.model).name}" for rating in board.ratings],
            "values": [round(rating.score, 3) for rating in board.ratings],
            "low": [round(rating.score_low, 3) for rating in board.ratings],
            "high": [round(rating.score_high, 3) for rating in board.ratings],
            "notes": [
                f"{site.votes(rating.votes, board.axis.arena)}, {_price(site, rating.model)}"
                for rating in board.ratings
            ],
            "hues": [site.hue_of(rating.model) for rating in board.ratings],
            "makers": [[maker.hue, maker.name] for maker in _makers(site, board.ratings)],
            "links": [link(paths.model_path(rating.model)) for rating in board.ratings],
        }
    )


def _price(site: SiteData, model_id: str) -> str:
    price = site.prices.get(model_id)
    return f"{wording.dollars(price.amount)} an image" if price else "price unknown"

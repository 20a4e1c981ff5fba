"""What the home page says of one arena: what its votes are, who leads of the models that are served, what moved."""

from __future__ import annotations

from dataclasses import dataclass

from arena import wording
from arena.catalogue.settings import ArenaSource
from arena.publish import paths
from arena.publish.content.model_refs import ESTABLISHED, ModelRef, model_ref, price_from, rank_certainty
from arena.publish.content.pictures import Picture
from arena.publish.content.rank_changes import WeekNews, news_of
from arena.publish.content.site_data import SiteData
from arena.publish.content.vote_words import label_said
from arena.publish.page import Crumb
from arena.publish.pages.find import picture_for
from arena.records import Axis, AxisKind, Board, Rating

TOP = 3
NAMED = 12
"""Models of a data set that are named, before the rest is counted."""


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of the first models of an arena; ``uncertain`` where its range of ranks is hatched."""

    rank: str
    rank_span: str
    model: ModelRef
    price: str
    uncertain: bool
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class ArenaBlock:
    """What the home page says of one arena; ``boards`` are its narrower boards."""

    id: str
    name: str
    path: str
    label: str
    summary: str
    past: str
    """From when a data set is and which models it has, since it advises nobody who chooses today; else empty."""
    left_out: str
    """Which models would come first if they were not shut down; else empty."""
    top: tuple[TopRow, ...]
    boards: tuple[Crumb, ...]
    news: WeekNews | None


def arena_block(site: SiteData, arena: str, asked: str) -> ArenaBlock:
    """The first models of an arena; one that shows a published data set has those of its year, shut down or not.

    ``asked`` is the prompt of the battle on the page.
    """
    project = site.catalogue.project
    board = site.boards.get(Axis(arena)) or Board(Axis(arena), (), 0, 0)
    source = next(each.source for each in project.arenas if each.id == arena)
    shown = [rating for rating in board.ratings if source or site.model(rating.model).current][:TOP]
    return ArenaBlock(
        id=arena,
        name=site.arena_name(arena),
        path=paths.board_path(Axis(arena)),
        label=label_said(site, arena),
        summary=arena_summary(site, board),
        past=of_its_year(site, board, source) if source else "",
        left_out="" if source else left_out(site, board),
        top=tuple(top_row(site, arena, rating, asked) for rating in shown),
        boards=tuple(
            Crumb(site.axis_name(axis), paths.board_path(axis))
            for axis, narrower in site.boards.items()
            if axis.arena == arena and axis.kind is AxisKind.CATEGORY and narrower.ratings
        ),
        news=news_of(site, arena),
    )


def arena_summary(site: SiteData, board: Board) -> str:
    """How many models, from how many votes."""
    if not board.ratings:
        return "No model is ranked here yet."
    return f"{wording.count(len(board.ratings), 'model')} ranked from {site.votes(board.votes, board.axis.arena)}."


def of_its_year(site: SiteData, board: Board, source: ArenaSource) -> str:
    """From which year a published data set is, and which models it has; how many of them are shut down."""
    models = [site.model(rating.model) for rating in board.ratings]
    if not models:
        return ""
    names = [model.name for model in models]
    if len(names) > NAMED:
        names[NAMED:] = [f"{len(names) - NAMED} more"]
    gone = sum(not model.current for model in models)
    shut = f" {wording.count(gone, 'of them is', 'of them are')} shut down." if gone else ""
    said = f"{source.name} dates from {source.year} and compares models of that time only"
    return f"{said}: {wording.listing(names)}.{shut}"


def left_out(site: SiteData, board: Board) -> str:
    """``One (#1) is shut down and left out.``: those above the last model that is shown."""
    current = [rating.rank for rating in board.ratings if site.model(rating.model).current][:TOP]
    gone = [
        f"{site.model(rating.model).name} (#{rating.rank})"
        for rating in board.ratings
        if not site.model(rating.model).current and (not current or rating.rank < current[-1])
    ]
    if not gone:
        return ""
    return f"{wording.listing(gone)} {'is' if len(gone) == 1 else 'are'} shut down and left out here."


def top_row(site: SiteData, arena: str, rating: Rating, asked: str) -> TopRow:
    """One model, with a picture; ``asked`` is that of ``picture_for``."""
    return TopRow(
        rank=str(rating.rank),
        rank_span=wording.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(site, rating.model),
        price=price_from(site, rating.model),
        uncertain=rank_certainty(rating) != ESTABLISHED,
        picture=picture_for(site, Axis(arena), rating.model, asked),
    )

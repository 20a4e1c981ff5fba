"""Boards for other sites to show in a frame: the first places of a ranking on a page without navigation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena.publish import words
from arena.publish.edition import Edition
from arena.publish.page import Page
from arena.publish.paths import board_path, embed_path
from arena.publish.refs import ModelRef, model_ref
from arena.records import AxisKind, Board

PLACES = 10


@dataclass(frozen=True, slots=True)
class EmbedRow:
    """One place."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str


@dataclass(frozen=True, slots=True)
class EmbedView:
    """The context of ``embed.html``."""

    heading: str
    caption: str
    path: str
    more: str
    rows: tuple[EmbedRow, ...]


def pages(edition: Edition) -> Iterator[Page]:
    """One page for each ranking; no search engine needs to know it."""
    for axis, board in edition.boards.items():
        if board.ratings:
            view = embed_view(edition, board)
            yield Page(
                path=embed_path(axis),
                template="embed.html",
                title=view.heading,
                description=view.caption,
                view=view,
                listed=False,
            )


def embed_view(edition: Edition, board: Board) -> EmbedView:
    """The first places of a board."""
    arena = edition.arena_name(board.axis.arena)
    if board.axis.kind is not AxisKind.OVERALL:
        arena = f"{arena}: {edition.axis_name(board.axis)}"
    return EmbedView(
        heading=f"{arena} leaderboard",
        caption=f"{arena}: the first {words.whole(min(PLACES, len(board.ratings)))} of "
        f"{words.count(len(board.ratings), 'model')}, from {edition.votes(board.votes)}",
        path=board_path(board.axis),
        more="The whole board, with votes, prices and licences",
        rows=tuple(
            EmbedRow(
                rank=words.whole(rating.rank),
                rank_span=words.span(str(rating.rank_low), str(rating.rank_high)),
                model=model_ref(edition, rating.model),
                score=words.number(rating.score),
            )
            for rating in board.ratings[:PLACES]
        ),
    )

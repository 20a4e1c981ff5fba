"""A board: the ranking on one axis, with what is behind each score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from arena.publish import paths, words
from arena.publish.charts.explore import Explore, explore
from arena.publish.charts.scale import Scale, scale_over
from arena.publish.charts.whisker import render_ticks, render_whisker
from arena.publish.edition import Edition
from arena.publish.measured import any_timed, quickest
from arena.publish.page import Crumb, Page
from arena.publish.refs import (
    ModelRef,
    availability_in_brief,
    commercial_use_in_brief,
    licence_in_brief,
    model_ref,
    price_from,
    release_in_brief,
)
from arena.publish.views.axes import Switch, switches
from arena.publish.views.board_words import explanations, lede, missing, reason_for_no_rank
from arena.publish.views.changes import change_in, last_week
from arena.publish.views.duels import Duels, duels_of
from arena.publish.views.filters import Filters, RowKeys, filters_of, keys_of
from arena.publish.views.sharing import Sharing, board_sharing
from arena.records import Axis, Board, Rating


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One ranked model, every value as it reads."""

    rank: str
    rank_span: str
    model: ModelRef
    score: str
    interval: str
    whisker: Markup
    availability: str
    """What readers must know before they choose it: that it is a preview, or on its way out; empty for most."""
    votes: str
    record: str
    win_rate: str
    both_bad: str
    price: str
    licence: str
    released: str
    status: str
    opens_tier: bool
    """Whether a line above the row starts a new tier."""
    change: str
    use: str
    latency: str
    seconds: str
    """The same as a number, to sort by; empty where it is not known."""
    keys: RowKeys


@dataclass(frozen=True, slots=True)
class UnrankedRow:
    """A model without a rank, and why it has none."""

    model: ModelRef
    votes: str
    record: str
    both_bad: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """The context of ``board.html``."""

    heading: str
    lede: str
    switches: tuple[Switch, ...]
    caption: str
    ticks: Markup
    rows: tuple[BoardRow, ...]
    filters: Filters
    change_column: str
    latency_column: str
    basis: str
    file_name: str
    scores: Explore | None
    duels: Duels | None
    sharing: Sharing | None
    missing: str
    unranked: tuple[UnrankedRow, ...]
    unranked_caption: str
    explanations: tuple[str, ...]
    method_path: str
    data_path: str


def pages(edition: Edition) -> Iterator[Page]:
    """The overall board of every arena, and a board for every other axis that has votes."""
    for arena in edition.catalogue.project.arenas:
        overall = Axis(arena.id)
        axes = [overall, *(axis for axis in edition.boards if axis.arena == arena.id and axis != overall)]
        for axis in axes:
            yield board_page(edition, edition.boards.get(axis) or Board(axis, (), 0, 0))


def board_page(edition: Edition, board: Board) -> Page:
    """The page of one board."""
    axis = board.axis
    arena = edition.arena_name(axis.arena)
    crumbs = [Crumb("Boards", paths.BOARDS)]
    if axis != Axis(axis.arena):
        crumbs.append(Crumb(arena, paths.board_path(Axis(axis.arena))))
    view = board_view(edition, board)
    last = edition.summary.last
    return Page(
        path=paths.board_path(axis),
        template="board.html",
        title=f"{view.heading} leaderboard",
        description=view.lede,
        view=view,
        section=paths.BOARDS,
        crumbs=tuple(crumbs),
        updated=last.date() if last else None,
    )


def board_view(edition: Edition, board: Board) -> BoardView:
    """The view of one board."""
    axis = board.axis
    name = edition.arena_name(axis.arena)
    heading = name if axis == Axis(axis.arena) else f"{name}: {edition.axis_name(axis)}"
    week = last_week(edition, axis)
    scale = scale_over(edge for rating in board.ratings for edge in (rating.score_low, rating.score_high))
    rows = tuple(
        board_row(edition, rating, scale, before.tier != rating.tier, change_in(edition, week, rating.model))
        for before, rating in zip((*board.ratings[:1], *board.ratings), board.ratings, strict=False)
    )
    return BoardView(
        heading=heading,
        lede=lede(edition, board),
        switches=switches(edition, axis),
        caption=f"{heading}: {words.count(len(board.ratings), 'model')} by score, from {edition.votes(board.votes)}",
        ticks=render_ticks(scale),
        rows=rows,
        filters=filters_of(edition, [row.keys for row in rows]),
        change_column="7 days" if week else "",
        latency_column="Latency" if any_timed(edition, (rating.model for rating in board.ratings)) else "",
        basis=edition.votes_noun,
        file_name=paths.board_path(axis).removeprefix("boards/").removesuffix(".html").replace("/", "-"),
        scores=scores_explored(edition, board, heading),
        duels=duels_of(edition, board),
        sharing=board_sharing(edition, board, heading),
        missing=missing(edition, board),
        unranked=tuple(unranked_row(edition, rating) for rating in board.unranked),
        unranked_caption=f"Models without a rank here, and the {edition.votes_noun} they have",
        explanations=explanations(edition, board),
        method_path=paths.METHODOLOGY,
        data_path=paths.DATA,
    )


def scores_explored(edition: Edition, board: Board, heading: str) -> Explore | None:
    """The scores with their intervals, to explore; None for a board without a ranking."""
    if not board.ratings:
        return None
    return explore(
        {
            "kind": "whisker",
            "title": f"{heading}: score and its 95% interval, from {edition.votes(board.votes)}",
            "labels": [f"{rating.rank}  {edition.model(rating.model).name}" for rating in board.ratings],
            "values": [round(rating.score, 3) for rating in board.ratings],
            "low": [round(rating.score_low, 3) for rating in board.ratings],
            "high": [round(rating.score_high, 3) for rating in board.ratings],
            "notes": [edition.votes(rating.votes) for rating in board.ratings],
        }
    )


def board_row(edition: Edition, rating: Rating, scale: Scale, opens_tier: bool, change: str) -> BoardRow:
    """One row; the both-bad rate is over all votes that the model was in, those not rated included."""
    model = edition.model(rating.model)
    timed = quickest(edition, rating.model)
    latency = timed.p50_ms if timed else None
    return BoardRow(
        rank=str(rating.rank),
        rank_span=words.span(str(rating.rank_low), str(rating.rank_high)),
        model=model_ref(edition, rating.model),
        score=words.number(rating.score),
        interval=f"{words.number(rating.score_low, 1)} to {words.number(rating.score_high, 1)}",
        whisker=render_whisker(scale, rating.score_low, rating.score, rating.score_high),
        availability=availability_in_brief(model),
        votes=words.whole(rating.votes),
        record=words.record(rating.wins, rating.losses, rating.ties),
        win_rate=words.percent(rating.win_rate),
        both_bad=words.share(rating.both_bad, rating.votes + rating.both_bad),
        price=price_from(edition, rating.model),
        licence=licence_in_brief(model),
        released=release_in_brief(model),
        status=rating.status.value.capitalize(),
        opens_tier=opens_tier,
        change=change,
        use=commercial_use_in_brief(model),
        latency=words.NOTHING if latency is None else words.seconds(latency),
        seconds="" if latency is None else f"{latency / 1000:g}",
        keys=keys_of(edition, rating.model),
    )


def unranked_row(edition: Edition, rating: Rating) -> UnrankedRow:
    """One row of the models without a rank."""
    return UnrankedRow(
        model=model_ref(edition, rating.model),
        votes=words.whole(rating.votes),
        record=words.record(rating.wins, rating.losses, rating.ties),
        both_bad=words.whole(rating.both_bad),
        reason=reason_for_no_rank(edition, rating),
    )
